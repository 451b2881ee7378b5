"""A hard limit: reserved before sending, settled after, and never exceeded, however many requests are under way."""

from __future__ import annotations

import asyncio
import threading
from datetime import date
from pathlib import Path

import pytest

from grader.errors import InputError
from grader.llm.budget import MARGIN, Budget, BudgetAsker, Reserved, watching
from grader.llm.cache import Cache, CachedAsker
from grader.llm.cost import Price, Prices, expected
from grader.llm.types import FailureKind, LlmFailure, Message, Reply, Request, Usage

PRICES = Prices(date=date(2026, 1, 2), models={"known": Price(into=1.0, cached=0.1, out=2.0)})
REQUEST = Request("known", (Message("user", "x" * 384),), max_output_tokens=100)  # 100 tokens in by the rule of four
MOST = round(100 * MARGIN) + 100


class Fake:
    """Takes what it is told to take, and notes how many requests are under way at once."""

    def __init__(self, usage: Usage | None = None, failure: FailureKind | None = None, seconds: float = 0.001) -> None:
        self.usage = Usage(1, tokens_in=100, tokens_out=20) if usage is None else usage
        self.failure, self.seconds = failure, seconds
        self.sent = self.at_once = self.most_at_once = 0

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        assert request == REQUEST
        assert deadline is None
        self.sent += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        if self.failure is not None:
            raise LlmFailure(self.failure, "as told")
        return Reply("{}", "stop", self.usage)


def ask_many(asker: BudgetAsker, times: int) -> list[Reply | BaseException]:
    async def run() -> list[Reply | BaseException]:
        return await asyncio.gather(*(asker.ask(REQUEST) for _ in range(times)), return_exceptions=True)

    return asyncio.run(run())


def kinds(found: list[Reply | BaseException]) -> list[str]:
    return [outcome.kind for outcome in found if isinstance(outcome, LlmFailure)]


def test_the_request_is_what_the_tests_reckon_with() -> None:
    assert expected(REQUEST).tokens_in == 100


def test_without_a_limit_it_counts() -> None:
    budget = Budget()
    found = ask_many(BudgetAsker(Fake(), budget, PRICES), 5)
    assert not kinds(found)
    assert (budget.spent.requests, budget.spent.tokens_in, budget.spent.tokens_out) == (5, 500, 100)
    assert budget.spent.money == pytest.approx(5 * (100 * 1.0 + 20 * 2.0) / 1e6)
    reply = found[0]
    assert isinstance(reply, Reply)
    assert reply.usage.money == pytest.approx(140e-6)


@pytest.mark.parametrize("limit", [0, 1, MOST - 1, MOST, 1_000, 1_234, 10_000])
def test_tokens_never_exceed_the_limit_and_all_that_fits_is_sent(limit: int) -> None:
    fake, budget = Fake(), Budget(max_tokens=limit)
    found = ask_many(BudgetAsker(fake, budget, PRICES), 100)
    assert budget.tokens <= limit
    # A request more would fit neither at its worst; each took 120.
    fits = 0 if limit < MOST else (limit - MOST) // 120 + 1
    assert fake.sent == min(fits, 100)
    assert kinds(found) == ["budget"] * (100 - fake.sent)
    assert budget.refused == 100 - fake.sent


def test_money_never_exceeds_the_limit() -> None:
    limit = 0.003
    fake, budget = Fake(), Budget(max_cost=limit)
    found = ask_many(BudgetAsker(fake, budget, PRICES), 100)
    assert budget.spent.money is not None
    assert limit - 325e-6 < budget.spent.money <= limit
    assert kinds(found) == ["budget"] * (100 - fake.sent)
    refused = next(outcome for outcome in found if isinstance(outcome, LlmFailure))
    assert str(refused) == "the budget of $0.003 is used up ($0.0028 spent)"


def test_a_reply_that_takes_all_it_may_keeps_the_limit_too() -> None:
    fake = Fake(Usage(1, tokens_in=round(100 * MARGIN), tokens_out=100))
    budget = Budget(max_tokens=2_000)
    ask_many(BudgetAsker(fake, budget, PRICES), 50)
    assert budget.tokens == 8 * MOST <= 2_000
    assert fake.most_at_once == 8


def test_a_tokenizer_that_takes_more_than_estimated_is_learned() -> None:
    """Chinese text or a model of its own: the second request is reserved by what the first one took."""
    fake, budget = Fake(Usage(1, tokens_in=300, tokens_out=10)), Budget(max_tokens=700)
    asker = BudgetAsker(fake, budget, PRICES)

    async def one_by_one() -> list[str]:
        told = []
        for _ in range(4):
            try:
                await asker.ask(REQUEST)
                told.append("sent")
            except LlmFailure as failure:
                told.append(failure.kind)
        return told

    # 310 + (300 + 100) > 700, though 310 + 225 is not.
    assert asyncio.run(one_by_one()) == ["sent", "budget", "budget", "budget"]


def test_waiting_ends_when_others_settle() -> None:
    fake, budget = Fake(seconds=0.01), Budget(max_tokens=MOST + 3 * 120)
    found = ask_many(BudgetAsker(fake, budget, PRICES), 4)
    assert not kinds(found)
    assert fake.most_at_once == 2


