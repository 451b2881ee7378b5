"""Marks: what a point counts after probes, that evidence stands in the turn that it came from, and how an exam adds up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Bank
from grader.engine import MAX_ANSWER_CHARS, grade
from grader.errors import VivaError
from grader.exam import judging
from grader.exam.events import Abandon
from grader.exam.said import Said
from grader.exam.types import ExamSetup, PointMark
from grader.scale import PLAIN
from grader.score import add_up
from grader.types import Evidence, Judgment, Point, Question, Reading
from tests.exam.sitting import TREES, Sitting, all_said

SETUP = ExamSetup(questions=1, challenge_share=0)
WATER, LIGHT = "The roots take up water from the soil.", "Leaves turn sunlight into sugar."
DUNNO = "I do not know."


def sat(*said: str, question: Question = TREES, setup: ExamSetup = SETUP) -> Sitting:
    exam = Sitting(setup, {question.id: question})
    exam.begin()
    for text in said:
        exam.say(text)
    while not exam.is_over:
        exam.say(DUNNO)
    return exam


def points(exam: Sitting) -> dict[str, PointMark]:
    assert exam.record.mark is not None
    return {point.point_id: point for point in exam.record.mark.points}


@pytest.mark.parametrize(
    ("said", "water", "light"),
    [
        ([f"{WATER} {LIGHT}"], 1.0, 1.0),
        ([DUNNO, LIGHT, WATER], 0.6, 0.6),
        # said in reply to the probe for the other one, it is helped as well
        ([DUNNO, f"{LIGHT} {WATER}"], 0.6, 0.6),
        ([DUNNO, DUNNO, DUNNO], 0.0, 0.0),
    ],
)
def test_a_point_after_one_probe_counts_sixty_percent(said: list[str], water: float, light: float) -> None:
    found = points(sat(*said))
    assert found["water"].credit == pytest.approx(water)
    assert found["light"].credit == pytest.approx(light)


class Steps:
    """A grader whose credit for the point is read off the answer: so many tenths as there are x in it."""

    signature = "steps"

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:  # noqa: ARG002
        found = []
        for point in reading.points:
            places = [place for place, char in enumerate(answer) if char == point.id]
            credit = min(1.0, len(places) / 10)
            evidence = (Evidence(places[-1], places[-1] + 1, point.id, "keyword", 1.0),) if places else ()
            verdict = "met" if credit >= 0.65 else "partial" if places else "unmet"
            found.append(Judgment(point.id, verdict, credit, evidence))  # type: ignore[arg-type]
        return tuple(found)


ONLY = Question.simple(id="only", prompt="?", points=(Point("x", "zzz", label="label"),), references=("zzz",))


def stepped(*said: str, setup: ExamSetup = SETUP) -> PointMark:
    exam = Sitting(setup, {ONLY.id: ONLY}, grader=Steps())
    exam.begin()
    for text in said:
        exam.say(text)
    assert exam.is_over
    return points(exam)["x"]


@pytest.mark.parametrize(
    ("said", "shares", "credit"),
    [
        (["x" * 10], (0.6, 0.3), 1.0),
        (["xxxx", "x" * 6], (0.6, 0.3), 0.4 + 0.6 * 0.6),
        (["-", "xxxxx", "xxxxx"], (0.6, 0.3), 0.5 * 0.6 + 0.5 * 0.3),
        (["-", "xxxxx", "xxxxx"], (0.5, 0.5), 0.5),
        (["-", "x" * 10], (0.6, 0.3), 0.6),
        (["-", "x" * 10], (0.0,), 0.0),
    ],
)
def test_the_second_probe_about_a_point_counts_less_than_the_first(
    said: list[str], shares: tuple[float, ...], credit: float
) -> None:
    mark = stepped(*said, setup=SETUP.model_copy(update={"probe_shares": shares}))
    assert mark.credit == pytest.approx(credit)
    assert mark.unaided == pytest.approx(said[0].count("x") / 10)


def test_a_longer_text_alone_earns_nothing() -> None:
    class Drifting(Steps):
        """More credit for more text, with the evidence where it was."""

        def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:  # noqa: ARG002
            return (Judgment("x", "partial", min(1.0, len(answer) / 40), (Evidence(0, 1, answer[0], "keyword", 1.0),)),)

    exam = Sitting(SETUP, {ONLY.id: ONLY}, grader=Drifting())
    exam.begin()
    exam.say("a" * 10)
    exam.say("b" * 20)
    while not exam.is_over:
        exam.say("c")
    assert points(exam)["x"].credit == 0.25


def test_evidence_names_its_turn_and_slices_out_of_it() -> None:
    exam = sat(f"\n  {WATER}", f"Well…  {LIGHT} 😀")
    for point in points(exam).values():
        for part in point.evidence:
            assert (exam.record.turns[part.turn].said or "")[part.start : part.end] == part.quote
    assert {part.turn for part in points(exam)["water"].evidence} == {0}
    assert {part.turn for part in points(exam)["light"].evidence} == {1}


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4), st.data())
@settings(max_examples=200)
def test_passages_of_the_whole_are_passages_of_their_turns(turns: list[str], data: st.DataObject) -> None:
    said = Said(tuple(turns))
    start = data.draw(st.integers(0, len(said.text)))
    end = data.draw(st.integers(start, len(said.text)))
    part = Evidence(start, end, said.text[start:end], "keyword", 0.5)
    found = said.located([part])
    for number, one in found:
        assert turns[number][one.start : one.end] == one.quote
    assert sum(len(one.quote) for _, one in found) >= len(part.quote) - 2 * (len(turns) - 1)
    assert [number for number, _ in found] == sorted({number for number, _ in found})


# --- what the examiner gave away


def parroted(question: Question, form: int) -> tuple[float, int]:
    """Sit an exam that only says the probes back; return what that earned, and how many of them gave something away."""
    exam = Sitting(
        SETUP.model_copy(update={"probes_most": 3, "probe_shares": (1.0, 1.0, 1.0)}), {question.id: question}
    )
    exam.begin()
    exam.say("I would have to think about that.")
    while not exam.is_over:
        label = next(point.label for point in exam.reading.points if point.id == exam.turn.point_id)
        exam.say((exam.turn.asked, f"It is about {label}.", str(label))[form])
    assert exam.record.mark is not None
    return exam.record.mark.score - exam.record.mark.unaided, sum(bool(turn.gives_away) for turn in exam.record.turns)


@pytest.mark.parametrize("form", [0, 1, 2])
def test_the_examiners_words_said_back_earn_nothing(bank: Bank, form: int) -> None:
    earned = {question.id: parroted(question, form) for question in bank.questions}
    assert not {name: gain for name, (gain, _) in earned.items() if gain > 0.02}
    assert sum(count for _, count in earned.values()) > 10


def test_without_that_rule_they_would(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above is not about nothing."""
    monkeypatch.setattr(judging, "given_away", lambda *_: ())
    assert sum(parroted(question, 2)[0] > 0.1 for question in bank.questions) >= 5


