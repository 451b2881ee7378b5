"""The test of a connection: it says in words what is wrong, and never more than that."""

from __future__ import annotations

import asyncio
import time

import pytest
from pydantic import SecretStr

from grader.llm.capability import Memory
from grader.llm.client import Client
from grader.llm.probe import Connection, check, settled
from grader.llm.settings import Endpoint, LlmSettings
from grader.llm.types import LlmFailure
from tests.openai_server import Answer, Drop, Hang, OpenAIServer, Raw, Status

KEY = "sk-very-secret-0123456789"


def checked(server: OpenAIServer, model: str = "test-model", memory: Memory | None = None) -> Connection:
    endpoint = Endpoint(base_url=server.base_url, api_key=SecretStr(KEY))
    settings = LlmSettings(model=model, answer_deadline=1.5)
    found = asyncio.run(check(endpoint, settings, memory=memory))
    assert KEY not in repr(found)
    assert found.ok == (found.kind is None) == (found.mode is not None)
    return found


def test_a_good_connection_says_how_the_model_answers(openai_server: OpenAIServer) -> None:
    found = checked(openai_server)
    assert (found.ok, found.kind, found.mode, found.models) == (True, None, "schema", ("test-model",))
    assert found.told.startswith("The model test-model answers with a strict JSON schema, after ")


def test_a_server_without_schemas_is_good_enough(openai_server: OpenAIServer) -> None:
    openai_server.script.json_schema = openai_server.script.json_object = "500"
    openai_server.script.always = 'Of course: {"ok": true}'
    found = checked(openai_server)
    assert (found.ok, found.mode) == (True, "text")
    assert "plain text" in found.told


def test_a_server_that_does_not_list_its_models_is_asked_all_the_same(openai_server: OpenAIServer) -> None:
    openai_server.script.lists_models = False
    found = checked(openai_server)
    assert (found.ok, found.models) == (True, ())


def test_what_it_finds_out_is_known_to_the_graders(openai_server: OpenAIServer) -> None:
    openai_server.script.json_schema = "400"
    memory = Memory(openai_server.base_url)
    checked(openai_server, memory=memory)
    assert memory.get("test-model").mode == "object"


def test_a_wrong_key_is_told(openai_server: OpenAIServer) -> None:
    openai_server.script.api_key = "another"
    found = checked(openai_server)
    assert (found.kind, found.told) == ("bad_key", "The server refuses the key. Check OPENAI_API_KEY.")


def test_a_missing_key_is_told(openai_server: OpenAIServer) -> None:
    openai_server.script.api_key = "another"
    found = asyncio.run(check(Endpoint(base_url=openai_server.base_url), LlmSettings(model="test-model")))
    assert found.told == "The server wants a key. Check OPENAI_API_KEY."


def test_an_unknown_model_is_told_with_those_there_are(openai_server: OpenAIServer) -> None:
    openai_server.script.models = tuple(f"m{number}" for number in range(12))
    found = checked(openai_server, "nonesuch")
    assert found.kind == "unknown_model"
    assert found.told == (
        "The server does not know the model 'nonesuch'. Set VIVA_MODEL. "
        "The server has m0, m1, m2, m3, m4, m5, m6, m7 and 4 more."
    )


def test_the_only_model_needs_no_name(openai_server: OpenAIServer) -> None:
    found = checked(openai_server, "")
    assert (found.ok, found.model) == (True, "test-model")


def test_of_several_models_one_has_to_be_named(openai_server: OpenAIServer) -> None:
    openai_server.script.models = ("a", "b")
    found = checked(openai_server, "")
    assert (found.kind, found.told) == ("unknown_model", "No model is named: the server has a, b. Set VIVA_MODEL.")


def test_no_server_is_told() -> None:
    found = asyncio.run(check(Endpoint(base_url="http://127.0.0.1:9/v1"), LlmSettings(model="m")))
    assert (found.ok, found.kind) == (False, "no_server")
    assert found.told == (
        "No server answers at http://127.0.0.1:9/v1. Is it running, and is OPENAI_BASE_URL its address?"
    )


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (Status(429, "m", code="insufficient_quota"), "no_quota", "has no quota left. Add credit"),
        (Status(429), "rate_limited", "no more requests for now. Try again"),
        (Hang(), "timeout", "No complete reply"),
        (Drop(), "no_server", "was lost. Is it running"),
        (Raw(b"<html>"), "server_error", "is the address that of an OpenAI-like API?"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_other_faults_are_told(openai_server: OpenAIServer, answer: Answer, kind: str, told: str) -> None:
    openai_server.script.always = answer
    begun = time.monotonic()
    found = checked(openai_server)
    assert (found.kind, told in found.told) == (kind, True), found.told
    assert time.monotonic() - begun < 20


def test_settings_get_the_only_model(openai_server: OpenAIServer) -> None:
    async def both() -> tuple[LlmSettings, LlmSettings]:
        async with Client(Endpoint(base_url=openai_server.base_url)) as client:
            named = await settled(client, LlmSettings(model="mine"))
            found = await settled(client, LlmSettings(judges=3))
            openai_server.script.models = ()
            with pytest.raises(LlmFailure, match="no model is named"):
                await settled(client, LlmSettings())
            return named, found

    named, found = asyncio.run(both())
    assert named.model == "mine"
    assert found == LlmSettings(model="test-model", judges=3)
