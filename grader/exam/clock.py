"""The exam's own clock, and the only place where deadlines are set and moved.

The exam's deadline is set at Begin and runs through everything but pauses. A question's is set when it is put, and covers its
follow-ups; while the examiner speaks it stands still, for a minute at most. Resume moves both by the length of the pause, GrantTime
by what was granted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from grader.exam.types import ENDED, Break, ExamState, Grant

SPEAKING_MOST = timedelta(seconds=60)
"""How long a question's time stands still at most until what is asked has been shown."""
TELL_SHARE = 0.1
"""The candidate is told when so much of the time is left."""


def moved_on(state: ExamState, now: datetime) -> ExamState:
    """Return the state at ``now`` by the clock on the wall; where that was put back, the exam's own runs on from where it was.

    Raises ValueError for a time without a zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"the time {now} has no zone")
    here = now.astimezone(UTC) + state.skew
    if state.latest is not None and here < state.latest:
        return replace(state, skew=state.skew + (state.latest - here))
    return replace(state, latest=here)


def time(state: ExamState) -> datetime:
    """Return the time by the exam's own clock."""
    if state.latest is None:
        raise ValueError("the exam has not met any time yet")
    return state.latest


def exam_seconds(state: ExamState) -> float:
    """Return the seconds that the exam has in all: as agreed, with extra and granted time."""
    return state.setup.minutes * 60 * state.setup.extra_time + sum(grant.seconds for grant in state.grants)


def question_seconds(state: ExamState) -> float | None:
    """Return the seconds that a question has as agreed, with extra time; None without a limit."""
    each = state.setup.minutes_each
    return None if each is None else each * 60 * state.setup.extra_time


def begun(state: ExamState) -> ExamState:
    """Start the exam's time."""
    now = time(state)
    return replace(state, started=now, exam_deadline=now + timedelta(seconds=exam_seconds(state)))


def put(state: ExamState, *, is_first: bool) -> ExamState:
    """Set the question's deadline for what is about to be asked: a whole question where ``is_first``, else a follow-up."""
    seconds = question_seconds(state)
    if seconds is None:
        return state
    base = time(state) + timedelta(seconds=seconds) if is_first else state.question_deadline
    return replace(state, question_deadline=None if base is None else base + SPEAKING_MOST)


def shown(state: ExamState, asked_at: datetime) -> ExamState:
    """Take back what was not needed of the time for speaking."""
    if state.question_deadline is None:
        return state
    unspent = max(timedelta(0), SPEAKING_MOST - (time(state) - asked_at))
    return replace(state, question_deadline=state.question_deadline - unspent)


def settled(state: ExamState) -> ExamState:
    """End the question's time."""
    return replace(state, question_deadline=None)


def paused(state: ExamState) -> ExamState:
    """Stop the time."""
    return replace(state, breaks=(*state.breaks, Break(time(state))))


def resumed(state: ExamState) -> ExamState:
    """Let the time go on: both deadlines move by the length of the pause."""
    last = state.breaks[-1]
    length = time(state) - last.since
    return replace(_moved(state, length), breaks=(*state.breaks[:-1], replace(last, until=time(state))))


def granted(state: ExamState, seconds: float, why: str) -> ExamState:
    """Move both deadlines by what was granted. What was told of the time may be told again."""
    grant = Grant(time(state), seconds, why)
    return replace(_moved(state, timedelta(seconds=seconds)), grants=(*state.grants, grant), told=())


def _moved(state: ExamState, by: timedelta) -> ExamState:
    return replace(
        state,
        exam_deadline=None if state.exam_deadline is None else state.exam_deadline + by,
        question_deadline=None if state.question_deadline is None else state.question_deadline + by,
    )


def passed(state: ExamState) -> tuple[str, datetime] | None:
    """Return the deadline that has passed, of "question" or "exam", the earlier one; None where none has, or time stands still."""
    if state.phase == "paused" or state.phase in ENDED or state.latest is None:
        return None
    due = [
        (deadline, of)
        for of, deadline in (("exam", state.exam_deadline), ("question", state.question_deadline))
        if deadline is not None and deadline <= state.latest
    ]
    return None if not due else min(due)[::-1]


def seconds_left(state: ExamState, now: datetime | None = None) -> dict[str, float]:
    """Return the seconds that are left for "exam" and "question", as far as either has a deadline; for showing them.

    ``now`` is the clock on the wall; without it the time of the last event counts.
    """
    state = state if now is None else moved_on(state, now)
    at = state.breaks[-1].since if state.phase == "paused" else state.latest
    deadlines = {"exam": state.exam_deadline, "question": state.question_deadline}
    if at is None:
        return {}
    return {of: max(0.0, (end - at).total_seconds()) for of, end in deadlines.items() if end is not None}


def running_out(state: ExamState) -> list[tuple[str, float]]:
    """Return what is in its last tenth and has not been told yet, with the seconds left."""
    each = question_seconds(state)
    whole = {"exam": exam_seconds(state)} | ({} if each is None else {"question": each})
    return [
        (of, left)
        for of, left in seconds_left(state).items()
        if left <= TELL_SHARE * whole[of] and _told_name(state, of) not in state.told
    ]


def told(state: ExamState, of: str) -> ExamState:
    """Note that the candidate was told."""
    return replace(state, told=(*state.told, _told_name(state, of)))


def _told_name(state: ExamState, of: str) -> str:
    return of if of == "exam" else f"{of} {len(state.records)}"


def active(state: ExamState, since: datetime, until: datetime) -> float:
    """Return the seconds between two times without those of pauses."""
    away = sum(
        max(0.0, (min(until, one.until or until) - max(since, one.since)).total_seconds()) for one in state.breaks
    )
    return max(0.0, (until - since).total_seconds() - away)
