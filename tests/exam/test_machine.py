"""The state machine, step by step: what follows on what, what is refused, and what time does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from grader.errors import InputError
from grader.exam.errors import IllegalEvent
from grader.exam.events import (
    Abandon,
    Answer,
    Ask,
    Asked,
    Begin,
    Challenge,
    Draft,
    Event,
    Finish,
    GrantTime,
    Next,
    Pause,
    Probe,
    Resume,
    ShowFeedback,
    Skip,
    Tick,
)
from grader.exam.machine import pending, step
from grader.exam.types import ExamSetup, Phase
from tests.exam.sitting import BREAD, TREES, Sitting, all_said

ONE = {TREES.id: TREES}
PLAIN = ExamSetup(questions=1, minutes=10, challenge_share=0)


def kinds(actions: Sequence[object]) -> list[str]:
    return [type(action).__name__ for action in actions]


# --- the way through


def test_a_question_answered_in_full_needs_no_probe() -> None:
    exam = Sitting(PLAIN, ONE)
    assert exam.phase() == "setup"
    assert exam.tell(Begin()) == (Ask((0, 0), "What does a tree need?", 1, 1, None),)
    assert exam.phase() == "asking"
    assert exam.tell(Asked()) == ()
    assert exam.phase() == "answering"
    assert exam.tell(Answer(all_said(TREES)), 30) == (Finish("done"),)
    assert exam.phase() == "finished"
    assert exam.record.mark is not None
    assert exam.record.mark.score == 1.0


def test_what_is_missing_is_asked_for_one_at_a_time_and_the_heaviest_first() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    (probe,) = exam.tell(Answer("I am not sure."))
    assert isinstance(probe, Probe)
    assert probe.text == "Can you say what comes from above?"
    assert exam.phase() == "probing"
    exam.tell(Asked())
    (probe,) = exam.tell(Answer("Leaves turn sunlight into sugar."))
    assert isinstance(probe, Probe)
    assert probe.text == "Let us go on. Can you say what comes from below?"
    exam.tell(Asked())
    assert exam.tell(Answer("The roots take up water from the soil.")) == (Finish("done"),)
    assert [turn.point_id for turn in exam.record.turns] == [None, "light", "water"]


def test_a_challenge_comes_last_and_once() -> None:
    exam = Sitting(PLAIN.model_copy(update={"challenge_share": 1.0}), ONE)
    exam.begin()
    (probe,) = exam.say("Leaves turn sunlight into sugar.")
    assert isinstance(probe, Probe)
    (challenge,) = exam.say("I do not know.")
    assert isinstance(challenge, Challenge)
    assert challenge.text == "You said: “Leaves turn sunlight into sugar”. Are you sure of that?"
    assert exam.phase() == "challenge"
    assert exam.say("Yes, I am.") == (Finish("done"),)
    assert exam.record.outcome == "stood"


def test_between_two_questions_the_candidate_says_when_to_go_on() -> None:
    exam = Sitting(ExamSetup(questions=3, minutes=10, probes_most=0, challenge_share=0))
    exam.begin()
    assert exam.say("No idea.") == ()
    assert exam.phase() == "between"
    assert kinds(exam.tell(Next())) == ["Ask"]
    exam.tell(Asked())
    exam.say("No idea.")
    exam.go_on()
    assert exam.say("No idea.") == (Finish("done"),)
    assert len({record.question_id for record in exam.state.records}) == 3


def test_feedback_comes_at_once_where_that_was_agreed() -> None:
    exam = Sitting(PLAIN.model_copy(update={"feedback": "at_once"}), ONE)
    exam.begin()
    assert exam.say(all_said(TREES)) == (ShowFeedback(0), Finish("done"))


def test_who_passes_on_a_question_is_not_probed_and_keeps_the_draft() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Draft("Leaves turn sunlight into sugar."))
    assert exam.tell(Skip()) == (Finish("done"),)
    turn = exam.record.turns[0]
    assert (turn.said, turn.skipped, turn.draft) == ("", True, "Leaves turn sunlight into sugar.")
    assert exam.record.mark is not None
    assert exam.record.mark.score == 0.0


def test_who_passes_on_a_probe_is_asked_for_the_next_point() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.say("I am not sure.")
    (probe,) = exam.tell(Skip())
    assert isinstance(probe, Probe)
    assert exam.turn.point_id == "water"


def test_never_more_probes_than_agreed_and_none_again_that_brought_nothing() -> None:
    exam = Sitting(PLAIN.model_copy(update={"probes_most": 3, "probe_shares": (0.6, 0.3, 0.1)}), ONE)
    exam.begin()
    while not exam.is_over:
        exam.say("I do not know.")
    assert [turn.point_id for turn in exam.record.turns] == [None, "light", "water"]


@pytest.mark.parametrize("most", [0, 1, 2])
def test_the_number_of_probes_is_a_setting(most: int) -> None:
    exam = Sitting(PLAIN.model_copy(update={"probes_most": most}), ONE)
    exam.begin()
    while not exam.is_over:
        exam.say("I do not know.")
    assert [turn.kind for turn in exam.record.turns] == ["question", *["probe"] * most]


def test_other_words_that_were_used_are_what_was_asked() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Answer("Hm."))
    exam.tell(Asked(text="And what comes from above, would you say?"))
    assert exam.turn.asked == "And what comes from above, would you say?"


def test_a_transcript_is_kept_beside_what_was_made_of_it() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Answer("Leaves turn sunlight into sugar.", transcript="Leafs turn sun light into sugar."))
    turn = exam.record.turns[0]
    assert (turn.said, turn.transcript) == ("Leaves turn sunlight into sugar.", "Leafs turn sun light into sugar.")


def test_what_is_on_the_table_can_be_shown_again() -> None:
    exam = Sitting(PLAIN, ONE)
    assert pending(exam.state) is None
    (ask,) = exam.tell(Begin())
    assert pending(exam.state) == ask
    exam.tell(Asked())
    assert pending(exam.state) == ask
    (probe,) = exam.tell(Answer("Hm."))
    assert pending(exam.state) == probe


# --- what is refused

EVENTS: dict[str, Event] = {
    "Begin": Begin(),
    "Asked": Asked(),
    "Draft": Draft("x"),
    "Answer": Answer("x"),
    "Tick": Tick(),
    "Pause": Pause(),
    "Resume": Resume(),
    "Next": Next(),
    "Skip": Skip(),
    "GrantTime": GrantTime(60),
    "Abandon": Abandon(),
}
LEGAL: dict[Phase, str] = {
    "setup": "Begin Tick Abandon",
    "asking": "Asked Tick GrantTime Abandon",
    "answering": "Draft Answer Tick Skip GrantTime Abandon Pause",
    "probing": "Draft Answer Tick Skip GrantTime Abandon Pause",
    "challenge": "Draft Answer Tick Skip GrantTime Abandon Pause",
    "between": "Tick Next GrantTime Abandon Pause",
    "paused": "Tick Resume GrantTime Abandon",
    "finished": "Tick",
    "abandoned": "Tick",
}


def in_phase(phase: Phase) -> Sitting:
    exam = Sitting(
        ExamSetup(questions=2, minutes=10, challenge_share=1, practice=True), {TREES.id: TREES, BREAD.id: BREAD}
    )
    if phase == "setup":
        return exam
    exam.tell(Begin())
    if phase == "abandoned":
        exam.tell(Abandon())
    if phase in {"asking", "abandoned"}:
        return exam
    exam.tell(Asked())
    if phase == "probing":
        exam.say("I do not know.")
    elif phase == "challenge":
        exam.say(all_said(exam.question))
    elif phase == "paused":
        exam.tell(Pause())
    elif phase in {"between", "finished"}:
        exam.tell(Skip())
    if phase == "finished":
        exam.go_on()
        exam.tell(Skip())
    return exam


@pytest.mark.parametrize("phase", LEGAL)
def test_every_phase_takes_its_events_and_refuses_all_others(phase: Phase) -> None:
    for name, event in EVENTS.items():
        exam = in_phase(phase)
        assert exam.phase() == phase
        if name in LEGAL[phase].split():
            exam.tell(event)
        else:
            before = exam.state
            with pytest.raises(IllegalEvent, match=name):
                exam.tell(event)
            assert exam.state == before


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([Begin(), Answer("x", (0, 0))], "Answer is not possible while the exam is about to show a question"),
        ([Begin(), Asked(), Asked()], "Asked is not possible while the exam is waiting for an answer"),
        ([Begin(), Asked(), Answer("x"), Answer("y")], "Answer is not possible before the question has been shown"),
        ([Begin(), Asked(), Answer("x"), Asked(), Asked()], "Asked: this has been shown already"),
        (
            [Begin(), Asked(), Answer("x"), Asked(), Answer("y", (0, 0))],
            "Answer is meant for a question that is not the one",
        ),
        ([Begin(), Asked(), Draft("x", (3, 0))], "Draft is meant for a question that is not the one on the table"),
        ([Begin(), Asked(), Pause()], "Pause is possible between questions only, except in practice"),
        ([Begin(), GrantTime(0)], "GrantTime takes more than 0 seconds"),
        ([Begin(), GrantTime(float("nan"))], "GrantTime takes more than 0 seconds"),
        ([Begin(), GrantTime(float("inf"))], "GrantTime takes more than 0 seconds"),
    ],
)
def test_a_refusal_says_in_a_line_what_is_wrong(events: list[Event], told: str) -> None:
    exam = Sitting(PLAIN, ONE)
    for event in events[:-1]:
        exam.tell(event)
    with pytest.raises(IllegalEvent, match=told):
        exam.tell(events[-1])


def test_an_exam_goes_on_with_the_questions_that_were_drawn_and_no_others() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.questions = {}
    with pytest.raises(InputError, match="'trees' of this exam is in no pack any more"):
        exam.tell(Begin())
    exam.questions = {"trees": BREAD}
    with pytest.raises(InputError, match="'trees' has changed since this exam was set up"):
        exam.tell(Begin())


def test_a_time_without_a_zone_is_refused() -> None:
    exam = Sitting(PLAIN, ONE)
    with pytest.raises(ValueError, match="no zone"):
        step(exam.state, Begin(), now=datetime(2026, 1, 1), questions=ONE)  # noqa: DTZ001 - that is the point


# --- the end


def test_who_abandons_an_exam_has_the_draft_counted() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Draft(all_said(TREES)), 10)
    assert exam.tell(Abandon(), 10) == (Finish("abandoned"),)
    assert exam.phase() == "abandoned"
    assert exam.record.mark is not None
    assert exam.record.mark.score == 1.0


def test_an_exam_can_be_abandoned_before_it_begins_and_in_a_pause() -> None:
    exam = Sitting(PLAIN, ONE)
    assert exam.tell(Abandon()) == (Finish("abandoned"),)
    assert not exam.state.records
    paused = in_phase("paused")
    paused.tell(Abandon(), 100)
    assert paused.phase() == "abandoned"
    assert paused.state.breaks[0].until is not None
