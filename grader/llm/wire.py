"""The OpenAI protocol as plain data: a request as a JSON body, a JSON body as a reply, a refusal in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from grader.llm.capability import OPTIONAL, Capability
from grader.llm.types import FailureKind, LlmFailure, Reply, Request, Usage

NO_KEY_TOLD = "the server wants a key"
_EXCERPT = 160
_LONGEST_WAIT = 3600.0
_MOST_TOKENS = 10**9
_FORMAT_WORDS = frozenset(
    {"response_format", "json_schema", "json_object", "structured_outputs", "guided_json", "grammar"}
)
_TOO_LONG = re.compile(r"context[ _](?:length|size|window)|maximum context|too many tokens|prompt is too long", re.I)
_NO_MODEL = re.compile(
    r"\bmodel\b.*(?:not found|not exist|not loaded|unknown|no such|invalid)|(?:unknown|no such|invalid) model", re.I
)
_NO_MONEY = re.compile(
    r"insufficient_quota|exceeded your current quota|billing|insufficient (?:funds|balance|credit)", re.I
)
_KEYS = re.compile(r"\b(?:sk|pk|key|gsk|xai)[-_][\w.*-]{6,}|\bBearer\s+\S+", re.I)


class StatusFailure(LlmFailure):
    """A failure that the server told with a status. ``mentions`` are the parameters of the request that it complains about."""

    def __init__(
        self,
        kind: FailureKind,
        told: str,
        *,
        status: int,
        mentions: frozenset[str] = frozenset(),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(kind, told, retry_after=retry_after)
        self.status = status
        self.mentions = mentions

    @property
    def is_about_format(self) -> bool:
        """Whether the server says that it does not take the way in which JSON was asked for."""
        return bool(self.mentions & _FORMAT_WORDS)

    def refused(self, body: Mapping[str, Any]) -> str | None:
        """Return the optional parameter of a request's body that the server does not take, if it says so."""
        if self.status not in (400, 422) or self.kind == "too_long":
            return None
        return next((name for name in sorted(self.mentions & OPTIONAL) if name in body), None)


# --- what is sent


def chat_body(request: Request, known: Capability, *, is_official: bool) -> dict[str, Any]:
    """Return the body of a chat completion request, without what the server is known to refuse.

    OpenAI's own models take ``max_completion_tokens`` alone; servers beside it may know only ``max_tokens``, the older name.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": message.role, "content": _sendable(message.content)} for message in request.messages],
    }
    limits = ["max_completion_tokens", "max_tokens"] if is_official else ["max_tokens", "max_completion_tokens"]
    limit = next((name for name in limits if name not in known.refused), None)
    if limit is not None:
        body[limit] = request.max_output_tokens
    freedom = {"temperature": request.temperature, "seed": request.seed}
    body |= {name: value for name, value in freedom.items() if value is not None and name not in known.refused}
    if request.schema is not None and request.mode == "schema":
        named = {"name": request.schema_name, "strict": True, "schema": dict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif request.schema is not None and request.mode == "object":
        body["response_format"] = {"type": "json_object"}
    return body


def _sendable(text: str) -> str:
    """Return a text without halves of characters, which no encoding can send."""
    return text.encode("utf-8", "replace").decode("utf-8")


# --- what comes back


def json_of(text: str) -> Mapping[str, Any]:
    """Return a body as a JSON object. Raises ``LlmFailure("server_error")`` for anything else."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise LlmFailure(
            "server_error", "the server's reply is no JSON object; is the address that of an OpenAI-like API?"
        )
    return body


def reply_of(body: Mapping[str, Any], request: Request, secrets: Collection[str] = ()) -> Reply:
    """Return the reply that a completion's body holds; one that was cut off has the finish ``length``.

    Raises ``LlmFailure`` for a refusal, an empty reply, and an error that came with the status of a success.
    """
    if body.get("error"):
        code = _part(body, "error").get("code")
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        raise failure_of(status, {}, json.dumps(body), model=request.model, secrets=secrets)
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise LlmFailure("empty_reply", "the reply holds no choice")
    message = _part(choice, "message")
    finish = str(choice.get("finish_reason") or "stop")
    if message.get("refusal") or finish == "content_filter":
        raise LlmFailure("refused", "the model declined to answer")
    text = text_of(message.get("content"))
    if not text.strip() and finish != "length":
        raise LlmFailure("empty_reply", "the reply holds no text")
    return Reply(text, finish, usage_of(body), request.mode)


def delta_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the text of one chunk of a stream, and why the stream ends, empty where it goes on."""
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return "", ""
    finish = choice.get("finish_reason")
    delta = _part(choice, "delta")
    if delta.get("refusal") or finish == "content_filter":
        raise LlmFailure("refused", "the model declined to answer")
    return text_of(delta.get("content")), finish if isinstance(finish, str) else ""


def text_of(content: Any) -> str:
    """Return the text of a message, whose content is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


