"""The figures of the page of progress the obvious way: every answer and every review of the learner, added up in Python.

It is what study.progress is measured against, and by its plainness what it is checked against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from statistics import fmean

from grader.types import Question
from study.agenda import by_question
from study.confidence import reliability, tally
from study.days import day_of
from study.memory import Memory
from study.progress import DAYS, MOST_DISPUTED, RECENT, WEEKS, YEAR, memories, streak
from study.progress_queries import LONGEST_MS
from study.progress_records import DayTime, DisputedPoint, Progress, WeekScore
from study.records import AnswerRecord, Dispute, PointRef
from study.store import Store


def read_all(
    store: Store,
    questions: Mapping[str, Question],
    learner: str,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
    *,
    starts_at: int = 4,
) -> Progress:
    """Return what ``study.progress.read`` returns, from all rows: answers with every grade, and the reviews for the cards."""
    with store.reading() as tx:
        records = tuple(tx.answers(learner))
        reviews = tx.active_reviews(learner)
        disputes = tx.disputes(learner)
        proposals = tx.proposals(learner, "proposed")
    today = day_of(now, zone, starts_at)
    days = _days(records, today, zone, starts_at)
    played = by_question(questions, memory.rebuild(reviews).values())
    return Progress(
        answers=len(records),
        points=memories([card for mine in played.values() for card in mine], memory, now),
        scores=_weeks(records, today, zone, starts_at),
        days=_shown(days, today),
        streak=streak(days, today),
        confidence=reliability(tally(_sure(records))),
        disputed=_disputed(disputes),
        proposals=proposals,
    )


def _days(records: Iterable[AnswerRecord], today: date, zone: tzinfo, starts_at: int) -> dict[date, DayTime]:
    spent: dict[date, list[int]] = defaultdict(list)
    for record in records:
        day = day_of(record.answer.at, zone, starts_at)
        if 0 <= (today - day).days < YEAR:
            spent[day].append(min(record.answer.duration_ms or 0, LONGEST_MS))
    return {day: DayTime(day, len(times), sum(times) / 60_000) for day, times in sorted(spent.items())}


def _shown(days: Mapping[date, DayTime], today: date) -> tuple[DayTime, ...]:
    first = min(days, default=today)
    last = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return tuple(days.get(day, DayTime(day, 0, 0.0)) for day in last if day >= first)


def _weeks(
    records: Iterable[AnswerRecord], today: date, zone: tzinfo, starts_at: int
) -> dict[str, tuple[WeekScore, ...]]:
    monday = today - timedelta(days=today.weekday())
    found: dict[str, dict[date, list[AnswerRecord]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        day = day_of(record.answer.at, zone, starts_at)
        week = day - timedelta(days=day.weekday())
        is_shown = 0 <= (monday - week).days < 7 * WEEKS
        if is_shown and record.answer.mode != "again" and not record.answer.focus:
            found[record.answer.question_id][week].append(record)
    return {
        question: tuple(_week(week, answers) for week, answers in sorted(weeks.items()))
        for question, weeks in sorted(found.items())
    }


def _week(start: date, records: Sequence[AnswerRecord]) -> WeekScore:
    grades = [record.latest.grade for record in records]
    return WeekScore(
        start,
        len(grades),
        fmean(grade.score for grade in grades),
        fmean(grade.low for grade in grades),
        fmean(grade.high for grade in grades),
    )


def _sure(records: Sequence[AnswerRecord]) -> Iterable[tuple[int, float]]:
    named = [record for record in records if record.answer.confidence is not None and record.answer.mode != "again"]
    for record in named[-RECENT:]:
        answer, latest = record.answer, record.latest
        earned = [
            judgment.credit
            for judgment in latest.grade.judgments
            if judgment.point_id in answer.focus and judgment.credit is not None
        ]
        if not answer.focus:
            yield answer.confidence or 0, latest.aided_score
        elif earned and not answer.hints:
            yield answer.confidence or 0, fmean(earned)


def _disputed(disputes: Iterable[Dispute]) -> tuple[DisputedPoint, ...]:
    by_ref: dict[PointRef, list[datetime]] = defaultdict(list)
    for one in disputes:
        by_ref[one.ref].append(one.at)
    found = [DisputedPoint(ref, len(times), max(times)) for ref, times in by_ref.items()]
    found.sort(key=lambda one: one.ref)
    found.sort(key=lambda one: (one.disputes, one.last), reverse=True)
    return tuple(found[:MOST_DISPUTED])
