"""One alias more in a pack of YAML: the file keeps every other character, and is written whole or not at all.

The place is found by a YAML parser and the text put in there, since no YAML writer gives a file back as its author laid it out.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from grader.bank.files import read_text
from grader.bank.lint import RULES
from grader.bank.load import YAML_SUFFIXES
from grader.bank.pack import Pack
from grader.bank.tree import dotted, read_tree
from grader.bank.yaml_pack import parse_yaml
from grader.errors import PackError
from grader.types import Grade, Question, Verdict

GradeMany = Callable[[Question, Sequence[str]], list[Grade]]

MAX_ALIAS_CHARS = 500
"""The longest alias, in characters: it is one statement, not an answer."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class AliasEffect:
    """What an alias changes on answers whose verdict for the point a person has given.

    ``fixed`` are those that the grader gets right only with the alias, ``broken`` those that it gets right only without;
    ``tried`` counts all. The score is not looked at, only whether the point counts as met.
    """

    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    tried: int


def one_line(text: str) -> str:
    r"""Return a wording as it stands in a pack: on one line, with single spaces and without characters that nobody sees.

    >>> one_line("  Data\n drifts. "), one_line("a\x1b\u202eb")
    ('Data drifts.', 'a b')
    """
    return " ".join("".join(" " if _is_unseen(character) else character for character in text).split())


def _is_unseen(character: str) -> bool:
    # Joiners are no ornament: words of Persian and of Indian languages are spelt with them.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in "\u200c\u200d"


def with_alias(question: Question, reading_id: str, point_id: str, text: str) -> Question:
    """Return the question with one alias more. Raises KeyError for a reading or point that it does not have.

    >>> from grader.types import Point
    >>> question = Question.simple(id="q", prompt="P?", points=(Point("a", "A."),), references=("A.",))
    >>> with_alias(question, "main", "a", "An A.").points[0].aliases
    ('An A.',)
    """
    reading = question.reading(reading_id)
    if point_id not in {point.id for point in reading.points}:
        raise KeyError(point_id)
    points = tuple(
        replace(point, aliases=(*point.aliases, one_line(text))) if point.id == point_id else point
        for point in reading.points
    )
    changed = replace(reading, points=points)
    return replace(question, readings=tuple(changed if one is reading else one for one in question.readings))


def alias_effect(
    question: Question,
    reading_id: str,
    point_id: str,
    text: str,
    labelled: Sequence[tuple[str, Verdict]],
    grade: GradeMany,
) -> AliasEffect:
    """Tell what an alias changes on answers whose verdict for the point is known.

    ``labelled`` are answers with the verdict that a person gives; the question's own samples for the reading come on top.
    Raises KeyError for a reading or point that the question does not have.
    """
    changed = with_alias(question, reading_id, point_id, text)
    first = question.readings[0].id
    samples = [
        (sample.answer, verdict)
        for sample in question.samples
        if (sample.reading or first) == reading_id
        for name, verdict in sample.verdicts
        if name == point_id
    ]
    # What is neither met nor unmet for a person tells nothing about a point that is one or the other.
    known = {answer: verdict == "met" for answer, verdict in (*samples, *labelled) if verdict in {"met", "unmet"}}
    answers = list(known)
    if not answers:
        return AliasEffect((), (), 0)
    before = [is_met(result, reading_id, point_id) for result in grade(question, answers)]
    after = [is_met(result, reading_id, point_id) for result in grade(changed, answers)]
    rows = list(zip(answers, known.values(), before, after, strict=True))
    return AliasEffect(
        fixed=tuple(answer for answer, said, old, new in rows if old != said and new == said),
        broken=tuple(answer for answer, said, old, new in rows if old == said and new != said),
        tried=len(rows),
    )


def is_met(result: Grade, reading_id: str, point_id: str) -> bool:
    """Say whether a grade counts a point of a reading as met; one of another reading does not."""
    verdicts = {judgment.point_id: judgment.verdict for judgment in result.judgments}
    return result.reading_id == reading_id and verdicts.get(point_id) == "met"


def add_alias(path: Path, question_id: str, reading_id: str, point_id: str, text: str) -> None:
    """Add an alias to a point of a YAML pack; nothing else of the file changes. One that is there already is no error.

    Raises PackError, and leaves the file as it is, where the file is no YAML pack, has no such point or cannot be written, and
    where the pack with the alias would break a rule of the format or of the linter that it kept before.
    """
    if path.suffix.lower() not in YAML_SUFFIXES:
        told = "only a pack of YAML takes an alias; write it under the question by hand"
        raise PackError(told, str(path))
    alias = one_line(text)
    if not 0 < len(alias) <= MAX_ALIAS_CHARS:
        told = f"an alias has 1 to {MAX_ALIAS_CHARS} characters, this one {len(alias)}"
        raise PackError(told, str(path))
    pack = _parsed(read_text(path), path)
    old, place = _find(pack, question_id, reading_id, point_id, path)
    if alias in old.reading(reading_id).points[place].aliases:
        return
    data = path.read_bytes()
    source = data.decode("utf-8-sig")
    edited = _insert(source, _point_node(source, question_id, reading_id, point_id), alias)
    changed = _parsed(edited.replace("\r\n", "\n").replace("\r", "\n"), path)
    wanted = replace(
        pack,
        questions=tuple(
            with_alias(one, reading_id, point_id, alias) if one.id == question_id else one for one in pack.questions
        ),
    )
    if changed != wanted:
        raise PackError(f"the alias {alias!r} cannot be put in without changing more; add it by hand", str(path))
    _refuse_new_findings(pack, changed, alias, path)
    _write(path, (_BOM if data.startswith(_BOM) else b"") + edited.encode("utf-8"))


