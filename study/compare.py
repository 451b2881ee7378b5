"""Two answers side by side, and what another would earn: second tries, hints taken off, exact counterfactuals.

Nothing here does arithmetic on marks but for scaling the credit of points that hints were taken for: credits are added up by
``grader.score``, on the scale of the grader that gave them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from grader.engine import MAX_ANSWER_CHARS, grade_many, make_grade
from grader.exam.judging import offline_of, scale_of
from grader.score import add_up
from grader.types import Grade, Grader, Judgment, Point, Question, Reading, Verdict
from study.hints import HINT_SHARE

if TYPE_CHECKING:
    from study.records import AnswerRecord, HintUse

ChangeKind = Literal["gained", "lost", "better", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class PointChange:
    """What became of one point from one answer to another.

    ``gained`` and ``lost`` are for points that are met in one answer alone, ``better`` and ``worse`` for more or less credit
    without that, ``unknown`` where one of the two could not be judged. For a misconception the good direction is the other one: one
    that is gone is ``gained``. ``before`` is None where the earlier answer was read in another way, without this point.
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
        return self.score_after - self.score_before


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One earlier answer in a list: scores in 0..1, ``met`` and ``wanted`` as numbers of required points.

    Where a number of them is enough, ``wanted`` is that number, and ``met`` is never more.
    """

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
    confidence: int | None
    text: str
    current: bool


def aided(question: Question, grade: Grade, hints: Iterable[HintUse], grader: Grader | None = None) -> float:
    """Return what a grade counts with the hints taken off: the score itself without hints, never above it, in 0..1.

    A point that hints were taken for keeps ``HINT_SHARE`` of its credit, by the last step taken. ``grader`` is the one that gave
    the grade, None for the default one; its scale holds.
    """
    reading = question.reading(grade.reading_id)
    judgments = _taken_off(reading, grade.judgments, hints)
    if judgments == grade.judgments:
        return grade.score
    return min(grade.score, add_up(reading, judgments, scale_of(grader, reading)).score)


def _taken_off(reading: Reading, judgments: Sequence[Judgment], hints: Iterable[HintUse]) -> tuple[Judgment, ...]:
    """Scale the credit of the points that hints were taken for, each by the last step."""
    levels: dict[str, int] = {}
    for use in hints:
        levels[use.point_id] = max(use.level, levels.get(use.point_id, 0))
    # A hint takes nothing from an error, and taking from its credit would be a reward.
    helped = {point.id for point in reading.points if point.kind != "misconception"} & levels.keys()
    return tuple(
        replace(judgment, credit=judgment.credit * HINT_SHARE[levels[judgment.point_id] - 1])
        if judgment.credit is not None and judgment.point_id in helped
        else judgment
        for judgment in judgments
    )


def difference(question: Question, before: Grade, after: Grade) -> Difference:
    """Compare two grades of answers to one question, point by point."""
    reading = question.reading(after.reading_id)
    same = before.reading_id == after.reading_id
    earlier = {judgment.point_id: judgment for judgment in before.judgments} if same else {}
    later = {judgment.point_id: judgment for judgment in after.judgments}
    changes = tuple(
        _change(point, earlier.get(point.id), later[point.id]) for point in reading.points if point.id in later
    )
    return Difference(before.score, after.score, changes, same)


def _change(point: Point, before: Judgment | None, after: Judgment) -> PointChange:
    was, now = (None if before is None else before.credit), after.credit
    kind: ChangeKind
    if before is None or was is None or now is None:
        kind = "unknown"
    else:
        wrong = point.kind == "misconception"
        (old, new), (old_met, new_met) = (was, now), (before.verdict == "met", after.verdict == "met")
        if wrong:
            (old, new), (old_met, new_met) = (new, old), (new_met, old_met)
        if old_met != new_met:
            kind = "gained" if new_met else "lost"
        else:
            kind = "same" if old == new else "better" if new > old else "worse"
    return PointChange(point.id, None if before is None else before.verdict, was, after.verdict, now, kind)


def extended(answer: str, point: Point) -> str:
    """Return an answer with a point's wording added, on a line of its own."""
    return f"{answer.rstrip()}\n{point.text}" if answer.strip() else point.text


