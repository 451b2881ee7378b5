"""The queries behind study.progress. Everything is added up in the database, so what comes back grows with weeks, not answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta, tzinfo
from itertools import pairwise

from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, func, literal, select, type_coerce, union_all
from sqlalchemy.engine import Connection

from study.confidence import Tally
from study.days import day_end, day_start
from study.progress_records import DayTime, DisputedPoint, WeekScore
from study.records import PointRef
from study.tables import DAY, EPOCH, MICROSECOND, answers, disputes, grades, judgments

_NONE = "[]"
_MINUTE_MS = 60_000
LONGEST_MS = 15 * _MINUTE_MS
"""An answer counts with at most so much time: a page left open overnight is no study."""


def count_answers(connection: Connection, learner: str) -> int:
    """Return how many answers a learner gave."""
    found = connection.scalar(select(func.count()).select_from(answers).where(answers.c.learner == learner))
    return int(found or 0)


def days(
    connection: Connection, learner: str, over: Sequence[date], zone: tzinfo, starts_at: int
) -> tuple[DayTime, ...]:
    """Return what was done on those of the days ``over`` (successive, oldest first) on which something was, oldest first."""
    place, within = _buckets([(day, day) for day in over], zone, starts_at)
    time = func.sum(case((answers.c.duration_ms > LONGEST_MS, LONGEST_MS), else_=answers.c.duration_ms))
    rows = connection.execute(
        select(place.label("place"), func.count(), func.coalesce(time, 0))
        .where(answers.c.learner == learner, *within)
        .group_by("place")
        .order_by("place")
    )
    return tuple(DayTime(over[place], count, float(spent) / _MINUTE_MS) for place, count, spent in rows)


def weeks(
    connection: Connection, learner: str, over: Sequence[date], zone: tzinfo, starts_at: int
) -> dict[str, tuple[WeekScore, ...]]:
    """Return the mean scores of the weeks that begin on the days ``over`` (successive, oldest first), by question."""
    place, within = _buckets([(day, day + timedelta(days=6)) for day in over], zone, starts_at)
    rows = connection.execute(
        select(
            answers.c.question_id,
            place.label("place"),
            func.count(),
            func.avg(grades.c.score),
            func.avg(grades.c.low),
            func.avg(grades.c.high),
        )
        .join(grades, (grades.c.answer_id == answers.c.id) & grades.c.is_latest)
        .where(answers.c.learner == learner, *within, *_whole_first_tries())
        .group_by(answers.c.question_id, "place")
        .order_by(answers.c.question_id, "place")
    )
    found: dict[str, list[WeekScore]] = defaultdict(list)
    for question, place, count, score, low, high in rows:
        found[question].append(WeekScore(over[place], count, score, min(low, score), max(high, score)))
    return {question: tuple(parts) for question, parts in found.items()}


def confidence(connection: Connection, learner: str, limit: int) -> tuple[Tally, ...]:
    """Return, for each confidence named with the last ``limit`` first tries, the sums of the powers of what they earned.

    That is what a whole question counted, hints taken off; of an answer to some points, their mean credit. Where hints were taken
    for some points only, or none of them could be judged, the answer is left out.
    """
    chosen = (
        select(answers.c.id, answers.c.confidence, answers.c.focus, answers.c.hints)
        .where(answers.c.learner == learner, answers.c.confidence.is_not(None), answers.c.mode != "again")
        .order_by(answers.c.at.desc(), answers.c.seq.desc())
        .limit(limit)
        .cte("chosen")
    )
    focus = cast(chosen.c.focus, Text)
    latest = (grades.c.answer_id == chosen.c.id) & grades.c.is_latest
    whole = select(chosen.c.confidence, grades.c.aided_score.label("earned")).join(grades, latest).where(focus == _NONE)
    # Names stand in the list in quotes; where it becomes shorter without one, it held it.
    is_asked = func.length(func.replace(focus, '"' + judgments.c.point_id + '"', "")) < func.length(focus)
    parts = (
        select(chosen.c.confidence, func.avg(judgments.c.credit).label("earned"))
        .join(grades, latest)
        .join(judgments, (judgments.c.answer_id == grades.c.answer_id) & (judgments.c.number == grades.c.number))
        .where(focus != _NONE, cast(chosen.c.hints, Text) == _NONE, is_asked, judgments.c.credit.is_not(None))
        .group_by(chosen.c.id, chosen.c.confidence)
    )
    found = union_all(whole, parts).subquery()
    earned = found.c.earned
    powers = (earned, earned * earned, earned * earned * earned, earned * earned * earned * earned)
    rows = connection.execute(
        select(found.c.confidence, func.count(), *map(func.sum, powers))
        .group_by(found.c.confidence)
        .order_by(found.c.confidence)
    )
    return tuple(Tally(*row) for row in rows)


def disputed(connection: Connection, learner: str, limit: int) -> tuple[DisputedPoint, ...]:
    """Return the points with the most disputes that stand, most first; of equal ones the one disputed last."""
    ref = (disputes.c.question_id, disputes.c.reading_id, disputes.c.point_id)
    count, last = func.count(), func.max(disputes.c.at)
    rows = connection.execute(
        select(*ref, count, last)
        .where(disputes.c.learner == learner, disputes.c.withdrawn_at.is_(None))
        .group_by(*ref)
        .order_by(count.desc(), last.desc(), *ref)
        .limit(limit)
    )
    return tuple(DisputedPoint(PointRef(*names), number, at) for *names, number, at in rows)


def _whole_first_tries() -> tuple[ColumnElement[bool], ...]:
    return answers.c.mode != "again", cast(answers.c.focus, Text) == _NONE


def _buckets(
    spans: Sequence[tuple[date, date]], zone: tzinfo, starts_at: int
) -> tuple[ColumnElement[int], tuple[ColumnElement[bool], ...]]:
    """Return which of ``spans`` (first and last day; successive, equally long) an answer fell into, and the bounds of all.

    Between two changes of the clocks spans have one length, so counting is a division; each change begins a run of its own.
    """
    starts = [(day_start(first, zone, starts_at) - EPOCH) // MICROSECOND for first, _ in spans]
    starts.append((day_end(spans[-1][1], zone, starts_at) - EPOCH) // MICROSECOND)
    width = ((spans[0][1] - spans[0][0]).days + 1) * DAY
    at = type_coerce(answers.c.at, BigInteger)
    # From the last to the first: the first one that begins before the answer is the one that it fell into.
    runs: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []
    is_open = False
    for place, (start, end) in enumerate(pairwise(starts)):
        is_regular = end - start == width
        if not is_regular:
            runs.append((at >= start, literal(place)))
        elif not is_open:
            runs.append((at >= start, place + (at - start) // width))
        is_open = is_regular
    return case(*reversed(runs)), (at >= starts[0], at < starts[-1])
