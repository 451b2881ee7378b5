"""Three kinds of server for one contract: the scripted one, llama.cpp with a real model, and any that was named.

Nothing here is ever skipped: without its parts a test fails and says what installs them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.llm.settings import KEY, Endpoint, LlmSettings, from_environment
from tests.llm_real.llama import CONTEXT, MODEL, LlamaServer, MissingPartsError, free_port
from tests.llm_real.llama import KEY as LLAMA_KEY
from tests.openai_server import OpenAIServer, Received, Say, Script, honest_reply
from tests.openai_server.rubric import default_reply, points_told

SCRIPTED_KEY = "sk-scripted"


@dataclass(frozen=True)
class Target:
    """A server under test. ``key`` is None where none is needed, ``context`` the tokens that a prompt may have, if known."""

    name: str
    base_url: str
    model: str
    key: str | None
    context: int | None

    @property
    def connection(self) -> tuple[Endpoint, LlmSettings]:
        return self.with_key(self.key)

    def with_key(self, key: str | None) -> tuple[Endpoint, LlmSettings]:
        """Return the address with a key, and settings that keep a test short."""
        return self.asked(key)

    def asked(self, key: str | None, **changes: object) -> tuple[Endpoint, LlmSettings]:
        settings: dict[str, object] = {
            "model": self.model,
            "max_output_tokens": 600,
            "request_timeout": 60.0,
            "answer_deadline": 90.0,
            "max_retries": 1,
        }
        environment = {"OPENAI_BASE_URL": self.base_url} | ({KEY: key} if key else {})
        found = from_environment(environment, None, **{**settings, **changes})
        assert found is not None
        return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the contract against the named server alone, or else against the two that are at hand."""
    if "target" in metafunc.fixturenames:
        named = metafunc.config.getoption("--endpoint") is not None
        metafunc.parametrize("target", ["named"] if named else ["scripted", "llama"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def llama() -> Iterator[LlamaServer]:
    try:
        server = LlamaServer()
    except MissingPartsError as error:
        pytest.fail(str(error))
    with server:
        yield server


@pytest.fixture(scope="session")
def scripted() -> Iterator[OpenAIServer]:
    def judge(request: Received) -> Say:
        return honest_reply(request) if points_told(request) else default_reply(request)

    script = Script(always=judge, api_key=SCRIPTED_KEY, context=CONTEXT, cuts=True)
    with OpenAIServer(script) as server:
        yield server


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    if request.param == "llama":
        return Target("llama", request.getfixturevalue("llama").base_url, MODEL, LLAMA_KEY, CONTEXT)
    if request.param == "scripted":
        server: OpenAIServer = request.getfixturevalue("scripted")
        return Target("scripted", server.base_url, "test-model", SCRIPTED_KEY, CONTEXT)
    option = request.config.getoption
    return Target("named", option("--endpoint"), option("--endpoint-model") or "", os.environ.get(KEY) or None, None)


@pytest.fixture
def unused_port() -> int:
    return free_port()
