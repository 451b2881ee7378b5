"""The oral exam as a pure state machine: a state and an event in, the next state and what is to be done out.

``step`` knows no clock and no chance: time comes in with every event, chance from the seed of the setup. An event that a state does
not take raises IllegalEvent, and nothing has changed. Time that has passed is dealt with before the event is; an answer that comes
after its deadline is kept as late, and the draft that stood there counts in its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from grader.errors import InputError
from grader.exam import asking, clock
from grader.exam.errors import IllegalEvent
from grader.exam.events import (
    Abandon,
    Action,
    Answer,
    Asked,
    Begin,
    Draft,
    Event,
    Finish,
    GrantTime,
    Next,
    Pause,
    Place,
    Resume,
    Skip,
    TellTime,
    Tick,
)
from grader.exam.types import ENDED, OPEN, EndReason, ExamState, Phase, Turn
from grader.types import Grader, Question

Step = tuple[ExamState, tuple[Action, ...]]

_ALL: frozenset[Phase] = frozenset(
    {"setup", "asking", "answering", "probing", "challenge", "between", "paused", "finished", "abandoned"}
)
_TALKING: frozenset[Phase] = frozenset({"answering", "probing", "challenge"})
_LEGAL: Mapping[type[Event], frozenset[Phase]] = {
    Begin: frozenset({"setup"}),
    Asked: frozenset({"asking", "probing", "challenge"}),
    Draft: _TALKING,
    Answer: _TALKING,
    Tick: _ALL,
    Pause: _TALKING | {"between"},
    Resume: frozenset({"paused"}),
    Next: frozenset({"between"}),
    Skip: _TALKING,
    GrantTime: _ALL - {"setup"} - ENDED,
    Abandon: _ALL - ENDED,
}
MOST_GRANTED = 24 * 3600.0
_UNSTORABLE = re.compile("[\ud800-\udfff]")


def step(
    state: ExamState, event: Event, *, now: datetime, questions: Mapping[str, Question], grader: Grader | None = None
) -> Step:
    """Return the state after ``event``, and what is to be done, in order.

    ``now`` is aware; ``questions`` holds the questions by id, as they were drawn; ``grader`` is None for the offline one.

    Raises IllegalEvent where the state does not take the event, and InputError where a question is gone or has changed since it was
    drawn; the state is as it was.
    """
    place = event.turn if isinstance(event, Asked | Draft | Answer | Skip) else None
    if isinstance(event, Draft | Answer) and place is not None and place != state.place:
        kept = _late(state, place, event.text)
        if kept is not None:
            return clock.moved_on(kept, now), ()
    _check(state, event, place)
    _check_questions(state, questions)
    exam = asking.Exam(questions, grader)
    state = clock.moved_on(state, now)
    if isinstance(event, GrantTime):
        # Granted before what has run out in the same moment is taken away.
        state = clock.granted(state, event.seconds, event.why)
    before, untouched = state.place, state
    state, actions = _time_passed(state, exam)
    if state is not untouched:
        if isinstance(event, Draft | Answer) and before is not None and state.place != before:
            state = _late(state, before, event.text) or state
        overtaken = not (isinstance(event, Abandon | Pause) and state.phase in _LEGAL[type(event)])
        if overtaken:
            return state, actions
    state, more = _happened(state, event, exam)
    return state, (*actions, *more)


def pending(state: ExamState) -> Action | None:
    """Return what the candidate should have before them, for showing it again after a reload; None where nothing is asked."""
    return asking.pending(state)


# --- what is legal


def _check(state: ExamState, event: Event, place: Place | None) -> None:
    name = type(event).__name__
    if state.phase not in _LEGAL[type(event)]:
        raise IllegalEvent(f"{name} is not possible while the exam is {_PHASES[state.phase]}")
    turn = state.open_turn
    if place is not None and place != state.place:
        raise IllegalEvent(f"{name} is meant for a question that is not the one on the table")
    if isinstance(event, Asked) and turn is not None and turn.shown_at is not None:
        raise IllegalEvent("Asked: this has been shown already")
    if isinstance(event, Draft | Answer | Skip | Pause) and turn is not None and turn.shown_at is None:
        raise IllegalEvent(f"{name} is not possible before the question has been shown")
    if isinstance(event, Pause) and not state.setup.practice and state.phase != "between":
        raise IllegalEvent("Pause is possible between questions only, except in practice")
    if isinstance(event, GrantTime) and not (math.isfinite(event.seconds) and 0.0 < event.seconds <= MOST_GRANTED):
        raise IllegalEvent("GrantTime takes more than 0 seconds, and a day at most")


_PHASES: Mapping[Phase, str] = {
    "setup": "not begun",
    "asking": "about to show a question",
    "answering": "waiting for an answer",
    "probing": "at a follow-up",
    "challenge": "at a challenge",
    "between": "between two questions",
    "paused": "paused",
    "finished": "finished",
    "abandoned": "abandoned",
}


def _check_questions(state: ExamState, questions: Mapping[str, Question]) -> None:
    """Refuse to go on with questions that are not those that were drawn."""
    if state.phase in ENDED:
        return
    for name, version in zip(state.drawn, state.versions, strict=True):
        if name not in questions:
            raise InputError(f"the question {name!r} of this exam is in no pack any more")
        if questions[name].version != version:
            raise InputError(f"the question {name!r} has changed since this exam was set up")


# --- time


def _time_passed(state: ExamState, exam: asking.Exam) -> Step:
    """Deal with the deadlines that have passed, the earlier one first."""
    actions: tuple[Action, ...] = ()
    while (found := clock.passed(state)) is not None:
        of, deadline = found
        if of == "exam":
            state, more = _ended(state, exam, "finished", "time", deadline)
        else:
            state, more = asking.handed_in(_with_draft(state, deadline), exam, is_over=True)
        actions = (*actions, *more)
    return state, actions


def _with_draft(state: ExamState, at: datetime) -> ExamState:
    """Let the draft of the open turn count, since its time is up."""
    turn = state.open_turn
    assert turn is not None
    return asking.with_turn(state, replace(turn, said=turn.draft, said_at=at, expired=True))


def _ended(state: ExamState, exam: asking.Exam, phase: Phase, reason: EndReason, at: datetime) -> Step:
    """End the exam; what is drafted counts."""
    actions: tuple[Action, ...] = ()
    if state.phase == "paused":
        state = replace(clock.resumed(state), phase=state.resumes or "between", resumes=None)
    if state.phase in OPEN:
        state, actions = asking.handed_in(_with_draft(state, at), exam, is_over=True)
    if state.phase in ENDED:  # it was the last question
        actions = tuple(action for action in actions if not isinstance(action, Finish))
    state = replace(
        state, phase=phase, ended=at, end_reason=reason, exam_deadline=None, question_deadline=None, resumes=None
    )
    return state, (*actions, Finish(reason))


def _late(state: ExamState, place: Place, text: str) -> ExamState | None:
    """Return the state with a text kept for a turn that time closed; None where it was not time that closed it."""
    question, number = place
    if not 0 <= question < len(state.records) or not 0 <= number < len(state.records[question].turns):
        return None
    record = state.records[question]
    turn = record.turns[number]
    if not turn.expired:
        return None
    late = replace(turn, late=_joined(turn.late, clean(text), turn.said or ""))
    record = replace(record, turns=(*record.turns[:number], late, *record.turns[number + 1 :]))
    return replace(state, records=(*state.records[:question], record, *state.records[question + 1 :]))


def _joined(known: str | None, text: str, counted: str) -> str | None:
    """Add a late text to what is kept already, unless it is in it."""
    if not text.strip() or text == counted or (known is not None and text in known):
        return known
    return text if known is None or known in text else f"{known}\n{text}"


# --- what happened


def _happened(state: ExamState, event: Event, exam: asking.Exam) -> Step:
    """Return what a legal event leads to."""
    match event:
        case Begin():
            return asking.next_question(clock.begun(state), exam)
        case Next():
            return asking.next_question(state, exam)
        case Asked():
            return _shown(state, event), ()
        case Draft():
            turn = replace(_open(state), draft=clean(event.text), draft_at=clock.time(state))
            return asking.with_turn(state, turn), ()
        case Answer():
            turn = _answered(state, event)
            return asking.handed_in(asking.with_turn(state, turn), exam)
        case Skip():
            turn = replace(_open(state), said="", said_at=clock.time(state), skipped=True)
            return asking.handed_in(asking.with_turn(state, turn), exam)
        case Pause():
            return replace(clock.paused(state), phase="paused", resumes=state.phase), ()
        case Resume():
            return replace(clock.resumed(state), phase=state.resumes or "between", resumes=None), ()
        case Abandon():
            return _ended(state, exam, "abandoned", "abandoned", clock.time(state))
        case Tick() | GrantTime():
            return _told(state)


def _told(state: ExamState) -> Step:
    """Tell the candidate once when time runs out."""
    actions: list[Action] = []
    if state.phase not in ENDED and state.phase != "paused":
        for of, left in clock.running_out(state):
            state = clock.told(state, of)
            actions.append(TellTime(of, left))
    return state, tuple(actions)


def _shown(state: ExamState, event: Asked) -> ExamState:
    turn = _open(state)
    asked = turn.asked if event.text is None else clean(event.text)
    state = clock.shown(state, turn.asked_at)
    state = asking.with_turn(state, replace(turn, asked=asked, shown_at=clock.time(state)))
    return replace(state, phase="answering") if state.phase == "asking" else state


def _answered(state: ExamState, event: Answer) -> Turn:
    text = clean(event.text)
    transcript = None if event.transcript is None else clean(event.transcript)
    at = clock.time(state)
    return replace(_open(state), draft=text, draft_at=at, said=text, transcript=transcript, said_at=at)


def _open(state: ExamState) -> Turn:
    turn = state.open_turn
    assert turn is not None  # the phase says so
    return turn


def clean(text: str) -> str:
    """Replace lone surrogates, which no file holds, one character by one."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
