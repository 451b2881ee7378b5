"""Which hint comes next, by what the draft has and what was hinted already."""

from __future__ import annotations

from datetime import UTC, datetime

from grader import Bank, grade
from grader.types import Grade, Question
from study.hints import next_hint
from study.records import HintUse

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def use(point_id: str, level: int) -> HintUse:
    return HintUse(point_id, level, NOW)


def step(
    question: Question, draft: Grade | None, *taken: HintUse, focus: tuple[str, ...] = ()
) -> tuple[str, int] | None:
    hint = next_hint(question, draft, taken, focus=focus)
    return None if hint is None else (hint.point_id, hint.level)


def test_hints_go_down_the_ladder_of_the_first_point_that_is_missing(bank: Bank) -> None:
    question = bank.get("model-drift")
    assert step(question, None) == ("performance-loss", 1)
    assert step(question, None, use("performance-loss", 1)) == ("performance-loss", 2)
    draft = grade(question, "The performance of the model gets worse over time.")
    assert step(question, draft, use("performance-loss", 2)) == ("changed-world", 1)
    assert step(question, draft, use("changed-world", 2), use("changed-world", 1)) == ("changed-world", 3)
    assert step(question, draft, use("changed-world", 3)) == ("concept-drift-cause", 1)


def test_with_a_focus_only_what_was_asked_for_is_hinted(bank: Bank) -> None:
    question = bank.get("model-drift")
    assert step(question, None, focus=("data-drift-cause",)) == ("data-drift-cause", 1)
    assert step(question, None, use("data-drift-cause", 3), focus=("data-drift-cause",)) is None


def test_nothing_is_hinted_where_nothing_is_missing(bank: Bank) -> None:
    question = bank.get("model-drift")
    assert step(question, grade(question, question.references[0])) is None


def test_once_a_count_is_reached_the_other_alternatives_are_not_hinted(bank: Bank) -> None:
    question = bank.get("mlops-metrics")
    enough = "\n".join(point.text for point in question.points[:5])
    draft = grade(question, enough)
    assert sum(judgment.verdict == "met" for judgment in draft.judgments) >= 5
    assert step(question, draft) is None
    fewer = grade(question, question.points[0].text)
    assert step(question, fewer) is not None


def test_the_hints_follow_the_reading_that_the_draft_takes(bank: Bank) -> None:
    question = bank.get("lora")
    draft = grade(question, "LoRa is a wireless technology for communication over a long range with low power.")
    hint = next_hint(question, draft)
    assert draft.reading_id == "long-range-radio"
    assert hint is not None
    assert hint.point_id in {point.id for point in question.reading("long-range-radio").points}
