"""The app grades with the calibration that VIVA_CALIBRATION names, and says so where there is none in that file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import grader
from grader.calibrate import content
from tests.calibrate.material import neutral
from tests.ui.conftest import Open
from ui import services

QUESTION = grader.question_from_reference("Why trees?", ["Deep roots hold the soil."])


def test_the_app_takes_a_calibration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content(neutral()))
    monkeypatch.setenv("VIVA_CALIBRATION", str(path))
    assert services.grade(QUESTION, "Roots hold the soil.").signature == services.signature()
    assert f"|calibration:{grader.load_calibration(path).digest}|" in services.signature()


def test_a_bad_calibration_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"format": "other"}), encoding="utf-8")
    monkeypatch.setenv("VIVA_CALIBRATION", str(path))
    with pytest.raises(grader.InputError, match="not a calibration file"):
        services.grade(QUESTION, "x")
    at = open_app("about")
    assert not at.exception
    assert "not a calibration file" in "\n".join(str(element.proto.body) for element in at.html)
