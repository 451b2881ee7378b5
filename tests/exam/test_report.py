"""The report: what was asked, said and earned, and what to study next; as data and as Markdown."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.exam.events import Abandon, Answer, Asked, Begin, Draft, GrantTime, Next, Pause, Resume, Tick
from grader.exam.report import make_report
from grader.exam.report_markdown import report_markdown, text
from grader.exam.types import ExamSetup
from tests.exam.sitting import BREAD, QUESTIONS, TREES, Sitting, all_said

TWO = {TREES.id: TREES, BREAD.id: BREAD}


def sat() -> Sitting:
    """Trees in part, with a probe and a challenge; bread not reached."""
    exam = Sitting(ExamSetup(questions=2, minutes=10, challenge_share=1, probes_most=1, seed=2), TWO)
    exam.tell(Begin())
    exam.tell(Asked(), 5)
    if exam.record.question_id != "trees":
        exam.tell(Answer("Flour and yeast are kneaded into dough."), 60)
    else:
        exam.tell(Answer("The roots take up water from the soil.", transcript="The routes take up water."), 60)
    exam.tell(Asked())
    exam.tell(Draft("Hm"), 30)
    exam.say("Leaves turn sunlight into sugar.", 30)
    exam.say("Yes, I am sure.", 20)
    exam.tell(Pause())
    exam.tell(Resume(), 100)
    exam.tell(GrantTime(60, "noise"))
    return exam


def test_what_was_asked_said_and_earned() -> None:
    exam = sat()
    report = make_report(exam.state, TWO)
    first, second = report.questions
    assert [turn.kind for turn in first.turns] == ["question", "probe", "challenge"]
    assert [turn.seconds for turn in first.turns] == [60.0, 60.0, 20.0]
    assert first.asked
    assert not second.asked
    assert second.score == 0.0
    assert report.seconds == 145.0
    assert report.marks == 20.0
    assert report.score.score == round(first.score / 2, 4)
    assert report.score.asked == first.score
    assert {source for source, _ in report.sources} == {"offline"}
    assert report.graders[0][0].startswith("viva:")
    for point in first.points:
        for number, quote in point.quotes:
            assert quote in first.turns[number].said


def test_the_timeline_is_in_order_and_tells_breaks_and_grants() -> None:
    exam = sat()
    exam.tell(Next())
    exam.tell(Asked(), 1)
    exam.tell(Tick(), 3600)
    moments = make_report(exam.state, TWO).timeline
    assert [moment.seconds for moment in moments] == sorted(moment.seconds for moment in moments)
    told = [moment.what for moment in moments]
    assert told[:2] == ["began", "question"]
    assert {"paused", "went on", "60 s granted", "time ran out", "probe", "challenge"} <= set(told)
    assert told[-1] == "ended"


def test_three_points_to_study_next_are_those_that_would_earn_most() -> None:
    exam = Sitting(ExamSetup(questions=2, probes_most=0, challenge_share=0), TWO)
    exam.begin()
    while not exam.is_over:
        exam.say("No idea.")
        if not exam.is_over:
            exam.go_on()
    report = make_report(exam.state, TWO)
    assert len(report.study_next) == 3
    assert report.study_next[0].point_id == "light"  # two thirds of a question
    marks = [one.marks for one in report.study_next]
    assert marks == sorted(marks, reverse=True)
    assert not report.strengths


def test_a_perfect_exam_has_strengths_and_nothing_to_study() -> None:
    exam = Sitting(ExamSetup(questions=3, challenge_share=0))
    exam.begin()
    while not exam.is_over:
        exam.say(all_said(exam.question))
        if not exam.is_over:
            exam.go_on()
    report = make_report(exam.state, QUESTIONS)
    assert report.score.score == 1.0
    assert len(report.strengths) == 3
    assert report.study_next == ()


def test_an_exam_that_never_began_has_a_report_too() -> None:
    exam = Sitting(ExamSetup(questions=2))
    exam.tell(Abandon())
    report = make_report(exam.state, QUESTIONS)
    assert report.score.score == 0.0
    assert "The exam was abandoned." in report_markdown(report)


def test_a_question_that_is_gone_is_told_by_its_id() -> None:
    exam = sat()
    found = make_report(exam.state, {})
    assert {one.id for one in found.questions} == {"trees", "bread"}
    assert report_markdown(found)


def test_markdown_tells_it_all() -> None:
    exam = Sitting(ExamSetup(questions=1, minutes=10, challenge_share=1, probes_most=1), {TREES.id: TREES})
    exam.begin()
    exam.tell(Answer("The roots take up water from the soil.", transcript="The routes take up water."), 60)
    exam.tell(Asked())
    exam.say("Leaves turn sunlight into sugar.", 30)
    exam.say("No, I was wrong.", 20)
    told = report_markdown(make_report(exam.state, {TREES.id: TREES}))
    for wanted in (
        "# Oral exam",
        "of 10 marks** (likely",
        "## 1. What does a tree need?",
        "> The roots take up water from the soil.",
        "Heard as: The routes take up water.",
        "Probe (1:00): You have covered what comes from below. Can you say what comes from above?",
        "The statement was disputed, and the candidate took it back.",
        "A machine judged every answer, and no person.",
        "- offline: 3 points",
    ):
        assert wanted in told, wanted


HOSTILE = "# big\n\n| a | b |\n<script>alert(1)</script> [x](http://y) **b** `c` ![i](j) \x1b[31m \u202e :smile: $x$"


def test_what_a_candidate_says_is_never_markup() -> None:
    exam = Sitting(ExamSetup(questions=1, challenge_share=0, probes_most=0), {TREES.id: TREES})
    exam.begin()
    exam.say(HOSTILE)
    told = report_markdown(make_report(exam.state, {TREES.id: TREES}))
    (line,) = [line for line in told.split("\n") if line.startswith("> ")]
    assert not re.search(r"(?<!\\)[<>`*|\[\]$]", line[2:])
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert line.startswith("> \\# big")


@given(st.text())
@settings(max_examples=200)
def test_text_stays_on_one_line_and_loses_no_word(said: str) -> None:
    shown = text(said)
    assert "\n" not in shown
    assert len(shown.split()) <= len(said.split()) + said.count("\\")
