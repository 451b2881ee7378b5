"""What goes wrong on the scripted server goes wrong on the wire; and files and batches are as openai's client knows them."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import openai
import pytest
from openai.types import Batch
from openai.types.chat import ChatCompletion

from tests.llm.protocol import ASKED, strictly
from tests.openai_server import Drop, Endless, Hang, Huge, OpenAIServer, Raw, Redirect, Say, Script, Status

# --- faults


def test_statuses_with_a_time_to_wait(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.then(Status(429, retry_after="Wed, 25 Nov 2026 08:00:00 GMT"), Status(503))
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(**ASKED)
    assert limited.value.response.headers["retry-after"] == "Wed, 25 Nov 2026 08:00:00 GMT"
    with pytest.raises(openai.InternalServerError) as down:
        client.chat.completions.create(**ASKED)
    assert "retry-after" not in down.value.response.headers


@pytest.mark.parametrize("drop", [Drop(), Drop(reset=True), Drop(after=50), Drop(after=50, reset=True)])
def test_a_connection_that_breaks(openai_server: OpenAIServer, http: httpx2.Client, drop: Drop) -> None:
    openai_server.script.then(drop)
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        http.post("/chat/completions", json=ASKED)
    assert http.post("/chat/completions", json=ASKED).status_code == 200


def test_a_stream_that_breaks(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.then(Say("a text that comes in pieces", piece=5, stop_after=2))
    with client.chat.completions.create(**ASKED, stream=True) as stream:
        assert [next(stream).choices[0].delta.content for _ in range(3)] == ["", "a tex", "t tha"]
        with pytest.raises((openai.APIConnectionError, httpx2.RemoteProtocolError, httpx2.ReadError)):
            next(stream)


def test_raw_bodies_and_redirects(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    openai_server.script.then(Raw(b'{"id": "chat', content_type="application/json"), Redirect("http://127.0.0.1:9/v1"))
    assert http.post("/chat/completions", json=ASKED).content == b'{"id": "chat'
    moved = http.post("/chat/completions", json=ASKED)
    assert (moved.status_code, moved.headers["location"]) == (307, "http://127.0.0.1:9/v1")


@pytest.mark.parametrize("is_sized", [True, False])
def test_a_huge_reply_is_a_valid_one(openai_server: OpenAIServer, http: httpx2.Client, is_sized: bool) -> None:
    openai_server.script.then(Huge(3_000_000, is_sized=is_sized))
    response = http.post("/chat/completions", json=ASKED)
    assert ("content-length" in response.headers) == is_sized
    assert len(strictly(ChatCompletion, response.content).choices[0].message.content) == 3_000_000


@pytest.mark.parametrize("fault", [Hang(), Say("late", delay=30), Status(500, delay=30)])
def test_a_server_that_says_nothing(openai_server: OpenAIServer, http: httpx2.Client, fault: Any) -> None:
    openai_server.script.then(fault)
    with pytest.raises(httpx2.ReadTimeout):
        http.post("/chat/completions", json=ASKED, timeout=0.2)


def test_a_body_that_never_ends(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    openai_server.script.then(Endless(b" ", 0.001))
    with http.stream("POST", "/chat/completions", json=ASKED) as response:
        for number, _ in enumerate(response.iter_raw()):
            if number == 20:
                break
    assert number == 20
    assert http.post("/chat/completions", json=ASKED).status_code == 200


def test_what_hangs_ends_with_its_script(openai_server: OpenAIServer, http: httpx2.Client) -> None:
    openai_server.script.then(Hang())
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(http.post, "/chat/completions", json=ASKED)
        while not openai_server.script.received:
            time.sleep(0.01)
        openai_server.script = Script()
        with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
            hanging.result(4)


def test_wrong_requests_and_addresses_are_answered_as_openai_does(http: httpx2.Client) -> None:
    assert http.post("/chat/completions", content=b"{").status_code == 400
    assert http.post("/chat/completions", json={"model": "test-model"}).json()["error"]["param"] == "messages"
    assert http.get("/nothing").status_code == 404


# --- files and batches


def requests_file(*texts: str) -> bytes:
    lines = [
        {
            "custom_id": f"row-{number}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "test-model", "messages": [{"role": "user", "content": text}]},
        }
        for number, text in enumerate(texts)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def batch_of(client: openai.OpenAI, content: bytes, polls: int = 2) -> Batch:
    file = client.files.create(file=("in.jsonl", content), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    for _ in range(polls):
        batch = client.batches.retrieve(batch.id)
    return batch


def lines_of(client: openai.OpenAI, file_id: str | None) -> dict[str, Any]:
    assert file_id is not None
    lines = [json.loads(line) for line in client.files.content(file_id).text.splitlines()]
    return {line["custom_id"]: line for line in lines}


def test_a_batch_through_openais_client(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    openai_server.script.then("one", Status(500), "three")
    batch = batch_of(client, requests_file("a", "b", "c"))
    assert batch.status == "completed"
    assert batch.request_counts is not None
    assert batch.request_counts.model_dump() == {"total": 3, "completed": 2, "failed": 1}
    done = lines_of(client, batch.output_file_id)
    # As with the real one, the order is not that of the input.
    assert list(done) == ["row-2", "row-0"]
    body = json.dumps(done["row-0"]["response"]["body"])
    assert strictly(ChatCompletion, body).choices[0].message.content == "one"
    assert lines_of(client, batch.error_file_id)["row-1"]["response"]["status_code"] == 500


def test_batches_that_end_otherwise(openai_server: OpenAIServer, client: openai.OpenAI) -> None:
    script = openai_server.script
    script.batch_end, script.batch_left_out = "expired", 1
    batch = batch_of(client, requests_file("a", "b"))
    assert batch.status == "expired"
    assert list(lines_of(client, batch.output_file_id)) == ["row-0"]
    assert lines_of(client, batch.error_file_id)["row-1"]["error"]["code"] == "batch_expired"
    script.batch_end = "failed"
    failed = batch_of(client, requests_file("a"))
    assert failed.status == "failed"
    assert failed.errors is not None
    started = batch_of(client, requests_file("a"), polls=1)
    assert client.batches.cancel(started.id).status == "cancelling"
    assert client.batches.retrieve(started.id).status == "cancelled"
    with pytest.raises(openai.ConflictError):
        client.batches.cancel(started.id)
    assert len(client.batches.list().data) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{\n", "invalid_json_line"),
        (b"", "empty_file"),
        (b'{"custom_id": "1"}\n', "missing_required_parameter"),
        (requests_file("a") * 2, "duplicate_custom_id"),
        (requests_file("a").replace(b"/v1/chat", b"/v1/cat"), "invalid_url"),
    ],
)
def test_a_malformed_batch_file_fails(client: openai.OpenAI, content: bytes, code: str) -> None:
    batch = batch_of(client, content)
    assert batch.status == "failed"
    assert batch.errors is not None
    assert batch.errors.data is not None
    assert batch.errors.data[0].code == code


def test_files_are_listed_read_and_deleted(client: openai.OpenAI) -> None:
    file = client.files.create(file=("in.jsonl", b"{}"), purpose="batch")
    assert [one.id for one in client.files.list()] == [file.id]
    assert client.files.content(file.id).content == b"{}"
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)
    with pytest.raises(openai.NotFoundError):
        client.batches.retrieve("batch_none")
