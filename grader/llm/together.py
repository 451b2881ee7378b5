"""Work that costs less for many at once than one by one, gathered from tasks that want it at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

Item = TypeVar("Item")
Found = TypeVar("Found")

_MOST = 16
_SECONDS = 0.05


class Together(Generic[Item, Found]):
    """Does ``work`` on up to 16 items in one go; it may be used from several event loops.

    ``soon`` is for what is wanted later: it is done when enough have come together, or 50 ms after. Who then waits for it with
    ``now`` has it in the next round of the loop. An error of ``work`` is raised to all who asked in that go.

    >>> async def both():
    ...     doubled = Together(lambda items: [2 * item for item in items])
    ...     return [await doubled.now(found) for found in [doubled.soon(1), doubled.soon(2)]]
    >>> asyncio.run(both())
    [2, 4]
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Found]]) -> None:
        self._work = work
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue[Item, Found]] = WeakKeyDictionary()

    def soon(self, item: Item) -> asyncio.Future[Found]:
        """Have an item worked on before long."""
        loop = asyncio.get_running_loop()
        queue = self._queues.get(loop)
        if queue is None:
            queue = self._queues[loop] = _Queue()
        future: asyncio.Future[Found] = loop.create_future()
        queue.waiting.append((item, future))
        if len(queue.waiting) >= _MOST:
            self._call(loop, queue, 0.0)
        elif queue.timer is None:
            self._call(loop, queue, _SECONDS)
        return future

    async def now(self, future: asyncio.Future[Found]) -> Found:
        """Return what became of an item, without waiting for more to come together."""
        if not future.done():
            loop = asyncio.get_running_loop()
            self._call(loop, self._queues[loop], 0.0)
        return await future

    def _call(self, loop: asyncio.AbstractEventLoop, queue: _Queue[Item, Found], seconds: float) -> None:
        if queue.timer is not None:
            if queue.is_due:
                return
            queue.timer.cancel()
        queue.is_due = not seconds
        queue.timer = loop.call_later(seconds, self._flush, loop, queue)

    def _flush(self, loop: asyncio.AbstractEventLoop, queue: _Queue[Item, Found]) -> None:
        queue.timer = None
        # No more than so many in a go: while this works, nothing else in the loop moves.
        part, queue.waiting = queue.waiting[:_MOST], queue.waiting[_MOST:]
        if queue.waiting:
            self._call(loop, queue, 0.0)
        part = [(item, future) for item, future in part if not future.done()]
        if not part:
            return
        try:
            results = self._work([item for item, _ in part])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to those who asked
            for _, future in part:
                future.set_exception(error)
            return
        for (_, future), found in zip(part, results, strict=True):
            future.set_result(found)


class _Queue(Generic[Item, Found]):
    """What waits in one event loop."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Item, asyncio.Future[Found]]] = []
        self.timer: asyncio.TimerHandle | None = None
        self.is_due = False
