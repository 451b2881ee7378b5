"""What the server answers, and what it was asked: all that a test touches."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

SchemaHabit = Literal["ok", "ignored", "400", "404", "422", "500"]
ObjectHabit = Literal["ok", "ignored", "400", "500"]
BatchEnd = Literal["completed", "failed", "expired"]


# --- what was asked


@dataclass(frozen=True)
class Received:
    """One request for a chat completion, as it arrived. ``number`` counts from 1."""

    number: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    at: float

    @cached_property
    def api_key(self) -> str | None:
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key if scheme.lower() == "bearer" and key else None

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body["messages"])

    @property
    def last(self) -> str:
        """The text of the last message."""
        return text_of(self.messages[-1])

    @property
    def mode(self) -> Literal["schema", "object", "text"]:
        kind = (self.body.get("response_format") or {}).get("type", "text")
        return "schema" if kind == "json_schema" else "object" if kind == "json_object" else "text"

    @property
    def schema(self) -> dict[str, Any] | None:
        return self.body["response_format"]["json_schema"].get("schema") if self.mode == "schema" else None

    @property
    def max_tokens(self) -> int | None:
        most: int | None = self.body.get("max_completion_tokens", self.body.get("max_tokens"))
        return most


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message, whose content is a string or a list of parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


# --- what is answered; ``delay`` is in seconds, before the first byte


@dataclass(frozen=True)
class Say:
    """A completion. ``usage`` replaces counts that are in the reply, None leaves them out; ``no_choices`` sends none."""

    text: str | None
    finish: str = "stop"
    refusal: str | None = None
    usage: Mapping[str, Any] | None = field(default_factory=dict)
    no_choices: bool = False
    delay: float = 0.0
    piece: int = 12
    """Characters in a chunk of a stream."""
    between: float = 0.0
    """Seconds between two chunks."""
    stop_after: int | None = None
    """Break the connection after so many chunks of text."""


@dataclass(frozen=True)
class Status:
    """An error as OpenAI words it. ``retry_after`` is what the header says: seconds or an HTTP date."""

    status: int
    message: str = "scripted failure"
    type: str = "server_error"
    code: str | None = None
    param: str | None = None
    retry_after: float | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass(frozen=True)
class Raw:
    """Any body with any status: invalid JSON, a page of HTML, nothing at all."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    delay: float = 0.0


@dataclass(frozen=True)
class Drop:
    """The connection breaks: before any byte, or with ``after`` bytes of a longer body sent. ``reset`` is not so polite."""

    after: int | None = None
    reset: bool = False
    delay: float = 0.0


@dataclass(frozen=True)
class Huge:
    """A valid completion whose text has ``size`` characters."""

    size: int = 10_000_000
    is_sized: bool = True
    """Whether Content-Length says how much is coming."""
    delay: float = 0.0


@dataclass(frozen=True)
class Endless:
    """A body that never ends: ``chunk`` again and again, ``interval`` seconds apart."""

    chunk: bytes = b" "
    interval: float = 0.01
    content_type: str = "application/json"
    delay: float = 0.0


@dataclass(frozen=True)
class Hang:
    """The request is taken and nothing ever comes back."""

    delay: float = 0.0


@dataclass(frozen=True)
class Redirect:
    """A redirect to another address."""

    location: str
    status: int = 307
    delay: float = 0.0


Answer = Say | Status | Raw | Drop | Huge | Endless | Hang | Redirect
Answerer = Callable[[Received], Answer | str]


@dataclass
class Script:
    """How the server behaves. A test changes fields before it asks, and reads ``received`` and ``counts`` after.

    An answer comes from the queue of ``then``, else from ``always``. What the server does as a server (key, models, rate,
    schemas, rejected parameters, context) comes before either, and takes nothing from the queue.
    """

    always: Answer | str | Answerer | None = None
    """None: a valid reply where a schema asks for one, else a short sentence."""
    api_key: str | None = None
    """The only key that opens; None: no key is needed and any is taken."""
    models: tuple[str, ...] = ("test-model",)
    any_model: bool = False
    """Answer to names that are not in ``models``, as many local servers do."""
    lists_models: bool = True
    json_schema: SchemaHabit = "ok"
    json_object: ObjectHabit = "ok"
    checks_schema: bool = True
    """Refuse a schema that OpenAI's strict mode would refuse."""
    rejects: frozenset[str] = frozenset()
    """Parameters that are answered with 400 ``unsupported_parameter``."""
    context: int | None = None
    """The most tokens of a prompt, by characters / 4."""
    cuts: bool = False
    """Cut a reply at the request's token limit and say ``length``."""
    delay: float = 0.0
    rate: float | None = None
    """Requests a second; what comes faster is answered 429."""
    burst: float = 1.0
    tells_retry_after: bool = True
    batch_polls: int = 2
    """How often a batch is looked at before it is done."""
    batch_end: BatchEnd = "completed"
    batch_left_out: int = 0
    """How many requests of an expired batch were not reached."""

    keeps: bool = True
    """Whether ``received`` holds all requests; a benchmark with thousands does without."""

    received: list[Received] = field(default_factory=list, init=False)
    counts: Counter[str] = field(default_factory=Counter, init=False)
    """Requests by path and status, such as ``"POST /v1/chat/completions 200"``; ``tokens_in``, ``tokens_out``; ``limited``."""
    most_at_once: int = field(default=0, init=False)
    ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _queue: deque[Answer | str | Answerer] = field(default_factory=deque, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _number: int = field(default=0, init=False)
    _at_once: int = field(default=0, init=False)
    _tokens: float | None = field(default=None, init=False)
    _last: float = field(default=0.0, init=False)

    def then(self, *answers: Answer | str | Answerer, times: int = 1) -> Script:
        """Queue answers, in this order, ``times`` times over."""
        with self._lock:
            self._queue.extend(answers * times)
        return self

    @property
    def left(self) -> int:
        """How many queued answers nobody has asked for."""
        return len(self._queue)

    @property
    def last(self) -> Received:
        """The latest request for a completion."""
        return self.received[-1]

    # --- what only the server calls

    def take(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Received:
        """Note a request."""
        with self._lock:
            self._number += 1
            request = Received(self._number, body, headers, time.monotonic())
            if self.keeps:
                self.received.append(request)
        return request

    def answer(self, request: Received) -> Answer:
        """Return what is next for this request."""
        from tests.openai_server.rubric import default_reply

        with self._lock:
            found = self._queue.popleft() if self._queue else self.always
        if found is None:
            found = default_reply
        if callable(found):
            found = found(request)
        return Say(found) if isinstance(found, str) else found

    def enter(self) -> None:
        """Note that one more request is in work."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def leave(self) -> None:
        """Note that one is done."""
        with self._lock:
            self._at_once -= 1

    def admit(self) -> float | None:
        """Take a token of the rate limit; return None, or the seconds until there is one."""
        if self.rate is None:
            return None
        with self._lock:
            now = time.monotonic()
            before = self.burst if self._tokens is None else self._tokens
            self._tokens = min(self.burst, before + (now - self._last) * self.rate) if self._last else before
            self._last = now
            if self._tokens >= 1:
                self._tokens -= 1
                return None
            self.counts["limited"] += 1
            return (1 - self._tokens) / self.rate