def test_the_same_words_with_something_of_ones_own_earn_it(bank: Bank) -> None:
    exam = Sitting(SETUP, {"deployment-paradigms": bank.get("deployment-paradigms")})
    exam.begin()
    exam.say("I would have to think about that.")
    assert (exam.turn.point_id, exam.turn.gives_away) == ("batch-inference", ("batch-inference",))
    exam.say("In batch inference many predictions are made in one go, for a whole dataset.")
    exam.tell(Abandon())
    assert points(exam)["batch-inference"].credit == pytest.approx(0.6)


# --- what costs


def test_what_a_reply_denies_is_lost() -> None:
    exam = sat(WATER, "The roots do not take up water from the soil.")
    assert points(exam)["water"].credit == 0.0
    assert points(exam)["water"].unaided == 1.0


def test_an_error_in_a_reply_costs_in_full() -> None:
    exam = sat(WATER, f"{LIGHT} Trees are harmed by sunlight.")
    plain = sat(WATER, LIGHT)
    assert exam.record.mark is not None
    assert plain.record.mark is not None
    assert points(exam)["cold"].credit == 1.0
    assert exam.record.mark.score < plain.record.mark.score


def test_replies_that_say_nothing_leave_the_score_as_it_was(bank: Bank) -> None:
    for question in bank.questions:
        sample = next(one for one in question.samples if one.kind == "partial")
        exam = sat(sample.answer, question=question)
        assert exam.record.mark is not None
        assert exam.record.mark.score == pytest.approx(grade(question, sample.answer).score, abs=1e-4), question.id


