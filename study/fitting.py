"""FSRS parameters fitted to one learner, adopted only where they predict later reviews no worse.

Needs the optional extra ``fit`` (fsrs-rs, written in Rust): ``pip install 'viva-trainer[fit]'``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from study.errors import StudyError
from study.records import Review

LEAST_REVIEWS = 400
HELD_OUT = 0.2


class FittingError(StudyError):
    """Parameters cannot be fitted; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What fitting came to; log losses are those of the held-out reviews, the latest fifth."""

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
    """Fit the 21 parameters to the reviews of one learner. Raises FittingError with fewer than 400, or without the extra."""
    raise NotImplementedError


def log_loss(reviews: Sequence[Review], parameters: Sequence[float] | None, since: int = 0) -> float:
    """Return the mean log loss of predicting recall in the reviews from number ``since`` (in time) on; nan without any."""
    raise NotImplementedError
