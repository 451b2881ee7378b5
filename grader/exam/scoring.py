"""What a question counts once its follow-ups are over, and what the exam counts: credits scaled, and added up by ``grader.score``.

A point keeps what it earned in the first answer. What a reply adds counts by the number of probes about that point so far, at least
one in a reply to any probe, and only where the reply itself holds evidence: a longer text alone earns nothing. What a reply denies
is lost. In the reply to a challenge nobody has helped, so what it adds to points that no probe was about counts in full.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.exam.judging import said_so_far
from grader.exam.probes import missing
from grader.exam.said import Said
from grader.exam.types import ExamSetup, Outcome, PointMark, QuestionMark, Record, Turn, TurnEvidence
from grader.scale import Scale
from grader.score import Total, add_up
from grader.types import DENIED, Evidence, Grade, Judgment, Point, Question, Reading


@dataclass(frozen=True, slots=True)
class _Course:
    """How a point fared: the judgment that its credit comes from, what of it counts, and what was found of it last."""

    best: Judgment
    counts: float | None
    found: float | None


def mark(question: Question, record: Record, setup: ExamSetup, scale: Scale) -> QuestionMark:
    """Return the mark of a question whose turns are over. One that nothing was graded of has nothing said: it counts zero."""
    if record.reading_id is None or not record.grades:
        return QuestionMark(0.0, 0.0, 0.0, 0.0, ())
    reading = question.reading(record.reading_id)
    said = said_so_far(record)
    judgments, points = [], []
    for point in reading.points:
        course = _course(point, record, said, setup)
        first = _of(record.grades[0][1], point)
        outcome = _outcome(record, point)
        counts = course.counts
        if outcome == "withdrawn" and counts is not None:
            counts *= 1.0 - setup.withdrawal_cost
        kept = course.best.evidence if counts else ()
        verdict = course.best.verdict if counts or counts is None or course.best.verdict == "unmet" else "unmet"
        judgments.append(replace(course.best, verdict=verdict, credit=counts, evidence=kept))
        points.append(
            PointMark(
                point.id,
                point.kind,
                verdict,
                first.credit,
                counts,
                tuple(TurnEvidence(turn, *_passage(part)) for turn, part in said.located(kept)),
                course.best.reason,
                course.best.source,
                sum(turn.kind == "probe" and turn.point_id == point.id for turn in record.turns),
                outcome,
            )
        )
    total = _total(reading, judgments, record, scale)
    last = record.grades[-1][1]
    flags = (*last.flags, *(("too_long",) if said.is_cut else ()))
    return QuestionMark(
        total.score,
        total.low,
        total.high,
        record.grades[0][1].score,
        tuple(_with_worth(reading, judgments, points, total, scale)),
        flags,
        last.notes,
        last.signature,
    )


def _passage(part: Evidence) -> tuple[int, int, str, str, float]:
    return part.start, part.end, part.quote, part.matcher, part.strength


def _of(grade: Grade, point: Point) -> Judgment:
    return next(judgment for judgment in grade.judgments if judgment.point_id == point.id)


def _outcome(record: Record, point: Point) -> Outcome | None:
    challenged = any(turn.kind == "challenge" and turn.point_id == point.id for turn in record.turns)
    return record.outcome if challenged else None


def _course(point: Point, record: Record, said: Said, setup: ExamSetup) -> _Course:
    """Follow a point through the grades of a question."""
    course: _Course | None = None
    for number, grade in record.grades:
        judgment = _of(grade, point)
        if course is None:
            course = _Course(judgment, judgment.credit, judgment.credit)
            continue
        if judgment.credit is None:
            continue
        turn = record.turns[number]
        known, counts = course.found or 0.0, course.counts or 0.0
        if course.found is None and not judgment.credit:
            course = _Course(judgment, judgment.credit, judgment.credit)
        elif judgment.credit > known:
            if any(where == number for where, _ in said.located(judgment.evidence)):
                gained = (judgment.credit - known) * _share(point, record, number, setup)
                course = _Course(judgment, counts + gained, judgment.credit)
        elif judgment.credit < known and judgment.reason == DENIED and not _is_disputed(turn, point):
            course = _Course(judgment, counts * judgment.credit / known, judgment.credit)
    assert course is not None
    return course


def _is_disputed(turn: Turn, point: Point) -> bool:
    """Say whether a turn disputes a point: what is said of it there is read by the challenge alone."""
    return turn.kind == "challenge" and turn.point_id == point.id


def _share(point: Point, record: Record, number: int, setup: ExamSetup) -> float:
    """Return what a point counts that is earned in this turn."""
    if point.kind == "misconception":
        return 1.0  # an error is no smaller for having been asked about
    about = sum(turn.kind == "probe" and turn.point_id == point.id for turn in record.turns[: number + 1])
    probes = max(about, int(record.turns[number].kind == "probe"))
    if not probes:
        return 1.0
    return setup.probe_shares[min(probes, len(setup.probe_shares)) - 1] if setup.probe_shares else 0.0


def _total(reading: Reading, judgments: Sequence[Judgment], record: Record, scale: Scale) -> Total:
    """Add up what counts; the interval is as much wider than the scale's own as the grader made that of its grade."""
    last = record.grades[-1][1]
    if all(not (turn.said or "").strip() for turn in record.turns):
        return Total(0.0, 0.0, 0.0, raw=0.0)
    own = add_up(reading, last.judgments, scale)
    total = add_up(reading, judgments, scale)
    low = max(0.0, round(total.low - max(0.0, own.low - last.low), 4))
    high = min(1.0, round(total.high + max(0.0, last.high - own.high), 4))
    return replace(total, low=low, high=high)


