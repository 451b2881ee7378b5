"""Plain Markdown as a pack: question headings with the answer below each, as in anyone's own notes.

A heading such as ``### 1. What is drift?`` is a question; its number becomes the tag ``number:1``. Headings
above that level give the title and topics, headings below it belong to the answer. Points come from the list
items, bold terms and sentences of the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.bank.files import read_text
from grader.bank.marks import strip_marks
from grader.bank.outline import question_from_reference
from grader.bank.pack import Pack
from grader.bank.slug import slugify, unique
from grader.errors import InputError, PackError
from grader.language import detect
from grader.types import Question

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>.*?))?[ \t]*#*[ \t]*")
_FENCE = re.compile(r"\s*(```|~~~)")
_NUMBERED = re.compile(r"(?:Q(?:uestion)?\s*)?(?P<number>\d{1,6})\s*[.):]\s+(?P<prompt>.+)", re.I)
_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
_PREFACE_CHARS = 500


@dataclass(slots=True)
class _Section:
    """A heading and the lines below it, up to the next heading."""

    line: int
    level: int
    title: str
    body: list[str]

    @property
    def asks(self) -> bool:
        """Say whether the heading reads like a question."""
        return self.title.endswith("?") or _NUMBERED.fullmatch(self.title) is not None


def load_markdown(path: Path) -> Pack:
    """Return the pack of a Markdown file; see parse_markdown. Raises PackError where it has no question at all."""
    return parse_markdown(read_text(path), path)


def parse_markdown(text: str, path: Path, language: str | None = None) -> Pack:
    r"""Return the pack in a Markdown text; a question that cannot be asked is left out and named in its ``problems``.

    Without a ``language`` it is detected.

    Raises PackError where no question is left.

    >>> pack = parse_markdown("### 7. Why test?\n- To find faults early.", Path("notes.md"))
    >>> pack.id, pack.questions[0].prompt, pack.questions[0].tags
    ('notes', 'Why test?', ('number:7',))
    """
    sections = list(_sections(repair_mojibake(text)))
    level = _question_level(sections)
    known = (
        language or detect("\n".join(line for section in sections for line in (section.title, *section.body))).language
    )
    if level is None:
        raise PackError("has no question headings, such as '### 1. What is drift?' with the answer below", str(path), 1)
    title, topic, preface = "", "", ""
    questions: list[Question] = []
    problems: list[PackError] = []
    taken: set[str] = set()
    for section in _joined(sections, level):
        if section.level < level:
            if title or questions:
                topic = strip_marks(section.title)
            else:
                title, preface = strip_marks(section.title), "\n".join(section.body).strip()
            continue
        try:
            question = _question(section, topic, known)
        except InputError as error:
            field = f"question {len(questions) + len(problems) + 1}"
            problems.append(PackError(f"{error} ({section.title[:60]!r})", str(path), section.line, field))
            continue
        questions.append(_with_id(question, unique(question.id, taken)))
    if not questions:
        raise problems[0]
    return Pack(
        id=slugify(path.stem, default="notes"),
        title=title or path.stem,
        questions=tuple(questions),
        description=strip_marks(preface)[:_PREFACE_CHARS],
        language=known,
        path=path,
        problems=tuple(problems),
        is_detected=language is None,
    )


def has_question_headings(text: str) -> bool:
    """Say whether a Markdown text is meant as a pack: one of its headings is numbered or ends in a question mark."""
    return any(section.asks for section in _sections(text))


def repair_mojibake(text: str) -> str:
    """Mend UTF-8 that was once read as Windows-1252, where a run of characters can have come about in no other way.

    >>> repair_mojibake("the teacher\u00e2\u20ac\u2122s caf\u00c3\u00a9, na\u00efve")
    'the teacher’s café, naïve'
    """
    return _FOREIGN.sub(lambda match: _repair(match.group()), text)


def _repair(run: str) -> str:
    try:
        # Five bytes mean nothing in Windows-1252; readers of old pass them through as control characters.
        return b"".join(char.encode("latin-1" if char < "\u00a0" else "cp1252") for char in run).decode("utf-8")
    except UnicodeError:
        return run


def _sections(text: str) -> Iterator[_Section]:
    """Cut a text at its headings; what stands before the first one is dropped."""
    current: _Section | None = None
    fence: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _FENCE.match(line)
        if mark and fence in {None, mark[1]}:
            fence = mark[1] if fence is None else None
        heading = _HEADING.fullmatch(line) if fence is None else None
        if heading:
            if current is not None:
                yield current
            current = _Section(number, len(heading["marks"]), (heading["title"] or "").strip(), [])
        elif current is not None:
            current.body.append(line)
    if current is not None:
        yield current


def _question_level(sections: list[_Section]) -> int | None:
    """Return the level on which most questions stand: headings that ask, or else the commonest level of all."""
    levels = Counter(section.level for section in sections if section.asks)
    levels = levels or Counter(section.level for section in sections)
    return max(levels, key=lambda level: (levels[level], level)) if levels else None


def _joined(sections: list[_Section], level: int) -> Iterator[_Section]:
    """Put sections below the question's level back into the answer that they are a part of."""
    current: _Section | None = None
    for section in sections:
        if section.level > level and current is not None:
            current.body.extend([f"{'#' * section.level} {section.title}", *section.body])
            continue
        if current is not None:
            yield current
        current = section
    if current is not None:
        yield current


def _question(section: _Section, topic: str, language: str) -> Question:
    numbered = _NUMBERED.fullmatch(section.title)
    prompt = strip_marks(numbered["prompt"] if numbered else section.title).strip()
    answer = "\n".join(section.body)
    if not prompt:
        raise InputError("the heading has no question in it")
    if not re.search(r"\w", answer):
        raise InputError("has no answer below it")
    return question_from_reference(
        prompt,
        [answer],
        id=slugify(prompt, words=10, default="question"),
        language=language,
        topic=topic,
        tags=(f"number:{int(numbered['number'])}",) if numbered else (),
    )


def _with_id(question: Question, id: str) -> Question:
    if question.id == id:
        return question
    return Question(id, question.prompt, question.readings, question.topic, question.tags, question.language)
