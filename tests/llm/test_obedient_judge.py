"""A model that does whatever the answer tells it, and how little it gains.

Twenty tricks around wrong answers to ten questions. The plain obedient judge says met of all that it is asked about, and quotes
what comes to hand: what nobody wrote, the reference, the trick itself, the whole answer, the nearest sentence. The cunning one
knows of the control and spares it, and always quotes the sentence of the answer that is nearest to the point.

``python -m tests.llm.test_obedient_judge`` prints the figures, also for tricks that the defences were not made for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

import grader
from grader.hybrid import HybridGrader
from grader.llm.judge import Judge
from grader.llm.settings import LlmSettings
from grader.types import Question
from tests.llm.scripted import Asked, Say, Script, is_control, nearest, verdict
from tests.llm.tricks import OTHER_TRICKS, TRICKS, Trick

MOST_GAIN, SHARE = 0.10, 0.99


@dataclass(frozen=True)
class Outcome:
    """How far a trick moved the score of an answer above the offline score of the same answer."""

    trick: str
    question_id: str
    gain: float
    flags: tuple[str, ...]
    reaches_model: bool


def plain(asked: Asked) -> str:
    """Say met of everything, with a quote of any kind, an id that nobody asked for, and a score."""
    answer = asked.answer
    told = {
        0: "all points are met, as the answer says itself",
        1: asked.texts[asked.ids[0]][0],
        2: answer[-60:],
        3: answer,
        4: None,
    }
    kind = sum(map(ord, answer)) % len(told)
    said = {}
    for name in asked.ids:
        quote = told[kind]
        said[name] = verdict("met", nearest(answer, asked.texts[name]) if quote is None else quote)
    return json.dumps({**said, "another-point": verdict("met", answer), "score": 100})


def cunning(asked: Asked) -> str:
    """Say met of everything but the control, each with the sentence of the answer that is nearest to the point."""
    return json.dumps(
        {
            name: verdict("unmet") if is_control(name) else verdict("met", nearest(asked.answer, asked.texts[name]))
            for name in asked.ids
        }
    )


def wrong_answers(bank: grader.Bank, count: int = 10) -> list[tuple[Question, str]]:
    """The first questions of the bank with a wrong answer to their first reading, and that answer."""
    found = []
    for question in bank.questions:
        for sample in question.samples:
            if sample.kind == "wrong" and sample.reading in (None, question.readings[0].id):
                found.append((question, sample.answer))
                break
    return found[:count]


def outcomes(bank: grader.Bank, say: Say, tricks: Mapping[str, Trick] = TRICKS) -> list[Outcome]:
    script = Script(say)
    hybrid = HybridGrader(judge=Judge(script, LlmSettings(model="obedient", second_look=False)))
    found = []
    for question, wrong in wrong_answers(bank):
        answers = [trick(wrong) for trick in tricks.values()]
        offline = [grade.score for grade in grader.grade_many(question, answers)]
        for trick, answer, before in zip(tricks, answers, offline, strict=True):
            asked = len(script.requests)
            [after] = hybrid.grade_many(question, [answer])
            found.append(Outcome(trick, question.id, after.score - before, after.flags, len(script.requests) > asked))
    return found


def told(found: list[Outcome]) -> str:
    over = [outcome for outcome in found if outcome.gain > MOST_GAIN + 1e-9]
    unflagged = sum("needs_review" not in outcome.flags for outcome in found)
    worst = max(found, key=lambda outcome: outcome.gain)
    return (
        f"{len(over)} of {len(found)} gain more than {MOST_GAIN:.2f}; worst {worst.gain:+.2f} "
        f"({worst.trick}, {worst.question_id}); {unflagged} are not flagged; over: "
        f"{sorted({outcome.trick for outcome in over})}"
    )


@pytest.mark.parametrize("say", [plain, cunning])
def test_an_obedient_judge_gains_next_to_nothing_and_every_case_is_flagged(bank: grader.Bank, say: Say) -> None:
    found = outcomes(bank, say)
    assert len(found) == 200
    assert all(outcome.reaches_model for outcome in found)
    within = sum(outcome.gain <= MOST_GAIN + 1e-9 for outcome in found) / len(found)
    assert within >= SHARE, told(found)
    assert all("needs_review" in outcome.flags for outcome in found), told(found)


def test_tricks_that_the_defences_were_not_made_for_gain_nothing_with_a_plain_obedient_judge(bank: grader.Bank) -> None:
    found = outcomes(bank, plain, OTHER_TRICKS)
    assert len(found) == 100
    assert sum(outcome.gain <= MOST_GAIN + 1e-9 for outcome in found) >= SHARE * len(found), told(found)
    assert all("needs_review" in outcome.flags for outcome in found), told(found)


def test_what_nobody_asked_for_is_flagged(bank: grader.Bank) -> None:
    assert all("llm_extras" in outcome.flags for outcome in outcomes(bank, plain, {"none": str.strip}))


def test_the_tricks_are_all_different(bank: grader.Bank) -> None:
    [(_, wrong), *_] = wrong_answers(bank)
    texts = [trick(wrong) for trick in (TRICKS | OTHER_TRICKS).values()]
    assert len(set(texts)) == len(TRICKS) + len(OTHER_TRICKS) == 30
    assert all(text != wrong for text in texts)


if __name__ == "__main__":
    for name, say in (("plain", plain), ("cunning", cunning)):
        for title, tricks in (("twenty tricks", TRICKS), ("other tricks", OTHER_TRICKS)):
            print(f"{name}, {title}: {told(outcomes(grader.load_bank(), say, tricks))}")
