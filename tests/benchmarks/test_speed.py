"""The speed benchmark: fresh processes, answers that are all new, tables and messages. No test depends on how fast anything is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import speed, speed_worker
from benchmarks.corpora import Corpora
from benchmarks.speed import Report, Timing

REPORT = Report(
    signature="a signature",
    date="2026-01-01",
    machine="a machine",
    rows=8,
    threads=1,
    rounds=1,
    rates={"Viva": {"median": 10.0, "least": 9.0, "most": 11.0, "ratio": 1.0}},
    left_out=["MiniLM cosine: left out, no wheel"],
    linearity={"few": 10, "many": 100, "rate_few": 9.0, "rate_many": 10.0, "rate_ratio": 1.111, "peak_growth_mib": 0.5},
    start={"python": 0.02, "import_adds": 0.1, "first_grade": 0.9},
)


def test_methods_are_timed_in_processes_of_their_own(folder: Path) -> None:
    found, missing = speed.rates(folder, 8, 1, rounds=1, methods={"grader": "Viva", "token_sort": "bare"})
    assert {name: len(values) for name, values in found.items()} == {"grader": 1, "token_sort": 1}
    assert all(rate > 0 for values in found.values() for rate in values)
    assert missing == []


@pytest.mark.parametrize("task", ["grader", "token_sort"])
def test_every_answer_counts_equal_ones_too(task: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert speed_worker.main([task, str(folder), "120", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["answers"] == 120
    assert found["seconds"] > 0


def test_recombined_answers_are_all_new_and_as_many_as_asked(corpora: Corpora) -> None:
    rows = [row for part in corpora.rows.values() for row in part]
    made = list(speed_worker.recombined(rows, 25_003))
    texts = Counter(text for _, part in made for text in part)
    assert len(texts) == texts.total() == 25_003
    # Three rounds over all eight questions, with like shares.
    assert Counter(Counter(first for first, _ in made).values()) == {3: 8}
    assert {len(part) for _, part in made} <= {1_250, 625, 626}


def test_linearity_compares_a_tenth_with_the_whole(folder: Path) -> None:
    found = speed.linearity(folder, 40, 1)
    assert (found["few"], found["many"]) == (4, 40)
    assert found["rate_ratio"] is not None
    assert found["rate_ratio"] > 0


def test_starts_are_timed_from_nothing_to_the_first_grade() -> None:
    times = speed.start_times(1)
    assert list(times) == ["python", "import", "first grade"]
    assert all(seconds > 0 for seconds in times.values())


def test_a_report_shows_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    speed.show(Console(width=120), REPORT)
    printed = capsys.readouterr().out
    for text in (
        "Viva",
        "left out, no wheel",
        "ratio 1.111",
        "grows by 0.5 MiB",
        "adds 0.100 s",
        "fresh process",
        "a signature",
    ):
        assert text in printed


def test_a_rate_is_answers_over_seconds() -> None:
    assert Timing(answers=10, seconds=4.0, before_mib=None, peak_mib=None).rate == 2.5


def test_a_worker_that_fails_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(speed.WorkerError, match="there is no folder"):
        speed.run_worker("token_sort", tmp_path / "nowhere", 8, 1)


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert speed.main(["--data", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.startswith("error: there is no folder ")


def test_numbers_that_make_no_sense_are_refused(folder: Path) -> None:
    with pytest.raises(SystemExit):
        speed.main(["--data", str(folder), "--rows", "0"])
