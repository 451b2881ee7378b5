"""What the parts of the LLM grader pass to each other. All immutable; nothing here knows openai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from grader.errors import VivaError
from grader.types import Usage as Usage  # noqa: PLC0414 - one of the types that are passed around here

Role = Literal["system", "user", "assistant"]
Mode = Literal["schema", "object", "text"]
"""How a reply is constrained: strict JSON schema, any JSON object, or not at all."""
MODES: tuple[Mode, ...] = ("schema", "object", "text")

FailureKind = Literal[
    "timeout",  # no complete reply in time, or the overall deadline passed
    "no_server",  # connection refused, lost, or no such host
    "rate_limited",  # 429 until the retries were used up
    "no_quota",  # 429 that says the account is out of money, or 402
    "bad_key",  # 401, 403
    "unknown_model",  # 404, or a 400 that says so
    "server_error",  # 5xx
    "bad_request",  # any other 4xx: the server does not take this request
    "refused",  # the model declined to answer
    "truncated",  # the reply ended at the token limit
    "empty_reply",  # no choices, or no text
    "too_large",  # a reply over the size limit
    "invalid_reply",  # text that is not what was asked for
    "too_long",  # question, points and answer together exceed the limit on length: nothing was sent
    "budget",  # the budget is used up: nothing was sent
    "canceled",  # stopped by the person
]


class LlmFailure(VivaError):  # noqa: N818 - a failure is told on the grade and stops nothing
    """A request that came to nothing. ``str(failure)`` is one plain line without any key."""

    def __init__(self, kind: FailureKind, told: str, *, retry_after: float | None = None) -> None:
        super().__init__(told)
        self.kind: FailureKind = kind
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """All that a reply depends on. ``schema`` is a strict JSON schema, ``schema_name`` its name on the wire."""

    model: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    schema_name: str = "reply"
    mode: Mode = "schema"
    temperature: float | None = 0.0
    max_output_tokens: int = 2000
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, why it ended (``stop``, ``length``, ...), and what it took; ``mode`` is the one that worked."""

    text: str
    finish: str
    usage: Usage
    mode: Mode = "schema"


class Asker(Protocol):
    """Whatever answers requests: the client with its retries, the cache before it, a script in tests."""

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Return the reply, or raise ``LlmFailure``; ``deadline`` is in seconds from now, for everything together."""
        ...


def pass_on_invalid(asker: Asker, mode: Mode) -> None:
    """Tell an asker that a reply in this mode was not what was asked for, if it wants to know (``NotesInvalid``)."""
    hear = getattr(asker, "note_invalid", None)
    if hear is not None:
        hear(mode)
