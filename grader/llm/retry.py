"""Try again what may work the next time: a bounded number of times, ever later, and never past the deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from grader.llm.types import FailureKind, LlmFailure

_Found = TypeVar("_Found")
# How often at most, where it is not as often as the settings say. A timeout has cost a minute already.
_FEWER: Mapping[FailureKind, int] = {"timeout": 1, "empty_reply": 1}
_AGAIN: frozenset[FailureKind] = frozenset({"timeout", "no_server", "rate_limited", "server_error", "empty_reply"})
# A server that is only busy answers in the end: what bounds the waiting is the deadline.
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how late. ``most`` is the number of tries after the first; ``first`` and ``longest`` are waits in seconds."""

    most: int = 4
    first: float = 0.5
    longest: float = 15.0

    def wait(self, failure: LlmFailure, tried: int, chance: float) -> float | None:
        """Return the seconds until the next try after the ``tried``-th failure of this kind, or None where there is none.

        The wait doubles from time to time, and ``chance`` in 0..1 takes up to half of it away, so that many that failed at once
        do not come back at once. Where the server says how long, it is that long and up to a tenth more.

        >>> lost = LlmFailure("no_server", "lost")
        >>> [Retries(most=3).wait(lost, tried, 0.0) for tried in (1, 2, 3, 4)]
        [0.5, 1.0, 2.0, None]
        >>> Retries().wait(LlmFailure("rate_limited", "busy", retry_after=3.0), 1, 0.0)
        3.0
        >>> Retries().wait(LlmFailure("bad_key", "no"), 1, 0.0) is None
        True
        """
        if failure.kind not in _AGAIN:
            return None
        most = self.most * _PATIENCE if failure.kind == "rate_limited" else self.most
        if tried > min(most, _FEWER.get(failure.kind, most)):
            return None
        if failure.retry_after is not None:
            return failure.retry_after * (1 + chance / 10)
        return min(self.longest, self.first * 2.0 ** (tried - 1)) * (1 - chance / 2)


async def persist(
    attempt: Callable[[], Awaitable[_Found]],
    *,
    retries: Retries,
    end: float,
    chance: Callable[[], float],
    sleep: Callable[[float], Awaitable[object]],
    clock: Callable[[], float],
) -> _Found:
    """Attempt until it works. Raises the last ``LlmFailure`` when there is no try left, or none before ``end`` on ``clock``."""
    tried: Counter[FailureKind] = Counter()
    while True:
        try:
            return await attempt()
        except LlmFailure as failure:
            tried[failure.kind] += 1
            others = sum(count for kind, count in tried.items() if kind != "rate_limited")
            count = tried[failure.kind]
            wait = retries.wait(failure, count, chance())
            is_spent = failure.kind != "rate_limited" and others > retries.most
            if wait is None or is_spent or clock() + wait >= end:
                raise
        await sleep(wait)
