"""An alias is put into a pack: the file keeps every other byte, and is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.bank import DEFAULT_PATH, load_bank, load_pack
from grader.bank.edit import add_alias, alias_effect, one_line, with_alias
from grader.engine import grade_many
from grader.errors import PackError

PACKS = sorted(DEFAULT_PATH.glob("*.yaml"))
ALIAS = 'hedgehogs: they knit 4 "scarves" # daily, don\'t they'

HEAD = "format: viva-pack/1\nid: tiny\ntitle: Tiny\nlanguage: en\nquestions:\n"
ASKED = "- id: q\n  prompt: Why?\n  references: [Because]\n  points:\n"
QUESTION = ASKED + "  - id: a\n    text: Because.\n  - id: b\n    text: So.\n"


def removed(after: bytes, before: bytes) -> bytes:
    """Return the one run of bytes that ``after`` has more than ``before``; fails where they differ otherwise."""
    start = 0
    while start < len(before) and after[start] == before[start]:
        start += 1
    more = len(after) - len(before)
    assert after[:start] + after[start + more :] == before
    return after[start : start + more]


def tiny(folder: Path, question: str) -> Path:
    path = folder / "tiny.yaml"
    path.write_text(HEAD + question, encoding="utf-8")
    return path


@pytest.mark.parametrize("source", PACKS, ids=lambda path: path.stem)
def test_every_point_of_the_shipped_packs_takes_an_alias_and_nothing_else_changes(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    path = tmp_path / source.name
    for question in load_pack(source).questions:
        for reading in question.readings:
            for point in (reading.points[0], reading.points[-1]):
                path.write_bytes(before)
                add_alias(path, question.id, reading.id, point.id, ALIAS)
                added = removed(path.read_bytes(), before)
                assert added.count(b"\n") == 1 + (not point.aliases)
                wanted = with_alias(question, reading.id, point.id, ALIAS)
                assert {one.id: one for one in load_pack(path).questions}[question.id] == wanted


# A point, in the forms that authors give it; and the end of the file once "it snows" is one of its aliases.
FORMS = {
    "comments": (
        "  - id: a\n    text: Because.\n    aliases: # some\n    - x y # first\n\n# end\n",
        "    aliases: # some\n    - x y # first\n    - it snows\n\n# end\n",
    ),
    "flow": (
        "  - id: a\n    text: Because.\n    aliases: [x y, 'z']  # two\n",
        "    aliases: [x y, 'z', it snows]  # two\n",
    ),
    "empty": (
        "  - id: a\n    text: Because.\n    aliases: []\n    weight: 2\n",
        "    aliases: [it snows]\n    weight: 2\n",
    ),
    "flow point": ("  - {id: a, text: Because.}\n", "  - {id: a, text: Because., aliases: [it snows]}\n"),
    "folded": (
        "  - id: a\n    text: >-\n      Because\n      of it.\n\n  # next\n  - {id: b, text: B}\n",
        "      of it.\n    aliases:\n      - it snows\n\n  # next\n  - {id: b, text: B}\n",
    ),
    "folded alias": (
        "  - id: a\n    text: Because.\n    aliases:\n      - >\n        why\n        so\n",
        "    aliases:\n      - >\n        why\n        so\n      - it snows\n",
    ),
    "no line end": ("  - id: a\n    text: Because.", "    text: Because.\n    aliases:\n      - it snows"),
}


@pytest.mark.parametrize(("point", "expected"), FORMS.values(), ids=FORMS)
def test_the_alias_takes_the_form_of_the_list(point: str, expected: str, tmp_path: Path) -> None:
    path = tiny(tmp_path, ASKED + point)
    before = path.read_bytes()
    add_alias(path, "q", "main", "a", "it snows")
    after = path.read_bytes()
    removed(after, before)
    assert after.decode().endswith(expected)
    assert load_pack(path).questions[0].points[0].aliases[-1] == "it snows"


def test_of_several_readings_the_named_one_gets_it(tmp_path: Path) -> None:
    readings = ("one", "main", "two")
    texts = [f"  - id: {name}\n    references: [{name}]\n    points: [{{id: a, text: {name}}}]\n" for name in readings]
    path = tiny(tmp_path, "- id: q\n  prompt: Why?\n  readings:\n" + "".join(texts))
    add_alias(path, "q", "main", "a", "it snows")
    aliases = [reading.points[0].aliases for reading in load_pack(path).questions[0].readings]
    assert aliases == [(), ("it snows",), ()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_whatever_the_alias_says_it_comes_back_or_is_refused(text: str, tmp_path: Path) -> None:
    path = tiny(tmp_path, QUESTION)
    before = path.read_bytes()
    refused = None
    try:
        add_alias(path, "q", "main", "a", text)
    except PackError as error:
        refused = str(error)
    if refused is not None:
        assert "\n" not in refused
        assert path.read_bytes() == before
    else:
        assert load_pack(path).questions[0].points[0].aliases == (one_line(text),)
        removed(path.read_bytes(), before)


def test_line_ends_mark_and_mode_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    before = b"\xef\xbb\xbf" + (HEAD + QUESTION).replace("\n", "\r\n").encode()
    path.write_bytes(before)
    path.chmod(0o640)
    add_alias(path, "q", "main", "a", "Größe ändert sich")
    point = b"    text: Because.\r\n"
    added = "    aliases:\r\n      - Größe ändert sich\r\n".encode()
    assert path.read_bytes() == before.replace(point, point + added)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["tiny.yaml"]


def test_characters_that_nobody_sees_stay_outside(tmp_path: Path) -> None:
    path = tiny(tmp_path, QUESTION)
    add_alias(path, "q", "main", "a", "it\x1b[31m\tsnows \u202ehere\ufeff, می\u200cخواهم")
    assert load_pack(path).questions[0].points[0].aliases == ("it [31m snows here , می\u200cخواهم",)


def test_an_alias_that_is_there_changes_nothing(tmp_path: Path) -> None:
    path = tiny(tmp_path, QUESTION)
    add_alias(path, "q", "main", "a", "it snows")
    before = path.read_bytes()
    add_alias(path, "q", "main", "a", " it  snows")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("other", "main", "a", "it snows"), "has no question 'other'"),
        (("q", "main", "z", "it snows"), "has no point 'z' in 'main'"),
        (("q", "second", "a", "it snows"), "has no point 'a' in 'second'"),
        (("q", "main", "a", " \n "), "an alias has 1 to 500 characters, this one 0"),
        (("q", "main", "a", "x" * 501), "this one 501"),
        (("q", "main", "a", "so"), "with the alias 'so', 'So.' says the point 'a' as well"),
        (("q", "main", "a", "why"), "says no more than the question does"),
    ],
)
def test_what_a_pack_cannot_take_is_refused_in_one_line(
    arguments: tuple[str, str, str, str], told: str, tmp_path: Path
) -> None:
    path = tiny(tmp_path, QUESTION)
    before = path.read_bytes()
    with pytest.raises(PackError) as caught:
        add_alias(path, *arguments)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_notes_in_markdown_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# 1. Why?\n\nBecause.\n", encoding="utf-8")
    with pytest.raises(PackError, match="only a pack of YAML takes an alias"):
        add_alias(path, "why", "main", "because", "so")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes wherever it likes")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    path = tiny(tmp_path, QUESTION)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PackError, match="cannot be written: Permission denied"):
            add_alias(path, "q", "main", "a", "it snows")
    finally:
        tmp_path.chmod(0o700)


def test_a_failed_write_leaves_the_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny(tmp_path, QUESTION)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackError, match="cannot be written: No space left on device"):
        add_alias(path, "q", "main", "a", "it snows")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["tiny.yaml"]


def test_the_effect_of_an_alias_on_labelled_answers() -> None:
    question = load_bank().get("model-drift")
    said = "the shop window attracts another crowd now"
    effect = alias_effect(question, "main", "data-drift-cause", said, [(said, "met")], grade_many)
    assert (effect.fixed, effect.broken) == ((said,), ())
    graded = [verdict for one in question.samples for name, verdict in one.verdicts if name == "data-drift-cause"]
    assert effect.tried == 1 + sum(verdict != "partial" for verdict in graded) > 4
    # The same words, where a person says that they do not make the point.
    worse = alias_effect(question, "main", "data-drift-cause", said, [(said, "unmet")], grade_many)
    assert (worse.fixed, worse.broken) == ((), (said,))
    with pytest.raises(KeyError):
        alias_effect(question, "main", "nothing", "x", [], grade_many)