def would_earn(question: Question, grade: Grade, answer: str, grader: Grader | None = None) -> dict[str, float]:
    """Return, for each required or bonus point that is not met, the score that the answer would get with that point said too.

    It is no estimate, see ``longer_grades``. Points whose wording would make the answer longer than the engine takes are left out.
    """
    return {point_id: one.score for point_id, one in longer_grades(question, grade, answer, grader).items()}


def longer_grades(
    question: Question, grade: Grade, answer: str, grader: Grader | None = None, *, only: Collection[str] = ()
) -> dict[str, Grade]:
    """Return, for each required or bonus point that is not met, the grade of the answer with that point said too.

    For an offline grade it is the one that the grader gives to ``extended(answer, point)``. A model is not asked again: for a grade
    of its own, that point's judgment is taken from the extended answer as judged offline, and the whole added up anew.

    ``only`` names the points to look at, if it names any. Points whose wording would make the answer longer than the engine takes
    are left out.
    """
    reading = question.reading(grade.reading_id)
    met = {judgment.point_id for judgment in grade.judgments if judgment.verdict == "met"}
    longer = {
        point: extended(answer, point)
        for point in reading.points
        if point.kind != "misconception" and point.id not in met and (not only or point.id in only)
    }
    longer = {point: text for point, text in longer.items() if len(text) <= MAX_ANSWER_CHARS}
    if not longer:
        return {}
    offline = offline_of(grader)
    if offline is None or all(judgment.source == "offline" for judgment in grade.judgments):
        grades = grade_many(question, list(longer.values()), grader=grader if offline is None else offline)
        return {point.id: one for point, one in zip(longer, grades, strict=True)}
    scale = offline.calibration.profile(reading).scale
    judged = offline.judge_many(question, reading, list(longer.values()))
    return {
        point.id: make_grade(question, reading, text, _with(grade.judgments, point, judgments), scale, grade.signature)
        for (point, text), judgments in zip(longer.items(), judged, strict=True)
    }


def _with(judgments: Sequence[Judgment], point: Point, extended: Sequence[Judgment]) -> tuple[Judgment, ...]:
    """Return judgments with that of one point taken from those of the extended answer."""
    said = {judgment.point_id: judgment for judgment in extended}
    return tuple(said[point.id] if judgment.point_id == point.id else judgment for judgment in judgments)


def history_rows(question: Question, records: Sequence[AnswerRecord]) -> tuple[HistoryRow, ...]:
    """Return earlier answers for a list, the latest first; ``current`` says that the question is still the same."""
    rows = [_row(question, record) for record in records]
    return tuple(sorted(rows, key=lambda row: (row.at, row.answer_id), reverse=True))


def _row(question: Question, record: AnswerRecord) -> HistoryRow:
    answer, grade = record.answer, record.latest.grade
    met, wanted = _covered(question, grade)
    return HistoryRow(
        answer_id=answer.id,
        at=answer.at,
        mode=answer.mode,
        score=grade.score,
        low=grade.low,
        high=grade.high,
        aided_score=record.latest.aided_score,
        met=met,
        wanted=wanted,
        hints=len(answer.hints),
        duration_ms=answer.duration_ms,
        confidence=answer.confidence,
        text=answer.text,
        current=answer.question_version == question.version,
    )


def _covered(question: Question, grade: Grade) -> tuple[int, int]:
    """Count the required points that a grade says are met, and those wanted; of a reading that is gone, its judgments."""
    met = {judgment.point_id for judgment in grade.judgments if judgment.verdict == "met"}
    reading = next((reading for reading in question.readings if reading.id == grade.reading_id), None)
    if reading is None:
        return len(met), len(grade.judgments)
    required = [point for point in reading.points if point.kind == "required"]
    wanted = len(required)
    if reading.required_count is not None:
        wanted -= sum(map(reading.counted, required)) - reading.required_count
    return min(wanted, sum(point.id in met for point in required)), wanted