@pytest.mark.parametrize(
    ("kind", "tokens"),
    [
        ("bad_key", 0),
        ("rate_limited", 0),
        ("no_server", 0),
        ("server_error", 0),
        ("too_long", 0),
        ("timeout", MOST),
        ("truncated", MOST),
        ("invalid_reply", MOST),
        ("refused", MOST),
    ],
)
def test_a_failure_counts_where_the_provider_may_have_charged(kind: FailureKind, tokens: int) -> None:
    budget = Budget(max_tokens=10_000)
    assert kinds(ask_many(BudgetAsker(Fake(failure=kind), budget, PRICES), 1)) == [kind]
    assert budget.tokens == tokens


def test_a_request_that_is_canceled_gives_its_place_back() -> None:
    fake, budget = Fake(seconds=60), Budget(max_tokens=3 * MOST)
    asker = BudgetAsker(fake, budget, PRICES)

    async def run() -> None:
        task = asyncio.create_task(asker.ask(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        fake.seconds = 0
        await asker.ask(REQUEST)

    asyncio.run(run())
    assert budget.tokens == MOST + 120


def test_a_waiting_request_that_is_canceled_disturbs_nobody() -> None:
    fake, budget = Fake(seconds=0.02), Budget(max_tokens=MOST + 120)
    asker = BudgetAsker(fake, budget, PRICES)

    async def run() -> list[Reply | BaseException]:
        first, waits, last = (asyncio.create_task(asker.ask(REQUEST)) for _ in range(3))
        await asyncio.sleep(0.005)
        waits.cancel()
        return list(await asyncio.gather(first, waits, last, return_exceptions=True))

    first, waits, last = asyncio.run(run())
    assert isinstance(first, Reply)
    assert isinstance(waits, asyncio.CancelledError)
    assert isinstance(last, Reply)


def test_a_server_that_counts_no_tokens_does_not_escape_the_limit() -> None:
    fake, budget = Fake(Usage(1)), Budget(max_tokens=1_000)
    ask_many(BudgetAsker(fake, budget, PRICES), 50)
    assert 0 < budget.tokens <= 1_000
    assert fake.sent < 50


def test_what_the_own_cache_answers_costs_nothing() -> None:
    budget = Budget(max_tokens=MOST)
    ask_many(BudgetAsker(Fake(Usage(0, remembered=1)), budget, PRICES), 20)
    assert (budget.tokens, budget.spent.money, budget.spent.remembered) == (0, 0.0, 20)


def test_a_limit_on_money_without_a_price_sends_nothing() -> None:
    fake, budget = Fake(), Budget(max_cost=5.0)
    asker = BudgetAsker(fake, budget, Prices(date=date(2026, 1, 2), models={}))
    (failure,) = ask_many(asker, 1)
    assert str(failure) == "the budget of $5.00 cannot be kept: the price of the model is unknown"
    assert fake.sent == 0


def test_limits_that_make_no_sense() -> None:
    for cost, tokens in ((-1.0, None), (float("nan"), None), (float("inf"), None), (None, -5)):
        with pytest.raises(InputError, match="is a number from 0 up"):
            Budget(cost, tokens)


def test_one_budget_for_several_threads_with_loops_of_their_own() -> None:
    fake, budget = Fake(), Budget(max_tokens=3_000)
    asker = BudgetAsker(fake, budget, PRICES)
    threads = [threading.Thread(target=ask_many, args=(asker, 25), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert 3_000 - MOST < budget.tokens <= 3_000
    assert budget.refused == 100 - budget.spent.requests


def test_a_watch_sees_its_own_refusals_and_no_others() -> None:
    asker = BudgetAsker(Fake(), Budget(max_tokens=0), PRICES)

    async def row(times: int) -> int:
        with watching() as watch:
            await asyncio.gather(*(asker.ask(REQUEST) for _ in range(times)), return_exceptions=True)
        return watch.refused

    async def run() -> list[int]:
        return await asyncio.gather(*(asyncio.create_task(row(times)) for times in (1, 0, 3)))

    assert asyncio.run(run()) == [1, 0, 3]


def test_a_reservation_is_given_back_whole() -> None:
    budget = Budget(max_cost=1.0, max_tokens=100)

    async def run() -> None:
        for _ in range(1_000):
            held = Reserved(100, 1.0)
            await budget.reserve(held)
            budget.settle(held, Usage())

    asyncio.run(run())
    assert budget.tokens == 0


def test_an_invalid_reply_is_told_to_who_asked_for_it(tmp_path: Path) -> None:
    heard: list[str] = []

    class Listening(Fake):
        def note_invalid(self, mode: str) -> None:
            heard.append(mode)

    with Cache(tmp_path / "replies.sqlite3") as cache:
        CachedAsker(BudgetAsker(Listening(), Budget(), PRICES), cache).note_invalid("object")
        CachedAsker(BudgetAsker(Fake(), Budget(), PRICES), cache).note_invalid("object")
    assert heard == ["object"]
