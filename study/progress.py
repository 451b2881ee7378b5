"""What a learner's past says: memory by point, scores, time, days, disputes. The database adds up; what arrives is small.

``read`` makes everything that the page of progress shows, in one read transaction. Shares are fractions in 0..1, times are
in minutes, days are the learner's own (see study.days), weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from study.agenda import by_question
from study.confidence import reliability
from study.days import day_of
from study.memory import REVIEW
from study.progress_records import DayTime, PointMemory, Progress, Streak, WeekScore
from study.records import CardState

if TYPE_CHECKING:
    from grader.types import Question
    from study.memory import Memory
    from study.store import Store

WEEKS = 26
DAYS = 60
YEAR = 366
"""So many days back are looked at for days in a row."""
MOST_DISPUTED = 5
WEAK = 0.95
"""From this chance of recall on no point is called weak."""
RECENT = 500
"""Over- and underconfidence are of now: so many answers back are looked at."""


def read(
    store: Store,
    questions: Mapping[str, Question],
    learner: str,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
    *,
    starts_at: int = 4,
) -> Progress:
    """Read a learner's progress with ``questions`` as of ``now`` (aware). Days begin at ``starts_at`` o'clock.

    Points are those in play (see study.agenda.in_play): what is gone from the packs is left out, and so is what a count of points
    ("any 5 of") does not need. Raises StoreError.

    Scores and confidence are those of whole questions at the first try: an answer to a part of a question is not to be measured
    by all of it, and a second try was written with the first one's points in view.
    """
    from study import progress_queries as queries

    today = day_of(now, zone, starts_at)
    weeks = [today - timedelta(days=today.weekday(), weeks=back) for back in range(WEEKS - 1, -1, -1)]
    with store.reading() as tx:
        answers = queries.count_answers(tx.connection, learner)
        studied = queries.days(tx.connection, learner, _days(today, YEAR), zone, starts_at)
        scores = queries.weeks(tx.connection, learner, weeks, zone, starts_at)
        confidence = queries.confidence(tx.connection, learner, RECENT)
        disputed = queries.disputed(tx.connection, learner, MOST_DISPUTED)
        cards = tx.cards(learner)
        proposals = tx.proposals(learner, "proposed")
    played = [card for mine in by_question(questions, cards).values() for card in mine]
    return Progress(
        answers=answers,
        points=memories(played, memory, now),
        scores=scores,
        days=_shown(studied, today),
        streak=streak([one.day for one in studied], today),
        confidence=reliability(confidence),
        disputed=disputed,
        proposals=proposals,
    )


def memories(cards: Iterable[CardState], memory: Memory, now: datetime) -> tuple[PointMemory, ...]:
    """Return what is remembered of each reviewed point at ``now``, in the order of the cards."""
    return tuple(
        PointMemory(
            card.ref,
            memory.retrievability(card, now),
            card.stability,
            card.due,
            card.last_review,
            card.reps,
            card.lapses,
            card.state != REVIEW,
        )
        for card in cards
        if card.stability is not None and card.last_review is not None
    )


def by_week(
    scores: Mapping[str, Sequence[WeekScore]], questions: Collection[str] | None = None
) -> tuple[WeekScore, ...]:
    """Add the weeks of several questions up (of all where none are named), oldest first; weeks without answers are left out."""
    weeks: dict[date, list[WeekScore]] = {}
    for question, parts in scores.items():
        if questions is None or question in questions:
            for part in parts:
                weeks.setdefault(part.start, []).append(part)
    return tuple(_together(start, parts) for start, parts in sorted(weeks.items()))


def _together(start: date, parts: Sequence[WeekScore]) -> WeekScore:
    answers = sum(part.answers for part in parts)
    score, low, high = (
        sum(part.answers * value for part, value in zip(parts, values, strict=True)) / answers
        for values in (
            [part.score for part in parts],
            [part.low for part in parts],
            [part.high for part in parts],
        )
    )
    return WeekScore(start, answers, score, min(low, score), max(high, score))


def weakest(points: Iterable[PointMemory], count: int = 5) -> tuple[PointMemory, ...]:
    """Return the points that were missed the last time, then those with the lowest chance of recall below ``WEAK``: one a question.

    Of equal ones the one that was forgotten more often comes first.
    """
    found: dict[str, PointMemory] = {}
    for point in sorted(points, key=lambda point: (not point.missed, point.retrievability, -point.lapses, point.ref)):
        if point.missed or point.retrievability < WEAK:
            found.setdefault(point.ref.question_id, point)
    return tuple(found.values())[:count]


def streak(studied: Iterable[date], today: date, of: int = DAYS) -> Streak:
    """Return the days in a row up to ``today``. A day that is not over yet breaks nothing.

    >>> streak([date(2026, 3, 1), date(2026, 3, 2)], date(2026, 3, 3))
    Streak(days=2, today=False, studied=2, of=60)
    """
    known = set(studied)
    day = today if today in known else today - timedelta(days=1)
    row = 0
    while day - timedelta(days=row) in known:
        row += 1
    return Streak(row, today in known, sum(0 <= (today - one).days < of for one in known), of)


def _days(today: date, count: int) -> list[date]:
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def _shown(studied: Sequence[DayTime], today: date) -> tuple[DayTime, ...]:
    """Return the last days, those without study as zeros; none before the first of all."""
    known = {one.day: one for one in studied}
    first = min(known, default=today)
    return tuple(known.get(day, DayTime(day, 0, 0.0)) for day in _days(today, DAYS) if day >= first)
