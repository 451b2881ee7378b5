"""FSRS parameters fitted to one learner, adopted only where they predict later reviews no worse.

Needs the optional extra ``fit`` (fsrs-rs, written in Rust): ``pip install 'viva-trainer[fit]'``. Its 21 parameters are those of
FSRS-6 in the order of the ``fsrs`` package, in single precision.
"""

from __future__ import annotations

import importlib.util
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from study.errors import StudyError
from study.memory import AGAIN, Memory, elapsed_days
from study.records import CardState, PointRef, Review

if TYPE_CHECKING:
    from fsrs_rs_python import FSRSItem

LEAST_REVIEWS = 400
HELD_OUT = 0.2
_SURE = 1e-6
_LONGEST = 64
"""Of a longer history the package's own optimizer takes the first this many reviews, too."""


class FittingError(StudyError):
    """Parameters cannot be fitted; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What fitting came to. The log losses are those of the ``held_out`` reviews, among the latest fifth of all."""

    values: tuple[float, ...]
    reviews: int
    held_out: int
    loss_before: float
    loss_after: float

    @property
    def better(self) -> bool:
        """Whether the fitted parameters predict the held-out reviews no worse than those before."""
        return self.loss_after <= self.loss_before


def fit(reviews: Sequence[Review], before: Sequence[float] | None = None) -> Fit:
    """Fit the 21 parameters to the earlier four fifths of the reviews of one learner; ``before`` are those in use.

    Raises FittingError with fewer than 400 reviews, without the extra, and where no reviews lie a day or more apart.
    """
    if len(reviews) < LEAST_REVIEWS:
        raise FittingError(
            f"fitting needs {LEAST_REVIEWS} reviews and there are {len(reviews)}: the standard parameters stay in use"
        )
    if importlib.util.find_spec("fsrs_rs_python") is None:
        raise FittingError("fitting needs the extra 'fit': pip install 'viva-trainer[fit]'")
    ordered = sorted(reviews, key=lambda review: (review.at, review.id))
    cut = math.floor(len(ordered) * (1 - HELD_OUT))
    items = _items(ordered[:cut])
    known, held_out = _losses(ordered, before, cut)
    if not items or not held_out:
        raise FittingError("fitting needs points that were reviewed on several days: come back after some more days")
    values = _optimized(items)
    return Fit(values, len(ordered), held_out, known, log_loss(ordered, values, cut))


def log_loss(reviews: Sequence[Review], parameters: Sequence[float] | None, since: int = 0) -> float:
    """Return the mean log loss of predicting recall in the reviews from number ``since`` (in time) on; nan without any.

    Reviews of the same day tell of short-term memory, and a point's first one of none: both are left out.
    """
    return _losses(sorted(reviews, key=lambda review: (review.at, review.id)), parameters, since)[0]


def _losses(ordered: Sequence[Review], parameters: Sequence[float] | None, since: int) -> tuple[float, int]:
    memory = Memory(parameters)
    cards: dict[PointRef, CardState] = {}
    losses = []
    for number, review in enumerate(ordered):
        card = cards.get(review.ref)
        last = None if card is None else card.last_review
        if card is not None and last is not None and number >= since and elapsed_days(last, review.at) > 0:
            recalled = min(1 - _SURE, max(_SURE, memory.retrievability(card, review.at)))
            losses.append(-math.log(recalled if review.rating > AGAIN else 1 - recalled))
        cards[review.ref] = memory.review(card, review)
    return (math.fsum(losses) / len(losses) if losses else math.nan), len(losses)


def _items(ordered: Sequence[Review]) -> list[FSRSItem]:
    """Return each point's history up to each of its reviews that came a day or more after the one before."""
    from fsrs_rs_python import FSRSItem, FSRSReview

    histories: dict[PointRef, list[Review]] = defaultdict(list)
    for review in ordered:
        histories[review.ref].append(review)
    items = []
    for history in histories.values():
        steps = [FSRSReview(history[0].rating, 0)]
        for earlier, review in pairwise(history[:_LONGEST]):
            days = elapsed_days(earlier.at, review.at)
            steps.append(FSRSReview(review.rating, days))
            if days > 0:
                items.append(FSRSItem(list(steps)))
    return items


def _optimized(items: Sequence[FSRSItem]) -> tuple[float, ...]:
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
    from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS

    found = FSRS(DEFAULT_PARAMETERS).compute_parameters(list(items), num_relearning_steps=1)
    bounds = zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    # Single precision may stand a hair outside the bounds.
    return tuple(min(high, max(low, float(value))) for value, (low, high) in zip(found, bounds, strict=True))
