"""``viva exam``: from a script, at the terminal, saved and gone on with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from grader.cli.exam_file import load_exam, save_exam
from grader.cli.exam_sitting import Left, TerminalSitting
from grader.exam.draw import new_exam
from grader.exam.types import ExamSetup
from tests.exam.sitting import QUESTIONS, START, TREES

FOLDER = Path(__file__).parent / "exam"
SCRIPTED = ("exam", "--questions", "2", "--minutes", "10", "--seed", "7", "--challenges", "1", "--llm", "off")
LIGHT, WATER = "Leaves turn sunlight into sugar.", "The roots take up water from the soil."


def run(*arguments: str, stdin: str | None = None, status: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
    if isinstance(result.exception, grader.VivaError):
        assert status == 1
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output


# --- from a script


def golden_of(report: dict[str, Any]) -> dict[str, Any]:
    """What of a report says how the exam went: no times, no signature."""
    return {
        "score": report["score"],
        "study_next": [one["label"] for one in report["study_next"]],
        "questions": [
            {
                "id": one["id"],
                "score": one["score"],
                "unaided": one["unaided"],
                "outcome": one["outcome"],
                "turns": [[turn["kind"], turn["asked"], turn["said"]] for turn in one["turns"]],
                "credits": {
                    point["id"]: [point["unaided"], point["credit"]] for point in one["points"] if point["credit"]
                },
            }
            for one in report["questions"]
        ],
    }


def test_a_scripted_exam_goes_as_it_went() -> None:
    """Golden: a change of it is a change of what candidates get, and is told in the changelog."""
    report = json.loads(run(*SCRIPTED, "--script", str(FOLDER / "answers.txt"), "--json"))
    assert golden_of(report) == json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))


def test_a_script_is_the_same_twice_and_from_standard_input() -> None:
    name = FOLDER / "answers.txt"
    first = json.loads(run(*SCRIPTED, "--script", str(name), "--json"))
    again = json.loads(run(*SCRIPTED, "--script", "-", "--json", stdin=name.read_text(encoding="utf-8")))
    for report in (first, again):
        for moment in ("started", "ended"):
            report.pop(moment)
        for one in report["timeline"]:
            one.pop("seconds")
    assert first == again


def test_no_reference_is_in_what_a_script_is_asked() -> None:
    report = json.loads(
        run("exam", "--questions", "31", "--minutes", "600", "--seed", "1", "--script", "-", "--json", stdin="")
    )
    bank = grader.load_bank()
    for one in report["questions"]:
        for reading in bank.get(one["id"]).readings:
            for text in (*reading.references, *(point.text for point in reading.points)):
                assert all(text not in turn["asked"] for turn in one["turns"])


def test_without_answers_everything_is_passed_on_and_counts_nothing() -> None:
    report = json.loads(run(*SCRIPTED, "--script", "-", "--json", stdin=""))
    assert report["score"]["score"] == 0.0
    assert [len(one["turns"]) for one in report["questions"]] == [1, 1]


def test_lines_left_over_are_told() -> None:
    assert "3 lines of the script were left over" in run(*SCRIPTED, "--script", "-", stdin="\n" * 5)


def test_the_report_is_written_as_markdown(tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    told = run(*SCRIPTED, "--script", str(FOLDER / "answers.txt"), "--out", str(out))
    assert f"The report is in {out}." in told
    assert out.read_text(encoding="utf-8").startswith("# Oral exam\n")
    assert "cannot be written" in run(
        *SCRIPTED, "--script", "-", "--out", str(tmp_path / "no" / "x.md"), stdin="", status=1
    )


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--questions", "0"), 2, "--questions"),
        (("--questions", "40", "--script", "-"), 1, "the exam wants 40 questions, and there are 31"),
        (("--topic", "Cooking", "--script", "-"), 1, "there is no topic 'Cooking'; there are Architecture"),
        (("--manner", "rude"), 2, "--manner"),
        (("--probes", "4"), 2, "--probes"),
        (("--challenges", "2"), 2, "--challenges"),
        (("--json",), 2, "--json"),
        (("--script", "-", "--save", "x"), 2, "--script"),
        (("--script", "/no/such/file"), 1, "/no/such/file: cannot be read"),
        (("--resume", "/no/such/file"), 1, "/no/such/file: cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments: tuple[str, ...], status: int, told: str) -> None:
    assert told in run("exam", *arguments, stdin="", status=status)


# --- at the terminal


class Clock:
    """A clock that moves on with every line that is typed."""

    def __init__(self, seconds: float) -> None:
        self.now, self.seconds = START, seconds

    def __call__(self) -> datetime:
        return self.now


def typed(lines: list[str | type[BaseException]], clock: Clock) -> Callable[[], str]:
    waiting: Iterator[str | type[BaseException]] = iter(lines)

    def read() -> str:
        clock.now += timedelta(seconds=clock.seconds)
        line = next(waiting, EOFError)
        if isinstance(line, str):
            return line
        raise line

    return read


def sitting(
    path: Path, lines: list[str | type[BaseException]], *, seconds: float = 1.0, **changes: object
) -> tuple[TerminalSitting, io.StringIO]:
    """A terminal at which these lines are typed; the exam comes from ``path`` where there is one."""
    clock = Clock(seconds)
    if path.exists():
        state = load_exam(path)
        clock.now = max(moment for moment in (state.latest, START) if moment is not None)
    else:
        setup = ExamSetup(questions=1, minutes=10, challenge_share=0).model_copy(update=changes)
        state = new_exam(setup, [TREES])
        save_exam(path, state)
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=False, highlight=False, emoji=False, markup=False)
    found = TerminalSitting(
        state, path, clock_now=clock, questions=QUESTIONS, grader=None, console=console, read=typed(lines, clock)
    )
    return found, out


def test_an_exam_at_the_terminal(tmp_path: Path) -> None:
    terminal, out = sitting(tmp_path / "exam.json", ["", "Leaves turn", "sunlight into sugar.", "", WATER, ""])
    state = terminal.sit()
    assert state.phase == "finished"
    assert [turn.said for turn in state.records[0].turns] == ["Leaves turn\nsunlight into sugar.", WATER]
    told = out.getvalue()
    assert "What does a tree need?" in told
    assert "You have covered what comes from above. Can you say what comes from below?" in told
    assert load_exam(tmp_path / "exam.json") == state


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, EOFError, "/quit"])
def test_who_leaves_finds_the_draft_again(tmp_path: Path, leaving: str | type[BaseException]) -> None:
    path = tmp_path / "exam.json"
    terminal, _ = sitting(path, ["", LIGHT, leaving])
    with pytest.raises(Left):
        terminal.sit()
    assert load_exam(path).records[0].turns[0].draft == LIGHT
    terminal, out = sitting(path, ["", WATER, ""])
    state = terminal.sit()
    assert f"So far you have written:\n{LIGHT}" in out.getvalue()
    assert [turn.said for turn in state.records[0].turns] == [LIGHT, WATER]


def test_every_line_is_in_the_file_before_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "exam.json"

    class Killed(BaseException):
        """The program is gone."""

    terminal, _ = sitting(path, ["", "one", "two", Killed])
    with pytest.raises(Killed):
        terminal.sit()
    assert load_exam(path).records[0].turns[0].draft == "one\ntwo"


def test_when_time_is_up_what_was_written_counts(tmp_path: Path) -> None:
    terminal, out = sitting(tmp_path / "exam.json", ["", LIGHT, WATER, ""], seconds=25, minutes_each=0.75)
    state = terminal.sit()
    turn = state.records[0].turns[0]
    assert (turn.said, turn.late) == (LIGHT, f"{LIGHT}\n{WATER}")
    assert "Time is up for this question. What you had written by then counts." in out.getvalue()


def test_time_that_passes_while_away_is_gone_except_in_practice(tmp_path: Path) -> None:
    for practice, left in ((False, "finished"), (True, "paused")):
        path = tmp_path / f"{practice}.json"
        terminal, _ = sitting(path, ["", LIGHT, KeyboardInterrupt], practice=practice)
        with pytest.raises(Left):
            terminal.sit()
        terminal, _ = sitting(path, [KeyboardInterrupt])
        terminal._now.now += timedelta(hours=1)  # type: ignore[attr-defined]
        with suppress(Left):
            terminal.sit()
        assert load_exam(path).phase == left


def test_commands(tmp_path: Path) -> None:
    lines: list[str | type[BaseException]] = ["/time", "", "", "/time", "/pause", "/skip"]
    terminal, out = sitting(tmp_path / "exam.json", lines)
    state = terminal.sit()
    assert state.records[0].turns[0].skipped
    told = out.getvalue()
    assert "The time has not begun." in told
    assert "left in the exam" in told
    assert "Pause is possible between questions only, except in practice" in told
    assert told.count("An empty line hands the answer in.") == 2


def test_an_exam_that_is_not_over_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("exam", "--questions", "1", "--seed", "1", "--llm", "off", stdin="\nsomething\n")
    assert "Saved. Go on with: viva exam --resume viva-exam.json" in told
    assert "holds an exam that is not over" in run("exam", "--llm", "off", stdin="", status=1)
    told = run("exam", "--resume", "viva-exam.json", "--llm", "off", stdin="\n/skip\n/skip\n/skip\n")
    assert "Study next:" in told
    # over: its report can be had again, and the file is free
    assert json.loads(run("exam", "--resume", "viva-exam.json", "--json"))["end_reason"] == "done"
    run("exam", "--questions", "1", "--seed", "1", "--llm", "off", stdin="\n")
    assert load_exam(Path("viva-exam.json")).started is not None


def test_a_file_that_is_no_exam_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.json").write_text("{}", encoding="utf-8")
    assert "this is no saved exam" in run("exam", "--save", "notes.json", "--llm", "off", stdin="", status=1)
    assert Path("notes.json").read_text(encoding="utf-8") == "{}"


def test_what_is_typed_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "exam.json"
    terminal, _ = sitting(path, ["", "\x1b[31mred", KeyboardInterrupt])
    with pytest.raises(Left):
        terminal.sit()
    terminal, out = sitting(path, [KeyboardInterrupt])
    with pytest.raises(Left):
        terminal.sit()
    assert "\x1b" not in out.getvalue()
    assert "␛[31mred" in out.getvalue()


def test_started_times_are_aware(tmp_path: Path) -> None:
    terminal, _ = sitting(tmp_path / "exam.json", ["", "/skip"])
    started = terminal.sit().started
    assert started is not None
    assert started.tzinfo == UTC or started.utcoffset() == timedelta(0)
