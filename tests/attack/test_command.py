"""The command ``attack``: its table, its JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from grader.attack import FAMILIES

PACK = """\
format: viva-pack/1
id: trees
title: Trees
questions:
  - id: evergreen
    prompt: What is an evergreen tree?
    topic: Leaves
    references: [An evergreen tree keeps its foliage in winter. Its needles are covered with wax, which reduces the loss of water.]
    points:
      - id: keeps-foliage
        text: "The tree keeps its [red]foliage[/red] in winter."
      - id: wax
        text: Wax on the needles reduces the loss of water.
"""
MARKDOWN = """\
# Trees

## 1. What is an evergreen tree?

An evergreen tree keeps its foliage in winter. Its needles are covered with wax.
"""


@pytest.fixture(params=["yaml", "md", "folder"])
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / ("trees.md" if request.param == "md" else "trees.yaml")
    path.write_text(MARKDOWN if request.param == "md" else PACK, encoding="utf-8")
    return str(tmp_path if request.param == "folder" else path)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli.app, ["attack", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def run_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


def test_json(pack: str) -> None:
    found = run_json(pack, "--most", "1")
    assert list(found) == ["signature", "seed", "most", "questions", "families"]
    assert found["signature"] == grader.default_grader().signature
    assert (found["seed"], found["most"], found["questions"]) == (0, 1, 1)
    assert [family["family"] for family in found["families"]] == [family.name for family in FAMILIES]
    for family in found["families"]:
        assert list(family) == ["family", "kind", "says", "cases", "succeeded", "rate", "worst"]
        assert family["succeeded"] <= family["cases"] <= 1
        if family["cases"]:
            assert family["rate"] == family["succeeded"] / family["cases"]
            worst = family["worst"]
            assert list(worst) == ["question_id", "change", "score", "honest_score", "text", "honest"]
            assert worst["change"] == pytest.approx(worst["score"] - worst["honest_score"], abs=2e-4)
        else:
            assert family["worst"] is None


def test_the_same_command_prints_the_same(pack: str) -> None:
    assert run(pack, "--most", "1", "--seed", "3") == run(pack, "--most", "1", "--seed", "3")


def test_the_table_names_every_family_and_the_worst_text_is_plain(tmp_path: Path) -> None:
    path = tmp_path / "trees.yaml"
    path.write_text(PACK, encoding="utf-8")
    output = run(str(path), "--most", "3")
    assert all(family.name in output for family in FAMILIES)
    assert "evergreen scores" in output
    assert "honest: " in output
    assert f"signature: {grader.default_grader().signature}" in output
    assert not any(char in output for char in "\x1b\r\u200b\u202e")


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "no such file"), ("format: viva-pack/1\n", "id"), ("{", "trees.yaml:")]
)
def test_a_bad_pack_is_refused(content: str | None, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "trees.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["attack", str(path)])
    assert isinstance(result.exception, grader.VivaError)
    assert complaint in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_wrong_command_line_is_refused() -> None:
    assert CliRunner().invoke(cli.app, ["attack", "--most", "0"]).exit_code == 2
