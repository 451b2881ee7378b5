"""A pack of questions and the bank of all packs: immutable, and independent of any file format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import PackError, UnknownQuestionError
from grader.types import Question

_COURSE_TAG = re.compile(r"seed:(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Pack:
    """The questions of one file. ``problems`` is what had to be left out of it, for the reader to be told.

    ``is_detected`` says that the file names no language, so that ``language`` is what its texts look like.
    """

    id: str
    title: str
    questions: tuple[Question, ...]
    subject: str = ""
    description: str = ""
    language: str = "en"
    licence: str = ""
    path: Path | None = None
    problems: tuple[PackError, ...] = ()
    is_detected: bool = False


@dataclass(frozen=True, slots=True)
class Bank:
    """All packs. Raises PackError where two packs share an id, or two questions of different packs do.

    >>> Bank(()).questions
    ()
    """

    packs: tuple[Pack, ...]
    questions: tuple[Question, ...] = field(init=False)
    _by_id: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _refuse_duplicates(self.packs)
        questions = _course_order(question for pack in self.packs for question in pack.questions)
        object.__setattr__(self, "questions", questions)
        object.__setattr__(self, "_by_id", {question.id: question for question in questions})

    def get(self, id: str) -> Question:
        """Return the question of this id. Raises UnknownQuestionError where no pack has one."""
        try:
            return self._by_id[id]
        except KeyError:
            shown = id if len(id) <= 80 else id[:77] + "..."
            raise UnknownQuestionError(f"no question has the id {shown!r}") from None

    def pack_of(self, question: Question) -> Pack:
        """Return the pack that ``question`` stands in. Raises UnknownQuestionError where none does."""
        for pack in self.packs:
            if any(one.id == question.id for one in pack.questions):
                return pack
        raise UnknownQuestionError(f"no pack has the question {question.id!r}")


def _course_order(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Order by the number in the tag ``seed:N``; what has none follows in the order of the files."""

    def number(question: Question) -> float:
        found = [match for tag in question.tags if (match := _COURSE_TAG.fullmatch(tag))]
        return int(found[0][1]) if found else float("inf")

    return tuple(sorted(questions, key=number))


def _refuse_duplicates(packs: Iterable[Pack]) -> None:
    pack_paths: dict[str, Path | None] = {}
    question_paths: dict[str, Path | None] = {}
    for pack in packs:
        path = str(pack.path) if pack.path is not None else None
        if pack.id in pack_paths:
            raise PackError(f"the pack {pack.id!r} is in {pack_paths[pack.id]} too", path, field="id")
        pack_paths[pack.id] = pack.path
        for question in pack.questions:
            if question.id in question_paths:
                raise PackError(
                    f"the question {question.id!r} is in {question_paths[question.id]} too", path, field="id"
                )
            question_paths[question.id] = pack.path
