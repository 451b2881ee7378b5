"""``viva replay``: past answers under another calibration, pack, prompt or model, on the real wire; writes when told to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.bank import DEFAULT_PATH
from grader.bank.edit import add_alias
from study.disputes import dispute
from study.transfer import export_lines
from tests.cli import running
from tests.openai_server import OpenAIServer, Received, Say, Script, Status, honest_reply
from tests.openai_server.rubric import default_reply, points_told
from tests.study.learnt import LEARNER, START, Learnt

CROWD = "The shop window attracts another crowd now."


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return running.offline_environment(tmp_path)


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    """Two answers to one question, with a dispute about what the grader missed; and one of another learner."""
    learnt = Learnt.new(tmp_path)
    record = learnt.answer(f"It loses its predictive power. {CROWD}", "1")
    dispute(learnt.trainer, learnt.question, record, "data-drift-cause", id="d" * 32, now=START)
    learnt.answer("Data drift.", "2")
    learnt.answer("It scales.", "3", question_id="cloud-deployment", learner="b" * 32)
    return learnt


@pytest.fixture
def server(openai_server: OpenAIServer) -> OpenAIServer:
    def judge(request: Received) -> Say:
        return honest_reply(request) if points_told(request) else default_reply(request)

    openai_server.script = Script(always=judge)
    return openai_server


def run(environment: Mapping[str, str], *arguments: str, status: int = 0) -> str:
    return running.run(environment, "replay", *arguments, status=status)


def as_json(environment: Mapping[str, str], *arguments: str, status: int = 0) -> Any:
    return json.loads(run(environment, *arguments, "--json", status=status))


def everything(learnt: Learnt) -> list[str]:
    return list(export_lines(learnt.store, now=START))


def at(server: OpenAIServer) -> tuple[str, ...]:
    return ("--base-url", server.base_url, "--model", "test-model")


def test_the_same_grader_moves_nothing_and_writes_nothing(environment: dict[str, str], learnt: Learnt) -> None:
    before = everything(learnt)
    graded, *rest = run(environment).splitlines()
    assert graded == f"graded again: 3 answers by {grader.default_grader().signature}"
    assert rest == [
        "disputes: 0 settled, 0 broken, 1 open",
        "scores: none moved",
        "nothing was written; --apply adds the new grades",
    ]
    assert everything(learnt) == before


def test_an_alias_in_the_pack_settles_the_dispute(environment: dict[str, str], learnt: Learnt, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "drift.yaml"
    pack.parent.mkdir()
    shutil.copy(DEFAULT_PATH / "drift.yaml", pack)
    add_alias(pack, "model-drift", "main", "data-drift-cause", CROWD)
    told = run(environment, "--pack", str(pack))
    assert "disputes: 1 settled, 0 broken\n" in told
    assert f"  settled: model-drift / data-drift-cause: “{CROWD}”\n" in told
    assert "reworded since: 2 answers to earlier versions of questions\n" in told
    assert "gone: cloud-deployment, 1 answer: no pack has this question any more\n" in told
    found = as_json(environment, "--pack", str(pack), "--apply")
    assert (found["disputes"]["settled"], found["gone"], found["written"]) == (1, {"cloud-deployment": 1}, 2)
    assert [one["answer_id"] for one in found["moved"]] == ["1" * 32]
    with learnt.store.reading() as tx:
        assert [len(record.grades) for record in tx.answers()] == [2, 2, 1]
    again = as_json(environment, "--pack", str(pack), "--apply")
    assert (again["disputes"]["kept"], again["moved"], again["written"]) == (1, [], 0)


def test_another_calibration(environment: dict[str, str], learnt: Learnt, tmp_path: Path) -> None:
    lenient = json.loads((Path(grader.__file__).parent / "calibration.json").read_text(encoding="utf-8"))
    lenient["described"]["sound"]["intercept"] = 0.0
    file = tmp_path / "lenient.json"
    file.write_text(json.dumps(lenient), encoding="utf-8")
    before = everything(learnt)
    found = as_json(environment, "--calibration", str(file))
    assert (found["answers"], found["disputes"]["settled"]) == (3, 1)
    assert found["mean_change"] > 0.0
    assert found["signatures"] != [grader.default_grader().signature]
    assert everything(learnt) == before
    assert run(environment, "--calibration", "none.json", status=1) == "none.json: No such file or directory"


def test_one_learner(environment: dict[str, str], learnt: Learnt) -> None:
    assert as_json(environment, "--learner", learnt.learner[:5])["answers"] == 2
    assert as_json(environment, "--learner", "b")["disputes"] == dict.fromkeys(
        ("settled", "broken", "open", "kept", "unknown"), 0
    )
    assert run(environment, "--learner", "c", status=1) == "--learner: 'c': there is no such learner"


# --- a model


def test_a_model_judges_and_is_paid_for_once(environment: dict[str, str], learnt: Learnt, server: OpenAIServer) -> None:
    before = everything(learnt)
    found = as_json(environment, *at(server))
    assert found["answers"] == 3
    assert all("model:test-model" in signature for signature in found["signatures"])
    assert found["failed"] == []
    assert found["usage"]["requests"] >= 3
    assert everything(learnt) == before
    asked = len(server.script.received)
    told = run(environment, *at(server), "--apply")
    assert len(server.script.received) == asked
    assert "model: nothing was sent\n" in told
    assert told.endswith("written: 3 grades\n")
    with learnt.store.reading() as tx:
        latest = [record.latest.grade for record in tx.answers(LEARNER)]
    assert all(any(one.source == "llm:test-model" for one in grade.judgments) for grade in latest)


def test_a_model_that_is_set_up_is_asked_only_when_that_is_said(
    environment: dict[str, str], learnt: Learnt, server: OpenAIServer
) -> None:
    with_model = {**environment, "OPENAI_BASE_URL": server.base_url, "VIVA_MODEL": "test-model"}
    assert as_json(with_model, "--learner", learnt.learner)["usage"] is None
    assert server.script.received == []
    assert as_json(with_model, "--learner", learnt.learner, "--llm", "auto")["usage"]["requests"] > 0


@pytest.mark.usefixtures("learnt")
def test_another_prompt(environment: dict[str, str], server: OpenAIServer) -> None:
    first = as_json(environment, *at(server))
    other = as_json(environment, *at(server), "--prompt", "second-look-1")
    assert first["signatures"] != other["signatures"]
    assert run(environment, *at(server), "--prompt", "judge-0", status=1).startswith(
        "there is no prompt 'judge-0'; there are "
    )
    assert run(environment, "--prompt", "judge-1", status=1).startswith("no model is set up: ")


def test_an_answer_that_the_model_fails_on_is_told_and_nothing_is_written(
    environment: dict[str, str], learnt: Learnt, server: OpenAIServer
) -> None:
    server.script.always = Status(401, "Incorrect API key provided", code="invalid_api_key")
    before = everything(learnt)
    told = run(environment, *at(server), "--apply", status=1)
    assert told.startswith("graded again: 0 answers\ndisputes: 0 settled, 0 broken, 1 unknown\n")
    assert told.count("not graded: ") == 3
    assert told.endswith("written: 0 grades\n")
    assert everything(learnt) == before


@pytest.mark.usefixtures("learnt")
def test_a_server_that_is_not_there(environment: dict[str, str]) -> None:
    told = run(environment, "--base-url", "http://127.0.0.1:9", status=1)
    assert told == "no server answers at http://127.0.0.1:9/v1"


@pytest.mark.usefixtures("learnt")
def test_a_budget_leaves_the_rest_ungraded(environment: dict[str, str], server: OpenAIServer) -> None:
    found = as_json(environment, *at(server), "--max-tokens", "10", status=1)
    assert server.script.received == []
    assert found["answers"] == 0
    assert all("budget" in one["reason"] for one in found["failed"])
