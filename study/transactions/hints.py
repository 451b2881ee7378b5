"""Hints as they stand in a row: point, level, and the time in microseconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from study.records import HintUse
from study.tables import EPOCH, MICROSECOND


def hints_row(hints: Sequence[HintUse]) -> list[list[Any]]:
    """Return hints as JSON holds them."""
    return [[hint.point_id, hint.level, (hint.at - EPOCH) // MICROSECOND] for hint in hints]


def hints_from(row: Sequence[Sequence[Any]]) -> tuple[HintUse, ...]:
    """Return the hints of a row."""
    return tuple(HintUse(point, level, EPOCH + timedelta(microseconds=at)) for point, level, at in row)
