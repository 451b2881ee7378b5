"""The limiter: how many at once, how fast, who goes first, and what it learns from a server that has had enough."""

from __future__ import annotations

import asyncio
import time

import pytest

from grader.llm.cascade import EndpointAsker
from grader.llm.client import Client
from grader.llm.limiter import Limiter
from grader.llm.settings import Endpoint, LlmSettings
from grader.llm.types import LlmFailure, Message, Request
from grader.llm.wire import failure_of
from tests.openai_server import OpenAIServer


async def once(limiter: Limiter, failure: LlmFailure | None = None, since: float = 0.0) -> None:
    try:
        async with limiter.turn(since):
            if failure is not None:
                raise failure
    except LlmFailure:
        pass


def test_no_more_than_the_most_at_once() -> None:
    now = most = 0

    async def work(limiter: Limiter) -> None:
        nonlocal now, most
        async with limiter.turn(0.0):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1

    async def whole() -> None:
        limiter = Limiter(5)
        await asyncio.gather(*(work(limiter) for _ in range(50)))

    asyncio.run(whole())
    assert most == 5


def test_the_oldest_goes_first() -> None:
    order: list[int] = []

    async def work(limiter: Limiter, since: int) -> None:
        async with limiter.turn(float(since)):
            order.append(since)
            await asyncio.sleep(0)

    async def whole() -> None:
        limiter = Limiter(1)
        async with limiter.turn(0.0):
            waiting = [asyncio.create_task(work(limiter, since)) for since in (5, 3, 9, 1)]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)

    asyncio.run(whole())
    assert order == [1, 3, 5, 9]


def test_who_is_canceled_takes_no_turn_away() -> None:
    async def whole() -> None:
        limiter = Limiter(1)
        async with limiter.turn(0.0):
            waiting = [asyncio.create_task(once(limiter)) for _ in range(5)]
            await asyncio.sleep(0)
            for task in waiting[:4]:
                task.cancel()
        # One of them may have been given its turn in the very moment.
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.wait_for(once(limiter), 1)

    asyncio.run(whole())


def test_canceled_in_the_moment_of_its_turn_it_gives_it_back() -> None:
    async def whole() -> None:
        limiter = Limiter(1)
        entered = asyncio.create_task(once(limiter))
        first = limiter.turn(0.0)
        await first.__aenter__()
        await asyncio.sleep(0)
        await first.__aexit__(None, None, None)
        entered.cancel()
        await asyncio.gather(entered, return_exceptions=True)
        await asyncio.wait_for(once(limiter), 1)

    asyncio.run(whole())


@pytest.mark.parametrize("failure", [LlmFailure("timeout", "slow"), failure_of(503, {}, "")])
def test_a_strained_server_gets_half_at_once_and_then_more_again(failure: LlmFailure) -> None:
    async def whole() -> None:
        limiter = Limiter(64)
        await once(limiter, failure)
        assert limiter.limit == 32
        for _ in range(40):
            await once(limiter)
        assert 33 < limiter.limit < 34
        for _ in range(20):
            await once(limiter, failure)
        assert limiter.limit == 1
        for _ in range(3000):
            await once(limiter)
        assert limiter.limit == 64

    asyncio.run(whole())


def test_what_was_sent_before_the_halving_does_not_halve_again() -> None:
    async def whole() -> None:
        limiter = Limiter(64)
        together = asyncio.Event()

        async def fail() -> None:
            async with limiter.turn(0.0):
                await together.wait()
                raise LlmFailure("timeout", "slow")

        tasks = [asyncio.create_task(fail()) for _ in range(30)]
        await asyncio.sleep(0.01)
        together.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert limiter.limit == 32

    asyncio.run(whole())


@pytest.mark.parametrize("failure", [LlmFailure("refused", "no"), failure_of(500, {}, ""), failure_of(401, {}, "")])
def test_other_failures_say_nothing_of_load(failure: LlmFailure) -> None:
    async def whole() -> None:
        limiter = Limiter(8)
        await once(limiter, failure)
        assert (limiter.limit, limiter.rate) == (8, None)

    asyncio.run(whole())


def test_a_long_wait_that_the_server_asks_for_holds_for_all() -> None:
    async def whole() -> None:
        now = 50.0
        limiter = Limiter(8, clock=lambda: now)
        await once(limiter, LlmFailure("rate_limited", "busy", retry_after=30.0))
        waiting = asyncio.create_task(once(limiter))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        now += 31
        await asyncio.wait_for(asyncio.gather(once(limiter), waiting), 1)

    asyncio.run(whole())


class Bucket:
    """A server in memory that admits so many requests a second."""

    def __init__(self, rate: float, burst: float, latency: float) -> None:
        self.rate, self.burst, self.latency = rate, burst, latency
        self.left, self.last, self.refused = burst, time.monotonic(), 0

    async def ask(self) -> None:
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.last) * self.rate)
        self.last = now
        if self.left < 1:
            self.refused += 1
            raise LlmFailure("rate_limited", "busy")
        self.left -= 1
        await asyncio.sleep(self.latency)


def test_the_rate_of_a_server_is_found() -> None:
    """Without any hint of the server: 1,000 requests to one that takes 200 a second, and no flood of refused ones."""

    async def row(limiter: Limiter, server: Bucket, since: float) -> None:
        while True:
            try:
                async with limiter.turn(since):
                    return await server.ask()
            except LlmFailure:
                await asyncio.sleep(0.01)

    async def whole() -> Bucket:
        limiter, server = Limiter(256), Bucket(200, 20, 0.1)
        await asyncio.gather(*(row(limiter, server, float(n)) for n in range(1000)))
        return server

    assert asyncio.run(whole()).refused < 700


# --- on the wire


def timed(server: OpenAIServer, rows: int, at_once: int) -> tuple[float, int]:
    """Ask for so many replies; return the seconds and how many failed."""

    async def whole() -> tuple[float, int]:
        failed = 0
        async with Client(Endpoint(base_url=server.base_url)) as client:
            await client.models()
            asker = EndpointAsker(client, LlmSettings(model="test-model"), limiter=Limiter(at_once))
            waiting = iter(range(rows))

            async def worker() -> None:
                nonlocal failed
                for number in waiting:
                    try:
                        await asker.ask(Request("test-model", (Message("user", f"hello {number}"),)))
                    except LlmFailure:
                        failed += 1

            begun = time.monotonic()
            await asyncio.gather(*(worker() for _ in range(at_once)))
            return time.monotonic() - begun, failed

    return asyncio.run(whole())


@pytest.mark.parametrize("tells", [True, False], ids=["told when to come back", "told nothing"])
def test_a_limit_of_fifty_a_second_loses_no_row(openai_server: OpenAIServer, tells: bool) -> None:
    """How close it comes to the limit is for benchmarks/llm_throughput.py to measure; here, that it is kept to at all."""
    script = openai_server.script
    script.delay, script.rate, script.burst, script.tells_retry_after = 0.1, 50.0, 5.0, tells
    seconds, failed = timed(openai_server, 200, 64)
    assert failed == 0
    assert seconds > 200 / 50 * 0.95 - 0.1
    assert script.counts["limited"] < 200  # the 59 of the first moment are among them


def test_a_limit_per_window_is_waited_out(openai_server: OpenAIServer) -> None:
    """Ten at once, then one in two seconds, and a Retry-After that says so: nobody hammers at the door."""
    script = openai_server.script
    script.rate, script.burst = 0.5, 10.0
    seconds, failed = timed(openai_server, 12, 12)
    assert failed == 0
    assert seconds > 3.5
    assert script.counts["limited"] < 12
