"""Retries: how often, how late, and never past the deadline."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.llm.retry import Retries, persist
from grader.llm.types import FailureKind, LlmFailure


class World:
    """A clock that only sleeping moves, and an attempt that fails as told."""

    def __init__(self, *failures: LlmFailure, takes: float = 0.0) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        self.tries = 0
        self._failures = list(failures)
        self._takes = takes

    async def attempt(self) -> str:
        self.tries += 1
        self.now += self._takes
        if self._failures:
            raise self._failures.pop(0)
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def run(self, retries: Retries, seconds: float = 1000.0, chance: float = 0.0) -> str:
        return asyncio.run(
            persist(
                self.attempt,
                retries=retries,
                end=self.now + seconds,
                chance=lambda: chance,
                sleep=self.sleep,
                clock=lambda: self.now,
            )
        )


def lost(kind: FailureKind = "no_server", after: float | None = None) -> LlmFailure:
    return LlmFailure(kind, "no luck", retry_after=after)


def test_what_works_at_once_is_tried_once() -> None:
    world = World()
    assert (world.run(Retries()), world.tries, world.slept) == ("done", 1, [])


def test_waits_double_up_to_the_longest() -> None:
    world = World(*[lost()] * 6)
    assert world.run(Retries(most=6, first=1.0, longest=5.0)) == "done"
    assert world.slept == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0]


def test_chance_spreads_the_waits() -> None:
    late, soon = World(lost()), World(lost())
    late.run(Retries(first=1.0), chance=0.0)
    soon.run(Retries(first=1.0), chance=0.9)
    assert (late.slept, soon.slept) == ([1.0], [0.55])


def test_tries_are_bounded() -> None:
    world = World(*[lost()] * 99)
    with pytest.raises(LlmFailure):
        world.run(Retries(most=3))
    assert world.tries == 4


def test_failures_of_several_kinds_are_counted_together() -> None:
    world = World(*[lost("no_server"), lost("server_error")] * 20)
    with pytest.raises(LlmFailure):
        world.run(Retries(most=3))
    assert world.tries == 4


def test_no_retries_means_none() -> None:
    for kind in ("no_server", "rate_limited", "timeout"):
        world = World(lost(kind))
        with pytest.raises(LlmFailure):
            world.run(Retries(most=0))
        assert world.tries == 1


@pytest.mark.parametrize(
    "kind",
    ["bad_key", "no_quota", "unknown_model", "bad_request", "refused", "too_large", "too_long", "truncated", "budget"],
)
def test_what_will_not_change_is_not_tried_again(kind: FailureKind) -> None:
    world = World(lost(kind))
    with pytest.raises(LlmFailure):
        world.run(Retries())
    assert world.tries == 1


@pytest.mark.parametrize("kind", ["timeout", "empty_reply"])
def test_what_costs_much_is_tried_once_more(kind: FailureKind) -> None:
    world = World(*[lost(kind)] * 9)
    with pytest.raises(LlmFailure):
        world.run(Retries(most=9))
    assert world.tries == 2


def test_the_server_says_how_long() -> None:
    world = World(lost("rate_limited", 7.0), lost("server_error", 3.0))
    world.run(Retries())
    assert world.slept == [7.0, 3.0]


def test_a_busy_server_is_waited_for_longer_than_an_ill_one() -> None:
    world = World(*[lost("rate_limited", 0.1)] * 15)
    assert world.run(Retries(most=4)) == "done"
    world = World(*[lost("rate_limited", 0.1)] * 99)
    with pytest.raises(LlmFailure):
        world.run(Retries(most=4))
    assert world.tries == 41


def test_nobody_waits_for_what_comes_too_late() -> None:
    world = World(lost("rate_limited", 30.0))
    with pytest.raises(LlmFailure) as caught:
        world.run(Retries(), seconds=20.0)
    assert (caught.value.kind, world.slept) == ("rate_limited", [])


@given(
    st.lists(st.sampled_from(["no_server", "server_error", "rate_limited", "timeout"]), min_size=1, max_size=80),
    st.floats(0, 1),
    st.floats(0.1, 60),
    st.integers(0, 10),
)
def test_it_ends_before_the_deadline(kinds: list[FailureKind], chance: float, seconds: float, most: int) -> None:
    world = World(*[lost(kind) for kind in kinds])
    begun = world.now
    with suppress(LlmFailure):
        world.run(Retries(most=most), seconds=seconds, chance=chance)
    assert world.now - begun < seconds
    assert world.tries <= 1 + most * 11
