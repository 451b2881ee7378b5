"""The scripted server speaks the real protocol: held against the openai package's own types and client."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import openai
import pydantic
import pytest
from openai.types import Batch, FileObject, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from tests.llm.protocol import ASKED, FORMAT, SCHEMA, events, strictly
from tests.openai_server import (
    OpenAIServer,
    Say,
    Script,
    honest_reply,
    rubric_reply,
)
from tests.openai_server.rubric import point_ids

# --- the shapes of the protocol


@pytest.mark.parametrize(
    "said",
    [Say("hello"), Say(None, refusal="No."), Say("cut", "length"), Say("x", usage=None), Say("", no_choices=True)],
)
def test_a_completion_is_one_of_openais(openai_server: OpenAIServer, http: httpx2.Client, said: Say) -> None:
    openai_server.script.then(said)
    parsed = strictly(ChatCompletion, http.post("/chat/completions", json=ASKED).content)
    assert parsed.model == "test-model"
    assert (parsed.usage is None) == (said.usage is None)
    if said.no_choices:
        assert parsed.choices == []
    else:
        (choice,) = parsed.choices
        assert (choice.message.content, choice.message.refusal, choice.finish_reason) == (
            said.text,
            said.refusal,
            said.finish,
        )


def test_the_check_against_the_types_is_strict(http: httpx2.Client) -> None:
    data = http.post("/chat/completions", json=ASKED).json()
    with pytest.raises(pydantic.ValidationError):
        strictly(ChatCompletion, json.dumps({**data, "created": "now"}))
    with pytest.raises(AssertionError):
        strictly(ChatCompletion, json.dumps({**data, "score": 10}))


def test_a_stream_is_one_of_openais(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    openai_server.script.then(Say("a text that comes in pieces", piece=5))
    asked = {**ASKED, "stream": True, "stream_options": {"include_usage": True}}
    response = http.post("/chat/completions", json=asked)
    assert response.headers["content-type"].startswith("text/event-stream")
    *data, done = events(response.text)
    assert done == "[DONE]"
    *parts, last = [strictly(ChatCompletionChunk, line) for line in data]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.completion_tokens == 7
    assert parts[0].choices[0].delta.role == "assistant"
    assert "".join(part.choices[0].delta.content or "" for part in parts) == "a text that comes in pieces"
    assert [part.choices[0].finish_reason for part in parts] == [*[None] * (len(parts) - 1), "stop"]


def test_models_files_and_batches_are_openais(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    openai_server.script = Script(models=("a", "b"), batch_polls=2)
    assert [strictly(Model, json.dumps(one)).id for one in http.get("/models").json()["data"]] == ["a", "b"]
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {**ASKED, "model": "a"}}
    sent = http.post("/files", data={"purpose": "batch"}, files={"file": ("in.jsonl", json.dumps(line).encode())})
    file = strictly(FileObject, sent.content)
    made = {"input_file_id": file.id, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    batch = strictly(Batch, http.post("/batches", json=made).content)
    states = [strictly(Batch, http.get(f"/batches/{batch.id}").content).status for _ in range(3)]
    assert [batch.status, *states] == ["validating", "in_progress", "completed", "completed"]


def test_openais_own_client_gets_along_with_it(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.then("first", Say("second in pieces"))
    assert client.chat.completions.create(**ASKED).choices[0].message.content == "first"
    with client.chat.completions.create(**ASKED, stream=True) as stream:
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "second in pieces"
    assert [model.id for model in client.models.list()] == ["test-model"]
    assert client.models.retrieve("test-model").id == "test-model"
    script = openai_server.script
    assert [request.api_key for request in script.received] == ["sk-any", "sk-any"]
    assert script.counts["POST /v1/chat/completions 200"] == 2
    assert script.left == 0


# --- replies to a rubric


def test_a_reply_to_a_rubric_fits_its_schema(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.always = lambda request: rubric_reply(request, {"cost": ("met", "it is cheap")})
    completion = client.chat.completions.create(**ASKED, response_format=FORMAT)
    assert json.loads(completion.choices[0].message.content or "") == {
        "points": {
            "cost": {"verdict": "met", "quote": "it is cheap", "why": "Scripted: met."},
            "speed": {"verdict": "unmet", "quote": "", "why": "Scripted: unmet."},
        }
    }
    assert openai_server.script.last.mode == "schema"
    assert point_ids(openai_server.script.last.schema or {}) == ["cost", "speed"]


def test_a_verdict_on_a_point_that_is_not_there_is_a_mistake_of_the_test(
    openai_server: OpenAIServer, http: httpx2.Client
) -> None:
    http.post("/chat/completions", json={**ASKED, "response_format": FORMAT})
    with pytest.raises(KeyError, match="no point"):
        rubric_reply(openai_server.script.last, {"price": "met"})


def test_an_honest_judge_finds_what_is_there_and_nothing_else(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    points = [
        {"id": "cost", "text": "The cost falls with fewer servers."},
        {"id": "speed", "text": "Requests become faster."},
    ]
    messages = [
        {"role": "system", "content": f"Judge.\n\n{json.dumps({'points': points})}"},
        {
            "role": "user",
            "content": json.dumps({"answer": "It is new. The cost falls, with servers fewer than before."}),
        },
    ]
    openai_server.script.always = honest_reply
    reply = http.post("/chat/completions", json={**ASKED, "messages": messages}).json()["choices"][0]["message"][
        "content"
    ]
    judged = json.loads(reply)
    assert {name: one["verdict"] for name, one in judged.items()} == {"cost": "met", "speed": "unmet"}
    assert judged["cost"]["quote"] == "The cost falls, with servers fewer than before."


def test_what_must_not_be_in_a_reply_can_be_put_there(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    http.post("/chat/completions", json={**ASKED, "response_format": FORMAT})
    made = rubric_reply(openai_server.script.last, {"cost": {"verdict": 7}}, extra={"score": 1.0}, finish="length")
    reply = json.loads(made.text or "")
    assert reply["points"]["cost"] == {"verdict": 7}
    assert reply["score"] == 1.0
    assert made.finish == "length"


# --- servers that disagree


@pytest.mark.parametrize("habit", ["400", "404", "422", "500"])
def test_a_server_without_json_schema(openai_server: OpenAIServer, client: openai.OpenAI, habit: Any) -> None:
    openai_server.script.json_schema = habit
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(**ASKED, response_format=FORMAT)
    assert caught.value.status_code == int(habit)
    assert client.chat.completions.create(**ASKED).choices[0].message.content == "Everything is fine."


def test_a_server_without_json_mode(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.json_object = "400"
    with pytest.raises(openai.BadRequestError, match="json_object"):
        client.chat.completions.create(**ASKED, response_format={"type": "json_object"})


def test_json_mode_wants_the_word(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="must contain the word 'json'"):
        client.chat.completions.create(**ASKED, response_format={"type": "json_object"})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"additionalProperties": True}, "'additionalProperties' is required"),
        ({"required": []}, "including every key"),
        ({"oneOf": []}, "'oneOf' is not permitted"),
    ],
)
def test_strict_mode_refuses_a_loose_schema(client: openai.OpenAI, change: Mapping[str, Any], told: str) -> None:
    loose: Any = {"type": "json_schema", "json_schema": {"name": "r", "schema": {**SCHEMA, **change}, "strict": True}}
    with pytest.raises(openai.BadRequestError, match=told):
        client.chat.completions.create(**ASKED, response_format=loose)


def test_parameters_that_a_model_does_not_take(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.rejects = frozenset({"temperature"})
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**ASKED, temperature=0)
    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", "temperature")


def test_a_reply_is_cut_at_the_limit(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.cuts = True
    openai_server.script.then("x" * 100)
    (choice,) = client.chat.completions.create(**ASKED, max_completion_tokens=5).choices
    assert (choice.message.content, choice.finish_reason) == ("x" * 20, "length")


def test_keys_models_and_long_prompts(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.api_key = "sk-right"
    with pytest.raises(openai.AuthenticationError):
        client.chat.completions.create(**ASKED)
    with pytest.raises(openai.AuthenticationError):
        client.models.list()
    openai_server.script.api_key = "sk-any"
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.chat.completions.create(**{**ASKED, "model": "gone"})
    openai_server.script.context = 3
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**{**ASKED, "messages": [{"role": "user", "content": "x" * 100}]})
    assert caught.value.code == "context_length_exceeded"


def test_requests_that_come_too_fast(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    script = openai_server.script
    script.rate, script.burst = 5.0, 1.0
    assert client.chat.completions.create(**ASKED).choices
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(**ASKED)
    assert caught.value.response.headers["retry-after"] == "1"
    assert 0 < float(caught.value.response.headers["retry-after-ms"]) <= 200
    time.sleep(0.25)
    assert client.chat.completions.create(**ASKED).choices
    assert script.counts["limited"] == 1


def test_a_prompt_that_begins_as_the_one_before_is_cached(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    def ask(end: str) -> int:
        messages: Any = [{"role": "system", "content": "y" * 6000}, {"role": "user", "content": end}]
        usage = client.chat.completions.create(model="test-model", messages=messages).usage
        assert usage is not None
        assert usage.prompt_tokens_details is not None
        return usage.prompt_tokens_details.cached_tokens or 0

    assert [ask("one"), ask("two")] == [0, 1408]
    assert openai_server.script.counts["tokens_in"] > 3000


# --- the server itself


def test_many_at_once(openai_server: OpenAIServer) -> None:
    openai_server.script.delay = 0.2
    url = f"{openai_server.base_url}/chat/completions"
    with httpx2.Client(trust_env=False) as http, ThreadPoolExecutor(16) as pool:
        statuses = [done.status_code for done in pool.map(lambda _: http.post(url, json=ASKED), range(16))]
    assert statuses == [200] * 16
    assert openai_server.script.most_at_once > 8


def test_by_hand(project_root: Path) -> None:
    command = [sys.executable, "-m", "tests.openai_server", "--port", "0", "--verdict", "met", "--key", "sk-1"]
    process = subprocess.Popen(command, cwd=project_root, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        with (
            process.stdout as said,
            openai.OpenAI(base_url=said.readline().strip(), api_key="sk-1", max_retries=0, timeout=10) as client,
        ):
            completion = client.chat.completions.create(**ASKED, response_format=FORMAT)
        assert '"met"' in (completion.choices[0].message.content or "")
    finally:
        process.terminate()
        process.wait(10)


def test_each_server_has_an_address_of_its_own() -> None:
    with OpenAIServer() as one, OpenAIServer() as other:
        assert one.base_url != other.base_url
