"""The loop in the background: results, errors, streams, Ctrl-C, and one client for many calls."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from grader.llm.client import Client
from grader.llm.loop import Background
from grader.llm.settings import Endpoint
from grader.llm.types import LlmFailure, Message, Request
from tests.openai_server import OpenAIServer, Say, Status


async def threads_name() -> str:
    return threading.current_thread().name


async def numbers(closed: list[str], fails_at: int = 99) -> AsyncIterator[int]:
    try:
        for number in range(5):
            if number == fails_at:
                raise LlmFailure("no_server", "lost")
            yield number
            await asyncio.sleep(0)
    finally:
        closed.append("closed")


def test_work_runs_in_one_thread_of_its_own() -> None:
    with Background() as background:
        assert {background.run(threads_name()) for _ in range(3)} == {"viva-llm"}


def test_many_threads_share_it() -> None:
    everyone = asyncio.Barrier(10)

    async def meet(number: int) -> int:
        # Whoever had to wait for another to end would wait for ever.
        async with asyncio.timeout(20):
            await everyone.wait()
        return number

    with Background() as background, ThreadPoolExecutor(10) as pool:
        assert list(pool.map(lambda number: background.run(meet(number)), range(10))) == list(range(10))


def test_errors_come_through() -> None:
    async def fail() -> None:
        raise LlmFailure("bad_key", "no")

    with Background() as background, pytest.raises(LlmFailure, match="no"):
        background.run(fail())


def test_its_own_thread_cannot_wait_for_itself() -> None:
    with Background() as background:

        async def inside() -> None:
            background.run(threads_name())

        with pytest.raises(RuntimeError, match="own thread"):
            background.run(inside())


def test_ctrl_c_cancels_the_work_and_then_comes_through() -> None:
    told: list[str] = []

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)  # what still has to be put away
            told.append("canceled")
            raise

    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT))
    begun = time.monotonic()
    with Background() as background:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            background.run(long())
        assert told == ["canceled"]
        assert background.run(threads_name()) == "viva-llm"
    assert time.monotonic() - begun < 20


def test_work_that_cancels_itself_is_told() -> None:
    async def leave() -> None:
        raise asyncio.CancelledError

    with Background() as background, pytest.raises(CancelledError):
        background.run(leave())


def test_a_stream_comes_in_pieces_and_is_closed() -> None:
    closed: list[str] = []
    with Background() as background:
        assert list(background.stream(numbers(closed))) == [0, 1, 2, 3, 4]
        assert closed == ["closed"]


def test_who_stops_listening_closes_the_stream() -> None:
    closed: list[str] = []
    with Background() as background:
        pieces = background.stream(numbers(closed))
        assert next(pieces) == 0
        pieces.close()  # type: ignore[attr-defined]
        assert closed == ["closed"]


def test_a_stream_that_fails_does_so_where_it_is_read() -> None:
    closed: list[str] = []
    with Background() as background:
        pieces = background.stream(numbers(closed, fails_at=2))
        assert [next(pieces), next(pieces)] == [0, 1]
        with pytest.raises(LlmFailure, match="lost"):
            next(pieces)
        assert closed == ["closed"]


def test_closing_cancels_what_still_runs_and_may_be_done_twice() -> None:
    told: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            told.append("stopped")

    background = Background()
    worker = ThreadPoolExecutor(1)
    future = worker.submit(background.run, forever())
    while background.run(threads_name()) and not told and not future.running():
        time.sleep(0.01)
    time.sleep(0.1)
    background.close()
    background.close()
    with pytest.raises(CancelledError):
        future.result(5)
    worker.shutdown()
    assert told == ["stopped"]
    assert background.run(threads_name()) == "viva-llm"
    background.close()


def test_one_client_serves_many_calls_and_streams(openai_server: OpenAIServer) -> None:
    request = Request("test-model", (Message("user", "hello"),))
    openai_server.script.then("one", Say("two and three and four"), Status(500), "five")
    client = Client(Endpoint(base_url=openai_server.base_url))
    with Background() as background:
        assert background.run(client.complete(request, timeout=5)).text == "one"
        assert "".join(background.stream(client.stream(request, timeout=5))) == "two and three and four"
        with pytest.raises(LlmFailure):
            list(background.stream(client.stream(request, timeout=5)))
        assert background.run(client.complete(request, timeout=5)).text == "five"
        background.run(client.close())
