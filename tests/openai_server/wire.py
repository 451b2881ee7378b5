"""The shapes of OpenAI's protocol: completions, chunks, errors, and what strict mode asks of a schema."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.openai_server.script import Received, Say, Status, text_of

CACHE_STEP, CACHE_LEAST = 128, 1024


def tokens(text: str) -> int:
    """Count tokens as this server does: four characters each."""
    return -(-len(text) // 4)


def prompt_text(messages: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{message.get('role')}: {text_of(message)}" for message in messages)


def usage(said: Say, request: Received, text: str, shared: int) -> dict[str, Any] | None:
    """Count a reply; ``shared`` is how many characters of the prompt are those of the one before."""
    if said.usage is None:
        return None
    tokens_in, tokens_out = tokens(prompt_text(request.messages)), tokens(text)
    cached = shared // 4 // CACHE_STEP * CACHE_STEP
    counted = {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": cached if cached >= CACHE_LEAST else 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
    return {**counted, **said.usage}


def completion(said: Say, request: Received, shared: int = 0) -> dict[str, Any]:
    """Return a whole ``chat.completion``."""
    message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": said.refusal, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.finish}
    body: dict[str, Any] = {
        "id": f"chatcmpl-{request.number:08d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [] if said.no_choices else [choice],
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }
    counted = usage(said, request, said.text or said.refusal or "", shared)
    return body if counted is None else {**body, "usage": counted}


def chunks(said: Say, request: Received, shared: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the ``chat.completion.chunk`` objects of a stream."""
    base = {
        "id": f"chatcmpl-{request.number:08d}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": request.model,
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }
    counts = bool((request.body.get("stream_options") or {}).get("include_usage"))
    # With usage asked for, every chunk has the field, and only the last one fills it.
    extra = {"usage": None} if counts else {}
    text, name = (said.refusal, "refusal") if said.refusal is not None else (said.text or "", "content")
    if not said.no_choices:
        deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant", name: ""}, None)]
        deltas += [({name: text[start : start + said.piece]}, None) for start in range(0, len(text), said.piece)]
        deltas.append(({}, said.finish))
        for delta, finish in deltas:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            yield {**base, "choices": [choice], **extra}
    counted = usage(said, request, text, shared)
    if counts and counted is not None:
        yield {**base, "choices": [], "usage": counted}


def event(data: Mapping[str, Any] | str) -> bytes:
    """Return one event of a stream."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def error(status: Status) -> dict[str, Any]:
    """Return the body of an error."""
    return {
        "error": {"message": status.message, "type": status.type, "param": status.param, "code": status.code},
    }


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> Status:
    """Return an error that blames the request."""
    return Status(status, message, "invalid_request_error", code, param)


def schema_complaint(schema: Any, place: str = "()") -> str | None:
    """Say what OpenAI's strict mode would refuse in a schema; None where it takes it."""
    if not isinstance(schema, dict):
        return f"In context={place}, schema must be an object."
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            return f"In context={place}, 'additionalProperties' is required to be supplied and to be false."
        missing = sorted(set(schema.get("properties", {})) ^ set(schema.get("required", ())))
        if missing:
            return (
                f"In context={place}, 'required' is required to be supplied and to be an array including every key in "
                f"properties. Missing or extra {missing[0]!r}."
            )
    parts = [
        *schema.get("properties", {}).items(),
        *schema.get("$defs", {}).items(),
        *(("items", schema[key]) for key in ("items",) if key in schema),
        *((f"anyOf {number}", part) for number, part in enumerate(schema.get("anyOf", ()))),
    ]
    for banned in ("oneOf", "allOf", "not", "if", "patternProperties"):
        if banned in schema:
            return f"In context={place}, {banned!r} is not permitted."
    return next((told for name, part in parts if (told := schema_complaint(part, f"{place[:-1]}'{name}',)"))), None)
