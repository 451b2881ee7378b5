"""What the grader gives to answers of a corpus that nothing in it was fitted to.

``predict`` is all that the benchmark asks for. For each corpus the whole calibration is fitted anew, as
``benchmarks.fit_calibration`` fits the one that ships, to the packs' samples and the other corpora, and then grades the one left
out. The engine's rules and word lists stay as they are; they were made with the corpora in view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpora import Row
from benchmarks.fit_calibration import fit, material
from benchmarks.grading import grade_rows
from benchmarks.metrics import FloatArray
from benchmarks.protocol import left_out
from grader.offline import OfflineGrader


@dataclass(frozen=True)
class Predictions:
    """Marks and 90 % intervals in 0..1, one for each row of a corpus, in its order; ``low <= score <= high``."""

    score: FloatArray
    low: FloatArray
    high: FloatArray


def predict(rows: Mapping[str, Sequence[Row]]) -> dict[str, Predictions]:
    """Return the predictions for every corpus, each made without the human scores of that corpus."""
    found = material(rows)
    predictions = {}
    for name, others in left_out(rows):
        grades = grade_rows(rows[name], OfflineGrader(fit(found, others, {"left_out": name})))
        predictions[name] = Predictions(
            score=np.array([grade.score for grade in grades]),
            low=np.array([grade.low for grade in grades]),
            high=np.array([grade.high for grade in grades]),
        )
    return predictions
