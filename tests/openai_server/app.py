"""The routes: chat completions, plain and streamed, and models; files and batches are in ``batches``."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.openai_server.batches import Batches
from tests.openai_server.faults import Fault, break_off, wait
from tests.openai_server.script import Answer, Raw, Received, Redirect, Say, Script, Status
from tests.openai_server.wire import (
    chunks,
    completion,
    error,
    event,
    invalid,
    prompt_text,
    schema_complaint,
    tokens,
)


class App:
    """The application; ``script`` may be replaced between two tests."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.batches = Batches(self)
        self._before = ""
        self.asgi = Starlette(
            routes=[
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/models", self.models),
                Route("/v1/models/{name:path}", self.model),
                *self.batches.routes,
                Route("/{path:path}", self.nothing, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    def begin(self, script: Script) -> None:
        """Start anew with a script; whatever the one before left in the air ends."""
        self.script.ended.set()
        self.script, self._before = script, ""
        self.batches.clear()

    # --- routes

    async def chat(self, request: Request) -> Response:
        script = self.script
        script.enter()
        try:
            response = await self._chat(request, script)
        finally:
            script.leave()
        self.count(request, response)
        return response

    async def models(self, request: Request) -> Response:
        refusal = self.refusal(request.headers)
        if refusal is None and not self.script.lists_models:
            refusal = invalid("Not found", status=404)
        return self.answered(
            request, refusal or {"object": "list", "data": [self._model(name) for name in self.script.models]}
        )

    async def model(self, request: Request) -> Response:
        name = request.path_params["name"]
        refusal = self.refusal(request.headers) or (self._unknown(name) if name not in self.script.models else None)
        return self.answered(request, refusal or self._model(name))

    async def nothing(self, request: Request) -> Response:
        return self.answered(request, invalid(f"Invalid URL ({request.method} {request.url.path})", status=404))

    # --- what the routes share

    def answered(self, request: Request, body: Status | Mapping[str, Any]) -> Response:
        """Return an error or a JSON body as a response, counted."""
        response = self.failed(body) if isinstance(body, Status) else JSONResponse(body)
        self.count(request, response)
        return response

    def count(self, request: Request, response: Response) -> None:
        status = "broken" if isinstance(response, Fault) else response.status_code
        self.script.counts[f"{request.method} {request.url.path} {status}"] += 1

    def refusal(self, headers: Mapping[str, str]) -> Status | None:
        """Return why this key does not open, or None."""
        key = self.script.api_key
        if key is None or headers.get("authorization") == f"Bearer {key}":
            return None
        given = headers.get("authorization", "").removeprefix("Bearer ")
        told = f"Incorrect API key provided: {given}." if given else "You didn't provide an API key."
        return invalid(told, code="invalid_api_key", status=401)

    def failed(self, status: Status) -> Response:
        headers = {} if status.retry_after is None else {"retry-after": f"{status.retry_after}"}
        return JSONResponse(error(status), status.status, headers={**headers, **status.headers})

    def objection(self, request: Received) -> Status | None:
        """Return why this server, as it is scripted, does not take a request for a completion; None where it does."""
        script = self.script
        for name in sorted(script.rejects & set(request.body)):
            told = f"Unsupported parameter: '{name}' is not supported with this model."
            return invalid(told, param=name, code="unsupported_parameter")
        if request.model not in script.models and not script.any_model:
            return self._unknown(request.model)
        asked = tokens(prompt_text(request.messages))
        if script.context is not None and asked > script.context:
            told = (
                f"This model's maximum context length is {script.context} tokens. However, your messages resulted in "
                f"{asked} tokens. Please reduce the length of the messages."
            )
            return invalid(told, param="messages", code="context_length_exceeded")
        return self._format_objection(request)

    def _format_objection(self, request: Received) -> Status | None:
        script = self.script
        habit = (
            script.json_schema if request.mode == "schema" else script.json_object if request.mode == "object" else "ok"
        )
        kind = (request.body.get("response_format") or {}).get("type")
        if habit == "500":
            return Status(500, "Internal Server Error")
        if habit not in {"ok", "ignored"}:
            return invalid(
                f"response_format.type {kind!r} is not supported", param="response_format", status=int(habit)
            )
        strict = request.mode == "schema" and request.body["response_format"]["json_schema"].get("strict")
        if strict and habit == "ok" and script.checks_schema:
            complaint = schema_complaint(request.schema)
            if complaint is not None:
                name = request.body["response_format"]["json_schema"].get("name")
                told = f"Invalid schema for response_format {name!r}: {complaint}"
                return invalid(told, param="response_format", code="invalid_json_schema")
        if request.mode == "object" and habit == "ok" and "json" not in prompt_text(request.messages).lower():
            return invalid(
                "'messages' must contain the word 'json' in some form, to use 'response_format'", param="messages"
            )
        return None

    def settled(self, request: Received) -> Answer:
        """Return the answer to a request: an objection, or what the script says, cut where the script cuts."""
        answer: Answer = self.objection(request) or self.script.answer(request)
        most = request.max_tokens
        if not (self.script.cuts and most is not None and isinstance(answer, Say) and answer.text is not None):
            return answer
        if tokens(answer.text) <= most:
            return answer
        return replace(answer, text=answer.text[: most * 4], finish="length")

    def shared(self, request: Received) -> int:
        """Return how many characters of the prompt are those that the one before began with."""
        text = prompt_text(request.messages)
        # The first length at which the two differ: comparing slices is far faster than a loop over characters.
        same = bisect_left(range(1, len(text) + 1), True, key=lambda size: text[:size] != self._before[:size])
        self._before = text
        return same

    def told(self, said: Say, request: Received) -> dict[str, Any]:
        """Return the completion that says this, counted."""
        body = completion(said, request, self.shared(request))
        counted = body.get("usage") or {}
        self.script.counts["tokens_in"] += counted.get("prompt_tokens") or 0
        self.script.counts["tokens_out"] += counted.get("completion_tokens") or 0
        return body

    # --- parts of a completion

    async def _chat(self, request: Request, script: Script) -> Response:
        raw = await request.body()
        late = script.admit()
        if late is not None:
            headers = {"retry-after": f"{-(-late // 1):g}", "retry-after-ms": f"{late * 1000:.0f}"}
            limited = Status(429, "Rate limit reached for requests", "requests", "rate_limit_exceeded")
            return JSONResponse(error(limited), 429, headers=headers if script.tells_retry_after else {})
        refusal = self.refusal(request.headers)
        if refusal is not None:
            return self.failed(refusal)
        try:
            body = json.loads(raw)
        except ValueError:
            return self.failed(invalid("We could not parse the JSON body of your request."))
        for name, kind in (("model", str), ("messages", list)):
            if not isinstance(body, dict) or not isinstance(body.get(name), kind) or not body[name]:
                return self.failed(invalid(f"you must provide a {name} parameter", param=name))
        received = script.take(body, dict(request.headers))
        answer = self.settled(received)
        await wait(request, script, script.delay + answer.delay)
        return self._response(answer, received, request, script)

    def _response(self, answer: Answer, received: Received, request: Request, script: Script) -> Response:
        match answer:
            case Say() if received.streams:
                return StreamingResponse(self._stream(answer, received, request), media_type="text/event-stream")
            case Say():
                return JSONResponse(self.told(answer, received))
            case Status():
                return self.failed(answer)
            case Raw():
                return Response(answer.body, answer.status, media_type=answer.content_type)
            case Redirect():
                return Response(status_code=answer.status, headers={"location": answer.location})
            case _:
                return Fault(answer, script)

    async def _stream(self, said: Say, received: Received, request: Request) -> AsyncIterator[bytes]:
        for number, chunk in enumerate(chunks(said, received, self.shared(received))):
            # The first chunk has no text.
            if said.stop_after is not None and number > said.stop_after:
                break_off(request.scope, reset=False)
                await asyncio.sleep(1)
                return
            yield event(chunk)
            if said.between:
                await asyncio.sleep(said.between)
        yield event("[DONE]")

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": 1_760_000_000, "owned_by": "tests"}

    def _unknown(self, name: str) -> Status:
        told = f"The model `{name}` does not exist or you do not have access to it."
        return invalid(told, code="model_not_found", status=404)
