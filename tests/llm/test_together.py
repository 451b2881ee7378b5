"""Work for several tasks in one go: gathered, bounded, in order, and no task's trouble is another's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from grader.llm.together import Together


class Doubling:
    """Notes what it was given in each go."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.goes.append(list(items))
        if 13 in items:
            raise ValueError("thirteen")
        return [2 * item for item in items]


def test_what_comes_at_about_the_same_time_is_done_together() -> None:
    work = Doubling()

    async def whole() -> list[int]:
        together = Together(work)
        return await asyncio.gather(*(together.soon(item) for item in range(5)))

    assert asyncio.run(whole()) == [0, 2, 4, 6, 8]
    assert work.goes == [[0, 1, 2, 3, 4]]


def test_no_go_has_more_than_sixteen_and_all_are_done() -> None:
    work = Doubling()

    async def whole() -> list[int]:
        together = Together(work)
        return await asyncio.gather(*(together.soon(item) for item in range(100, 150)))

    assert asyncio.run(whole()) == list(range(200, 300, 2))
    assert [len(go) for go in work.goes] == [16, 16, 16, 2]


def test_who_waits_does_not_wait_for_more() -> None:
    async def whole() -> tuple[int, float]:
        together, loop = Together(Doubling()), asyncio.get_running_loop()
        begun = loop.time()
        found = [await together.now(together.soon(item)) for item in range(20, 40)]
        return found[-1], loop.time() - begun

    found, seconds = asyncio.run(whole())
    assert found == 78
    assert seconds < 20 * 0.05


def test_who_no_longer_wants_it_is_left_out() -> None:
    work = Doubling()

    async def whole() -> int:
        together = Together(work)
        first, second = together.soon(1), together.soon(2)
        first.cancel()
        return await together.now(second)

    assert asyncio.run(whole()) == 4
    assert work.goes == [[2]]


def test_an_error_comes_to_those_who_asked_and_the_next_go_works() -> None:
    async def whole() -> int:
        together = Together(Doubling())
        both = [together.soon(12), together.soon(13)]
        for future in both:
            with pytest.raises(ValueError, match="thirteen"):
                await together.now(future)
        return await together.now(together.soon(3))

    assert asyncio.run(whole()) == 6


def test_each_event_loop_has_its_own() -> None:
    together = Together(Doubling())

    async def whole() -> int:
        together.soon(1)  # left behind when the loop ends
        return await together.now(together.soon(2))

    assert [asyncio.run(whole()) for _ in range(2)] == [4, 4]
