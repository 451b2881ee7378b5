"""The grader is no easier to fool than it was: `viva attack`, run again on the shipped packs with the recorded settings.

`python -m grader attack --most 2 --json > benchmarks/results/attack.json` records anew. A bound is lowered that way in the
commit that makes the grader better; one that rises needs a reason that a reader can accept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import grader
from grader import Bank
from grader.attack import FAMILIES, Result, run

RECORD = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "attack.json"


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def results(bank: Bank, recorded: dict[str, Any]) -> dict[str, Result]:
    found = run(
        bank.questions,
        lambda question, answer: grader.grade(question, answer).score,
        seed=recorded["seed"],
        most=recorded["most"],
    )
    return {result.family.name: result for result in found}


def test_the_record_is_of_every_family_and_every_question(bank: Bank, recorded: dict[str, Any]) -> None:
    assert [family["family"] for family in recorded["families"]] == [family.name for family in FAMILIES]
    assert recorded["questions"] == len(bank.questions)
    assert recorded["signature"].startswith("viva:")


@pytest.mark.parametrize("name", [family.name for family in FAMILIES])
def test_no_family_succeeds_more_often_than_recorded(
    name: str, recorded: dict[str, Any], results: dict[str, Result]
) -> None:
    (bound,) = (family for family in recorded["families"] if family["family"] == name)
    found = results[name]
    listing = "\n".join(
        f"{outcome.question_id} {outcome.baseline:.2f} -> {outcome.score:.2f}: {outcome.case.text[:100]!r}"
        for outcome in found.succeeded
    )
    assert found.rate <= bound["rate"] + 1e-4, f"{len(found.succeeded)} of {len(found.outcomes)}:\n{listing}"
    # A family that makes fewer cases than it did would pass for the wrong reason.
    assert len(found.outcomes) >= 0.9 * bound["cases"]
