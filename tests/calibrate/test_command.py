"""The command ``calibrate``, and ``--calibration`` on the commands that grade."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import grader
from grader import __main__ as cli
from tests.calibrate.material import dice, marked, strict, write_base, write_pack, write_table

ROOT = Path(__file__).resolve().parents[2]


class Desk:
    """A folder with a pack, a base and marks, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack, self.base = write_pack(folder), write_base(folder)
        self.marks = write_table(folder / "marks.csv", marked(30, strict))
        self.mine = folder / "mine.json"

    def invoke(self, *arguments: str | Path, **environment: str) -> Result:
        return CliRunner().invoke(cli.app, [str(part) for part in arguments], env=environment)

    def calibrate(self, *arguments: str | Path, marks: Path | None = None, status: int = 0) -> str:
        options = ("--pack", self.pack, "--calibration", self.base)
        result = self.invoke("calibrate", marks or self.marks, *options, *arguments)
        if isinstance(result.exception, grader.VivaError):
            assert status == 1
            return f"{result.stdout}{result.exception}"
        assert result.exit_code == status, result.output
        return result.stdout

    def grade(self, *arguments: str | Path, **environment: str) -> Any:
        asked = ("--pack", self.pack, "--question", "oak", "--answer", "Deep roots hold the soil on a slope.", "--json")
        result = self.invoke("grade", *asked, *arguments, **environment)
        assert result.exit_code == 0, result.exception
        return json.loads(result.stdout)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_table_for_people(desk: Desk) -> None:
    output = desk.calibrate("-o", desk.mine)
    assert "30 marks in the column 'mark', 0 to 10 (the questions' own marks), in steps of 0.5" in output
    for words in (
        "QWK",
        "Pearson's r",
        "mean bias",
        "mean absolute error",
        "90 % range",
        "before",
        "after",
        "95 % interval",
    ):
        assert words in output
    assert "gain: " in output
    assert output.endswith(f"written: {desk.mine} (calibration {grader.load_calibration(desk.mine).digest})\n")


def test_json(desk: Desk) -> None:
    found = json.loads(desk.calibrate("-o", desk.mine, "--json"))
    assert found["written"] == str(desk.mine)
    assert found["digest"] == grader.load_calibration(desk.mine).digest
    assert found["outcome"]["kind"] == "gain"
    assert list(found["figures"]["qwk"]) == ["n", "before", "after", "difference"]
    assert found["left_out"] == {"blank": 0, "without_a_mark": 0}


def test_without_a_file_only_the_figures(desk: Desk) -> None:
    before = sorted(desk.folder.iterdir())
    assert "written" not in desk.calibrate()
    assert sorted(desk.folder.iterdir()) == before


def test_what_got_worse_is_not_written(desk: Desk) -> None:
    rolled = write_table(desk.folder / "dice.csv", marked(40, lambda share: 10 - 10 * share))
    told = desk.calibrate("-o", desk.mine, marks=rolled, status=1)
    assert told.splitlines()[-1].endswith("nothing was written (--force writes it anyway)")
    assert not desk.mine.exists()
    assert "worse: " in desk.calibrate("-o", desk.mine, "--force", marks=rolled)
    assert "got worse" in grader.load_calibration(desk.mine).provenance["forced"]


def test_no_clear_gain_says_so(desk: Desk) -> None:
    rolled = write_table(desk.folder / "dice.csv", marked(30, dice()))
    result = desk.invoke("calibrate", rolled, "--pack", desk.pack, "--calibration", desk.base, "-o", desk.mine)
    assert desk.mine.exists() == ("no clear gain: " in result.stdout)


def test_the_marks_are_never_overwritten(desk: Desk) -> None:
    before = desk.marks.read_bytes()
    assert "would overwrite the marks" in desk.calibrate("-o", desk.marks, status=1)
    assert "is no file" in desk.calibrate("-o", desk.folder, status=1)
    assert "no such folder" in desk.calibrate("-o", desk.folder / "absent" / "mine.json", status=1)
    assert desk.marks.read_bytes() == before
    assert not list(desk.folder.glob(".*.part"))


def test_a_bad_row_leaves_nothing_behind(desk: Desk) -> None:
    rows = [*marked(20, strict), {"question_id": "oak", "answer": "x", "mark": "eleven"}]
    bad = write_table(desk.folder / "bad.csv", rows)
    assert desk.calibrate("-o", desk.mine, marks=bad, status=1) == f"{bad}:22: column 'mark': 'eleven' is no number"
    assert not desk.mine.exists()


# --- --calibration


def test_grade_takes_a_calibration(desk: Desk) -> None:
    desk.calibrate("-o", desk.mine)
    base, mine = desk.grade("--calibration", desk.base), desk.grade("--calibration", desk.mine)
    assert mine["score"] < base["score"]
    assert mine["points"] == base["points"]
    assert f"|calibration:{grader.load_calibration(desk.mine).digest}|" in mine["signature"]
    assert desk.grade(VIVA_CALIBRATION=str(desk.mine)) == mine
    assert desk.grade("--calibration", desk.base, VIVA_CALIBRATION=str(desk.mine)) == base


def test_batch_takes_a_calibration(desk: Desk) -> None:
    graded = desk.folder / "graded.csv"
    result = desk.invoke("batch", desk.marks, "-o", graded, "--pack", desk.pack, "--calibration", desk.base)
    assert result.exit_code == 0, result.exception
    with graded.open(encoding="utf-8", newline="") as file:
        signatures = {row["signature"] for row in csv.DictReader(file)}
    (signature,) = signatures
    assert f"|calibration:{grader.load_calibration(desk.base).digest}|" in signature


def test_attack_and_validate_take_a_calibration(desk: Desk) -> None:
    result = desk.invoke("attack", desk.pack, "--most", "1", "--json", "--calibration", desk.base)
    assert result.exit_code == 0, result.exception
    assert f"|calibration:{grader.load_calibration(desk.base).digest}|" in json.loads(result.stdout)["signature"]
    data = json.loads(desk.base.read_text(encoding="utf-8"))
    data["plain"]["sound"]["intercept"] = -50.0
    desk.mine.write_text(json.dumps(data), encoding="utf-8")
    for path, expected in ((desk.base, False), (desk.mine, True)):
        for result in (
            desk.invoke("validate", desk.pack, "--calibration", path),
            desk.invoke("validate", desk.pack, VIVA_CALIBRATION=str(path)),
        ):
            assert ("references.0" in result.output) == expected, result.output


@pytest.mark.parametrize("text", [None, "", "{}", "\x00", '{"format": "viva-calibration/1"}', "[" * 100_000])
def test_a_bad_calibration_is_one_line(desk: Desk, text: str | None) -> None:
    bad = desk.folder / "bad.json"
    if text is not None:
        bad.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "--reference", "x", "--answer", "y"],
        cwd=ROOT,
        env={**os.environ, "VIVA_CALIBRATION": str(bad)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"viva: {bad}: ")
    assert len(done.stderr.splitlines()) == 1
