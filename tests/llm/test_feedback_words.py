"""Feedback that a model writes: what it is told, and what of its text is passed on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.engine import grade
from grader.llm.feedback import MOST_CHARS, write_feedback
from grader.llm.settings import LlmSettings
from grader.llm.types import LlmFailure, Request
from tests.llm.material import DRIFT, GOOD, READING

SETTINGS = LlmSettings(model="m")


class Pieces:
    def __init__(self, pieces: Sequence[str], failure: LlmFailure | None = None) -> None:
        self.pieces = pieces
        self.failure = failure
        self.requests: list[Request] = []
        self.is_closed = False

    async def stream(self, request: Request, *, timeout: float) -> AsyncIterator[str]:  # noqa: ASYNC109 - the protocol
        self.requests.append(request)
        assert timeout == SETTINGS.request_timeout
        try:
            for piece in self.pieces:
                yield piece
            if self.failure is not None:
                raise self.failure
        finally:
            self.is_closed = True


def written(streamer: Pieces, *, reveal: bool = False, settings: LlmSettings = SETTINGS) -> list[str]:
    async def collect() -> list[str]:
        result = grade(DRIFT, GOOD)
        return [piece async for piece in write_feedback(streamer, settings, DRIFT, result, GOOD, reveal=reveal)]

    return asyncio.run(collect())


def test_pieces_are_passed_on_as_they_come_as_one_line() -> None:
    streamer = Pieces(["  You\n\n say", " it ", "\t", "well.\x00\u202e ", "Go on!", "\n"])
    assert written(streamer) == ["You say", " it", " well.", " Go on!"]
    assert streamer.is_closed


def test_the_request_hides_what_is_hidden_and_holds_the_answer_as_data() -> None:
    streamer = Pieces(["Fine."])
    written(streamer)
    written(streamer, reveal=True)
    request, revealed = streamer.requests
    assert (request.schema, request.mode, request.model) == (None, "text", "m")
    assert json.loads(request.messages[-1].content) == {"answer": GOOD}
    assert READING.points[0].text not in request.messages[0].content
    assert READING.points[0].text in revealed.messages[0].content


def test_a_long_text_is_cut_at_the_end_of_a_sentence_and_the_stream_closed() -> None:
    streamer = Pieces(["One sentence here. "] * 200)
    text = "".join(written(streamer))
    assert len(text) <= MOST_CHARS
    assert text.endswith(".")
    assert streamer.is_closed
    endless = "".join(written(Pieces(["word " * 1_000])))
    assert endless.endswith("word\u2026")
    assert len(endless) <= MOST_CHARS


def test_a_failure_is_passed_on_after_what_came() -> None:
    with pytest.raises(LlmFailure, match="gone"):
        written(Pieces(["You"], LlmFailure("no_server", "gone")))


def test_what_is_too_long_is_not_sent() -> None:
    streamer = Pieces(["Fine."])
    assert written(streamer, settings=SETTINGS.model_copy(update={"max_answer_chars": 5})) == []
    assert streamer.requests == []


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_pieces_make_one_visible_line(pieces: list[str]) -> None:
    text = "".join(written(Pieces(pieces)))
    assert text == text.strip()
    assert text.isprintable()
    assert text.split() == "".join(c if c.isprintable() else " " for c in "".join(pieces)).split()
