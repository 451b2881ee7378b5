"""What is asked holds nothing of a reference before the answer is in, whatever the candidate says."""

from __future__ import annotations

from dataclasses import fields

import pytest

from grader import Bank
from grader.exam.events import Ask, Challenge, Probe
from grader.exam.phrasing import stems_of
from grader.exam.types import ExamSetup
from tests.exam.sitting import Sitting
from tests.exam.test_probes import frame_of


def test_what_is_to_be_asked_names_no_point() -> None:
    """An id such as "elasticity" would tell; the number of the turn is enough to answer by."""
    for kind in (Probe, Challenge):
        assert {field.name for field in fields(kind)} == {"turn", "text", "phrases"}
    assert {field.name for field in fields(Ask)} == {"turn", "text", "number", "of", "seconds"}


@pytest.mark.parametrize("sample_kind", ["partial", "wrong", "keywords", "denial"])
def test_no_action_holds_a_word_of_the_reference(bank: Bank, sample_kind: str) -> None:
    seen = challenged = 0
    setup = ExamSetup(questions=1, probes_most=3, probe_shares=(0.6, 0.3, 0.1), challenge_share=1)
    for question in bank.questions:
        samples = [sample.answer for sample in question.samples if sample.kind == sample_kind]
        exam = Sitting(setup, {question.id: question})
        exam.begin()
        exam.say(samples[0] if samples else "I do not know.")
        while not exam.is_over:
            exam.say("I do not know.")
        labels = [point.label or "" for point in exam.reading.points]
        headings = [point.group or "" for point in exam.reading.points]
        told = stems_of(question, question.prompt, *labels, *headings) | frame_of(question, "en")
        wordings = [wording for point in exam.reading.points for wording in (point.text, *point.aliases)]
        secret = stems_of(question, *wordings, *exam.reading.references) - told
        for action in exam.seen:
            if isinstance(action, Ask):
                assert action.text == question.prompt
            elif isinstance(action, Probe):
                assert not secret & stems_of(question, action.text)
                seen += 1
            elif isinstance(action, Challenge):
                words = str(action.phrases[0].values["words"])[1:-1]
                assert any(words in " ".join((turn.said or "").split()) for turn in exam.record.turns)
                challenged += 1
    assert seen > 30
    assert challenged > 5 or sample_kind != "partial"