def _parsed(text: str, path: Path) -> Pack:
    pack, problems = parse_yaml(text, path)
    if pack is None:
        raise problems[0]
    return pack


def _find(pack: Pack, question_id: str, reading_id: str, point_id: str, path: Path) -> tuple[Question, int]:
    """Return the question, and the place of the point in its reading."""
    for question in pack.questions:
        if question.id != question_id:
            continue
        for reading in question.readings:
            for place, point in enumerate(reading.points):
                if (reading.id, point.id) == (reading_id, point_id):
                    return question, place
        raise PackError(f"the question {question_id!r} has no point {point_id!r} in {reading_id!r}", str(path))
    raise PackError(f"has no question {question_id!r}", str(path))


def _refuse_new_findings(before: Pack, after: Pack, alias: str, path: Path) -> None:
    for check in RULES.values():
        known = set(check(before))
        for place, message in check(after):
            if (place, message) not in known:
                raise PackError(f"with the alias {alias!r}, {message}", str(path), field=dotted(place))


# --- where in the file


def _point_node(source: str, question_id: str, reading_id: str, point_id: str) -> yaml.MappingNode:
    """Return the mapping of a point that is known to be there; its marks are offsets into ``source``."""
    # Not the loader of libyaml: this one counts characters, whatever they are in bytes.
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    question = _member(_value(root, "questions"), question_id)
    readings = _value(question, "readings")
    point = _member(_value(question if readings is None else _member(readings, reading_id), "points"), point_id)
    assert isinstance(point, yaml.MappingNode)
    return point


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    assert isinstance(node, yaml.MappingNode)
    return next((value for name, value in node.value if name.value == key), None)


def _member(node: yaml.Node | None, id: str) -> yaml.Node:
    assert isinstance(node, yaml.SequenceNode)
    found: yaml.Node = next(
        item for item in node.value if (name := _value(item, "id")) is not None and name.value == id
    )
    return found


def _insert(source: str, point: yaml.MappingNode, alias: str) -> str:
    """Return the file with the alias as the last of the point, in the form that the author gave the list, or the point."""
    aliases = _value(point, "aliases")
    if isinstance(aliases, yaml.SequenceNode) and aliases.flow_style:
        if not aliases.value:
            return _put(source, aliases.start_mark.index + 1, _scalar(alias, in_flow=True))
        return _put(source, aliases.value[-1].end_mark.index, f", {_scalar(alias, in_flow=True)}")
    if isinstance(aliases, yaml.SequenceNode):
        return _new_line(source, aliases.value[-1], f"{' ' * aliases.start_mark.column}- {_scalar(alias)}")
    if point.flow_style:
        return _put(source, point.value[-1][1].end_mark.index, f", aliases: [{_scalar(alias, in_flow=True)}]")
    indent = " " * point.value[0][0].start_mark.column
    return _new_line(source, point.value[-1][1], f"{indent}aliases:", f"{indent}  - {_scalar(alias)}")


def _put(source: str, place: int, text: str) -> str:
    return source[:place] + text + source[place:]


def _new_line(source: str, after: yaml.Node, *lines: str) -> str:
    """Put lines after the one on which a value ends, with what else stands on it, such as a comment."""
    start = after.start_mark.index
    end = start + len(source[start : after.end_mark.index].rstrip())
    newline = "\r\n" if "\r\n" in source else "\n"
    place = source.find("\n", end)
    if place < 0:
        return source + "".join(newline + line for line in lines)
    return _put(source, place + 1, "".join(line + newline for line in lines))


def _scalar(text: str, *, in_flow: bool = False) -> str:
    """Return a text as YAML on one line: bare where that says the same, else in double quotes.

    >>> _scalar("the data drifts"), _scalar("drift: a change"), _scalar("a, b", in_flow=True)
    ('the data drifts', '"drift: a change"', '"a, b"')
    """
    whole, expected = (f"[{text}]", [text]) if in_flow else (f"- {text}", [text])
    with suppress(PackError):
        if read_tree(whole, "")[0].plain() == expected:
            return text
    return json.dumps(text, ensure_ascii=False)


def _write(path: Path, data: bytes) -> None:
    """Replace a file by another one beside it, so that no reader ever sees half of it."""
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, name)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise PackError(f"cannot be written: {error.strerror or error}", str(path)) from None
