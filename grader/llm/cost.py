"""What requests cost: prices from a dated table, money of what was used, and estimates of what will be.

A model that the table does not have costs an unknown amount, which is None and never an error: tokens are counted all the same.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import InputError
from grader.llm.types import Request, Usage

CHARS_A_TOKEN = 4
"""The rule of thumb behind every estimate: four characters a token, and one for each character that is not ASCII."""
TOKENS_A_MESSAGE = 4
"""What a message costs beside its text: its role and the marks around it."""
TOKENS_A_POINT = 60
"""What a judgment takes in a reply: the id, the verdict, a quote and a sentence why."""
_PER = 1_000_000
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_TABLE = Path(__file__).with_name("prices.toml")
_MOST_BYTES = 1_000_000

_Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Price(_Strict):
    """US dollars per million tokens; without ``cached``, what the provider had cached costs what goes in."""

    into: _Dollars = Field(alias="in")
    out: _Dollars
    cached: _Dollars | None = None

    def money(self, usage: Usage) -> float:
        """Return what a usage costs, in US dollars.

        >>> Price(into=2.0, cached=0.5, out=8.0).money(Usage(tokens_in=1_000_000, tokens_cached=400_000, tokens_out=500_000))
        5.4
        """
        cached = min(usage.tokens_cached, usage.tokens_in)
        price = self.into if self.cached is None else self.cached
        return ((usage.tokens_in - cached) * self.into + cached * price + usage.tokens_out * self.out) / _PER


class Prices(_Strict):
    """A table of prices with its date; ``batch`` is the share of a price that the Batch API asks."""

    date: date
    batch: Annotated[float, Field(gt=0, le=1)] = 0.5
    models: dict[str, Price]

    def price(self, model: str) -> Price | None:
        """Return the price of a model by its name, or by its name without the date of a release; None: unknown.

        >>> default_prices().price("gpt-4o-2024-08-06") == default_prices().price("gpt-4o")
        True
        >>> default_prices().price("llama") is None
        True
        """
        return self.models.get(model) or self.models.get(_DATED.sub("", model))

    def priced(self, usage: Usage, model: str, *, is_batch: bool = False) -> Usage:
        """Return a usage with its money; what used no tokens costs nothing, whatever the model."""
        if usage.tokens_in + usage.tokens_out == 0:
            return replace(usage, money=0.0)
        price = self.price(model)
        share = self.batch if is_batch else 1.0
        return replace(usage, money=None if price is None else price.money(usage) * share)


@lru_cache(maxsize=1)
def default_prices() -> Prices:
    """Return the prices that ship with Viva."""
    return load_prices(_TABLE)


def load_prices(path: Path) -> Prices:
    """Return the prices of a file. Raises InputError, one line that names the file and what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise InputError(f"{path}: is too large for a table of prices")
        return Prices.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg']}") from None
    except ValueError as error:  # not TOML, not UTF-8, or no name that a file can have
        raise InputError(f"{path}: is no table of prices: {' '.join(str(error).split())}") from None


def estimated_tokens(text: str) -> int:
    """Estimate the tokens of a text: a quarter of its ASCII characters, and one for each other character.

    >>> estimated_tokens("four and twenty"), estimated_tokens("二十四"), estimated_tokens("")
    (4, 3, 0)
    """
    ascii_chars = len(text.encode("ascii", "ignore"))
    return math.ceil(ascii_chars / CHARS_A_TOKEN) + len(text) - ascii_chars


def expected(request: Request) -> Usage:
    """Estimate what a request takes: its text and schema in, and out 60 tokens a point, at most what it allows."""
    schema = "" if request.schema is None else json.dumps(request.schema, ensure_ascii=False)
    into = sum(estimated_tokens(message.content) + TOKENS_A_MESSAGE for message in request.messages)
    out = TOKENS_A_POINT * max(1, _points(request))
    return Usage(
        requests=1,
        tokens_in=into + estimated_tokens(schema),
        tokens_out=min(out, request.max_output_tokens),
        money=None,
    )


def _points(request: Request) -> int:
    """Count what the schema asks for: the objects in it that have a verdict."""
    waiting: list[object] = [request.schema]
    found = 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            properties = part.get("properties")
            found += isinstance(properties, dict) and "verdict" in properties
            waiting += [inner for inner in part.values() if isinstance(inner, dict | list | tuple)]
        elif isinstance(part, list | tuple):
            waiting += part
    return found


@dataclass(frozen=True, slots=True)
class Estimate:
    """What requests will take together, by the rule of four characters a token; ``money`` is None where the price is unknown."""

    requests: int
    tokens_in: int
    tokens_out: int
    money: float | None

    def plus(self, other: Estimate) -> Estimate:
        """Return both together; an unknown price makes the sum unknown."""
        money = None if self.money is None or other.money is None else self.money + other.money
        return Estimate(
            self.requests + other.requests,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            money,
        )

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate for ``factor`` times as many requests like these."""
        money = None if self.money is None else self.money * factor
        requests, into, out = (round(part * factor) for part in (self.requests, self.tokens_in, self.tokens_out))
        return Estimate(requests, into, out, money)


def estimate(requests: Iterable[Request], prices: Prices, *, is_batch: bool = False) -> Estimate:
    """Estimate requests before any is sent.

    >>> from grader.llm.types import Message
    >>> request = Request("gpt-4o", (Message("user", "word " * 400),))
    >>> estimate([request, request], prices=default_prices())
    Estimate(requests=2, tokens_in=1008, tokens_out=120, money=0.00372)
    """
    total = Usage()
    for request in requests:
        total += prices.priced(expected(request), request.model, is_batch=is_batch)
    return Estimate(total.requests, total.tokens_in, total.tokens_out, total.money)


def dollars(money: float | None) -> str:
    """Put money into words.

    >>> dollars(1.5), dollars(0.0042), dollars(0.0), dollars(None)
    ('$1.50', '$0.0042', '$0.00', 'an unknown price')
    """
    if money is None:
        return "an unknown price"
    return f"${money:.2f}" if money == 0 or money >= 0.01 else f"${money:.2g}"
