"""One method measured: the grader or a baseline, on all corpora, each left out of what was fitted.

Correlations of a baseline are those of its raw values, which a map to marks could only blur; its errors are those of its marks. The
grader has marks only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.baselines import Baseline
from benchmarks.corpora import question_keys
from benchmarks.left_out import Predictions
from benchmarks.metrics import (
    Estimate,
    FloatArray,
    agreement,
    difference,
    interval_figures,
    mean_of,
    two_way_f1,
)
from benchmarks.protocol import Rows, constant_half_width, fit_threshold, human_scores, left_out, left_out_maps

OURS = "Viva"
RANKS = ("pooled_r", "within_r")
ERRORS = ("rmse", "weighted_rmse", "qwk")

Figures = dict[str, dict[str, Estimate]]


@dataclass(frozen=True)
class Measured:
    """All figures of one method: by corpus (and their mean) and metric, and by test split."""

    name: str
    figures: Figures
    two_way: dict[str, Estimate] = field(default_factory=dict)
    saf_rmse: dict[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What a run found; ``missing`` has a line for each baseline that could not be computed."""

    signature: str
    ours: Measured
    others: list[Measured]
    intervals: Figures
    missing: Sequence[str] = ()

    def leads(self) -> Figures:
        """Return, for both correlations, ours less that of the baseline with the largest one, by corpus and in the mean."""
        return {
            place: {
                metric: difference(
                    self.ours.figures[place][metric],
                    max((other.figures[place][metric] for other in self.others), key=_or_least),
                )
                for metric in RANKS
            }
            for place in self.ours.figures
            if self.others
        }


def measure(
    rows: Rows,
    predictions: Mapping[str, Predictions],
    compared: Sequence[Baseline],
    signature: str,
    missing: Sequence[str] = (),
) -> Report:
    """Measure the grader's predictions and all baselines on the same rows."""
    marks = {name: part.score for name, part in predictions.items()}
    others = []
    for baseline in compared:
        raw = {name: baseline.values(part) for name, part in rows.items()}
        maps = left_out_maps(raw, rows)
        others.append(_measure(baseline.name, rows, raw, {name: maps[name](values) for name, values in raw.items()}))
    return Report(signature, _measure(OURS, rows, marks, marks), others, _intervals(rows, predictions), missing)


def _measure(name: str, rows: Rows, raw: Mapping[str, FloatArray], marks: Mapping[str, FloatArray]) -> Measured:
    """Measure one method; ``raw`` orders the answers, ``marks`` are in 0..1."""
    figures: Figures = {}
    for corpus, part in rows.items():
        human, questions = human_scores(part), question_keys(part)
        found = agreement(human, marks[corpus], questions)
        order = agreement(human, raw[corpus], questions) if raw is not marks else found
        figures[corpus] = {
            **{metric: order[metric] for metric in RANKS},
            **{metric: found[metric] for metric in ERRORS},
        }
    figures["mean"] = {metric: mean_of([figures[corpus][metric] for corpus in rows]) for metric in (*RANKS, *ERRORS)}
    return Measured(name, figures, _two_way(rows, raw), _saf_rmse(rows, marks))


def _two_way(rows: Rows, values: Mapping[str, FloatArray]) -> dict[str, Estimate]:
    """Return the macro-F1 on the test splits that have two-way labels, with a threshold from the other corpora."""
    correct = {name: np.array([row.correct for row in part]) for name, part in rows.items()}
    found = {}
    for name, others in left_out(rows):
        threshold = fit_threshold([values[other] for other in others], [correct[other] for other in others])
        for split in sorted({row.split for row in rows[name] if row.label_2way and row.split.startswith("test")}):
            here = np.array([row.split == split and row.label_2way is not None for row in rows[name]])
            questions = question_keys(row for row, kept in zip(rows[name], here, strict=True) if kept)
            found[f"{name}/{split}"] = two_way_f1(correct[name][here], values[name][here] >= threshold, questions)
    return found


def _saf_rmse(rows: Rows, marks: Mapping[str, FloatArray]) -> dict[str, Estimate]:
    """Return the RMSE on the test splits of both SAF files, for which others published one."""
    found = {}
    part = rows.get("saf", ())
    for dataset, split in sorted({(row.dataset, row.split) for row in part if row.split.startswith("test")}):
        here = np.array([(row.dataset, row.split) == (dataset, split) for row in part])
        kept = [row for row, inside in zip(part, here, strict=True) if inside]
        found[f"{dataset}/{split}"] = agreement(human_scores(kept), marks["saf"][here], question_keys(kept))["rmse"]
    return found


def _intervals(rows: Rows, predictions: Mapping[str, Predictions]) -> Figures:
    """Return coverage and width of our intervals, and of constant ones that cover as much of the other corpora.

    The constant half-width is the one with which intervals around our marks hold as many human scores of the other corpora as our
    own intervals do there. Both are cut off at 0 and 1.
    """
    human = {name: human_scores(part) for name, part in rows.items()}
    figures: Figures = {}
    ours = {
        name: interval_figures(human[name], predictions[name].low, predictions[name].high, question_keys(part))
        for name, part in rows.items()
    }
    for name, others in left_out(rows):
        half = constant_half_width(
            [predictions[other].score for other in others],
            [human[other] for other in others],
            float(np.mean([ours[other]["coverage"].value for other in others])),
        )
        low, high = (np.clip(predictions[name].score + step, 0.0, 1.0) for step in (-half, half))
        constant = interval_figures(human[name], low, high, question_keys(rows[name]))
        figures[name] = {**ours[name], **{f"constant_{key}": value for key, value in constant.items()}}
    figures["mean"] = {key: mean_of([figures[name][key] for name in rows]) for key in figures[next(iter(rows))]}
    return figures


def _or_least(estimate: Estimate) -> float:
    """Return a figure so that one which is not defined never is the largest."""
    return -math.inf if math.isnan(estimate.value) else estimate.value
