"""``viva batch`` with a model behind it, on the real wire: estimate, columns, budget, cache, dead servers, Ctrl-C."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from tests.openai_server import OpenAIServer, honest_reply

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "The distribution of the input data changes over time."
ANSWERS = [f"The distribution of the input data changes over time, number {place}." for place in range(12)]
PLAIN = "score low high verdict met missing flags feedback signature error".split()
MODEL = "judged_by notes tokens_in tokens_out cost".split()


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_MODEL", "VIVA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIVA_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    given = [("Ada", "What is drift?", REFERENCE, text) for text in ANSWERS]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "question", "reference", "answer"), *given])
    return path


@pytest.fixture
def server(openai_server: OpenAIServer) -> OpenAIServer:
    openai_server.script.always = honest_reply
    return openai_server


def batch(table: Path, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(cli.app, ["batch", str(table), "-o", str(table.with_name("out.csv")), *arguments])
    if isinstance(result.exception, grader.VivaError):
        assert status == 1
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


def rows(table: Path) -> list[dict[str, str]]:
    with table.with_name("out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def at(server: OpenAIServer) -> list[str]:
    return ["--base-url", server.base_url, "--model", "test-model"]


def test_without_a_model_nothing_changes(table: Path) -> None:
    told = batch(table)
    assert told == f"12 rows: {table.with_name('out.csv')}\n"
    assert list(rows(table)[0]) == ["name", "question", "reference", "answer", *PLAIN]


def test_with_a_model(table: Path, server: OpenAIServer) -> None:
    told = batch(table, *at(server))
    estimate, done, took = told.splitlines()
    assert estimate.startswith("12 different answers, 12 requests to test-model: about ")
    assert estimate.endswith("an unknown price (four characters a token; second looks and retries come on top)")
    assert done == f"12 rows: {table.with_name('out.csv')}"
    assert took.startswith("model test-model: ")
    found = rows(table)
    assert list(found[0]) == ["name", "question", "reference", "answer", *PLAIN, *MODEL]
    assert {row["judged_by"] for row in found} == {"llm:test-model"}
    assert all(int(row["tokens_in"]) > 0 and row["cost"] == "" for row in found)
    assert not any("Ada" in str(request.body) for request in server.script.received)


def test_off_asks_nobody(table: Path, server: OpenAIServer) -> None:
    batch(table, *at(server), "--llm", "off")
    assert server.script.received == []
    assert list(rows(table)[0])[-1] == "error"


def test_a_rerun_is_free_and_identical(table: Path, server: OpenAIServer) -> None:
    batch(table, *at(server))
    first, asked = rows(table), len(server.script.received)
    told = batch(table, *at(server))
    assert "12 different answers, 0 requests" in told
    assert "nothing was sent" in told
    assert len(server.script.received) == asked
    same = [name for name in first[0] if name not in {"tokens_in", "tokens_out", "cost"}]
    assert [[row[name] for name in same] for row in rows(table)] == [[row[name] for name in same] for row in first]
    batch(table, *at(server), "--no-cache")
    assert len(server.script.received) == 2 * asked


@pytest.mark.parametrize("when_spent", ["offline", "later"])
def test_a_budget_in_tokens(table: Path, server: OpenAIServer, when_spent: str) -> None:
    told = batch(table, *at(server), "--max-tokens", "8000", "--when-spent", when_spent)
    assert "(the budget was used up)" in told
    found = rows(table)
    assert 0 < sum(int(row["tokens_in"] or 0) + int(row["tokens_out"] or 0) for row in found) <= 8_000
    rest = [row for row in found if row["judged_by"] != "llm:test-model"]
    assert 0 < len(rest) < 12
    if when_spent == "later":
        assert f"{len(rest)} of them left for later" in told
        assert {row["error"] for row in rest} == {"left for later: the budget is used up"}
    else:
        assert {row["judged_by"] for row in rest} == {"offline"}


def test_a_limit_on_money_needs_a_price(table: Path, server: OpenAIServer, tmp_path: Path) -> None:
    told = batch(table, *at(server), "--max-cost", "1", status=1)
    assert told == "--max-cost: the price of 'test-model' is unknown; give it with --prices, or use --max-tokens"
    assert server.script.received == []
    prices = tmp_path / "prices.toml"
    prices.write_text("date = 2026-01-01\n[models]\ntest-model = { in = 1, out = 2 }\n", encoding="utf-8")
    assert "$" in batch(table, *at(server), "--max-cost", "1", "--prices", str(prices)).splitlines()[0]
    assert all(float(row["cost"]) > 0 for row in rows(table))


def test_by_the_batch_api(table: Path, server: OpenAIServer) -> None:
    server.script.batch_polls = 1
    told = batch(table, *at(server), "--openai-batch")
    assert "batch_000001: completed" in told
    assert {row["judged_by"] for row in rows(table)} == {"llm:test-model"}
    assert not table.with_name("out.csv.batch").exists()


def test_batch_api_without_a_model(table: Path) -> None:
    assert batch(table, "--openai-batch", status=1).startswith("no model is set up: ")


def test_a_dead_server_leaves_offline_grades(table: Path) -> None:
    batch(table, "--base-url", "http://127.0.0.1:9", "--model", "m")
    found = rows(table)
    assert {row["judged_by"] for row in found} == {"offline"}
    assert all(row["score"] and "llm_failed" in row["flags"] for row in found)
    assert {row["notes"] for row in found} == {"no server answers at http://127.0.0.1:9/v1"}


def test_required_gives_no_grade_without_the_model(table: Path) -> None:
    told = batch(table, "--base-url", "http://127.0.0.1:9", "--model", "m", "--llm", "required")
    assert "12 of them could not be graded" in told
    assert {row["error"] for row in rows(table)} == {"no server answers at http://127.0.0.1:9/v1"}


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send to another program")
def test_ctrl_c_keeps_what_is_done(table: Path, server: OpenAIServer) -> None:
    server.script.delay = 0.5
    command = [sys.executable, "-m", "grader", "batch", str(table), "-o", str(table.with_name("out.csv"))]
    running = subprocess.Popen(
        [*command, *at(server), "--at-once", "2"], cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(1_000):
            if len(server.script.received) >= 5:
                break
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)
    finally:
        running.kill()
    assert running.returncode == 1
    assert errors.splitlines()[-1].startswith("viva: stopped with ")
    found = rows(table)
    graded = [row for row in found if row["score"]]
    assert len(found) == 12
    assert 2 <= len(graded) <= 8
    assert {row["error"] for row in found if not row["score"]} == {"not graded: stopped before its turn"}
