"""What time does to an exam: deadlines, pauses, grants, extra time, sleep, and clocks that are put back."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from grader.exam import clock
from grader.exam.errors import IllegalEvent
from grader.exam.events import Answer, Ask, Asked, Begin, Draft, Finish, GrantTime, Pause, Resume, TellTime, Tick
from grader.exam.machine import step
from grader.exam.types import ExamSetup
from tests.exam.sitting import QUESTIONS, START, TREES, Sitting, all_said

ONE = {TREES.id: TREES}
PLAIN = ExamSetup(questions=1, minutes=10, challenge_share=0)
LIMITED = PLAIN.model_copy(update={"minutes_each": 2.0})


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
