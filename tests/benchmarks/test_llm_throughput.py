"""The throughput benchmark runs against its own server, and what it recorded is whole."""

from __future__ import annotations

import json

from rich.console import Console

from benchmarks.llm_throughput import DEFAULT_JSON, WIDTHS, Row, measure, run, show
from benchmarks.llm_worker import answers


def test_no_two_answers_are_alike() -> None:
    found = list(answers(200))
    assert len(found) == len(set(found)) == 200


def test_viva_and_a_bare_loop_are_asked_the_same() -> None:
    report = measure(20, None, widths=(8,))
    assert [(row.method, row.limit, row.burst) for row in report.rows] == [
        (method, limit, burst) for limit, burst in ((None, None), (50, 5), (50, 1)) for method in ("viva", "bare")
    ]
    viva, bare = report.rows[:2]
    assert (viva.failed, bare.failed) == (0, 0)
    assert (viva.answers, viva.requests_an_answer) == (20, 1.0)
    # Twenty answers, eight at once, are three rounds of 0.3 s.
    assert viva.seconds >= 0.9
    assert 0 < viva.share <= 1
    assert report.left_out == ["autorubric: left out, no interpreter that has it is named (--autorubric)"]
    console = Console(width=200, record=True, quiet=True)
    show(console, report)


def test_what_fails_is_left_out_with_its_reason() -> None:
    told = run("autorubric", 10, 2, None)
    assert isinstance(told, str)
    assert "autorubric" in told


def test_the_recorded_figures_are_whole() -> None:
    found = json.loads(DEFAULT_JSON.read_text(encoding="utf-8"))
    assert found["signature"].startswith("viva:")
    assert len(found["load"]) == 2
    rows = [Row(**row) for row in found["rows"]]
    ours = [row for row in rows if row.method == "viva"]
    assert {row.at_once for row in ours if row.limit is None} == set(WIDTHS)
    assert all(row.failed == 0 and row.answers == found["answers"] for row in ours)
    assert {row.burst for row in ours if row.limit == 50} == {1, 5}
