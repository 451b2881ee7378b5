"""Leave one corpus out: what is fitted on human marks is fitted on the other corpora and applied to the one left out.

The same protocol holds for every baseline and for the grader. Rows are weighted so that the corpora weigh the same and, within a
corpus, the ten bins of human scores weigh the same; this is the weighting of the weighted RMSE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from sklearn.isotonic import IsotonicRegression

from benchmarks.corpora import Row
from benchmarks.metrics import BoolArray, FloatArray, bin_weights

MonotoneMap = Callable[[FloatArray], FloatArray]
Rows = Mapping[str, Sequence[Row]]


def human_scores(rows: Sequence[Row]) -> FloatArray:
    """Return the human scores of rows."""
    return np.array([row.score for row in rows])


def fit_map(values: Sequence[FloatArray], human: Sequence[FloatArray]) -> MonotoneMap:
    """Return the isotonic regression of marks on raw values, one array of each for every corpus.

    The map does not fall, gives marks in 0..1, and is constant beyond the values that it was fitted on.
    """
    weights = np.concatenate([bin_weights(scores) for scores in human])
    regression = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    regression.fit(np.concatenate(values), np.concatenate(human), sample_weight=weights)
    return lambda raw: np.asarray(regression.predict(raw), dtype=np.float64)


def left_out_maps(values: Mapping[str, FloatArray], rows: Rows) -> dict[str, MonotoneMap]:
    """Return, for each corpus, the map that was fitted on all the others."""
    human = {name: human_scores(part) for name, part in rows.items()}
    return {
        name: fit_map([values[other] for other in others], [human[other] for other in others])
        for name, others in left_out(rows)
    }


def left_out(names: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield each corpus with the list of the others.

    >>> list(left_out({"a": 1, "b": 2, "c": 3}))
    [('a', ['b', 'c']), ('b', ['a', 'c']), ('c', ['a', 'b'])]
    """
    for name in names:
        yield name, [other for other in names if other != name]


def fit_threshold(marks: Sequence[FloatArray], correct: Sequence[BoolArray]) -> float:
    """Return the mark from which an answer counts as correct: the best mean macro-F1 over corpora.

    Cuts between neighbouring marks are tried, up to 200 of them; the middle one wins a draw.
    """
    levels = np.unique(np.concatenate(marks))
    if len(levels) > 201:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, 201)))
    cuts = (levels[1:] + levels[:-1]) / 2 if len(levels) > 1 else levels
    f1 = np.mean([_macro_f1(part, labels, cuts) for part, labels in zip(marks, correct, strict=True)], axis=0)
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(cuts[best[len(best) // 2]])


def constant_half_width(marks: Sequence[FloatArray], human: Sequence[FloatArray], coverage: float) -> float:
    """Return h so that ``mark - h .. mark + h`` holds a share of ``coverage`` of human scores, corpora weighing the same."""
    distances = np.concatenate([np.abs(part - scores) for part, scores in zip(marks, human, strict=True)])
    weights = np.concatenate([np.full(len(scores), 1.0 / len(scores)) for scores in human])
    order = np.argsort(distances)
    share = np.cumsum(weights[order]) / weights.sum()
    place = int(np.searchsorted(share, coverage - 1e-9))
    return float(distances[order][min(place, len(order) - 1)])


def _macro_f1(marks: FloatArray, correct: BoolArray, cuts: FloatArray) -> FloatArray:
    """Return the macro-F1 of "correct from the cut on" for each cut."""
    order = np.sort(marks[correct]), np.sort(marks[~correct])
    missed, rejected = (np.searchsorted(part, cuts, side="left").astype(np.float64) for part in order)
    hit, false = len(order[0]) - missed, len(order[1]) - rejected
    wrong = missed + false
    parts = [
        np.divide(2 * right, 2 * right + wrong, out=np.zeros_like(wrong), where=right > 0) for right in (hit, rejected)
    ]
    return np.asarray((parts[0] + parts[1]) / 2)
