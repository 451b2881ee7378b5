"""The asker before an endpoint, on the real wire: how it steps down, tries again, rests, and always ends in time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from pydantic import SecretStr

from grader.llm.capability import Capability, Memory
from grader.llm.cascade import EndpointAsker
from grader.llm.client import Client
from grader.llm.settings import Endpoint, LlmSettings
from grader.llm.types import LlmFailure, Message, Mode, Request
from tests.llm.told import everything_told
from tests.openai_server import Drop, Endless, Hang, OpenAIServer, Raw, Received, Say, Status

KEY = "sk-very-secret-0123456789"
VALID = '{"a": "yes"}'
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}
REQUEST = Request("test-model", (Message("user", "say it in JSON"),), schema=SCHEMA)
T = TypeVar("T")


class Shelf:
    """A store of facts in memory."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}

    def fact(self, name: str) -> str | None:
        return self.facts.get(name)

    def note(self, name: str, value: str) -> None:
        self.facts[name] = value


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


def run(
    server: OpenAIServer,
    what: Callable[[EndpointAsker], Awaitable[T]],
    settings: LlmSettings | None = None,
    memory: Memory | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    async def whole() -> T:
        endpoint = Endpoint(base_url=server.base_url, api_key=SecretStr(KEY))
        async with Client(endpoint, memory=memory) as client:
            used = settings or LlmSettings(model="test-model")
            return await what(EndpointAsker(client, used, sleep=no_sleep, clock=clock))

    return asyncio.run(whole())


def modes(server: OpenAIServer) -> list[str]:
    return [request.mode for request in server.script.received]


# --- the steps


@pytest.mark.parametrize("status", ["400", "404", "422", "500"])
def test_a_server_without_schemas_is_asked_for_any_object(openai_server: OpenAIServer, status: str) -> None:
    openai_server.script.json_schema = status  # type: ignore[assignment]
    openai_server.script.always = VALID

    async def four(asker: EndpointAsker) -> list[Mode]:
        return [(await asker.ask(REQUEST)).mode for _ in range(4)]

    assert run(openai_server, four) == ["object"] * 4
    # Found out once; a 500 has to happen to two answers before it is believed.
    assert modes(openai_server)[-2:] == ["object", "object"]
    assert modes(openai_server).count("schema") == (4 if status == "500" else 1)


@pytest.mark.parametrize("status", ["400", "500"])
def test_a_server_with_neither_is_asked_for_text(openai_server: OpenAIServer, status: str) -> None:
    openai_server.script.json_schema = openai_server.script.json_object = status  # type: ignore[assignment]
    openai_server.script.always = f"Here you are:\n```json\n{VALID}\n```"

    async def three(asker: EndpointAsker) -> list[Mode]:
        return [(await asker.ask(REQUEST)).mode for _ in range(3)]

    assert run(openai_server, three) == ["text"] * 3
    assert modes(openai_server)[-1] == "text"


def test_a_schema_that_is_ignored_with_a_200_is_noticed(openai_server: OpenAIServer) -> None:
    def reply(request: Received) -> Say:
        return Say(VALID if request.mode == "object" else "Well, the answer is fine, I think.")

    openai_server.script.always = reply

    async def thrice(asker: EndpointAsker) -> list[Mode]:
        return [(await asker.ask(REQUEST)).mode for _ in range(3)]

    assert run(openai_server, thrice) == ["object"] * 3
    assert modes(openai_server) == ["schema", "object", "object", "object"]


def test_a_model_that_never_gives_json_ends_as_text_for_the_judge_to_refuse(openai_server: OpenAIServer) -> None:
    openai_server.script.always = "I do not do JSON."

    async def many(asker: EndpointAsker) -> list[str]:
        return [(await asker.ask(REQUEST)).text for _ in range(6)]

    assert run(openai_server, many) == ["I do not do JSON."] * 6
    assert modes(openai_server)[-2:] == ["text", "text"]
    assert len(openai_server.script.received) <= 10


def test_the_judge_can_say_that_replies_are_invalid(openai_server: OpenAIServer) -> None:
    async def told(asker: EndpointAsker) -> list[Mode]:
        await asker.ask(REQUEST)
        found = [asker.mode("test-model")]
        for _ in range(2):
            asker.note_invalid("schema")
            found.append(asker.mode("test-model"))
        return found

    assert run(openai_server, told) == ["schema", "schema", "object"]


def test_an_ill_server_is_not_thought_unable(openai_server: OpenAIServer) -> None:
    openai_server.script.then(Status(500), Status(500), VALID)

    async def twice(asker: EndpointAsker) -> tuple[Mode, Mode]:
        return (await asker.ask(REQUEST)).mode, (await asker.ask(REQUEST)).mode

    assert run(openai_server, twice) == ("object", "schema")


def test_a_proven_mode_is_kept_through_failures(openai_server: OpenAIServer) -> None:
    async def twice(asker: EndpointAsker) -> Mode:
        await asker.ask(REQUEST)
        openai_server.script.then(Status(400, "bad"))
        with pytest.raises(LlmFailure):
            await asker.ask(REQUEST)
        openai_server.script.then(Status(500), times=3)
        return (await asker.ask(REQUEST)).mode

    assert run(openai_server, twice) == "schema"
    assert set(modes(openai_server)) == {"schema"}


def test_an_unknown_model_costs_one_request(openai_server: OpenAIServer) -> None:
    openai_server.script.models = ("other",)
    with pytest.raises(LlmFailure) as caught:
        run(openai_server, lambda asker: asker.ask(REQUEST))
    assert (caught.value.kind, len(openai_server.script.received)) == ("unknown_model", 1)


def test_a_wrong_path_is_told_after_all_steps(openai_server: OpenAIServer) -> None:
    openai_server.script.always = Status(404, "Not Found")
    with pytest.raises(LlmFailure) as caught:
        run(openai_server, lambda asker: asker.ask(REQUEST))
    assert caught.value.kind == "unknown_model"
    assert modes(openai_server) == ["schema", "object", "text"]


def test_a_request_may_ask_for_less_than_the_server_can(openai_server: OpenAIServer) -> None:
    openai_server.script.always = VALID
    request = Request("test-model", REQUEST.messages, schema=SCHEMA, mode="text")
    assert run(openai_server, lambda asker: asker.ask(request)).mode == "text"
    assert modes(openai_server) == ["text"]


def test_a_reply_that_was_cut_off_is_handed_on_as_that(openai_server: OpenAIServer) -> None:
    openai_server.script.always = '{"a": "' + "x" * 400
    openai_server.script.cuts = True
    request = Request("test-model", REQUEST.messages, schema=SCHEMA, max_output_tokens=10)
    reply = run(openai_server, lambda asker: asker.ask(request))
    assert (reply.finish, reply.mode, len(openai_server.script.received)) == ("length", "schema", 1)


def test_what_was_found_out_is_remembered_in_a_store(openai_server: OpenAIServer) -> None:
    openai_server.script.json_schema, openai_server.script.rejects = "400", frozenset({"temperature"})
    openai_server.script.always = VALID
    shelf = Shelf()
    for _ in range(2):
        memory = Memory(openai_server.base_url, shelf)
        assert run(openai_server, lambda asker: asker.ask(REQUEST), memory=memory).mode == "object"
    # The second process asks in the right way at once.
    assert modes(openai_server) == ["schema", "schema", "object", "object"]
    told = json.dumps(shelf.facts)
    assert "127.0.0.1" not in told
    assert KEY not in told


def test_a_store_with_nonsense_is_as_good_as_none() -> None:
    shelf = Shelf()
    memory = Memory("http://x/v1", shelf)
    memory.update("m", lambda known: known.below("schema"))
    for name in shelf.facts:
        for nonsense in ("", "7", '["schem"]', '["text", true, 5]', "[[[["):
            shelf.facts[name] = nonsense
            assert Memory("http://x/v1", shelf).get("m") == Capability()


# --- again, and in time


@pytest.mark.parametrize(
    "fault",
    [Drop(), Drop(after=30), Status(503), Status(429, retry_after=0), Raw(b'{"choices": [{'), Say(None)],
    ids=lambda fault: repr(fault)[:30],
)
def test_what_passes_is_tried_again(openai_server: OpenAIServer, fault: Drop | Status | Raw | Say) -> None:
    openai_server.script.then(fault)
    reply = run(openai_server, lambda asker: asker.ask(REQUEST))
    assert json.loads(reply.text) == {"a": ""}
    assert (reply.usage.requests, reply.mode) == (2, "schema")


@pytest.mark.parametrize("fault", [Hang(), Endless(interval=0.05), Drop(), Status(429, retry_after=3600), Status(500)])
def test_an_answer_has_an_end_whatever_the_server_does(
    openai_server: OpenAIServer, fault: Hang | Endless | Drop | Status
) -> None:
    openai_server.script.always = fault

    async def whole() -> LlmFailure:
        endpoint = Endpoint(base_url=openai_server.base_url, api_key=SecretStr(KEY))
        async with Client(endpoint) as client:
            asker = EndpointAsker(client, LlmSettings(model="test-model", answer_deadline=1.0))
            with pytest.raises(LlmFailure) as caught:
                await asker.ask(REQUEST)
            return caught.value

    begun = time.monotonic()
    failure = asyncio.run(whole())
    assert time.monotonic() - begun < 200
    assert failure.kind in {"timeout", "no_server", "rate_limited", "server_error"}
    assert KEY not in everything_told(failure)


def test_a_deadline_of_the_caller_counts_where_it_is_sooner(openai_server: OpenAIServer) -> None:
    openai_server.script.always = Hang()
    begun = time.monotonic()
    for deadline in (0.3, 0.0, -5.0):
        with pytest.raises(LlmFailure) as caught:
            run(openai_server, lambda asker, deadline=deadline: asker.ask(REQUEST, deadline=deadline))  # type: ignore[misc]
        assert caught.value.kind == "timeout"
    assert time.monotonic() - begun < 20


def test_being_canceled_stops_at_once(openai_server: OpenAIServer) -> None:
    openai_server.script.always = Hang()

    async def canceled(asker: EndpointAsker) -> None:
        task = asyncio.create_task(asker.ask(REQUEST))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    begun = time.monotonic()
    run(openai_server, canceled)
    assert time.monotonic() - begun < 20


# --- rest


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("fault", "kind", "after"),
    [
        (Status(401), "bad_key", 1),
        (Status(402), "no_quota", 1),
        (Status(404, "The model `m` does not exist"), "unknown_model", 1),
        (Drop(), "no_server", 3),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_server_that_will_not_is_left_alone_for_a_while(
    openai_server: OpenAIServer, fault: Status | Drop, kind: str, after: int
) -> None:
    openai_server.script.always = fault
    clock = Hands()

    async def often(asker: EndpointAsker) -> None:
        for number in range(after + 5):
            with pytest.raises(LlmFailure) as caught:
                await asker.ask(REQUEST)
            assert caught.value.kind == kind
            if number == after - 1:
                sent = dict(openai_server.script.counts)
        assert dict(openai_server.script.counts) == sent
        openai_server.script.always = None
        clock.now += 31
        await asker.ask(REQUEST)
        await asker.ask(REQUEST)

    run(openai_server, often, LlmSettings(model="test-model", max_retries=0), clock=clock)


def test_one_answer_that_breaks_the_connection_does_not_stop_the_others(openai_server: OpenAIServer) -> None:
    async def mixed(asker: EndpointAsker) -> None:
        for _ in range(4):
            openai_server.script.then(Drop())
            with pytest.raises(LlmFailure):
                await asker.ask(REQUEST)
            await asker.ask(REQUEST)

    run(openai_server, mixed, LlmSettings(model="test-model", max_retries=0))


# --- streams


def test_a_stream_comes_through_and_a_refused_key_rests(openai_server: OpenAIServer) -> None:
    async def pieces(asker: EndpointAsker) -> str:
        text = "".join([piece async for piece in asker.stream(Request("test-model", REQUEST.messages))])
        openai_server.script.then(Status(401))
        for _ in range(2):
            with pytest.raises(LlmFailure):
                async for _piece in asker.stream(REQUEST):
                    pass
        return text

    openai_server.script.then(Say("Well said, and complete."))
    assert run(openai_server, pieces) == "Well said, and complete."
    assert len(openai_server.script.received) == 2
