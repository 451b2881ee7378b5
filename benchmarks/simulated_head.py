"""The head of a simulated learner: a forgetting curve that is known, and that no scheduler sees.

What is recalled after t days is R = (1 + 19/81 t/S) ** -0.5, so that S is the days until 0.9. A point that was recalled the first
time starts with S = 6 days, one that was not with 1, times an ease of its own (log-normal, sigma 0.35). A recall makes S grow by
1 + 9 ease S**-0.15 (1 - R), a miss brings it down to at most 1.2 ease S**0.3; within 8 hours it grows by 1.3 or shrinks to 0.9.
Neither the curve nor these rules are those of FSRS.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from study.records import PointRef

DAY = timedelta(days=1)
SAME_SITTING = timedelta(hours=8)
KNOWN_BEFORE = 0.3
"""The share of points that the learner knows before they are asked for the first time."""


@dataclass
class Trace:
    """What the learner truly remembers of one point."""

    stability: float
    at: datetime
    tries: int = 1

    def recall(self, now: datetime) -> float:
        """Return the true chance, 0..1, that the point is recalled."""
        return float((1 + 19 / 81 * ((now - self.at) / DAY) / self.stability) ** -0.5)


@dataclass
class Head:
    """The learner's head: a trace of every point that was studied."""

    seed: int
    traces: dict[PointRef, Trace] = field(default_factory=dict)

    def recall(self, ref: PointRef, now: datetime) -> float:
        """Return the true chance that a point is recalled, be it new."""
        return self.traces[ref].recall(now) if ref in self.traces else KNOWN_BEFORE

    def ask(self, ref: PointRef, now: datetime) -> bool:
        """Try to recall a point, see the reference, and remember it the better; say whether it was recalled."""
        trace = self.traces.get(ref)
        ease = math.exp(random.Random(f"{self.seed} ease {ref}").gauss(0.0, 0.35))
        luck = random.Random(f"{self.seed} {ref} {0 if trace is None else trace.tries}").random()
        chance = self.recall(ref, now)
        recalled = luck < chance
        if trace is None:
            self.traces[ref] = Trace(ease * (6.0 if recalled else 1.0), now)
            return recalled
        trace.tries += 1
        if now - trace.at < SAME_SITTING:
            trace.stability *= 1.3 if recalled else 0.9
        elif recalled:
            trace.stability *= 1 + ease * 9.0 * trace.stability**-0.15 * (1 - chance)
        else:
            trace.stability = min(trace.stability, 1.2 * ease * trace.stability**0.3)
        trace.at = now
        return recalled
