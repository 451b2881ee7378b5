"""Whatever happens in whatever order, through save and resume at every step: no time gained, no credit without evidence."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from grader.exam import clock
from grader.exam.draw import new_exam
from grader.exam.errors import IllegalEvent
from grader.exam.events import (
    Abandon,
    Answer,
    Asked,
    Begin,
    Draft,
    Event,
    Finish,
    GrantTime,
    Next,
    Pause,
    Resume,
    Skip,
    Tick,
)
from grader.exam.machine import pending, step
from grader.exam.saved import from_json, to_json
from grader.exam.scoring import exam_score
from grader.exam.types import ENDED, OPEN, ExamSetup, ExamState
from tests.exam.sitting import QUESTIONS, START, all_said

TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "   ",
            *(all_said(question) for question in QUESTIONS.values()),
            *(point.text for question in QUESTIONS.values() for point in question.points),
            "Yes, I am sure.",
            "No, I was wrong.",
            "I do not know.",
            "The roots do not take up water from the soil.",
            "lone \ud800 surrogate",
        ]
    ),
    st.text(max_size=30),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from([Begin(), Asked(), Tick(), Pause(), Resume(), Next(), Skip(), Asked(text="In other words?")]),
    TEXTS.map(Draft),
    TEXTS.map(Answer),
    st.builds(Answer, TEXTS, st.tuples(st.integers(0, 2), st.integers(0, 3))),
    st.builds(Draft, TEXTS, st.tuples(st.integers(0, 2), st.integers(0, 3))),
    st.floats(-10, 120).map(GrantTime),
)
SETUPS = st.builds(
    ExamSetup,
    questions=st.integers(1, 3),
    minutes=st.sampled_from([0.5, 3.0, 20.0]),
    minutes_each=st.sampled_from([None, 0.5, 5.0]),
    practice=st.booleans(),
    feedback=st.sampled_from(["at_once", "end"]),
    probes_most=st.integers(0, 3),
    probe_shares=st.sampled_from([(0.6, 0.3), (0.5,), (), (1.0, 1.0, 0.0)]),
    challenge_share=st.sampled_from([0.0, 0.5, 1.0]),
    withdrawal_cost=st.sampled_from([0.0, 0.5, 1.0]),
    extra_time=st.sampled_from([1.0, 1.5]),
    seed=st.integers(0, 3),
)
# The clock on the wall runs, stands, leaps and is put back.
WAITS = st.sampled_from([0.0, 1.0, 1.0, 5.0, 5.0, 5.0, 30.0, 400.0, -5.0, -3600.0])


class ExamMachine(RuleBasedStateMachine):
    """One exam, and beside it a count of the time that it may take."""

    state: ExamState

    @initialize(setup=SETUPS)
    def set_up(self, setup: ExamSetup) -> None:
        self.now = START
        self.state = new_exam(setup, list(QUESTIONS.values()))
        self.said: list[str] = []
        self.finished = 0

    def happen(self, event: Event, wait: float) -> None:
        self.now += timedelta(seconds=wait)
        before, saved = self.state, to_json(self.state)
        try:
            state, actions = step(before, event, now=self.now, questions=QUESTIONS)
        except IllegalEvent as refusal:
            told = str(refusal)
        else:
            told = ""
        if told:
            assert "\n" not in told
            assert to_json(before) == saved
            return
        assert to_json(before) == saved, "a step changed the state that it came from"
        self.state = from_json(to_json(state))
        assert self.state == state
        self.finished += sum(isinstance(action, Finish) for action in actions)
        if isinstance(event, Answer) and event.text.strip():
            self.said.append(event.text.replace("\ud800", "\N{REPLACEMENT CHARACTER}"))
        # The same step again is the same step.
        assert step(from_json(saved), event, now=self.now, questions=QUESTIONS) == (state, actions)

    @rule(event=EVENTS, wait=WAITS)
    def anything(self, event: Event, wait: float) -> None:
        self.happen(event, wait)

    @precondition(lambda self: self.state.phase == "setup")
    @rule(wait=WAITS)
    def begins(self, wait: float) -> None:
        self.happen(Begin(), wait)

    @precondition(lambda self: self.state.phase == "between")
    @rule(wait=st.sampled_from([0.0, 1.0]))
    def goes_on(self, wait: float) -> None:
        self.happen(Next(), wait)

    @precondition(lambda self: self.state.phase in OPEN)
    @rule(text=TEXTS, wait=st.sampled_from([0.0, 5.0]))
    def is_asked_and_answers(self, text: str, wait: float) -> None:
        turn = self.state.open_turn
        if turn is not None and turn.shown_at is None:
            self.happen(Asked(), 0.0)
        self.happen(Answer(text), wait)

    @precondition(lambda self: self.state.phase in OPEN)
    @rule(how=st.sampled_from(["well", "in part", "passes", "sure", "wrong"]))
    def is_asked_and_replies(self, how: str) -> None:
        """As a candidate does: to a question with what belongs to it, to a challenge with a yes or a no."""
        turn = self.state.open_turn
        question = QUESTIONS[self.state.records[-1].question_id]
        if turn is not None and turn.shown_at is None:
            self.happen(Asked(), 1.0)
        said = {
            "well": all_said(question),
            "in part": question.points[0].text,
            "sure": "Yes, I am sure of that.",
            "wrong": "No, I was wrong.",
        }
        self.happen(Answer(said[how]) if how in said else Skip(), 2.0)

    @precondition(lambda self: self.state.phase not in ENDED and self.state.phase != "setup")
    @rule(wait=st.sampled_from([0.0, 5.0, 300.0]))
    def takes_a_break(self, wait: float) -> None:
        self.happen(Pause(), 1.0)
        self.happen(Tick(), wait)
        self.happen(Resume(), 1.0)

    @precondition(lambda self: self.state.phase not in ENDED and len(self.state.records) == 3)
    @rule()
    def abandons(self) -> None:
        self.happen(Abandon(), 1.0)

    @invariant()
    def no_time_is_gained(self) -> None:
        state = self.state
        if state.started is None or state.latest is None:
            return
        assert state.latest >= state.started
        until = state.ended or state.latest
        spent = clock.active(state, state.started, until)
        agreed = state.setup.minutes * 60 * state.setup.extra_time + sum(grant.seconds for grant in state.grants)
        assert spent <= agreed + 1e-6
        if state.exam_deadline is not None and state.phase != "paused":
            assert state.latest < state.exam_deadline
            assert spent + (state.exam_deadline - until).total_seconds() == pytest.approx(agreed, abs=1e-3)

    @invariant()
    def no_question_takes_longer_than_it_may(self) -> None:
        each = clock.question_seconds(self.state)
        if each is None:
            return
        for record in self.state.records:
            first, last = record.turns[0], record.turns[-1]
            if last.said_at is not None:
                granted = sum(grant.seconds for grant in self.state.grants if first.asked_at <= grant.at)
                speaking = len(record.turns) * clock.SPEAKING_MOST.total_seconds()
                spent = clock.active(self.state, first.asked_at, last.said_at)
                assert spent <= each + granted + speaking + 1e-6

    @invariant()
    def no_credit_is_without_evidence(self) -> None:
        for record in self.state.records:
            if record.mark is None:
                continue
            assert 0.0 <= record.mark.low <= record.mark.score <= record.mark.high <= 1.0
            for point in record.mark.points:
                assert point.credit is not None
                assert point.unaided is not None
                assert 0.0 <= point.credit <= 1.0
                assert bool(point.evidence) or not point.credit
                for part in point.evidence:
                    assert (record.turns[part.turn].said or "")[part.start : part.end] == part.quote
                    assert part.quote.strip()
            if not any((turn.said or "").strip() for turn in record.turns):
                assert (record.mark.score, record.mark.high) == (0.0, 0.0)

    @invariant()
    def the_totals_are_consistent(self) -> None:
        state = self.state
        settled = [record.mark for record in state.records]
        missing: list[None] = [None] * (len(state.drawn) - len(settled))
        total = exam_score(state.marks, [*settled, *missing])
        assert 0.0 <= total.low <= total.score <= total.high <= 1.0
        mean = sum(mark.score for mark in settled if mark is not None) / len(state.drawn)
        assert math.isclose(total.score, mean, abs_tol=1e-4)

    @invariant()
    def the_phase_fits(self) -> None:
        state = self.state
        phase = state.resumes if state.phase == "paused" else state.phase
        unsettled = [record for record in state.records if record.mark is None]
        assert len(unsettled) == (phase in OPEN)
        assert self.finished == (state.phase in ENDED)
        assert (pending(state) is not None) == (phase in OPEN)
        assert [record.question_id for record in state.records] == list(state.drawn[: len(state.records)])
        for record in state.records:
            assert [turn.kind for turn in record.turns].count("challenge") <= 1
            assert sum(turn.kind == "probe" for turn in record.turns) <= state.setup.probes_most
            assert all(turn.said is not None for turn in record.turns[:-1])
        if state.phase in ENDED:
            assert state.ended is not None
            assert all(turn.said is not None for record in state.records for turn in record.turns)

    @invariant()
    def nothing_said_is_lost(self) -> None:
        kept = [
            text
            for record in self.state.records
            for turn in record.turns
            for text in (turn.said or "", turn.late or "")
        ]
        for text in self.said:
            assert any(text in one for one in kept), text


ExamMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAnyExam = ExamMachine.TestCase
