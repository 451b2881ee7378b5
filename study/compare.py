"""Two answers side by side, and what another would earn: second tries, hints taken off, exact counterfactuals.

Nothing here does arithmetic on marks but for scaling the credit of points that hints were taken for: credits are added up by
``grader.score``, on the scale of the grader that gave them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from grader.types import Grade, Grader, Point, Question, Reading, Verdict

if TYPE_CHECKING:
    from grader.scale import Scale
    from study.records import AnswerRecord, HintUse

ChangeKind = Literal["gained", "lost", "better", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class PointChange:
    """What became of one point from one answer to another.

    ``gained`` and ``lost`` are for points that are met in one answer alone, ``better`` and ``worse`` for more or less credit without
    that, ``unknown`` where one of the two could not be judged. For a misconception the good direction is the other one: one that is
    gone is ``gained``. ``before`` is None where the earlier answer was read in another way, without this point.
    """

    point_id: str
    before: Verdict | None
    before_credit: float | None
    after: Verdict
    after_credit: float | None
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class Difference:
    """Two grades of answers to one question: the scores (0..1) and the points, in the order of the later answer's reading.

    ``same_reading`` is False where the question was read in two ways, so that points cannot be compared.
    """

    score_before: float
    score_after: float
    points: tuple[PointChange, ...]
    same_reading: bool = True

    @property
    def change(self) -> float:
        """How much the score rose, from -1 to 1."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One earlier answer in a list: scores in 0..1, ``met`` and ``wanted`` as numbers of required points."""

    answer_id: str
    at: datetime
    mode: str
    score: float
    low: float
    high: float
    aided_score: float
    met: int
    wanted: int
    hints: int
    duration_ms: int | None
    confidence: float | None
    text: str
    current: bool


def aided(question: Question, grade: Grade, hints: Iterable[HintUse], grader: Grader | None = None) -> float:
    """Return what a grade counts with the hints taken off: the score itself without hints, never above it, in 0..1.

    A point that hints were taken for keeps ``HINT_SHARE`` of its credit, by the last step taken. ``grader`` is the one that gave the
    grade, None for the default one; its scale holds.
    """
    raise NotImplementedError


def scale_of(grader: Grader | None, reading: Reading) -> Scale:
    """Return the scale on which a grader puts what the points of a reading add up to; None is the default grader."""
    raise NotImplementedError


def difference(question: Question, before: Grade, after: Grade) -> Difference:
    """Compare two grades of answers to one question, point by point."""
    raise NotImplementedError


def extended(answer: str, point: Point) -> str:
    """Return an answer with a point's wording added, on a line of its own."""
    raise NotImplementedError


def would_earn(question: Question, grade: Grade, answer: str, grader: Grader | None = None) -> dict[str, float]:
    """Return, for each required or bonus point that is not met, the score that the answer would get with that point said too.

    It is no estimate. For an offline grade it is the score that the grader gives to ``extended(answer, point)``. A model is not
    asked again: for a grade of its own, that point's judgment is taken from the extended answer as judged offline, and the whole
    added up anew. Points whose wording would make the answer longer than the engine takes are left out.
    """
    raise NotImplementedError


def history_rows(question: Question, records: Sequence[AnswerRecord]) -> tuple[HistoryRow, ...]:
    """Return earlier answers for a list, the latest first; ``current`` says that the question is still the same."""
    raise NotImplementedError