def _with_worth(
    reading: Reading, judgments: Sequence[Judgment], points: Sequence[PointMark], total: Total, scale: Scale
) -> list[PointMark]:
    """Add what each point would still be worth, and whether it is wanted at all."""
    by_id = {judgment.point_id: judgment for judgment in judgments}
    wanted = {point.id for point in missing(reading, by_id)}
    nowhere = Evidence(0, 0, "", "assumed", 1.0)
    found = []
    for mark_of in points:
        is_short = mark_of.credit is None or mark_of.credit < 1.0
        full = {**by_id, mark_of.point_id: Judgment(mark_of.point_id, "met", 1.0, (nowhere,))}
        worth = 0.0
        if mark_of.kind == "required" and is_short:
            worth = max(0.0, round(add_up(reading, list(full.values()), scale).score - total.score, 4))
        is_wanted = mark_of.kind == "required" and (mark_of.point_id in wanted or mark_of.verdict == "met")
        found.append(replace(mark_of, worth=worth, wanted=is_wanted))
    return found


@dataclass(frozen=True, slots=True)
class ExamScore:
    """The score of an exam in 0..1 with its 90 % interval; ``asked`` over the questions asked alone."""

    score: float
    low: float
    high: float
    unaided: float
    asked: float | None


def exam_score(marks: Sequence[float], settled: Sequence[QuestionMark | None]) -> ExamScore:
    """Return the score of an exam: the mean over its questions, by their marks.

    A question that was never asked, since time or the exam ended, counts as nothing said. The interval: the errors of different
    questions are taken as independent, so the distances from score to bound add up as squares, each side for itself.

    >>> half = QuestionMark(0.5, 0.3, 0.7, 0.5, ())
    >>> found = exam_score([10.0, 10.0], [half, half])
    >>> found.score, round(found.low, 3), round(found.high, 3)
    (0.5, 0.359, 0.641)
    """
    whole = math.fsum(marks)
    pairs = [(share / whole, one) for share, one in zip(marks, settled, strict=True) if one is not None]
    score = math.fsum(share * one.score for share, one in pairs)
    below = math.sqrt(math.fsum((share * (one.score - one.low)) ** 2 for share, one in pairs))
    above = math.sqrt(math.fsum((share * (one.high - one.score)) ** 2 for share, one in pairs))
    asked = math.fsum(share for share, _ in pairs)
    score = min(1.0, score)
    return ExamScore(
        round(score, 4),
        round(max(0.0, score - below), 4),
        round(min(1.0, score + above), 4),
        round(math.fsum(share * one.unaided for share, one in pairs), 4),
        round(min(1.0, score / asked), 4) if asked else None,
    )