def test_good_replies_never_cost_anything(bank: Bank) -> None:
    """The packs' own wordings as replies: no point that was there is lost by what is said to another one."""
    for question in bank.questions:
        sample = next(one for one in question.samples if one.kind == "partial")
        exam = Sitting(SETUP, {question.id: question})
        exam.begin()
        exam.say(sample.answer)
        while not exam.is_over:
            wanted = exam.turn.point_id
            exam.say(next(point.text for point in exam.reading.points if point.id == wanted))
        for point in points(exam).values():
            if point.kind == "required":
                assert (point.credit or 0.0) >= (point.unaided or 0.0) - 1e-9, (question.id, point)


def test_nothing_said_is_zero_without_doubt() -> None:
    exam = sat("", "", "")
    assert exam.record.mark is not None
    assert (exam.record.mark.score, exam.record.mark.low, exam.record.mark.high) == (0.0, 0.0, 0.0)


def test_without_follow_ups_the_mark_is_the_grade() -> None:
    exam = sat(WATER, setup=SETUP.model_copy(update={"probes_most": 0}))
    expected = grade(TREES, WATER)
    mark = exam.record.mark
    assert mark is not None
    assert (mark.score, mark.low, mark.high, mark.unaided) == (
        expected.score,
        expected.low,
        expected.high,
        expected.score,
    )


def test_what_is_too_long_to_grade_is_kept_and_said() -> None:
    exam = sat(WATER + " " + "bla " * (MAX_ANSWER_CHARS // 3), LIGHT, setup=SETUP)
    assert len(exam.record.turns[0].said or "") > MAX_ANSWER_CHARS
    assert exam.record.mark is not None
    assert "too_long" in exam.record.mark.flags


def test_a_grader_that_fails_is_stood_in_for_and_it_is_told() -> None:
    class Failing:
        signature = "failing"

        def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:  # noqa: ARG002
            raise VivaError("the server is gone")

    exam = Sitting(SETUP, {TREES.id: TREES}, grader=Failing())
    exam.begin()
    exam.say(all_said(TREES))
    assert exam.record.mark is not None
    assert exam.record.mark.score == 1.0
    assert "llm_failed" in exam.record.mark.flags
    assert exam.record.mark.notes == ("the server is gone",)


def test_what_nobody_could_judge_is_no_zero() -> None:
    class Abstaining:
        signature = "abstaining"

        def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:  # noqa: ARG002
            return tuple(Judgment(point.id, "abstain", None, reason="no idea") for point in reading.points)

    exam = Sitting(SETUP, {TREES.id: TREES}, grader=Abstaining())
    exam.begin()
    exam.say("Something.")
    assert exam.is_over
    mark = exam.record.mark
    assert mark is not None
    assert (mark.low, mark.high) == (0.0, 1.0)
    assert all(point.credit is None for point in mark.points)


def test_what_a_point_is_worth_is_what_it_would_add() -> None:
    exam = Sitting(SETUP.model_copy(update={"probes_most": 0}), {TREES.id: TREES}, grader=Steps())
    exam.begin()
    exam.say("nothing of it")
    reading = TREES.readings[0]
    full = [
        Judgment(p.id, "met", 1.0, (Evidence(0, 0, "", "assumed", 1.0),))
        if p.id == "light"
        else Judgment(p.id, "unmet", 0.0)
        for p in reading.points
    ]
    assert points(exam)["light"].worth == pytest.approx(add_up(reading, full, PLAIN).score, abs=1e-4)