def usage_of(body: Mapping[str, Any]) -> Usage:
    """Return what a completion took, for one request; counts that are none count as zero.

    >>> usage_of({"usage": {"prompt_tokens": 20, "completion_tokens": "7", "prompt_tokens_details": {"cached_tokens": 90}}})
    Usage(requests=1, remembered=0, tokens_in=20, tokens_out=0, tokens_cached=20, money=0.0)
    """
    told = _part(body, "usage")
    into = _count(told.get("prompt_tokens"))
    cached = _count(_part(told, "prompt_tokens_details").get("cached_tokens"))
    return Usage(1, 0, into, _count(told.get("completion_tokens")), min(cached, into))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS else 0


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


# --- what went wrong


def failure_of(
    status: int,
    headers: Mapping[str, str],
    text: str,
    *,
    model: str = "",
    secrets: Collection[str] = (),
    now: datetime | None = None,
) -> StatusFailure:
    """Return in plain words what a status other than success means; the server's own words are cut short, and hold no key.

    ``now`` turns a Retry-After that is a date into seconds; headers are named in lower case.

    >>> failure = failure_of(429, {"retry-after": "3"}, "")
    >>> failure.kind, str(failure), failure.retry_after
    ('rate_limited', 'the server takes no more requests for now', 3.0)
    """
    said, param, code = _complaint(text)
    kind = _kind(status, said, code)
    excerpt = _excerpt(said, secrets)
    unknown = f"the server does not know the model {model!r}"
    told = {
        "bad_key": "the server refuses the key" if secrets else NO_KEY_TOLD,
        "no_quota": "the account at this server has no quota left",
        "rate_limited": "the server takes no more requests for now",
        "unknown_model": unknown if _says_model(said) and model else "the server has nothing at this address",
        "timeout": "the server gave up waiting",
        "too_long": "question, points and answer together are longer than the model takes",
    }.get(kind)
    if told is None and 300 <= status < 400:
        told = "the server sends requests on to another address; give the final address itself"
    elif told is None:
        what = "the server failed" if kind == "server_error" else "the server does not take this request"
        told = f"{what} (status {status})" + (f": {excerpt}" if excerpt else "")
    names = OPTIONAL | _FORMAT_WORDS
    spoken = param or said[:500]
    mentions = frozenset(name for name in names if re.search(rf"(?<!\w){name}(?!\w)", spoken))
    return StatusFailure(kind, told, status=status, mentions=mentions, retry_after=wait_of(headers, now))


def wait_of(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a server asks to wait: in ``retry-after-ms``, or ``retry-after`` as seconds or as an HTTP date.

    >>> wait_of({"retry-after": "1.5"}), wait_of({"retry-after-ms": "20", "retry-after": "1"}), wait_of({"retry-after": "soon"})
    (1.5, 0.02, None)
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return min(seconds, _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(headers["retry-after"])
        seconds = (when - now).total_seconds() if now is not None else 0.0
    except (KeyError, ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _complaint(text: str) -> tuple[str, str, str]:
    """Return what an error body says, the parameter that it names, and its code; empty where it does not tell."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return "", "", ""  # a page of HTML says nothing to anybody
    if not isinstance(body, dict):
        return "", "", ""
    error = body.get("error")
    if isinstance(error, dict):
        body = error
    elif isinstance(error, str):
        body = {**body, "message": error}
    detail = body.get("detail")
    if isinstance(detail, list):  # FastAPI, which repeats the whole input beside its complaints
        places = [part for part in detail if isinstance(part, dict)]
        said = "; ".join(f"{part.get('msg')} {part.get('loc')}" for part in places)
    else:
        said = next((value for value in (body.get("message"), detail) if isinstance(value, str)), "")
    code = " ".join(str(body[name]) for name in ("code", "type") if isinstance(body.get(name), str))
    param = body.get("param")
    return said, param if isinstance(param, str) else "", code


def _kind(status: int, said: str, code: str) -> FailureKind:
    if status in (401, 403):
        return "bad_key"
    if status == 402 or (status == 429 and _NO_MONEY.search(f"{code} {said}")):
        return "no_quota"
    if status == 429:
        return "rate_limited"
    if status == 413 or (status < 500 and _TOO_LONG.search(f"{code} {said}")):
        return "too_long"
    if status == 404 or (status in (400, 422) and ("model_not_found" in code or _NO_MODEL.search(said))):
        return "unknown_model"
    if status == 408:
        return "timeout"
    return "server_error" if status >= 500 else "bad_request"


def _says_model(said: str) -> bool:
    return "model" in said.lower()


def _excerpt(said: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        said = said.replace(secret, "***")
    line = " ".join("".join(character if character.isprintable() else " " for character in said).split())
    line = _KEYS.sub("***", line)
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
