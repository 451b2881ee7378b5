"""The client on the real wire: what it sends, what it makes of every fault, and that no key is ever told."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TypeVar

import pytest
from pydantic import SecretStr

from grader.llm.capability import Memory
from grader.llm.client import Client
from grader.llm.settings import Endpoint
from grader.llm.types import LlmFailure, Message, Mode, Request
from tests.llm.told import everything_told
from tests.openai_server import (
    Answer,
    Drop,
    Endless,
    Hang,
    Huge,
    OpenAIServer,
    Raw,
    Redirect,
    Say,
    Status,
)

KEY = "sk-very-secret-0123456789"
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}
T = TypeVar("T")


def asked(mode: Mode = "schema", text: str = "say it in JSON") -> Request:
    return Request(
        "test-model", (Message("system", "Be brief."), Message("user", text)), schema=SCHEMA, mode=mode, seed=3
    )


def run(server: OpenAIServer, what: Callable[[Client], Awaitable[T]], *, key: str | None = KEY) -> T:
    async def whole() -> T:
        endpoint = Endpoint(base_url=server.base_url, api_key=None if key is None else SecretStr(key))
        async with Client(endpoint) as client:
            return await what(client)

    return asyncio.run(whole())


def failure(server: OpenAIServer, answer: Answer, seconds: float = 5.0) -> LlmFailure:
    server.script.then(answer)
    with pytest.raises(LlmFailure) as caught:
        run(server, lambda client: client.complete(asked(), timeout=seconds))
    return caught.value


# --- what is sent


def test_a_strict_schema_travels_as_it_should(openai_server: OpenAIServer) -> None:
    reply = run(openai_server, lambda client: client.complete(asked(), timeout=5))
    assert json.loads(reply.text) == {"a": ""}
    assert (reply.finish, reply.mode, reply.usage.requests) == ("stop", "schema", 1)
    assert reply.usage.tokens_in > 0
    sent = openai_server.script.last
    assert sent.schema == SCHEMA
    assert sent.body["response_format"]["json_schema"]["strict"] is True
    assert (sent.body["temperature"], sent.body["seed"], sent.body["max_tokens"]) == (0.0, 3, 2000)
    assert sent.messages == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "say it in JSON"}]
    assert sent.api_key == KEY


@pytest.mark.parametrize("mode", ["object", "text"])
def test_the_other_modes_send_no_schema(openai_server: OpenAIServer, mode: Mode) -> None:
    reply = run(openai_server, lambda client: client.complete(asked(mode), timeout=5))
    assert openai_server.script.last.mode == reply.mode == mode


def test_without_a_key_none_is_sent(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    run(openai_server, lambda client: client.complete(asked(), timeout=5), key=None)
    assert "authorization" not in openai_server.script.last.headers
    assert "openai-organization" not in openai_server.script.last.headers


def test_half_a_character_in_an_answer_stops_nothing(openai_server: OpenAIServer) -> None:
    run(openai_server, lambda client: client.complete(asked(text="json \ud800"), timeout=5))
    assert openai_server.script.last.last == "json ?"


def test_refused_parameters_are_left_out_once_and_for_all(openai_server: OpenAIServer) -> None:
    openai_server.script.rejects = frozenset({"temperature", "seed", "max_tokens"})

    async def twice(client: Client) -> None:
        await client.complete(asked(), timeout=5)
        first = len(openai_server.script.received)
        assert first == 4
        await client.complete(asked(), timeout=5)
        assert len(openai_server.script.received) == first + 1

    run(openai_server, twice)
    body = openai_server.script.last.body
    assert not {"temperature", "seed", "max_tokens"} & set(body)
    assert body["max_completion_tokens"] == 2000


def test_a_complaint_in_the_words_of_fastapi_is_understood(openai_server: OpenAIServer) -> None:
    told = {"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted", "input": {"temperature": 0}}]}
    openai_server.script.then(Raw(json.dumps(told).encode(), status=422))
    run(openai_server, lambda client: client.complete(asked(), timeout=5))
    assert "seed" not in openai_server.script.last.body
    assert "temperature" in openai_server.script.last.body


def test_a_memory_is_shared_by_clients(openai_server: OpenAIServer) -> None:
    openai_server.script.rejects = frozenset({"seed"})
    memory = Memory(openai_server.base_url)

    async def both() -> None:
        for _ in range(2):
            async with Client(Endpoint(base_url=openai_server.base_url), memory=memory) as client:
                await client.complete(asked(), timeout=5)

    asyncio.run(both())
    assert len(openai_server.script.received) == 3


def test_256_requests_are_in_work_at_once(openai_server: OpenAIServer) -> None:
    openai_server.script.delay = 1.0

    async def many(client: Client) -> None:
        await client.models()
        await asyncio.gather(*(client.complete(asked("text"), timeout=20) for _ in range(256)))

    run(openai_server, many)
    assert openai_server.script.most_at_once == 256


def test_a_client_serves_one_event_loop(openai_server: OpenAIServer) -> None:
    client = Client(Endpoint(base_url=openai_server.base_url))

    async def first() -> None:
        await client.models()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(first())
        with pytest.raises(RuntimeError, match="event loop"):
            asyncio.run(first())
        loop.run_until_complete(client.close())
    finally:
        loop.close()
    asyncio.run(_again(client))


async def _again(client: Client) -> None:
    async with client:
        assert await client.models() == ["test-model"]


def test_models_are_listed(openai_server: OpenAIServer) -> None:
    openai_server.script.models = ("b", "a")
    assert run(openai_server, lambda client: client.models()) == ["b", "a"]


# --- what comes back


def test_a_cut_off_reply_says_so(openai_server: OpenAIServer) -> None:
    openai_server.script.then(Say('{"a": "', finish="length"))
    reply = run(openai_server, lambda client: client.complete(asked(), timeout=5))
    assert (reply.text, reply.finish) == ('{"a": "', "length")


@pytest.mark.parametrize(
    "usage",
    [None, {"prompt_tokens": -5, "completion_tokens": 10**12, "prompt_tokens_details": {"cached_tokens": "x"}}],
)
def test_wrong_counts_count_as_none(openai_server: OpenAIServer, usage: dict[str, object] | None) -> None:
    openai_server.script.then(Say("{}", usage=usage))
    reply = run(openai_server, lambda client: client.complete(asked(), timeout=5))
    assert (reply.usage.tokens_in, reply.usage.tokens_out, reply.usage.tokens_cached) == (0, 0, 0)


QUOTA = "You exceeded your current quota, please check your plan and billing details."
FAULTS: dict[str, tuple[Answer, str, str]] = {
    "401": (Status(401, f"Incorrect API key provided: {KEY}"), "bad_key", "the server refuses the key"),
    "403": (Status(403, "no"), "bad_key", "the server refuses the key"),
    "402": (Status(402, "pay"), "no_quota", "no quota"),
    "429": (Status(429, "slow down", "requests", "rate_limit_exceeded"), "rate_limited", "no more requests"),
    "429 quota": (Status(429, QUOTA, "insufficient_quota", "insufficient_quota"), "no_quota", "no quota"),
    "404": (Status(404, "The model `x` does not exist", code="model_not_found"), "unknown_model", "does not know"),
    "404 path": (Status(404, "Not Found"), "unknown_model", "nothing at this address"),
    "400 model": (Status(400, "unknown model 'x'"), "unknown_model", "does not know"),
    "400": (Status(400, "bad \x1b[31m" + "x" * 999), "bad_request", "(status 400): bad [31mxxx"),
    "400 long": (Status(400, "m", code="context_length_exceeded"), "too_long", "longer than the model takes"),
    "413": (Status(413, "m"), "too_long", "longer than the model takes"),
    "500": (Status(500, "oops"), "server_error", "the server failed (status 500): oops"),
    "503": (Status(503, "overloaded"), "server_error", "the server failed (status 503)"),
    "redirect": (Redirect("http://127.0.0.1:1/v1/chat/completions"), "bad_request", "another address"),
    "html": (Raw(b"<html>Sign in</html>", content_type="text/html"), "server_error", "no JSON"),
    "html 502": (Raw(b"<html>bad gateway</html>", status=502), "server_error", "(status 502)"),
    "cut json": (Raw(b'{"id": "chatcmpl-1", "choices": [{"mess'), "server_error", "no JSON"),
    "deep json": (Raw(b"[" * 200_000), "server_error", "no JSON"),
    "json list": (Raw(b"[]"), "server_error", "no JSON"),
    "no body": (Raw(b""), "server_error", "no JSON"),
    "not utf-8": (Raw(b"\xff\xfe\x00"), "server_error", "no JSON"),
    "wrong types": (Raw(b'{"choices": {"0": 1}}'), "empty_reply", "no choice"),
    "wrong message": (Raw(b'{"choices": [{"message": "hello"}]}'), "empty_reply", "no text"),
    "error as 200": (Raw(b'{"error": {"message": "busy", "code": 503}}'), "server_error", "(status 503): busy"),
    "no choices": (Say("x", no_choices=True), "empty_reply", "no choice"),
    "no text": (Say(None), "empty_reply", "no text"),
    "blank": (Say(" \n"), "empty_reply", "no text"),
    "refusal": (Say(None, refusal="I cannot."), "refused", "declined"),
    "filtered": (Say("x", finish="content_filter"), "refused", "declined"),
    "dropped": (Drop(), "no_server", "lost"),
    "dropped midway": (Drop(after=40), "no_server", "lost"),
    "reset": (Drop(reset=True), "no_server", "lost"),
    "10 MB": (Huge(), "too_large", "2,000,000 bytes"),
    "10 MB unsaid": (Huge(is_sized=False), "too_large", "2,000,000 bytes"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_told_in_one_plain_line(openai_server: OpenAIServer, fault: str) -> None:
    answer, kind, told = FAULTS[fault]
    found = failure(openai_server, answer)
    assert (found.kind, told in str(found)) == (kind, True), str(found)
    assert str(found).isprintable()
    assert len(str(found)) < 300
    assert KEY not in everything_told(found)


@pytest.mark.parametrize(
    "answer",
    [Hang(), Endless(), Endless(chunk=b"x", interval=0.2), Say("{}", delay=30)],
    ids=lambda answer: repr(answer)[:20],
)
def test_a_server_that_never_finishes_is_left_in_time(openai_server: OpenAIServer, answer: Answer) -> None:
    begun = time.monotonic()
    found = failure(openai_server, answer, seconds=0.7)
    assert found.kind == "timeout"
    assert 0.6 < time.monotonic() - begun < 20
    assert KEY not in everything_told(found)


def test_a_dead_address_is_told() -> None:
    async def ask() -> None:
        async with Client(Endpoint(base_url="http://127.0.0.1:9/v1", api_key=SecretStr(KEY))) as client:
            await client.complete(asked(), timeout=5)

    with pytest.raises(LlmFailure) as caught:
        asyncio.run(ask())
    assert (caught.value.kind, str(caught.value)) == ("no_server", "no server answers at http://127.0.0.1:9/v1")
    assert KEY not in everything_told(caught.value)


def test_the_wait_that_a_server_asks_for_is_read(openai_server: OpenAIServer) -> None:
    in_seconds = failure(openai_server, Status(429, retry_after=7))
    later = datetime.now(UTC) + timedelta(seconds=60)
    as_date = failure(openai_server, Status(429, retry_after=format_datetime(later, usegmt=True)))
    past = failure(openai_server, Status(503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"))
    nonsense = failure(openai_server, Status(429, retry_after="soon"))
    assert in_seconds.retry_after == 7.0
    assert as_date.retry_after is not None
    assert 50 < as_date.retry_after <= 60
    assert (past.retry_after, nonsense.retry_after) == (0.0, None)


# --- streams


def streamed(server: OpenAIServer, seconds: float = 5.0) -> list[str]:
    async def pieces(client: Client) -> list[str]:
        return [piece async for piece in client.stream(asked("text"), timeout=seconds)]

    return run(server, pieces)


def test_a_reply_is_streamed_in_pieces(openai_server: OpenAIServer) -> None:
    openai_server.script.then(Say("one two three four five six seven"))
    pieces = streamed(openai_server)
    assert len(pieces) > 1
    assert "".join(pieces) == "one two three four five six seven"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Say("one two three four five six", stop_after=1), "no_server"),
        (Say(None), "empty_reply"),
        (Say(None, refusal="no"), "refused"),
        (Raw(b"data: {oops\n\n", content_type="text/event-stream"), "server_error"),
        (Raw(b'data: {"choices": 7}\n\ndata: [DONE]\n\n', content_type="text/event-stream"), "empty_reply"),
        (Raw(b"{}"), "empty_reply"),
        (Status(401, KEY), "bad_key"),
        (Huge(), "too_large"),
        (Hang(), "timeout"),
        (Endless(chunk=b"data: {}\n\n", interval=0.05, content_type="text/event-stream"), "timeout"),
        (Say("one two three four five six seven eight", between=0.4), "timeout"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_stream_that_goes_wrong_ends_in_a_failure(openai_server: OpenAIServer, answer: Answer, kind: str) -> None:
    openai_server.script.then(answer)
    begun = time.monotonic()
    with pytest.raises(LlmFailure) as caught:
        streamed(openai_server, 0.8)
    assert caught.value.kind == kind
    assert time.monotonic() - begun < 20
    assert KEY not in everything_told(caught.value)


# --- batches


def test_files_and_batches_make_the_round_trip(openai_server: OpenAIServer) -> None:
    body = {"model": "test-model", "messages": [{"role": "user", "content": "hello"}]}
    line = {"custom_id": "r1", "method": "POST", "url": "/v1/chat/completions", "body": body}

    async def trip(client: Client) -> str:
        file_id = await client.upload_file(json.dumps(line).encode() + b"\n", "requests.jsonl")
        batch = await client.create_batch(file_id, metadata={"viva": "1"})
        for _ in range(10):
            batch = await client.get_batch(batch["id"])
            if batch["status"] == "completed":
                break
        return await client.file_content(batch["output_file_id"])

    told = json.loads(run(openai_server, trip))
    assert told["custom_id"] == "r1"
    assert told["response"]["body"]["choices"][0]["message"]["content"]


def test_a_batch_is_canceled(openai_server: OpenAIServer) -> None:
    async def trip(client: Client) -> str:
        body = b'{"model": "test-model", "messages": [{"role": "user", "content": "hello"}]}'
        line = b'{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": ' + body + b"}"
        batch = await client.create_batch(await client.upload_file(line, "requests.jsonl"))
        return str((await client.cancel_batch(batch["id"]))["status"])

    assert run(openai_server, trip) in {"cancelling", "cancelled"}


# --- the key


def test_no_log_line_holds_the_key(openai_server: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    openai_server.script.api_key = "another"
    with caplog.at_level(logging.DEBUG), pytest.raises(LlmFailure):
        run(openai_server, lambda client: client.complete(asked(), timeout=5))
    assert caplog.records
    assert KEY not in caplog.text


def test_a_redirect_does_not_carry_the_key_away(openai_server: OpenAIServer) -> None:
    other = f"{openai_server.base_url}/chat/completions"
    assert failure(openai_server, Redirect(other)).kind == "bad_request"
    assert len(openai_server.script.received) == 1


def test_the_key_is_cut_out_of_what_the_server_says(openai_server: OpenAIServer) -> None:
    told = str(failure(openai_server, Status(500, f"crashed at {KEY} and Bearer abc and sk-proj-1234567")))
    assert told == "the server failed (status 500): crashed at *** and *** and ***"


def test_a_client_shows_no_key(openai_server: OpenAIServer) -> None:
    async def shown(client: Client) -> str:
        await client.models()
        return repr(client) + repr(vars(client)) + repr(client.endpoint)

    assert KEY not in run(openai_server, shown)
