"""The commands by their public face: what they print, and what they answer to bad requests."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from grader.cli.shapes import printable, to_json

PACK = """\
format: viva-pack/1
id: trees
title: Trees
questions:
  - id: evergreen
    prompt: What is an evergreen tree?
    topic: Leaves
    tags: [seed:1]
    references: [An evergreen tree keeps its foliage in winter.]
    points:
      - id: keeps-foliage
        text: The tree keeps its foliage in winter.
      - id: needles
        text: "[red]Needles[/red] are common."
        kind: bonus
"""
ANSWER = "It keeps its foliage in winter."


@pytest.fixture
def pack(tmp_path: Path) -> str:
    path = tmp_path / "trees.yaml"
    path.write_text(PACK, encoding="utf-8")
    return str(path)


def run(*arguments: str, stdin: str | bytes | None = None, status: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
    if isinstance(result.exception, grader.VivaError):
        assert status == 1
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


def run_json(*arguments: str, stdin: str | None = None) -> Any:
    return json.loads(run(*arguments, "--json", stdin=stdin))


# --- questions


def test_questions_as_json(pack: str) -> None:
    (question,) = run_json("questions", "--pack", pack)
    assert list(question) == ["id", "prompt", "topic", "tags", "required_count", "readings", "points", "language"]
    assert question["id"] == "evergreen"
    assert question["tags"] == ["seed:1"]
    assert question["required_count"] is None
    assert [point["id"] for point in question["points"]] == ["keeps-foliage", "needles"]
    assert question["readings"][0]["references"] == ["An evergreen tree keeps its foliage in winter."]


def test_questions_for_people_give_nothing_away(pack: str) -> None:
    assert run("questions", "--pack", pack) == "evergreen  What is an evergreen tree?\n"


def test_the_projects_own_questions_are_the_default() -> None:
    assert len(run_json("questions")) == 31


# --- grade


def test_a_grade_as_json(pack: str) -> None:
    result = run_json("grade", "--pack", pack, "--question", "evergreen", "--answer", ANSWER)
    assert list(result) == [
        *("question_id", "score", "low", "high", "points", "flags", "feedback", "signature"),
        *("language", "notes", "usage"),
    ]
    assert (result["notes"], result["usage"]) == ([], None)
    assert result["question_id"] == "evergreen"
    assert 0 <= result["low"] <= result["score"] <= result["high"] <= 1
    assert result["score"] > 0.75
    first = result["points"][0]
    assert list(first) == ["id", "text", "verdict", "credit", "evidence", "source"]
    assert (first["verdict"], first["source"]) == ("met", "offline")
    for part in first["evidence"]:
        assert list(part) == ["start", "end", "quote"]
        assert ANSWER[part["start"] : part["end"]] == part["quote"]


def test_the_answer_comes_from_a_file_or_standard_input(pack: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    path.write_text(ANSWER, encoding="utf-8-sig")
    asked = ("grade", "--pack", pack, "--question", "evergreen")
    expected = run_json(*asked, "--answer", ANSWER)
    assert run_json(*asked, "--answer-file", str(path)) == expected
    assert run_json(*asked, "--answer-file", "-", stdin=ANSWER) == expected


def test_a_question_that_is_in_no_pack() -> None:
    options = ("--prompt", "Name two trees.", "--reference", "- oak\n- ash\n- fir ||| - yew\n- elm")
    result = run_json("grade", *options, "--answer", "the elm and the yew")
    assert result["score"] > 0.9
    assert [point["id"] for point in result["points"]] == ["yew", "elm"]


def test_the_language_is_detected_and_shown_or_named() -> None:
    asked = (
        "grade",
        "--prompt",
        "Was ist ein Baum?",
        "--reference",
        "Ein Baum ist eine Pflanze mit einem Stamm aus Holz.",
    )
    said = (*asked, "--answer", "eine Pflanze mit hölzernem Stamm")
    assert run(*said).endswith("language: de (detected)\n")
    assert run_json(*said)["language"] == "de"
    assert run(*said, "--language", "de-AT").endswith("language: de-AT\n")
    assert "language" not in run(*said, "--language", "en")
    hindi = run_json("grade", "--reference", "डेटा समय के साथ बदलता है।", "--answer", "डेटा")
    assert hindi["language"] == "hi"
    assert hindi["signature"].endswith("|semantic:none(hi)")
    run(*said, "--language", "German", status=2)


def test_a_grade_for_people(pack: str) -> None:
    output = run("grade", "--pack", pack, "--question", "evergreen", "--answer", ANSWER)
    lines = output.splitlines()
    assert re.match(r"(?:9\.\d|10) of 10 \(likely ", lines[0])
    assert lines[1].startswith("✔ met         The tree keeps its foliage in winter. “")
    assert "\x1b" not in output


def test_text_is_no_markup_and_moves_no_cursor(pack: str) -> None:
    answer = "Needles [bold]:smile: are common\x1b[31m, and it keeps its [link=x]foliage in\x07 winter."
    output = run("grade", "--pack", pack, "--question", "evergreen", "--answer", answer)
    assert "[red]Needles[/red] are common." in output
    assert "\x1b" not in output
    assert "\x07" not in output


@pytest.mark.parametrize(
    ("environment", "coloured"), [({"TERM": "xterm"}, True), ({"NO_COLOR": "1", "TERM": "xterm"}, False)]
)
def test_colours_only_where_they_are_wanted(
    environment: dict[str, str], coloured: bool, pack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()

    def terminal(**options: Any) -> Console:
        return Console(file=stream, force_terminal=True, width=80, _environ=environment, **options)

    monkeypatch.setattr(cli, "Console", terminal)
    run("grade", "--pack", pack, "--question", "evergreen", "--answer", ANSWER)
    assert "✔ met" in stream.getvalue()
    assert ("\x1b[32m" in stream.getvalue()) == coloured


def test_points_beyond_the_count_are_not_missing() -> None:
    options = ("--prompt", "Name two trees.", "--reference", "- oak\n- ash\n- fir")
    output = run("grade", *options, "--answer", "oak and ash")
    assert [line[:12].rstrip() for line in output.splitlines()[1:4]] == ["✔ met", "✔ met", "· not needed"]
    assert "✘ missing" in run("grade", *options, "--answer", "an oak")


# --- batch and validate


def test_batch(pack: str, tmp_path: Path) -> None:
    source, target = tmp_path / "answers.csv", tmp_path / "graded.csv"
    source.write_text(f"question_id,answer\nevergreen,{ANSWER}\nnone,x\n", encoding="utf-8")
    output = run("batch", str(source), "-o", str(target), "--pack", pack)
    assert output == f"2 rows, 1 of them could not be graded (see the column error): {target}\n"
    assert len(target.read_text(encoding="utf-8").splitlines()) == 3


def test_validate_says_what_is_wrong_and_where(pack: str) -> None:
    output = run("validate", "--no-grading", pack, status=1)
    assert output.splitlines() == [
        f"{pack}:5: questions.0.samples: no sample of the kind full, terse, partial, wrong, denial, keywords",
        "1 packs, 1 questions: 1 problems, no warnings",
    ]


# --- bad requests


def test_what_is_no_way_to_call() -> None:
    for arguments, told in (
        (["grade", "--answer", "x"], "give one of --question and --reference"),
        (["grade", "--question", "a", "--reference", "b", "--answer", "x"], "give one of --question and --reference"),
        (["grade", "--question", "a"], "give one of --answer and --answer-file"),
        (["grade", "--question", "a", "--answer", "x", "--answer-file", "y"], "give one of --answer and --answer-file"),
        (["grade", "--question", "a", "--answer", "x", "--prompt", "p"], "goes with --reference"),
        (["batch", "a.csv"], "--output"),
        (["nonsense"], "nonsense"),
        (["questions", "--nonsense"], "--nonsense"),
    ):
        assert told in run(*arguments, status=2), arguments


def test_what_is_refused(pack: str, tmp_path: Path) -> None:
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"first\nna\xefve")
    asked = ["grade", "--pack", pack, "--question", "evergreen"]
    for arguments, told in (
        (["grade", "--question", "none", "--answer", "x"], "no question has the id 'none'"),
        (["questions", "--pack", "nowhere"], "nowhere: there is no such file or folder"),
        ([*asked, "--answer-file", "nowhere"], "nowhere: cannot be read: No such file or directory"),
        ([*asked, "--answer-file", str(latin)], f"{latin}:2: the answer is not UTF-8 (byte 0xef)"),
        ([*asked, "--answer", "x" * 50_001], "the answer has 50,001 characters; at most 50,000 are graded"),
        ([*asked, "--answer", "\udc9b"], "--answer: the text is not UTF-8"),
        (["grade", "--reference", "?!", "--answer", "x"], "the reference answer has no words"),
        (["grade", "--reference", "|||", "--answer", "x"], "a question needs a reference answer"),
        (
            ["batch", "nowhere.csv", "-o", str(tmp_path / "x.csv")],
            "nowhere.csv: cannot be read: No such file or directory",
        ),
    ):
        assert run(*arguments, status=1) == told


def test_a_million_letters_are_refused_and_not_counted(pack: str) -> None:
    asked = ("grade", "--pack", pack, "--question", "evergreen", "--answer-file", "-")
    assert run(*asked, stdin="a" * 1_000_000, status=1) == "standard input: the answer has more than 50,000 characters"


@pytest.mark.parametrize(
    "answer", ["", " \n\t", "\x00", "\x1b[2J", "שלום", "🌲🌲", "<b>x</b>", "\u202etxet"], ids=ascii
)
def test_odd_answers_get_a_grade(answer: str, pack: str) -> None:
    result = run_json("grade", "--pack", pack, "--question", "evergreen", "--answer-file", "-", stdin=answer)
    assert result["score"] <= 0.2


def test_printable_text() -> None:
    assert printable("a\x1b\x00\n\x9b\u202eé🌲") == "a␛␀␊\ufffd\ufffdé🌲"
    assert json.loads(to_json({"a": "\x9b\u202e\x1bé"})) == {"a": "\x9b\u202e\x1bé"}
    assert not set(to_json("\x9b\u202e\x1b\x7f")) & set("\x9b\u202e\x1b\x7f")
