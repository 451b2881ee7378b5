"""One alias more in a pack of YAML: the file keeps every other character, and is written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.types import Grade, Point, Question

GradeMany = Callable[[Question, Sequence[str]], list[Grade]]


@dataclass(frozen=True, slots=True)
class AliasEffect:
    """What an alias changes: labelled answers whose verdict on the point comes right (``fixed``) or goes wrong (``broken``)."""

    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    tried: int


def with_alias(question: Question, reading_id: str, point_id: str, text: str) -> Question:
    """Return the question with one alias more. Raises KeyError for a reading or point that it does not have."""
    raise NotImplementedError


def add_alias(path: Path, question_id: str, reading_id: str, point_id: str, text: str) -> None:
    """Add an alias to a point of a YAML pack; nothing else of the file changes.

    Raises PackError, and leaves the file as it is, where the file is no YAML pack, has no such point, or where the pack
    with the alias would break a rule of the linter that it kept before.
    """
    raise NotImplementedError


def alias_effect(
    question: Question, reading_id: str, point: Point, text: str, labelled: Sequence[tuple[str, str]], grade: GradeMany
) -> AliasEffect:
    """Tell what an alias changes on answers whose verdict for the point is known.

    ``labelled`` are answers with the verdict that a person gives: the question's own samples are added to them.
    """
    raise NotImplementedError
