"""How many requests at once, and how fast: as many as asked for, until the server says that it is too much.

Two things a server can run out of. Where it answers 429, it counts requests in time: they are spaced out from then on, at a rate
that is measured (what it admitted) and raised little by little, so that a few of a hundred are still turned away and the limit is
used up. Where it gets slow or fails under the load (timeouts, 502 to 504), it works on too many at once: their number is halved,
once for all that were sent before, and grows by one whenever all have been served.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from grader.llm.types import LlmFailure
from grader.llm.wire import StatusFailure

# The rate to begin with once a server said 429: quickly raised while nothing is turned away, and never below the last.
_BEGIN = 16.0
_SEARCH, _APPROACH, _GROW, _ABOVE = 1.6, 1.12, 1.04, 1.02
_LEAST = 0.05
# A window of measuring has as many requests, or as many seconds.
_WINDOW, _SEARCH_WINDOW = 20, 4
_WINDOW_SECONDS, _SEARCH_SECONDS = 2.0, 0.25
# The share of requests turned away that is too much, and the one that is none.
_TOO_MANY, _NONE = 0.08, 0.02
# A wait longer than this, in seconds, is meant for everybody and not for the one request.
_PAUSE = 1.5
# Sends that came late may be made up for, as many at a time.
_ARREARS = 3
_STRAINED = frozenset({502, 503, 504, 529})


class Limiter:
    """Lets requests of one server through, the oldest first; it serves one event loop.

    ``most`` is the largest number at once. ``rate`` is the one found out, in requests a second; None while nothing limits it.
    """

    def __init__(self, most: int = 16, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.limit = float(most)
        self.rate: float | None = None
        self._clock = clock
        self._active = 0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0
        self._halved = float("-inf")
        self._searching = True
        self._growth = _APPROACH
        self._begin_window(self._clock())

    @asynccontextmanager
    async def turn(self, since: float) -> AsyncIterator[None]:
        """Wait for a turn, and learn from how the request ends. Who waits ``since`` longer goes first."""
        await self._enter(since)
        sent = self._clock()
        self._sent += 1
        try:
            yield
        except LlmFailure as failure:
            self._learn(failure, sent)
            raise
        else:
            self.limit = min(float(self.most), self.limit + 1 / self.limit)
        finally:
            self._active -= 1
            self._measure()
            self._pump()

    # --- who goes next

    async def _enter(self, since: float) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (since, next(self._order), turn))
        self._pump()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._active -= 1
                self._pump()
            raise

    def _pump(self) -> None:
        while self._waiting and self._active < int(self.limit):
            if self._waiting[0][2].done():  # canceled while it waited
                heapq.heappop(self._waiting)
                continue
            now = self._clock()
            if now < self._next:
                self._has_held = True
                self._wake(self._next - now)
                return
            if self.rate is not None:
                self._next = max(self._next, now - _ARREARS / self.rate) + 1 / self.rate
            self._active += 1
            heapq.heappop(self._waiting)[2].set_result(None)

    def _wake(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._pump)

    # --- what is learned

    def _learn(self, failure: LlmFailure, sent: float) -> None:
        now = self._clock()
        status = failure.status if isinstance(failure, StatusFailure) else None
        if failure.kind == "rate_limited":
            if failure.retry_after is not None and failure.retry_after > _PAUSE:
                self._next = max(self._next, now + failure.retry_after)
            elif failure.retry_after is not None and self.rate is not None and self.rate * failure.retry_after <= 1:
                # Told to the millisecond: what goes next falls in with how the server counts.
                self._next = max(self._next, now + failure.retry_after)
            if self.rate is None:
                self.rate = _BEGIN
                self._next = max(self._next, now + 1 / _BEGIN)
                self._begin_window(now)
            elif sent >= self._since:
                self._turned_away += 1
        elif (failure.kind == "timeout" or status in _STRAINED) and sent > self._halved:
            self.limit = max(1.0, self.limit / 2)
            self._halved = now

    def _measure(self) -> None:
        """Set the rate anew when a window is full."""
        if self.rate is None:
            return
        now = self._clock()
        seconds = now - self._since
        if self._searching:
            is_full = self._sent >= _SEARCH_WINDOW and seconds >= _SEARCH_SECONDS
        else:
            is_full = self._sent >= _WINDOW or (self._sent >= _SEARCH_WINDOW and seconds >= _WINDOW_SECONDS)
        if not is_full:
            return
        share = self._turned_away / self._sent
        if share > _TOO_MANY:
            # What was measured while searching is rough; after the second time it is close.
            self._growth = _APPROACH if self._searching else _GROW
            self._searching = False
            admitted = (self._sent - self._turned_away) / seconds
            self.rate = max(_LEAST, admitted * _ABOVE if admitted else self.rate / 4)
        elif share > _NONE:
            self._searching = False
        elif self._has_held:
            self.rate *= _SEARCH if self._searching else self._growth
        self._begin_window(now)

    def _begin_window(self, now: float) -> None:
        self._since = now
        self._sent = 0
        self._turned_away = 0
        self._has_held = False
