"""The state machine, step by step: what follows on what, what is refused, and what time does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from grader.errors import InputError
from grader.exam import clock
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
    TellTime,
    Tick,
)
from grader.exam.machine import pending, step
from grader.exam.types import ExamSetup, Phase
from tests.exam.sitting import BREAD, QUESTIONS, START, TREES, Sitting, all_said

ONE = {TREES.id: TREES}
PLAIN = ExamSetup(questions=1, minutes=10, challenge_share=0)
LIMITED = PLAIN.model_copy(update={"minutes_each": 2.0})


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


# --- deadlines


def test_when_the_exams_time_is_up_the_draft_counts() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Draft("Leaves turn sunlight into sugar."), 300)
    assert exam.tell(Tick(), 300) == (Finish("time"),)
    turn = exam.record.turns[0]
    assert (turn.said, turn.expired, turn.said_at) == (turn.draft, True, START + timedelta(minutes=10))
    assert exam.state.ended == START + timedelta(minutes=10)
    assert exam.record.mark is not None
    assert exam.record.mark.score > 0.4


def test_when_a_questions_time_is_up_the_next_one_comes() -> None:
    exam = Sitting(
        ExamSetup(questions=2, minutes=10, minutes_each=2, challenge_share=0), dict(list(QUESTIONS.items())[:2])
    )
    exam.begin()
    exam.tell(Draft("something"), 100)
    assert exam.tell(Tick(), 20) == ()
    assert exam.phase() == "between"
    assert exam.record.turns[0].expired


def test_an_answer_after_its_time_is_kept_and_does_not_count() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    exam.tell(Draft("Something else."), 60)
    assert exam.tell(Answer(all_said(TREES), (0, 0)), 61) == (Finish("done"),)
    turn = exam.record.turns[0]
    assert (turn.said, turn.late, turn.expired) == ("Something else.", all_said(TREES), True)
    assert exam.record.mark is not None
    assert exam.record.mark.score < 0.1


def test_what_comes_even_later_is_kept_too() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    exam.tell(Tick(), 500)
    assert exam.phase() == "finished"
    for text in ("One", "One and two", "Three", "", "Three"):
        exam.tell(Answer(text, (0, 0)), 1)
    assert exam.record.turns[0].late == "One and two\nThree"


def test_follow_ups_have_no_time_of_their_own() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    exam.say("Hm.", 100)
    assert exam.phase() == "probing"
    assert clock.seconds_left(exam.state)["question"] == pytest.approx(20)
    exam.tell(Tick(), 20)
    assert exam.is_over
    assert exam.turn.expired


def test_while_the_examiner_speaks_the_questions_time_stands_still_for_a_minute_at_most() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.tell(Begin())
    exam.tell(Asked(), 40)
    assert clock.seconds_left(exam.state) == {"exam": 560.0, "question": 120.0}
    exam.tell(Answer("Hm."), 20)
    exam.tell(Asked(), 30)
    assert clock.seconds_left(exam.state) == {"exam": 510.0, "question": 100.0}
    late = Sitting(LIMITED, ONE)
    late.tell(Begin())
    late.tell(Asked(), 90)
    assert clock.seconds_left(late.state)["question"] == 90.0


def test_a_question_that_was_never_shown_is_over_when_its_time_is() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.tell(Begin())
    assert exam.tell(Asked(), 180) == (Finish("done"),)
    assert exam.record.turns[0].shown_at is None


def test_a_night_of_sleep_ends_question_and_exam_at_their_deadlines() -> None:
    exam = Sitting(
        ExamSetup(questions=2, minutes=10, minutes_each=2, challenge_share=0), dict(list(QUESTIONS.items())[:2])
    )
    exam.begin()
    assert exam.tell(Answer("x"), 8 * 3600) == (Finish("time"),)
    assert exam.record.turns[0].said_at == START + timedelta(minutes=2)
    assert exam.state.ended == START + timedelta(minutes=10)
    assert exam.record.turns[0].late == "x"


def test_a_second_tab_gains_no_time() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    deadline = exam.state.question_deadline
    with pytest.raises(IllegalEvent):
        exam.tell(Asked(), 30)
    with pytest.raises(IllegalEvent):
        exam.tell(Begin())
    exam.tell(Draft("from the second tab", (0, 0)))
    assert exam.state.question_deadline == deadline


def test_a_clock_put_back_gains_no_time_and_stops_none() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    exam.tell(Tick(), 60)
    exam.tell(Tick(), -3600)
    assert clock.seconds_left(exam.state) == {"exam": 540.0}
    assert exam.state.skew == timedelta(hours=1)
    exam.tell(Tick(), 60)
    assert clock.seconds_left(exam.state) == {"exam": 480.0}
    assert clock.seconds_left(exam.state, exam.now + timedelta(seconds=30)) == {"exam": 450.0}
    assert exam.tell(Tick(), 480) == (Finish("time"),)


def test_times_of_other_zones_are_the_same_times() -> None:
    exam = Sitting(PLAIN, ONE)
    exam.begin()
    there = timezone(timedelta(hours=9))
    state, _ = step(exam.state, Tick(), now=(START + timedelta(minutes=1)).astimezone(there), questions=ONE)
    assert clock.seconds_left(state) == {"exam": 540.0}


def test_extra_time_stretches_all_times() -> None:
    exam = Sitting(LIMITED.model_copy(update={"extra_time": 1.5}), ONE)
    (ask,) = exam.tell(Begin())
    exam.tell(Asked())
    assert isinstance(ask, Ask)
    assert ask.seconds == 180.0
    assert clock.seconds_left(exam.state) == {"exam": 900.0, "question": 180.0}


def test_granted_time_moves_both_deadlines_and_is_on_record() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    exam.tell(GrantTime(90, "fire alarm"), 30)
    assert clock.seconds_left(exam.state) == {"exam": 660.0, "question": 180.0}
    assert [(grant.seconds, grant.why) for grant in exam.state.grants] == [(90, "fire alarm")]


def test_time_granted_in_the_moment_it_ran_out_is_granted() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    exam.tell(GrantTime(60), 125)
    assert exam.phase() == "answering"
    assert clock.seconds_left(exam.state)["question"] == 55.0


def test_a_pause_takes_no_time() -> None:
    exam = Sitting(LIMITED.model_copy(update={"practice": True}), ONE)
    exam.begin()
    exam.tell(Draft("so far"), 30)
    exam.tell(Pause())
    exam.tell(Tick(), 86_400)
    assert exam.phase() == "paused"
    assert clock.seconds_left(exam.state, exam.now) == {"exam": 570.0, "question": 90.0}
    exam.tell(Resume())
    assert exam.phase() == "answering"
    assert clock.seconds_left(exam.state) == {"exam": 570.0, "question": 90.0}
    assert exam.turn.draft == "so far"
    exam.say(all_said(TREES), 30)
    record = exam.state.records[0].turns[0]
    assert record.shown_at is not None
    assert record.said_at is not None
    assert clock.active(exam.state, record.shown_at, record.said_at) == 60.0


def test_who_is_told_that_time_runs_out_is_told_once() -> None:
    exam = Sitting(LIMITED, ONE)
    exam.begin()
    assert exam.tell(Tick(), 107) == ()
    assert exam.tell(Tick(), 1) == (TellTime("question", 12.0),)
    assert exam.tell(Tick(), 1) == ()
    exam.tell(GrantTime(60))
    assert exam.tell(Tick(), 60) == (TellTime("question", 11.0),)


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
