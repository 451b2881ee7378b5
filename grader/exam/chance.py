"""Chance that repeats: numbers and orders that follow from a seed and names alone, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


def chance(seed: int, *names: str | int) -> float:
    """Return a number from 0 up to, not including, 1.

    >>> chance(1, "drift") == chance(1, "drift"), chance(1, "drift") == chance(2, "drift")
    (True, False)
    """
    text = "\x1f".join(str(part) for part in (seed, *names))
    # 52 bits, so that the quotient is exact and below 1.
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 12
    return number / 2**52


def shuffled(seed: int, what: str, names: Iterable[str]) -> list[str]:
    """Return names in an order that the seed decides, whatever order they came in."""
    return sorted(names, key=lambda name: (chance(seed, what, name), name))
