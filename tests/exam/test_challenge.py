"""Something right is disputed in the candidate's own words, and the reply is read offline."""

from __future__ import annotations

import pytest

from grader import Bank
from grader.engine import grade
from grader.exam.challenge import dispute, is_due, read_reply
from grader.exam.said import Said
from grader.exam.types import ExamSetup, Outcome
from tests.exam.sitting import TREES, Sitting

REPLIES: list[tuple[str, Outcome]] = [
    ("Yes.", "stood"),
    ("Yes, I am sure.", "stood"),
    ("I am quite certain.", "stood"),
    ("Of course", "stood"),
    ("I stand by it.", "stood"),
    ("I stick to what I said.", "stood"),
    ("That is right.", "stood"),
    ("No, I mean what I said: the roots take up water from the soil.", "stood"),
    ("No doubt.", "unclear"),
    ("I don't think I was wrong.", "stood"),
    ("It was not a mistake.", "stood"),
    ("No, I was wrong.", "withdrawn"),
    ("No.", "withdrawn"),
    ("Nope", "withdrawn"),
    ("I was wrong about that.", "withdrawn"),
    ("Yes, that was wrong.", "withdrawn"),
    ("Hm, that's not right.", "withdrawn"),
    ("I take that back.", "withdrawn"),
    ("My mistake.", "withdrawn"),
    ("Sorry, I mixed them up.", "withdrawn"),
    ("The roots do not take up water from the soil.", "withdrawn"),
    ("I do not stand by that.", "withdrawn"),
    ("", "unclear"),
    ("   ", "unclear"),
    ("I think so.", "unclear"),
    ("I am not sure.", "unclear"),
    ("Not entirely sure, to be honest.", "unclear"),
    ("Maybe.", "unclear"),
    ("What do you mean?", "unclear"),
    ("I was wrong, but the roots take up water from the soil.", "unclear"),
    ("Ja, da bin ich sicher.", "stood"),
    ("Nein, ich lag falsch.", "withdrawn"),
    ("Das war falsch.", "withdrawn"),
]


@pytest.mark.parametrize(("reply", "outcome"), REPLIES)
def test_a_reply_stands_by_it_takes_it_back_or_leaves_it_open(reply: str, outcome: Outcome) -> None:
    assert read_reply(TREES, "main", "water", reply) == outcome


def challenged(reply: str, **changes: object) -> Sitting:
    setup = ExamSetup(questions=1, probes_most=0, challenge_share=1.0).model_copy(update=changes)
    exam = Sitting(setup, {TREES.id: TREES})
    exam.begin()
    exam.say("The roots take up water from the soil.")
    exam.say(reply)
    return exam


@pytest.mark.parametrize(
    ("reply", "cost", "credit"),
    [
        ("Yes, I am sure.", 1.0, 1.0),
        ("I am not sure.", 1.0, 1.0),
        ("No, I was wrong.", 1.0, 0.0),
        ("No, I was wrong.", 0.5, 0.5),
        ("No, I was wrong.", 0.0, 1.0),
        ("", 1.0, 1.0),
    ],
)
def test_what_is_withdrawn_costs_what_was_agreed(reply: str, cost: float, credit: float) -> None:
    exam = challenged(reply, withdrawal_cost=cost)
    assert exam.record.mark is not None
    (point,) = (point for point in exam.record.mark.points if point.point_id == "water")
    assert point.credit == credit
    assert (point.verdict, bool(point.evidence)) == (("met", True) if credit else ("unmet", False))
    assert point.outcome == exam.record.outcome


def test_only_what_was_met_is_disputed_and_in_the_words_that_were_said() -> None:
    said = Said(("Leaves turn sunlight into sugar. Also, cats sleep a lot.", "Hm."))
    judgments = grade(TREES, said.text).judgments
    found = dispute(TREES, said, judgments, seed=1)
    assert found is not None
    assert found[0] == "light"
    assert found[1].values == {"words": "“Leaves turn sunlight into sugar”"}
    assert dispute(TREES, Said(("cats",)), grade(TREES, "cats").judgments, seed=1) is None


def test_what_is_disputed_is_always_what_the_candidate_said(bank: Bank) -> None:
    seen = 0
    for question in bank.questions:
        for sample in question.samples:
            if sample.kind not in {"full", "partial", "terse"} or len(question.readings) > 1:
                continue
            found = dispute(question, Said((sample.answer,)), grade(question, sample.answer).judgments, seed=seen)
            if found is None:
                continue
            point_id, phrase = found
            words = str(phrase.values["words"])[1:-1]
            assert words in " ".join(sample.answer.split())
            assert 3 <= len(words) <= 180
            assert {point.id: point.kind for point in question.points}[point_id] == "required"
            seen += 1
    assert seen > 60


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.2, 150, 250), (1.0, 1000, 1000)])
def test_how_often_is_a_setting(share: float, least: int, most: int) -> None:
    assert least <= sum(is_due(seed, "q", share) for seed in range(1000)) <= most


def test_no_challenge_where_nothing_is_met_or_the_question_was_passed_on() -> None:
    for reply in ("I do not know.", ""):
        exam = Sitting(ExamSetup(questions=1, probes_most=0, challenge_share=1.0), {TREES.id: TREES})
        exam.begin()
        exam.say(reply)
        assert exam.is_over
        assert exam.record.outcome is None
