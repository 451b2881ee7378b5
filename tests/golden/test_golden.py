"""Golden grades: what the engine said stays said, or the signature says why not (see README.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.feedback import MODEL_FLAGS, flag_names
from tests.golden import regenerate
from tests.golden.cases import CASES, FOLDER, Case, content_of, current_signature, golden_text, read_golden

HINT = "`python -m tests.golden.regenerate` writes the files anew; a changed grade wants a changelog line"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_grade_is_the_golden_one(case: Case) -> None:
    golden = read_golden(case)
    found = json.loads(json.dumps(content_of(case)))
    if golden["signature"] == current_signature():
        assert found == golden["grade"], "the grade changed and the signature did not: what does the signature miss?"
    else:
        assert found == golden["grade"], f"the golden file is of another engine: {HINT}"


def test_every_file_is_of_a_case_and_every_case_has_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {case.name for case in CASES}
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_cases_cover_flags_readings_and_kinds_of_points() -> None:
    grades = [read_golden(case)["grade"] for case in CASES]
    flags = {flag for grade in grades for flag in grade["flags"]}
    assert flags == set(flag_names()) - set(MODEL_FLAGS)
    assert {grade["reading"] for grade in grades} >= {"adaptation", "radio"}
    met = {point["id"] for grade in grades for point in grade["points"] if point["verdict"] == "met"}
    assert {"relation", "sudden", "weights", "canary"} <= met


def test_a_grade_that_changes_under_one_signature_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[0]
    monkeypatch.setattr("tests.golden.cases.FOLDER", tmp_path)
    assert regenerate.change_in(case) == "new"
    document = json.loads(golden_text(case))
    case.path.write_text(json.dumps(document), encoding="utf-8")
    assert regenerate.change_in(case) is None
    document["grade"]["score"] = 0.123
    case.path.write_text(json.dumps(document), encoding="utf-8")
    assert str(regenerate.change_in(case)).startswith("REFUSED")
    document["signature"]["engine"] = "00000000"
    case.path.write_text(json.dumps(document), encoding="utf-8")
    assert regenerate.change_in(case) == "grade changed"
    document["grade"]["score"] = content_of(case)["score"]
    case.path.write_text(json.dumps(document), encoding="utf-8")
    assert regenerate.change_in(case) == "signature only"
