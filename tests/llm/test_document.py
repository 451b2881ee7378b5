"""docs/llm.md says what the code does: its numbers, names, tables and commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from grader.llm import cache, client, settings
from grader.llm.types import FailureKind
from tests.openai_server import OpenAIServer, Script
from tests.openai_server.__main__ import honest


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "llm.md").read_text(encoding="utf-8")


def test_every_kind_of_failure_has_a_row(page: str) -> None:
    section = page.partition("## When it fails")[2].partition("## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert sorted(told) == sorted(get_args(FailureKind))


def test_the_variables_are_those_that_are_read(page: str) -> None:
    read = {settings.KEY, settings.BASE_URL, settings.MODEL, cache.CACHE_DIR, cache.DATA_DIR}
    assert set(re.findall(r"\b(?:OPENAI|VIVA)_[A-Z_]+\b", page)) == read


def test_the_numbers_are_those_of_the_settings(page: str) -> None:
    plain = settings.LlmSettings()
    assert f"`{settings.DEFAULT_MODEL}`" in page
    assert f"everything together ({plain.answer_deadline:g} seconds)" in page
    assert f"one of its own ({plain.request_timeout:g})" in page
    assert f"at least `support` ({plain.support:g})" in page
    assert f"more than {plain.max_answer_chars:,} characters is not sent" in page
    assert f"a reply of {plain.max_output_tokens:,}" in page
    assert f"more than {client.MOST_BYTES // 1_000_000} MB" in page


def test_the_options_exist(page: str) -> None:
    shown = "".join(CliRunner().invoke(cli.app, [name, "--help"]).output for name in ("grade", "batch"))
    named = set(re.findall(r"`(--[a-z-]+)", page)) - {"--help"}
    assert named
    # Help writes a pair of switches as "--cache / --no-cache".
    assert {option for option in named if option not in shown} == set()


def test_the_examples_of_the_command_line_run(
    page: str, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    openai_server.script = Script(always=honest)
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.base_url)
    monkeypatch.setenv("VIVA_CACHE_DIR", str(tmp_path))
    commands = [line.partition("viva ")[2] for line in re.findall(r"^    \$ (.*)", page, re.M) if "viva " in line]
    assert len(commands) >= 3
    for command in commands:
        result = CliRunner().invoke(cli.app, shlex.split(command))
        assert result.exit_code == 0, result.output
        if command.startswith("grade"):
            assert "model: " in result.output


def test_what_leaves_the_machine_is_what_the_page_says(openai_server: OpenAIServer) -> None:
    """Question, points and answer go out; a mark, a weight, an id of the question or of a person does not."""
    openai_server.script = Script(always=honest)
    endpoint, plain = settings.Endpoint(base_url=openai_server.base_url), settings.LlmSettings(model="test-model")
    from grader.session import model_session

    question = grader.load_bank().get("canary-testing")
    with model_session(endpoint, plain) as session:
        grader.grade(question, "A few users get it first.", grader=session.grader)
    for request in openai_server.script.received:
        sent = str(request.body["messages"])
        assert question.prompt in sent
        assert "A few users get it first." in sent
        assert question.version not in sent
        assert question.id not in sent
        for word in ("weight", "'marks'", '"marks"', "required_count"):
            assert word not in sent
        assert set(request.body) <= {
            *(
                "model",
                "messages",
                "response_format",
                "temperature",
                "seed",
                "max_completion_tokens",
                "max_tokens",
                "stream",
            )
        }
        assert "authorization" not in request.headers
