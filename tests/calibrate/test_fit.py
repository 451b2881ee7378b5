"""The fit: what teachers get out of it, and what may not change whatever they mark."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import grader
from grader.calibrate import Fitted, content, fit_marks, read_marks
from grader.calibrate.fit import forced
from grader.calibration import Calibration
from grader.engine import grade_many
from grader.offline import OfflineGrader
from tests.calibrate.material import (
    SUBJECTS,
    bank_of,
    dice,
    lenient,
    marked,
    neutral,
    strict,
    write_pack,
    write_table,
)

DATE = "2031-05-06"
DESCRIBED = ("river", "clock")
Rows = list[dict[str, str]]


def fitted(folder: Path, rows: Rows, base: Calibration | None = None, max_mark: float | None = None) -> Fitted:
    path = write_table(folder / "marks.csv", rows)
    return fit_marks(read_marks(path, bank_of(folder), max_mark=max_mark), base or neutral(), date=DATE)


@cache
def known(folder: Path, teacher: Callable[[float], float], number: int) -> Fitted:
    return fitted(folder, marked(number, teacher), max_mark=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("marks")


TEACHERS = [(strict, 20), (strict, 200), (lenient, 20), (lenient, 200)]


@pytest.mark.parametrize(("teacher", "number"), TEACHERS)
def test_a_teachers_own_marks_help(folder: Path, teacher: Callable[[float], float], number: int) -> None:
    found = known(folder, teacher, number)
    assert found.outcome.kind == "gain"
    assert found.rows == number
    assert found.figures["mae"].after.value < found.figures["mae"].before.value
    assert abs(found.figures["bias"].after.value) < abs(found.figures["bias"].before.value)
    assert found.figures["coverage"].after.value >= 0.85
    assert found.figures["qwk"].n == number


def test_the_bias_has_the_right_sign(folder: Path) -> None:
    assert (
        known(folder, strict, 200).figures["bias"].before.value
        > 0
        > known(folder, lenient, 200).figures["bias"].before.value
    )


def test_many_marks_help_more_than_few(folder: Path) -> None:
    few, many = (known(folder, strict, number).figures["mae"].difference.value for number in (20, 200))
    assert many < few < 0


@pytest.mark.parametrize("number", [20, 60, 200])
def test_dice_are_no_gain(tmp_path: Path, number: int) -> None:
    assert fitted(tmp_path, marked(number, dice())).outcome.kind in {"worse", "no clear gain"}


def test_marks_against_the_grain_are_refused(tmp_path: Path) -> None:
    found = fitted(tmp_path, marked(40, lambda share: 10 - 10 * share))
    assert found.outcome.kind == "worse"
    assert "do not rise with these marks" in found.outcome.says


def test_a_teacher_like_the_grader_gains_nothing(tmp_path: Path) -> None:
    bank, rows = bank_of(tmp_path), marked(40, strict)
    judge = OfflineGrader(neutral())
    for row in rows:
        row["mark"] = f"{10 * grader.grade(bank.get(row['question_id']), row['answer'], grader=judge).score:.2f}"
    found = fitted(tmp_path, rows, max_mark=10)
    assert found.outcome.kind != "gain"
    assert found.figures["mae"].before.value < 0.01


# --- what holds whatever the marks


@pytest.mark.parametrize(("teacher", "number"), TEACHERS)
def test_nothing_stays_nothing_all_stays_all_and_more_is_never_less(
    folder: Path, teacher: Callable[[float], float], number: int
) -> None:
    made = known(folder, teacher, number).calibration
    judge = OfflineGrader(made)
    for question in bank_of(folder).questions:
        said = SUBJECTS[question.id]
        grades = grade_many(question, ["", " \n", *question.readings[0].references], grader=judge)
        assert [(grade.score, grade.low, grade.high) for grade in grades[:2]] == [(0.0, 0.0, 0.0)] * 2
        assert grades[2].score >= 0.95
        more = grade_many(question, [" ".join(said[:count]) for count in range(1, 5)], grader=judge)
        assert all(one.score <= two.score for one, two in pairwise(more))
        assert all(grade.low <= grade.score <= grade.high for grade in more)
    curve = made.plain.scale.curve
    assert all(a <= b for a, b in pairwise(curve.of(float(x)) for x in np.linspace(0, 1, 101)))


def test_the_points_are_those_of_the_base(folder: Path) -> None:
    made, base = known(folder, strict, 20).calibration, neutral()
    assert made.plain.scale != base.plain.scale
    back = made.plain.model_copy(update={"scale": base.plain.scale})
    assert made.model_copy(update={"plain": back, "provenance": base.provenance, "digest": ""}) == base


def test_it_is_another_signature_and_names_the_file(folder: Path, tmp_path: Path) -> None:
    made = known(folder, strict, 20).calibration
    path = tmp_path / "mine.json"
    path.write_bytes(content(made))
    loaded = grader.load_calibration(path)
    assert loaded == made
    signatures = {OfflineGrader(calibration).signature for calibration in (neutral(), made, loaded)}
    assert len(signatures) == 2
    assert f"|calibration:{made.digest}|" in OfflineGrader(loaded).signature
    question = bank_of(folder).questions[0]
    assert grader.grade(question, "x", grader=OfflineGrader(loaded)).signature == OfflineGrader(loaded).signature


def test_the_provenance_tells_it_all(folder: Path) -> None:
    found = known(folder, strict, 20)
    told = found.calibration.provenance
    assert json.loads(content(found.calibration))["provenance"] == told
    assert told["date"] == DATE
    assert told["base"] == neutral().digest
    assert told["source"]["name"] == "marks.csv"
    assert len(told["source"]["sha256"]) == 64
    assert told["n"] == 20
    assert told["profiles"] == {"described": {"n": 0, "fitted": False}, "plain": {"n": 20, "fitted": True}}
    assert told["max_mark"] == {"value": 10.0, "from": "--max-mark"}
    assert told["folds"] == {"number": 5, "groups": 5, "by": "question", "seed": 0}
    assert told["outcome"]["kind"] == "gain"
    assert told["figures"]["qwk"]["n"] == 20
    assert set(told["figures"]) == {"qwk", "r", "bias", "mae", "coverage"}
    assert "forced" not in told
    assert "got worse" in forced(found).calibration.provenance["forced"]
    assert forced(found).calibration.digest != found.calibration.digest


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    rows = marked(30, lenient)
    assert fitted(tmp_path, rows) == fitted(tmp_path, rows)


# --- two sorts of question in one file


def mixed(folder: Path, described: int, plain: int) -> tuple[Fitted, Rows]:
    """Fit to so many rows of each sort: a river and a clock are described in several wordings, the others are not."""
    rows = [row for row in marked(400, strict) if row["question_id"] in DESCRIBED][:described]
    rows += [row for row in marked(400, strict) if row["question_id"] not in DESCRIBED][:plain]
    path = write_table(folder / "marks.csv", rows)
    bank = grader.load_bank(write_pack(folder, described=DESCRIBED))
    return fit_marks(read_marks(path, bank, max_mark=10), neutral(), date=DATE), rows


def test_each_sort_of_question_gets_a_scale_of_its_own(tmp_path: Path) -> None:
    found, rows = mixed(tmp_path, 30, 40)
    made, base = found.calibration, neutral()
    assert found.calibration.provenance["profiles"] == {
        "described": {"n": 30, "fitted": True},
        "plain": {"n": 40, "fitted": True},
    }
    assert len({made.described.scale.model_dump_json(), made.plain.scale.model_dump_json()}) == 2
    assert base.plain.scale not in (made.described.scale, made.plain.scale)
    assert found.figures["mae"].n == found.rows == len(rows) == 70
    assert found.outcome.kind == "gain"
    assert not [caution for caution in found.cautions if "few" in caution]


@pytest.mark.parametrize(("described", "plain"), [(9, 31), (31, 9), (1, 19), (0, 20), (20, 0)])
def test_a_sort_with_few_marks_keeps_its_scale(tmp_path: Path, described: int, plain: int) -> None:
    found, _ = mixed(tmp_path, described, plain)
    made, base = found.calibration, neutral()
    kept, few = ("described", described) if described < plain else ("plain", plain)
    assert getattr(made, kept) == getattr(base, kept)
    assert made.provenance["profiles"][kept] == {"n": few, "fitted": False}
    assert (made.described == base.described) != (made.plain == base.plain)
    told = [caution for caution in found.cautions if "keep the scale they had" in caution]
    assert len(told) == (few > 0)
    assert all(caution.startswith(f"{few} marks on questions whose points are ") for caution in told)
    assert found.figures["mae"].n == found.rows == described + plain


def test_marks_that_are_few_of_either_sort_are_refused(tmp_path: Path) -> None:
    with pytest.raises(grader.InputError, match="too few marked answers to either") as caught:
        mixed(tmp_path, 9, 9)
    assert "9 to questions" in str(caught.value)
    assert "\n" not in str(caught.value)


# --- folds


def test_blank_answers_are_left_out(tmp_path: Path) -> None:
    rows = marked(30, strict)
    blank = [{"question_id": "oak", "answer": text, "mark": "2"} for text in ("", " \n", "")]
    found = fitted(tmp_path, [*rows, *blank])
    assert (found.rows, found.blank) == (30, 3)
    assert found.calibration.plain == fitted(tmp_path, rows).calibration.plain


def test_equal_answers_stay_together_and_small_tables_leave_one_out(tmp_path: Path) -> None:
    rows = marked(30, strict, subjects=2)
    again = [{**row, "answer": f"  {row['answer'].upper()} "} for row in rows[:5]]
    found = fitted(tmp_path, [*rows, *again])
    assert (found.rows, found.groups, found.folds, found.by) == (35, 30, 30, "answer")
    assert fitted(tmp_path, marked(60, strict, subjects=2)).folds == 10


def test_questions_are_let_go_where_an_answer_ties_them(tmp_path: Path) -> None:
    tie = [{"question_id": name, "answer": "I do not know.", "mark": "0"} for name in SUBJECTS]
    found = fitted(tmp_path, [*marked(30, strict), *tie])
    assert (found.by, found.groups) == ("answer", 31)


# --- refusals


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (marked(9, strict), "9 marked answers"),
        ([], "0 marked answers"),
        ([{**row, "answer": ""} for row in marked(20, strict)], r"20 answers are blank"),
        ([{**row, "mark": "5"} for row in marked(20, strict)], "all marks are the same"),
        ([{**row, "mark": str(n % 3)} for n, row in enumerate(marked(4, strict) * 5)], "only 4 different answers"),
    ],
)
def test_too_little_is_refused_in_one_line(tmp_path: Path, rows: Rows, told: str) -> None:
    with pytest.raises(grader.InputError, match=told) as caught:
        fitted(tmp_path, rows)
    assert "\n" not in str(caught.value)


def test_a_base_that_knows_these_marks_is_refused(tmp_path: Path) -> None:
    rows = marked(20, strict)
    first = fitted(tmp_path, rows)
    with pytest.raises(grader.InputError, match="itself fitted to these marks"):
        fitted(tmp_path, rows, first.calibration)
    other = fitted(tmp_path, marked(25, strict), first.calibration)
    assert any("fitted to marks too" in caution for caution in other.cautions)
