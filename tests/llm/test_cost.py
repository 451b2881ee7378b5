"""What requests cost: the table of prices, money of a usage, and estimates before anything is sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import InputError
from grader.llm.cost import (
    CHARS_A_TOKEN,
    TOKENS_A_POINT,
    Estimate,
    Price,
    Prices,
    default_prices,
    dollars,
    estimate,
    estimated_tokens,
    expected,
    load_prices,
)
from grader.llm.types import Message, Request, Usage

PRICES = Prices(
    date=date(2026, 1, 2), models={"known": Price(into=2.0, cached=0.5, out=10.0), "plain": Price(into=1.0, out=1.0)}
)


def asked(text: str, model: str = "known", **options: object) -> Request:
    return Request(model, (Message("user", text),), **options)  # type: ignore[arg-type]


# --- money


@pytest.mark.parametrize(
    ("model", "usage", "money"),
    [
        ("known", Usage(tokens_in=1_000_000), 2.0),
        ("known", Usage(tokens_out=100_000), 1.0),
        ("known", Usage(tokens_in=1_000_000, tokens_cached=1_000_000), 0.5),
        ("known", Usage(tokens_in=500_000, tokens_cached=100_000, tokens_out=1), 0.85001),
        (
            "known",
            Usage(tokens_in=10, tokens_cached=1_000),
            0.000005,
        ),  # a provider that counts wrongly: never below zero
        ("plain", Usage(tokens_in=1_000_000, tokens_cached=1_000_000), 1.0),
        ("known-2026-09-22", Usage(tokens_in=1_000_000), 2.0),
        ("strange", Usage(tokens_in=1), None),
        ("known-mini", Usage(tokens_in=1), None),
        ("strange", Usage(remembered=1), 0.0),
    ],
)
def test_money_of_a_usage(model: str, usage: Usage, money: float | None) -> None:
    assert PRICES.priced(usage, model).money == (None if money is None else pytest.approx(money))


def test_the_batch_api_is_half_the_price() -> None:
    usage = Usage(tokens_in=1_000_000, tokens_out=1_000_000)
    assert PRICES.priced(usage, "known", is_batch=True).money == 6.0
    assert PRICES.priced(usage, "known").money == 12.0


def test_one_unknown_price_makes_the_sum_unknown_but_not_the_tokens() -> None:
    total = PRICES.priced(Usage(1, tokens_in=5), "known") + PRICES.priced(Usage(1, tokens_in=7), "strange")
    assert (total.money, total.tokens_in, total.requests) == (None, 12, 2)


def test_the_table_that_ships_is_dated_and_sane() -> None:
    prices = default_prices()
    assert date(2026, 1, 1) <= prices.date
    assert len(prices.models) > 10
    for name, price in prices.models.items():
        assert 0 < price.into < price.out, name
        assert price.cached is not None, name
        assert price.cached < price.into, name
    mini = prices.price("gpt-4o-mini-2024-07-18")
    assert mini is not None
    assert (mini.into, mini.cached, mini.out) == (0.15, 0.075, 0.6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date = 2026-01-01\n[models]\nm = { in = -1, out = 1 }\n", "models.m.in: "),
        ("date = 2026-01-01\n[models]\nm = { in = 1, outt = 1 }\n", "models.m.out: "),
        ("date = 2026-01-01\n[models]\nm = { in = inf, out = 1 }\n", "models.m.in: "),
        ("[models]\nm = { in = 1, out = 1 }\n", "date: "),
        ("date = 2026-01-01\nbatch = 2\n[models]\n", "batch: "),
        ("no = [", "is no table of prices: "),
    ],
)
def test_a_bad_table_is_refused_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_prices(path)
    assert str(caught.value).startswith(f"{path}: {told}")
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_prices(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is no table of prices"):
        load_prices(Path("a\0b"))


def test_ones_own_table(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text('date = 2026-01-01\n[models]\n"mine" = { in = 3, out = 4 }\n', encoding="utf-8")
    assert load_prices(path).price("mine") == Price(into=3.0, out=4.0)


# --- estimates


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("naïve", 2), ("привет", 6), ("答案", 2)]
)
def test_four_characters_a_token(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(first: str, second: str) -> None:
    assert estimated_tokens(first + second) >= estimated_tokens(first)
    assert estimated_tokens(first) >= len(first) / CHARS_A_TOKEN


def test_a_request_counts_its_schema_and_its_points() -> None:
    point = {"type": "object", "properties": {"verdict": {"type": "string"}, "why": {"type": "string"}}}
    schema = {"type": "object", "properties": {"a": point, "b": point, "c": point}}
    plain, with_schema = expected(asked("x" * 400)), expected(asked("x" * 400, schema=schema))
    assert plain.tokens_in == 104
    assert with_schema.tokens_in > 104
    assert (plain.tokens_out, with_schema.tokens_out) == (TOKENS_A_POINT, 3 * TOKENS_A_POINT)
    assert expected(asked("x", schema=schema, max_output_tokens=100)).tokens_out == 100


def test_an_estimate_adds_up_and_scales() -> None:
    found = estimate([asked("x" * 4_000)] * 10, PRICES)
    assert (found.requests, found.tokens_in, found.tokens_out) == (10, 10_040, 600)
    assert found.money == pytest.approx(0.02608)
    larger = found.scaled(2.5)
    assert (larger.requests, larger.tokens_in, larger.tokens_out) == (25, 25_100, 1_500)
    assert larger.money == pytest.approx(0.0652)
    assert estimate([asked("x" * 4_000)] * 10, PRICES, is_batch=True).money == pytest.approx(0.01304)
    assert estimate([asked("x", "strange")], PRICES).money is None
    assert estimate([], PRICES) == Estimate(0, 0, 0, 0.0)


@pytest.mark.parametrize(
    ("money", "told"),
    [(0.0, "$0.00"), (12.345, "$12.35"), (0.01, "$0.01"), (0.00123, "$0.0012"), (None, "an unknown price")],
)
def test_money_in_words(money: float | None, told: str) -> None:
    assert dollars(money) == told
