"""The model at the command line: when it is asked, what is said when it fails, and what is remembered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from tests.llm_real.llama import free_port
from tests.openai_server import Hang, OpenAIServer, Received, Say, Script, Status, honest_reply
from tests.openai_server.rubric import default_reply, points_told

QUESTION = ("--prompt", "What is a canary release?", "--reference", "A few users get the new version first.")
ANSWER = "A few users get the new version first."
ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-secret-0123456789abcdef"


def judge(request: Received) -> Say:
    return honest_reply(request) if points_told(request) else default_reply(request)


@pytest.fixture
def server(openai_server: OpenAIServer) -> OpenAIServer:
    openai_server.script = Script(always=judge)
    return openai_server


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No model, whatever the machine has, and a cache of the test's own."""
    none = dict.fromkeys(("OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_MODEL", "VIVA_CACHE_DIR"), "")
    return {**none, "VIVA_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "120"}


@pytest.fixture
def with_model(environment: dict[str, str], server: OpenAIServer) -> dict[str, str]:
    return {**environment, "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY, "VIVA_MODEL": "test-model"}


@pytest.fixture
def without_server(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "OPENAI_BASE_URL": f"http://127.0.0.1:{free_port()}/v1", "VIVA_MODEL": "any"}


def run(environment: Mapping[str, str], *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(arguments), env=environment)
    if isinstance(result.exception, grader.VivaError):
        assert status == 1
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


def grade(environment: Mapping[str, str], *options: str) -> Any:
    return json.loads(run(environment, "grade", *QUESTION, "--answer", ANSWER, "--json", *options))


# --- grade


def test_without_a_key_nothing_is_asked_and_the_grade_is_the_offline_one(environment: dict[str, str]) -> None:
    assert grade(environment) == grade(environment, "--llm", "off")
    assert grade(environment)["usage"] is None


def test_a_model_that_is_set_up_judges(with_model: dict[str, str], server: OpenAIServer) -> None:
    result = grade(with_model)
    assert [point["source"] for point in result["points"]] == ["llm:test-model"]
    assert result["score"] == 1
    assert result["notes"] == []
    assert result["usage"]["requests"] == len(server.script.received) == 1
    assert result["usage"]["tokens_in"] > 100
    assert "llm" in result["signature"]
    assert server.script.last.api_key == KEY
    assert KEY not in json.dumps(result)


def test_off_asks_nobody(with_model: dict[str, str], server: OpenAIServer) -> None:
    assert grade(with_model, "--llm", "off")["points"][0]["source"] == "offline"
    assert server.script.received == []


def test_options_come_before_the_environment(environment: dict[str, str], server: OpenAIServer) -> None:
    server.script.models = ("named",)
    result = grade(environment, "--base-url", server.base_url, "--model", "named")
    assert result["points"][0]["source"] == "llm:named"


def test_the_only_model_of_a_server_needs_no_name(environment: dict[str, str], server: OpenAIServer) -> None:
    assert grade(environment, "--base-url", server.base_url)["points"][0]["source"] == "llm:test-model"


def test_several_judges_are_asked(with_model: dict[str, str], server: OpenAIServer) -> None:
    assert grade(with_model, "--judges", "3", "--no-cache")["usage"]["requests"] == 3
    assert len(server.script.received) == 3


def test_a_second_time_is_free_and_the_same(with_model: dict[str, str], server: OpenAIServer) -> None:
    first, second = grade(with_model), grade(with_model)
    assert len(server.script.received) == 1
    assert second["usage"]["requests"] == 0
    assert second["usage"]["remembered"] == 1
    assert {**first, "usage": None} == {**second, "usage": None}
    grade(with_model, "--no-cache")
    assert len(server.script.received) == 2


def test_a_model_that_fails_leaves_the_offline_grade_and_a_note(
    with_model: dict[str, str], server: OpenAIServer
) -> None:
    server.script.always = Status(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key")
    result = grade(with_model)
    offline = grade(with_model, "--llm", "off")
    assert "llm_failed" in result["flags"]
    assert len(result["notes"]) == 1
    assert KEY not in json.dumps(result)
    for same in ("score", "low", "high", "points"):
        assert result[same] == offline[same]
    shown = run(with_model, "grade", *QUESTION, "--answer", ANSWER)
    assert f"note: {result['notes'][0]}" in shown


def test_a_server_that_is_not_there_leaves_the_offline_grade(without_server: dict[str, str]) -> None:
    result = grade(without_server)
    assert "llm_failed" in result["flags"]
    assert result["score"] == 1
    assert result["usage"]["requests"] == 0 or result["usage"]["tokens_in"] == 0


def test_a_server_without_a_model_name_that_is_not_there(without_server: dict[str, str]) -> None:
    result = grade({**without_server, "VIVA_MODEL": ""})
    assert "llm_failed" in result["flags"]


def test_required_says_in_one_line_that_no_model_is_set_up(environment: dict[str, str]) -> None:
    told = run(environment, "grade", *QUESTION, "--answer", ANSWER, "--llm", "required", status=1)
    assert told.startswith("no model is set up: ")
    assert "OPENAI_API_KEY" in told
    assert len(told.splitlines()) == 1


def test_required_refuses_where_no_model_judged(with_model: dict[str, str], server: OpenAIServer) -> None:
    server.script.always = Status(402, "You are out of money")
    told = run(with_model, "grade", *QUESTION, "--answer", ANSWER, "--llm", "required", status=1)
    assert len(told.splitlines()) == 1
    assert KEY not in told


def test_an_address_that_is_none_is_refused(environment: dict[str, str]) -> None:
    told = run(environment, "grade", *QUESTION, "--answer", ANSWER, "--base-url", "ftp://x", status=1)
    assert told.startswith("OPENAI_BASE_URL: ")


def test_a_budget_of_nothing_sends_nothing(with_model: dict[str, str], server: OpenAIServer) -> None:
    result = grade(with_model, "--max-tokens", "10")
    assert server.script.received == []
    assert "llm_failed" in result["flags"]
    assert "budget" in result["notes"][0]


def test_a_person_sees_what_it_took(with_model: dict[str, str]) -> None:
    shown = run(with_model, "grade", *QUESTION, "--answer", ANSWER)
    assert "model: 1 request, " in shown
    assert "an unknown price" in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal to send")
def test_ctrl_c_ends_it_at_once_and_without_a_trace(with_model: dict[str, str], server: OpenAIServer) -> None:
    server.script.always = Hang()
    command = [sys.executable, "-m", "grader", "grade", *QUESTION, "--answer", ANSWER]
    environment = {**os.environ, **with_model}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 30
    while not server.script.received and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=10)
    assert server.script.received
    assert (process.returncode, output) == (130, b"")
    assert b"Traceback" not in errors


# --- llm check


def test_a_check_tells_what_is_there(with_model: dict[str, str]) -> None:
    shown = run(with_model, "llm", "check")
    assert shown.startswith(with_model["OPENAI_BASE_URL"])
    assert "Models there: test-model" in shown
    found = json.loads(run(with_model, "llm", "check", "--json"))
    assert (found["ok"], found["kind"], found["models"]) == (True, None, ["test-model"])
    assert KEY not in json.dumps(found)


def test_a_check_tells_what_is_wrong(with_model: dict[str, str], server: OpenAIServer) -> None:
    server.script.api_key = "sk-other"
    found = json.loads(run(with_model, "llm", "check", "--json", status=1))
    assert (found["ok"], found["kind"]) == (False, "bad_key")
    assert KEY not in json.dumps(found)
    server.script.api_key = None
    found = json.loads(run(with_model, "llm", "check", "--model", "gone", "--json", status=1))
    assert (found["ok"], found["kind"]) == (False, "unknown_model")
    assert "test-model" in found["told"]


def test_a_check_without_a_server_or_without_anything(
    without_server: dict[str, str], environment: dict[str, str]
) -> None:
    assert json.loads(run(without_server, "llm", "check", "--json", status=1))["kind"] == "no_server"
    assert run(environment, "llm", "check", status=1).startswith("no model is set up: ")


# --- cache


def test_the_cache_is_told_and_cleared(with_model: dict[str, str]) -> None:
    assert "0 replies" in run(with_model, "cache", "info")
    assert "nothing to clear" in run(with_model, "cache", "clear")
    grade(with_model)
    path = Path(with_model["VIVA_DATA_DIR"]) / "replies.sqlite3"
    found = json.loads(run(with_model, "cache", "info", "--json"))
    assert (found["path"], found["replies"], found["models"]) == (str(path), 1, {"test-model": 1})
    assert "test-model: 1" in run(with_model, "cache", "info")
    assert KEY.encode() not in path.read_bytes()
    assert "freed" in run(with_model, "cache", "clear")
    assert not path.exists()


def test_a_damaged_cache_is_told_and_stops_nothing(with_model: dict[str, str]) -> None:
    path = Path(with_model["VIVA_DATA_DIR"]) / "replies.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    assert "damaged" in run(with_model, "cache", "info")
    assert grade(with_model)["points"][0]["source"] == "llm:test-model"


def test_the_cache_has_a_folder_of_its_own_where_one_is_named(with_model: dict[str, str], tmp_path: Path) -> None:
    shown = run({**with_model, "VIVA_CACHE_DIR": str(tmp_path / "elsewhere")}, "cache", "info")
    assert shown.startswith(str(tmp_path / "elsewhere" / "replies.sqlite3"))
