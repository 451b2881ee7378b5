"""A few sentences to the learner on this answer, as the model writes them."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Protocol

from grader.llm.prompt import FEEDBACK, feedback_messages, load_prompt
from grader.llm.settings import LlmSettings
from grader.llm.types import Request
from grader.types import Grade, Question

MOST_CHARS = 900
"""Three long sentences; what a model writes beyond that is cut at the end of a sentence, or of a word."""
_MOST_TOKENS = 300
_SENTENCE = re.compile(r"[.!?\u3002\uff01\uff1f][\"')\u201d]*(?=\s|$)")


class Streamer(Protocol):
    """Whatever streams the text of a reply."""

    def stream(self, request: Request, *, timeout: float) -> AsyncIterator[str]:
        """Yield the reply's text in pieces; raise ``LlmFailure`` where nothing comes, or no more."""
        ...


def feedback_request(question: Question, grade: Grade, answer: str, settings: LlmSettings, *, reveal: bool) -> Request:
    """Return the request for feedback on a graded answer.

    Unless ``reveal`` is set, nothing in it tells more of the points that are not met than their labels.
    """
    reading = question.reading(grade.reading_id)
    return Request(
        model=settings.model,
        messages=feedback_messages(load_prompt(FEEDBACK), question, reading, grade.judgments, answer, reveal=reveal),
        mode="text",
        temperature=settings.temperature,
        max_output_tokens=min(_MOST_TOKENS, settings.max_output_tokens),
        seed=settings.seed,
    )


async def write_feedback(
    streamer: Streamer, settings: LlmSettings, question: Question, grade: Grade, answer: str, *, reveal: bool
) -> AsyncIterator[str]:
    """Yield feedback on a graded answer in pieces of plain text, one line, 900 characters at most.

    Raises ``LlmFailure`` where the model does not answer, or ends in the middle. A request that is too long for the settings
    yields nothing. Show it as text: it may hold what the answer holds.
    """
    request = feedback_request(question, grade, answer, settings, reveal=reveal)
    size = sum(len(message.content) for message in request.messages)
    if len(answer) > settings.max_answer_chars or size > settings.max_request_chars:
        return
    written = ""
    is_apart = False
    async with aclosing(_pieces(streamer, request, settings.request_timeout)) as pieces:
        async for piece in pieces:
            ready = ""
            for character in piece:
                if character.isspace() or not character.isprintable():
                    is_apart = bool(written or ready)
                else:
                    ready += f" {character}" if is_apart else character
                    is_apart = False
            if len(written) + len(ready) >= MOST_CHARS:
                last = _cut(written, ready)
                if last:
                    yield last
                return
            written += ready
            if ready:
                yield ready


def _cut(written: str, ready: str) -> str:
    """Return what is still shown of the last piece: up to the end of a sentence, else of a word."""
    room = ready[: MOST_CHARS - len(written) - 1]
    ends = [match.end() for match in _SENTENCE.finditer(room)]
    if ends:
        return room[: ends[-1]]
    if written.endswith((".", "!", "?")):
        return ""
    return room[: room.rfind(" ") if " " in room else len(room)] + "\u2026"


async def _pieces(streamer: Streamer, request: Request, seconds: float) -> AsyncGenerator[str, None]:
    """Pass pieces on, and let go of the connection when they are wanted no more."""
    pieces = streamer.stream(request, timeout=seconds)
    try:
        async for piece in pieces:
            yield piece
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
