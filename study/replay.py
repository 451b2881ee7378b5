"""Past answers under another calibration, prompt or model: which disputes that settles, which it breaks, what moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from grader.types import Grade, Grader, Question

if TYPE_CHECKING:
    from study.records import Dispute
    from study.store import Store
    from study.trainer import Trainer

Fate = Literal["settled", "broken", "kept", "open", "unknown"]


@dataclass(frozen=True, slots=True)
class DisputeFate:
    """What becomes of a dispute: ``settled`` (met now, not before), ``broken`` (met before, not now), ``kept`` (met both
    times), ``open`` (neither time), ``unknown`` (one of the two did not judge the point)."""

    dispute: Dispute
    fate: Fate


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer whose score, in 0..1, is another now."""

    answer_id: str
    question_id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that could not be graded again, and why."""

    answer_id: str
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What grading all past answers again says. ``grades`` are the new grades by answer; ``reworded`` counts answers to an
    earlier version of their question, which are graded by the present one; ``gone`` names questions that no pack has any more,
    with the number of answers to each."""

    answers: int
    disputes: tuple[DisputeFate, ...]
    moved: tuple[Moved, ...]
    reworded: int
    gone: tuple[tuple[str, int], ...]
    failed: tuple[Failed, ...]
    grades: tuple[tuple[str, Grade], ...]
    signatures: tuple[str, ...]


def replay(
    store: Store,
    questions: Mapping[str, Question],
    new: Grader,
    old: Grader | None = None,
    *,
    learner: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReplayReport:
    """Grade all past answers with ``new``, and compare with their latest grades, or with what ``old`` says. Writes nothing."""
    raise NotImplementedError


def apply(trainer: Trainer, report: ReplayReport, *, now: datetime) -> int:
    """Add the new grades to their answers; return how many. Twice adds them once."""
    raise NotImplementedError
