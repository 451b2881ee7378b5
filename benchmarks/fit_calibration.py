"""Fit grader/calibration.json to the packs' graded samples, and say how well it does on questions it has not seen.

    python -m benchmarks.fit_calibration [--write]

Three kinds of answers teach it: the graded samples; each question's own references, which say all required points; and the
references of the other questions, which say none (pairs of one family, which share content, are left out). Folds go by question.
Needs scipy (the extra ``dev``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

import grader
from benchmarks.samples import reading_of, related
from grader.answer import analyse
from grader.calibration import DEFAULT_PATH, Calibration, Logit, company, logistic
from grader.embedding import default_embedder
from grader.features import NAMES, extract
from grader.rubric import Rubric
from grader.types import PointKind, Question, Reading

Array = npt.NDArray[np.float64]
FOLDS = 8
LABELS = {"met": 1.0, "partial": 0.5, "unmet": 0.0}
# A reference says all required points and commits no misconception; of bonus points nobody knows.
OWN_LABELS = {"required": 1.0, "bonus": np.nan, "misconception": 0.0}
FOREIGN_WEIGHT = 0.3
MOST_HELP = 2.5
RIDGE = 1e-4
# Set by hand, on the same samples: where doubt ends, what a verdict takes.
BY_HAND = {
    "required_ramp": {"none": 0.25, "full": 0.45},
    "bonus_ramp": {"none": 0.45, "full": 0.65},
    "misconception_ramp": {"none": 0.4, "full": 0.6},
    "met": 0.4,
    "partial": 0.2,
}


@dataclass(frozen=True)
class Row:
    """One answer to one reading: features and labels of its points."""

    question: str
    source: str
    values: Array
    denied: Array
    labels: Array
    kinds: tuple[PointKind, ...]


def rows(questions: tuple[Question, ...]) -> Iterator[Row]:
    """Yield the training answers."""
    for question in questions:
        for reading in question.readings:
            rubric = Rubric(question, reading)
            for sample in question.samples:
                if reading_of(question, sample) is reading:
                    labels = dict(sample.verdicts)
                    wanted = [LABELS[labels[point.id]] for point in reading.points]
                    yield _row(rubric, question, reading, "sample", sample.answer, wanted)
            for text in reading.references:
                wanted = [OWN_LABELS[point.kind] for point in reading.points]
                yield _row(rubric, question, reading, "own", text, wanted)
            for other in questions:
                if other.id != question.id and not related(question.id, other.id):
                    for text in (text for r in other.readings for text in r.references):
                        yield _row(rubric, question, reading, "foreign", text, [0.0] * len(reading.points))


def _row(rubric: Rubric, question: Question, reading: Reading, source: str, answer: str, labels: list[float]) -> Row:
    text = analyse(answer, question.language)
    found = extract(rubric, text, rubric.match(text), default_embedder())
    kinds = tuple(point.kind for point in reading.points)
    return Row(question.id, source, found.values.astype(float), found.denied.astype(float), np.array(labels), kinds)


def fit_logistic(inputs: Array, labels: Array, weights: Array) -> Array:
    """Return non-negative weights and, last, a free intercept: least cross-entropy with a small ridge."""
    weights = weights / weights.sum()

    def loss(parameters: Array) -> tuple[float, Array]:
        chance = 1.0 / (1.0 + np.exp(-(inputs @ parameters[:-1] + parameters[-1])))
        entropy = -(labels * np.log(chance + 1e-9) + (1 - labels) * np.log(1 - chance + 1e-9))
        slope = weights * (chance - labels)
        gradient = np.append(inputs.T @ slope + 2 * RIDGE * parameters[:-1], slope.sum())
        return float(weights @ entropy + RIDGE * (parameters[:-1] ** 2).sum()), gradient

    start = np.append(np.full(inputs.shape[1], 0.5), -2.0)
    bounds = [(0.0, None)] * inputs.shape[1] + [(None, None)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000}).x)


def fit(training: list[Row], provenance: str) -> Calibration:
    """Fit both steps."""
    values = np.concatenate([np.c_[row.values, -row.denied] for row in training])
    labels = np.concatenate([row.labels for row in training])
    weights = np.concatenate(
        [np.full(len(row.labels), FOREIGN_WEIGHT if row.source == "foreign" else 1.0) for row in training]
    )
    kinds = np.concatenate([np.array(row.kinds) for row in training])
    known, wrong = ~np.isnan(labels), kinds == "misconception"
    logits = {}
    for name, part in (("sound", known & ~wrong), ("misconception", known & wrong)):
        logits[name] = _logit(fit_logistic(values[part], labels[part], weights[part]))
    beside = np.concatenate([_company(row, logits["sound"]) for row in training])
    part = known & (kinds == "required")
    inputs = np.c_[logits["sound"].of(values[:, :-1], -values[:, -1]), beside][part]
    slope, others, intercept = (round(float(x), 4) for x in fit_logistic(inputs, labels[part], weights[part]))
    return Calibration.model_validate(
        {
            "format": "viva-calibration/1",
            **{name: logit.model_dump() for name, logit in logits.items()},
            "company": {"slope": slope, "others": others, "intercept": intercept, "most": MOST_HELP},
            **BY_HAND,
            "provenance": provenance,
        }
    )


def _logit(parameters: Array) -> Logit:
    *weights, denied, intercept = (round(float(x), 4) for x in parameters)
    return Logit(weights=dict(zip(NAMES, weights, strict=True)), denied=denied, intercept=intercept)


def _company(row: Row, sound: Logit) -> Array:
    required = np.array([kind == "required" for kind in row.kinds])
    return np.asarray(company(logistic(sound.of(row.values, row.denied)), required), dtype=float)


def held_out(training: list[Row]) -> dict[str, float]:
    """Return the share of equal verdicts on held-out questions: over all points, and by kind of point."""
    ids = sorted({row.question for row in training})
    hits: dict[str, list[bool]] = {"required": [], "bonus": [], "misconception": []}
    for fold in range(FOLDS):
        test = set(ids[fold::FOLDS])
        calibration = fit([row for row in training if row.question not in test], "")
        for row in training:
            if row.question in test and row.source == "sample":
                chances = calibration.chances(row.values, row.denied, row.kinds)
                for chance, label, kind in zip(chances, row.labels, row.kinds, strict=True):
                    credit = calibration.ramp(kind).credit(float(chance))
                    given = 1.0 if credit >= calibration.met else 0.5 if credit >= calibration.partial else 0.0
                    hits[kind].append(given == label)
    together = [hit for part in hits.values() for hit in part]
    shares = {kind: round(float(np.mean(part)), 4) for kind, part in hits.items()}
    return {"n": len(together), "all": round(float(np.mean(together)), 4), **shares}


def main() -> None:
    """Fit, report, and write the file when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {DEFAULT_PATH.name}")
    args = parser.parse_args()
    training = list(rows(grader.load_bank().questions))
    held = held_out(training)
    samples = sum(row.source == "sample" for row in training)
    calibration = fit(
        training,
        f"benchmarks/fit_calibration.py on {dt.datetime.now(tz=dt.UTC).date().isoformat()}: {samples} graded samples of "
        f"{len({row.question for row in training})} questions, their references, and the references of other questions "
        f"as counter-examples; share of equal verdicts on held-out questions, {FOLDS} folds: {held}",
    )
    text = json.dumps(calibration.model_dump(exclude={"digest"}), indent=2) + "\n"
    print(text)
    if args.write:
        DEFAULT_PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
