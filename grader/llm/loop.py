"""Run coroutines from code that has no event loop: one loop in a thread of its own, for connections that outlive a call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import CancelledError, Future, wait
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

_Found = TypeVar("_Found")
# On some systems a wait without end does not hear Ctrl-C.
_LISTEN = 0.2
_LAST_SECONDS = 5.0
_END = object()


class Background:
    """An event loop in a thread of its own, which starts with the first work; any number of threads may give it some.

    >>> async def double(number: int) -> int:
    ...     return 2 * number
    >>> with Background() as background:
    ...     background.run(double(4))
    8
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Background:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, work: Coroutine[Any, Any, _Found]) -> _Found:
        """Run a coroutine to its end and return what it returns.

        Whatever interrupts the wait (Ctrl-C, a page that is drawn anew) cancels the work, and goes on when that has stopped.
        """
        loop = self._started()
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("this is the loop's own thread: await the work")
        result: Future[_Found] = Future()
        tasks: list[asyncio.Task[_Found]] = []

        def begin() -> None:
            tasks.append(loop.create_task(work))
            tasks[0].add_done_callback(partial(_hand_over, result))

        def stop() -> None:
            tasks[0].cancel()

        loop.call_soon_threadsafe(begin)
        try:
            while not wait([result], timeout=_LISTEN).done:
                pass
        except BaseException:
            loop.call_soon_threadsafe(stop)
            wait([result], timeout=_LAST_SECONDS)
            raise
        return result.result()

    def start(self, work: Coroutine[Any, Any, _Found]) -> Future[_Found]:
        """Begin a coroutine and return at once; who cancels the future cancels the work."""
        return asyncio.run_coroutine_threadsafe(work, self._started())

    def stream(self, pieces: AsyncIterator[_Found]) -> Iterator[_Found]:
        """Yield the pieces of an asynchronous iterator as they come; who stops listening closes it."""
        try:
            while True:
                piece = self.run(_next(pieces))
                if piece is _END:
                    return
                yield piece
        finally:
            close = getattr(pieces, "aclose", None)
            if close is not None:
                self.run(close())

    def close(self) -> None:
        """Cancel what still runs and stop the thread; work that comes later starts a new one."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_LAST_SECONDS)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # A daemon: a program that ends waits for no server.
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="viva-llm", daemon=True)
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


def _hand_over(result: Future[_Found], task: asyncio.Task[_Found]) -> None:
    if task.cancelled():
        result.set_exception(CancelledError())
    elif (error := task.exception()) is not None:
        result.set_exception(error)
    else:
        result.set_result(task.result())


async def _next(pieces: AsyncIterator[_Found]) -> Any:
    return await anext(pieces, _END)
