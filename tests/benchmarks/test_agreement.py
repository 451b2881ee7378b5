"""The whole benchmark on made-up corpora: its tables, its JSON, its messages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import grader
from benchmarks import agreement, agreement_report, published
from benchmarks.baselines import Baseline, log_words, tfidf_cosine
from benchmarks.corpora import Corpora
from benchmarks.grading import grade_rows, question_of
from benchmarks.left_out import Predictions, predict
from benchmarks.measure import Report, measure
from benchmarks.protocol import human_scores


@pytest.fixture(scope="module")
def predictions(corpora: Corpora) -> dict[str, Predictions]:
    return predict(corpora.rows)


@pytest.fixture(scope="module")
def report(corpora: Corpora, predictions: dict[str, Predictions]) -> Report:
    compared = [Baseline("answer length", log_words), Baseline("tf-idf cosine", tfidf_cosine)]
    return measure(corpora.rows, predictions, compared, "a signature", ["MiniLM cosine: left out, no wheel"])


def test_predictions_stand_in_the_order_of_the_rows_and_inside_their_intervals(
    corpora: Corpora, predictions: dict[str, Predictions]
) -> None:
    assert list(predictions) == list(corpora.rows)
    for name, part in predictions.items():
        assert len(part.score) == len(part.low) == len(part.high) == len(corpora.rows[name])
        assert ((part.low >= 0) & (part.low <= part.score) & (part.score <= part.high) & (part.high <= 1)).all()


def test_rows_are_graded_as_one_by_one(corpora: Corpora) -> None:
    rows = corpora.rows["beetle"][10:16]
    assert grade_rows(rows) == [grader.grade(question_of(row), row.answer) for row in rows]


def test_a_perfect_grader_has_perfect_figures(corpora: Corpora) -> None:
    human = {name: human_scores(rows) for name, rows in corpora.rows.items()}
    perfect = measure(corpora.rows, {name: Predictions(h, h, h) for name, h in human.items()}, [], "")
    for figures in perfect.ours.figures.values():
        assert [figures[m].value for m in ("pooled_r", "within_r", "qwk")] == pytest.approx([1.0, 1.0, 1.0])
        assert figures["rmse"].value == figures["weighted_rmse"].value == 0.0
    assert {estimate.value for estimate in perfect.ours.two_way.values()} == {1.0}
    assert perfect.intervals["mean"]["coverage"].value == 1.0
    assert perfect.intervals["mean"]["constant_width"].value == 0.0
    assert perfect.leads() == {}


def test_correlations_of_a_baseline_are_those_of_its_raw_values(corpora: Corpora, report: Report) -> None:
    rows = corpora.rows["stita"]
    expected = np.corrcoef(human_scores(rows), log_words(rows))[0, 1]
    assert report.others[0].figures["stita"]["pooled_r"].value == pytest.approx(expected)


def test_the_lead_is_over_the_best_baseline_of_each_corpus(report: Report) -> None:
    for place, lead in report.leads().items():
        ours = report.ours.figures[place]["within_r"].value
        best = max(other.figures[place]["within_r"].value for other in report.others)
        assert lead["within_r"].value == pytest.approx(ours - best)


def test_two_way_figures_are_those_of_semeval_by_its_test_splits(report: Report) -> None:
    splits = [f"{corpus}/{split}" for corpus in ("beetle", "scientsbank") for split in ("test_ua", "test_uq")]
    assert list(report.ours.two_way) == splits
    assert report.ours.two_way["beetle/test_ua"].n == 8


def test_the_command_prints_its_tables_and_writes_its_figures(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "new" / "agreement.json"
    assert agreement.main(["--data", str(folder), "--no-baselines", "--json", str(target)]) == 0
    printed = capsys.readouterr().out
    signature = grader.default_grader().signature
    for text in (
        "beetle: n = 24, 2 questions, without 0 blank",
        "Mean of the corpora",
        "GPT-4o",
        "coverage",
        signature,
    ):
        assert text in printed
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["signature"] == signature
    assert document["n"] == {"beetle": 24, "scientsbank": 24, "saf": 48, "stita": 24}
    figures = document["figures"]["Viva"]["mean"]["weighted_rmse"]
    assert 0 <= figures["low"] <= figures["value"] <= figures["high"] <= 1
    assert document["published"]["weighted_rmse"] == published.WEIGHTED_RMSE


def test_all_methods_and_what_was_left_out_are_shown(
    corpora: Corpora, report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    agreement_report.show(agreement.console(), report, corpora, 24)
    printed = capsys.readouterr().out
    for text in (
        "A quick look",
        "Viva",
        "answer length",
        "tf-idf cosine",
        "Lead over",
        "MiniLM cosine: left out, no wheel",
    ):
        assert text in printed
    assert "…" not in printed, "a table was cut off"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert agreement.main(["--data", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: there is no folder ")
    assert captured.err.count("\n") == 1
