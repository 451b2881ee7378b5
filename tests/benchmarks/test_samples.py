"""The issue's targets on the packs' graded samples, as the benchmark measures them; what is outside is named."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest

from benchmarks import samples
from benchmarks.samples import (
    FAMILIES,
    FOREIGN_SHORTFALLS,
    SHORTFALLS,
    Scored,
    Verdict,
    agreement,
    cross_references,
    judge_samples,
    related,
    wilson,
)
from grader import Bank

AGREEMENT = 0.85
FULL, WRONG, DENIAL, KEYWORDS = 0.80, 0.30, 0.35, 0.60
OWN_REFERENCE, OTHER_REFERENCE = 0.95, 0.30


@dataclasses.dataclass(frozen=True)
class Measured:
    """One run of the benchmark."""

    verdicts: list[Verdict]
    scores: list[Scored]
    own: dict[str, float]
    foreign: list[tuple[str, str, float]]


@pytest.fixture(scope="module")
def measured(bank: Bank) -> Measured:
    verdicts, scores = judge_samples(bank.questions)
    own, foreign = cross_references(bank.questions)
    return Measured(verdicts, scores, own, foreign)


def outside(measured: Measured, kind: str, low: float, high: float) -> list[str]:
    items = [item for item in measured.scores if item.kind == kind]
    assert len(items) >= 31, f"only {len(items)} {kind} samples"
    return [f"{i.question}: {i.score:.3f}: {i.answer[:90]}" for i in items if not low <= i.score <= high]


def inside_on_average(measured: Measured, kind: str) -> bool:
    low, high = samples.BOUNDS[kind]
    values = [item.score for item in measured.scores if item.kind == kind]
    return low <= sum(values) / len(values) <= high


def listing(found: list[str]) -> str:
    return "\n".join([f"{len(found)} outside:", *found])


def test_the_benchmark_checks_the_targets_of_the_issue() -> None:
    assert samples.AGREEMENT == AGREEMENT
    assert samples.BOUNDS["full"][0] == FULL
    assert samples.BOUNDS["wrong"][1] == WRONG
    assert samples.BOUNDS["denial"][1] == DENIAL
    assert samples.BOUNDS["keywords"][1] == KEYWORDS
    assert (samples.OWN_REFERENCE, samples.OTHER_REFERENCE) == (OWN_REFERENCE, OTHER_REFERENCE)


def test_every_label_is_compared(bank: Bank, measured: Measured) -> None:
    assert len(measured.verdicts) == sum(len(s.verdicts) for q in bank.questions for s in q.samples)
    assert len(measured.scores) == sum(len(q.samples) for q in bank.questions)
    assert set(measured.own) == {question.id for question in bank.questions}
    assert len(measured.own) == 31


def test_verdicts_agree_with_the_labels(measured: Measured) -> None:
    found = agreement(measured.verdicts)
    worst: dict[str, int] = {}
    for verdict in measured.verdicts:
        if verdict.label != verdict.given:
            worst[verdict.question] = worst.get(verdict.question, 0) + 1
    ranked = sorted(worst.items(), key=lambda item: -item[1])[:8]
    assert isinstance(found["agreement"], float)
    assert found["agreement"] >= AGREEMENT, f"{found}; most disagreements: {ranked}"


def test_full_answers_score_high(measured: Measured) -> None:
    found = outside(measured, "full", FULL, 1.0)
    new = [line for line in found if line.split(":")[0] not in SHORTFALLS["full"]]
    assert not new, listing(new)
    assert inside_on_average(measured, "full")


def test_fluent_wrong_answers_score_low(measured: Measured) -> None:
    found = outside(measured, "wrong", 0.0, WRONG)
    new = [line for line in found if line.split(":")[0] not in SHORTFALLS["wrong"]]
    assert not new, listing(new)
    assert inside_on_average(measured, "wrong")


def test_denials_score_low(measured: Measured) -> None:
    found = outside(measured, "denial", 0.0, DENIAL)
    new = [line for line in found if line.split(":")[0] not in SHORTFALLS["denial"]]
    assert not new, listing(new)
    assert inside_on_average(measured, "denial")


def test_keyword_lists_score_in_the_lower_half(measured: Measured) -> None:
    found = outside(measured, "keywords", 0.0, KEYWORDS)
    assert not found, listing(found)


def test_own_references_score_full_marks(measured: Measured) -> None:
    found = [f"{name}: {score:.3f}" for name, score in measured.own.items() if score < OWN_REFERENCE]
    assert not found, listing(found)


def test_references_of_other_questions_score_low(measured: Measured) -> None:
    unrelated = [(a, b, s) for a, b, s in measured.foreign if not related(a, b)]
    new = [f"{a} by the reference of {b}: {s:.3f}" for a, b, s in unrelated if (a, b) not in FOREIGN_SHORTFALLS]
    assert not new, listing(new)
    # What no longer falls short comes off the list, so that it cannot come back unseen.
    assert {(a, b) for a, b, _ in unrelated} == FOREIGN_SHORTFALLS


def test_families_are_of_real_questions_that_need_them(bank: Bank, measured: Measured) -> None:
    ids = {question.id for question in bank.questions}
    shared = {frozenset((a, b)) for a, b, _ in measured.foreign}
    for name, family in FAMILIES.items():
        assert len(set(family)) == len(family) > 1, name
        assert set(family) <= ids, name
        alone = [a for a in family if not any(frozenset((a, b)) in shared for b in family if b != a)]
        assert not alone, f"{name}: {alone} share nothing with the others"


def test_families_leave_most_pairs_to_the_bound(bank: Bank) -> None:
    pairs = list(itertools.permutations([question.id for question in bank.questions], 2))
    assert sum(related(a, b) for a, b in pairs) <= 0.25 * len(pairs)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_agreement_counts_equal_verdicts() -> None:
    made = [Verdict("q", "full", str(i), "required", "met", "met" if i < 3 else "unmet") for i in range(4)]
    found = agreement(made)
    assert (found["agreement"], found["n"]) == (0.75, 4)
    assert isinstance(found["low"], float)
    assert math.isclose(found["low"], 0.3006, abs_tol=1e-3)
