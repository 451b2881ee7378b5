"""What arrives from a browser is checked before anything believes it."""

from __future__ import annotations

from typing import Any

import pytest

from study import Draft
from ui.keeper import DraftMessage, parse_draft

GOOD: dict[str, Any] = {"learner": "0123456789abcdef" * 2, "question": "q", "text": "hello", "at": 1_700_000_000_000}


def test_a_good_message_is_read() -> None:
    assert parse_draft(GOOD) == DraftMessage(GOOD["learner"], "q", Draft("hello", 1_700_000_000_000))
    assert parse_draft(GOOD | {"at": 5.0, "text": ""}) == DraftMessage(GOOD["learner"], "q", Draft("", 5))


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "text",
        [],
        {},
        GOOD | {"learner": "0" * 31},
        GOOD | {"learner": None},
        GOOD | {"learner": ["0" * 32]},
        GOOD | {"question": 7},
        GOOD | {"question": "q" * 201},
        GOOD | {"text": None},
        GOOD | {"text": {"a": 1}},
        GOOD | {"at": "5"},
        GOOD | {"at": True},
        GOOD | {"at": 0},
        GOOD | {"at": -1},
        GOOD | {"at": float("nan")},
        GOOD | {"at": float("inf")},
        GOOD | {"at": 2**60},
    ],
)
def test_a_bad_message_is_nothing(raw: object) -> None:
    assert parse_draft(raw) is None
