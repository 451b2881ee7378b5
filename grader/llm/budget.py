"""A limit on what requests may take, kept before they are sent: reserve the most that one can take, then settle what it took.

So the limit holds with any number of requests under way. Where the rest of a budget is promised to others, a request waits until
they have settled; where nothing is under way and it still does not fit, it is refused with ``LlmFailure("budget", ...)``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from grader.errors import InputError
from grader.llm.cost import Prices, dollars, expected
from grader.llm.types import Asker, FailureKind, LlmFailure, Mode, Reply, Request, Usage, pass_on_invalid

MARGIN = 1.25
"""How much more than estimated may go in, at least; the largest that was measured takes its place where that is more."""
_ROUNDING = 1e-9
# Failures after which the provider may have charged for a reply all the same: all that was reserved counts as taken.
_MAY_COST: frozenset[FailureKind] = frozenset(
    {"timeout", "truncated", "refused", "empty_reply", "too_large", "invalid_reply", "canceled"}
)


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a request may take at most, held back for it; ``money`` is None where no limit on money needs it."""

    tokens: int
    money: float | None

    @classmethod
    def of(cls, most: Usage) -> Reserved:
        """Return what holds back the most that a request can take."""
        return cls(most.tokens_in + most.tokens_out, most.money)


class Budget:
    """What may be taken in all: US dollars, tokens in and out, or both; without a limit it only counts.

    One budget serves any number of tasks and threads. ``spent`` is what was settled.
    """

    def __init__(self, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        for name, limit in (("cost", max_cost), ("tokens", max_tokens)):
            if limit is not None and not 0 <= limit < float("inf"):
                raise InputError(f"a limit on {name} is a number from 0 up, not {limit}")
        self.max_cost, self.max_tokens = max_cost, max_tokens
        self.refused = 0
        self.spent = Usage()
        self._held_tokens, self._held_money, self._under_way = 0, 0.0, 0
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    @property
    def tokens(self) -> int:
        """The tokens in and out that were settled."""
        return self.spent.tokens_in + self.spent.tokens_out

    def fits(self, most: Reserved) -> bool:
        """Hold back what a request may take if it fits as things stand, without waiting; say whether it does."""
        with self._lock:
            if self._excess(most) is not None:
                return False
            self._hold(most)
            return True

    async def reserve(self, most: Reserved) -> None:
        """Hold back what a request may take. Raises ``LlmFailure("budget", ...)`` where it cannot fit any more."""
        while True:
            with self._lock:
                told = self._excess(most)
                if told is None:
                    self._hold(most)
                    return
                if self._under_way == 0:
                    self.refused += 1
                    raise LlmFailure("budget", told)
                loop = asyncio.get_running_loop()
                turn: asyncio.Future[None] = loop.create_future()
                self._waiting.append((loop, turn))
            await turn

    def settle(self, reserved: Reserved, took: Usage) -> None:
        """Give back what was reserved and count what was taken."""
        with self._lock:
            self._held_tokens -= reserved.tokens
            self._held_money -= reserved.money or 0.0
            self._under_way -= 1
            self.spent += took
            waiting, self._waiting = self._waiting, []
        for loop, turn in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, turn)

    def _hold(self, most: Reserved) -> None:
        self._held_tokens += most.tokens
        self._held_money += most.money or 0.0
        self._under_way += 1

    def _excess(self, most: Reserved) -> str | None:
        """Say in words which limit a request would exceed, as things stand."""
        if self.max_tokens is not None and self.tokens + self._held_tokens + most.tokens > self.max_tokens:
            return f"the budget of {self.max_tokens:,} tokens is used up ({self.tokens:,} taken)"
        if self.max_cost is not None:
            if most.money is None or self.spent.money is None:
                return f"the budget of {dollars(self.max_cost)} cannot be kept: the price of the model is unknown"
            if self.spent.money + self._held_money + most.money > self.max_cost + _ROUNDING:
                return f"the budget of {dollars(self.max_cost)} is used up ({dollars(self.spent.money)} spent)"
        return None


def _wake(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


@dataclass(slots=True)
class Watch:
    """What a stretch of code was refused for want of budget."""

    refused: int = 0


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching() -> Iterator[Watch]:
    """Count the requests that are refused in this context: in this task and those that it starts, and in no other."""
    watch = Watch()
    token = _WATCH.set(watch)
    try:
        yield watch
    finally:
        _WATCH.reset(token)


def note_refusal() -> None:
    """Count a request that was refused for want of budget, where someone watches."""
    watch = _WATCH.get()
    if watch is not None:
        watch.refused += 1


def most_of(
    request: Request,
    prices: Prices,
    *,
    margin: float = MARGIN,
    is_batch: bool = False,
    likely: Usage | None = None,
) -> Usage:
    """Return the most that a request can take: what goes in by estimate and margin, and all that may come out.

    ``likely`` is the estimate where it was made already.
    """
    into = round((likely or expected(request)).tokens_in * margin)
    return prices.priced(Usage(1, 0, into, request.max_output_tokens), request.model, is_batch=is_batch)


class BudgetAsker:
    """Keeps a budget before another asker, and puts money on what its replies took."""

    def __init__(self, asker: Asker, budget: Budget, prices: Prices) -> None:
        self._asker, self._prices = asker, prices
        self.budget = budget
        self._margin = MARGIN

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Ask within the budget. Raises ``LlmFailure("budget", ...)`` without sending anything where it is used up."""
        likely = expected(request)
        most = most_of(request, self._prices, margin=self._margin, likely=likely)
        reserved = Reserved.of(most)
        try:
            await self.budget.reserve(reserved)
        except LlmFailure:
            note_refusal()
            raise
        took = most  # what counts where nobody knows: the task was stopped, or the code has a fault
        try:
            reply = await self._asker.ask(request, deadline=deadline)
            usage = self._prices.priced(_counted(reply, likely), request.model)
            took = usage
        except LlmFailure as failure:
            if failure.kind not in _MAY_COST:
                took = Usage()
            raise
        finally:
            self.budget.settle(reserved, took)
        if usage.requests <= 1:  # with retries among them the sum tells nothing of a single one
            self._margin = max(self._margin, usage.tokens_in / max(1, likely.tokens_in))
        return replace(reply, usage=usage)

    def note_invalid(self, mode: Mode) -> None:
        """Tell the asker behind this one that a reply was not what was asked for."""
        pass_on_invalid(self._asker, mode)


def _counted(reply: Reply, likely: Usage) -> Usage:
    """Return what a reply took; a server that does not count tokens is taken at the estimate, so that a limit still holds."""
    usage = reply.usage
    if usage.tokens_in + usage.tokens_out or not usage.requests:
        return usage
    return replace(usage, tokens_in=likely.tokens_in, tokens_out=max(1, len(reply.text) // 4))
