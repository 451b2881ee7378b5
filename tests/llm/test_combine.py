"""Offline and model judgments to one set: every way in which the two can meet."""

from __future__ import annotations

import pytest

from grader.combine import Combined, combine
from grader.types import DENIED, NAMED_ONLY, QUOTE_NOT_FOUND, Judgment
from tests.llm.material import READING, judged

IDS = [point.id for point in READING.points]


def offline(credit: float, reason: str = "") -> Judgment:
    return judged("relation", credit, "What leads to a label", reason=reason, source="offline")


def model(credit: float | None, reason: str = "") -> Judgment:
    return judged("relation", credit, "is not what it was", reason=reason)


def joined(off: Judgment, said: Judgment, support: float = 1.0, doubts: tuple[str, ...] = ()) -> Combined:
    """Combine judgments on one point; on all others both agree that nothing is there."""
    others = [judged(name, 0.0, source="offline") for name in IDS if name != off.point_id]
    place = IDS.index(off.point_id)
    ours, theirs = [*others[:place], off, *others[place:]], [*others[:place], said, *others[place:]]
    return combine(READING, ours, theirs, lambda _index, _passages: support, support=0.35, doubts=doubts)


@pytest.mark.parametrize(
    ("off", "said", "support", "stands", "review", "widens"),
    [
        (offline(0.2), model(1.0), 0.35, "llm:m", False, True),  # found by the model alone: the interval holds both
        (offline(0.2), model(1.0), 0.34, "offline", True, False),  # a claim without support would have changed much
        (offline(0.8), model(1.0), 0.34, "offline", False, False),
        (offline(0.5), model(1.0), 0.9, "llm:m", False, False),
        (offline(1.0), model(0.0), 0.0, "llm:m", True, True),
        (offline(0.75), model(0.0), 0.0, "llm:m", True, True),
        (offline(0.74), model(0.0), 0.0, "llm:m", False, False),
        (offline(0.0), model(0.0), 0.0, "llm:m", False, False),
        (offline(1.0), model(0.5), 0.9, "llm:m", False, False),
        (offline(0.6), model(None, "cannot_assess"), 1.0, "offline", False, False),
        (offline(0.6), model(None, QUOTE_NOT_FOUND), 1.0, "offline", True, False),
        (offline(0.0, DENIED), model(1.0), 0.9, "llm:m", True, True),
    ],
)
def test_which_judgment_stands(
    off: Judgment, said: Judgment, support: float, stands: str, review: bool, widens: bool
) -> None:
    found = joined(off, said, support)
    [judgment] = [one for one in found.judgments if one.point_id == "relation"]
    assert judgment.source == stands
    assert judgment.credit == (said if stands == "llm:m" else off).credit
    assert found.review is review
    assert (found.otherwise is not None) is widens
    if found.otherwise is not None:
        assert found.otherwise[0] == off


def test_a_judgment_that_stands_in_says_why() -> None:
    found = joined(offline(0.6, "found"), model(None, "timeout"))
    assert found.judgments[0].reason == "found; no judgment of the model: timeout"
    assert found.notes == ("what changes: no judgment of the model (timeout); judged offline",)


@pytest.mark.parametrize("reason", [DENIED, NAMED_ONLY])
def test_reasons_that_the_flags_look_for_stay_as_they_are(reason: str) -> None:
    found = joined(offline(0.0, reason), model(None, "timeout"))
    assert found.judgments[0].reason == reason
    assert "timeout" in found.notes[0]


@pytest.mark.parametrize("credit", [0.5, 1.0])
def test_a_model_that_may_have_been_talked_into_something_raises_nothing(credit: float) -> None:
    found = joined(offline(0.2), model(credit), doubts=("it speaks to the grader",))
    assert (found.judgments[0].source, found.judgments[0].credit) == ("offline", 0.2)
    assert found.review
    assert found.otherwise is None
    assert found.notes[0] == "it speaks to the grader"


def test_but_it_may_still_lower() -> None:
    found = joined(offline(1.0), model(0.0), doubts=("it speaks to the grader",))
    assert found.judgments[0].credit == 0.0


def test_a_misconception_that_the_model_denies_is_a_gain_too() -> None:
    off = judged("weights", 1.0, "What leads to a label", source="offline")
    denied = judged("weights", 0.0)
    assert joined(off, denied).judgments[3].source == "llm:m"
    assert joined(off, denied).review
    assert joined(off, denied, doubts=("it speaks to the grader",)).judgments[3].source == "offline"


def test_a_misconception_that_the_model_finds_needs_support_and_no_trust() -> None:
    off = judged("weights", 0.0, source="offline")
    found = judged("weights", 1.0, "is not what it was")
    assert joined(off, found, 0.9, doubts=("it speaks to the grader",)).judgments[3].credit == 1.0
    assert joined(off, found, 0.1).judgments[3].credit == 0.0


def test_nothing_to_say_leaves_no_note() -> None:
    found = joined(offline(0.9), model(1.0))
    assert (found.notes, found.review, found.otherwise) == ((), False, None)


def test_both_sides_are_of_the_same_points() -> None:
    with pytest.raises(ValueError, match="argument"):
        combine(READING, [judged(name, 0.0) for name in IDS], [], lambda _index, _passages: 1.0, support=0.3)
