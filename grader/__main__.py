"""The command line: ``python -m grader`` and ``viva``.

Exit status: 0, 1 for a refusal (one clear line on stderr), 2 for usage. What a learner or an author wrote is
printed as text: it is never markup, and no control character of it reaches a terminal.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

import grader
from grader.bank.lint import lint
from grader.batch import split_references
from grader.cli.attack import attack
from grader.cli.batch import batch
from grader.cli.calibrate import calibrate
from grader.cli.exam import exam
from grader.cli.llm import cache as cache_commands
from grader.cli.llm import llm as llm_commands
from grader.cli.llm_options import (
    Asked,
    BaseUrlOption,
    CacheOption,
    JudgesOption,
    LlmOption,
    MaxCostOption,
    MaxTokensOption,
    ModelOption,
    llm_grader,
)
from grader.cli.options import CalibrationOption, JsonOption, PackOption, grade_with, grader_for
from grader.cli.read import read_answer, well_formed
from grader.cli.shapes import grade_json, judged_points, printable, question_json, to_json, usage_text
from grader.cli.world import World
from grader.feedback import flag_text
from grader.language import DEFAULT, is_code
from grader.types import Evidence, Grade, Judgment, Point, Question
from study.cli import replay
from study.cli import study as study_commands

app = typer.Typer(
    name="viva",
    help="Grade open answers point by point, offline or with a model as well, and show which words earned each point.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

# (icon, word, style) of what is said about a point
_MARKS = {
    "met": ("✔", "met", "green"),
    "partial": ("◐", "partial", "yellow"),
    "unmet": ("✘", "missing", "red"),
    "abstain": ("?", "not judged", "dim"),
    "enough": ("·", "not needed", "dim"),
    "mistake": ("!", "mistake", "red"),
}
_WIDEST_MARK = max(len(word) for _, word, _ in _MARKS.values())


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A character that the terminal's encoding lacks is shown as an escape and loses nothing else.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except grader.VivaError as error:
        refuse(str(error))
    except OSError as error:
        # Standard output is full or gone; left as it is, it would complain once more at the very end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        refuse(f"cannot write: {error.strerror or error}")


def refuse(message: str) -> NoReturn:
    """Say in one line on stderr why nothing was done, and exit with 1."""
    typer.echo(f"viva: {printable(message)}", err=True)
    sys.exit(1)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"viva {grader.__version__}")
        raise typer.Exit
    # The clock and the environment enter here, and nowhere else.
    context.obj = World(datetime.now(UTC), os.environ, lambda: datetime.now(UTC))


@app.command()
def questions(pack: PackOption = None, as_json: JsonOption = False) -> None:
    """List the questions. Only --json shows their points and reference answers."""
    bank = grader.load_bank(*pack or ())
    if as_json:
        typer.echo(to_json([question_json(question) for question in bank.questions]))
        return
    width = max(len(question.id) for question in bank.questions)
    for question in bank.questions:
        typer.echo(f"{printable(question.id):<{width}}  {printable(question.prompt)}")


@app.command()
def grade(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Option("--question", metavar="ID", help="The question that is answered.")
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="A reference answer, for a question that is in no pack; several joined by |||."
        ),
    ] = None,
    prompt: Annotated[str, typer.Option(metavar="TEXT", help="With --reference: the words of the question.")] = "",
    answer: Annotated[str | None, typer.Option(metavar="TEXT", help="The answer.")] = None,
    answer_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="A UTF-8 file with the answer; - for standard input.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="The language of the question, such as de; else that of its pack, or detected."
        ),
    ] = None,
    pack: PackOption = None,
    calibration: CalibrationOption = None,
    llm: LlmOption = "auto",
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    judges: JudgesOption = 1,
    cache: CacheOption = True,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    as_json: JsonOption = False,
) -> None:
    """Grade one answer to --question, or to a question that --reference answers; with a model where one is set up."""
    if (question is None) == (reference is None):
        raise typer.BadParameter("give one of --question and --reference", param_hint="--question")
    if (answer is None) == (answer_file is None):
        raise typer.BadParameter("give one of --answer and --answer-file", param_hint="--answer")
    if prompt and reference is None:
        raise typer.BadParameter("goes with --reference", param_hint="--prompt")
    if language is not None and not is_code(language):
        raise typer.BadParameter("must be a language code such as de or pt-BR", param_hint="--language")
    if question is not None:
        bank = grader.load_bank(*pack or ())
        asked = bank.get(question)
        pack_of = bank.pack_of(asked)
        is_detected = language is None and pack_of.is_detected and asked.language == pack_of.language
        asked = asked if language is None else replace(asked, language=language)
    else:
        references = split_references(well_formed("--reference", reference or ""))
        asked = grader.question_from_reference(well_formed("--prompt", prompt), references, language=language)
        is_detected = language is None
    said = well_formed("--answer", answer) if answer is not None else read_answer(answer_file or "")
    options = Asked(llm, model, base_url, judges, cache, max_cost, max_tokens)
    with llm_grader(options, context.obj.environment, grader_for(calibration)) as judge:
        result = grader.grade(asked, said, grader=judge)
    if as_json:
        typer.echo(to_json(grade_json(asked, result)))
    else:
        show(asked, result, is_detected=is_detected)


@app.command()
def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Pack files and folders; without any, Viva's own.")
    ] = None,
    grading: Annotated[
        bool, typer.Option("--grading/--no-grading", help="Grade references and samples as well; this takes a while.")
    ] = True,
    calibration: CalibrationOption = None,
) -> None:
    """Check question packs. Prints a line per problem, as file:line: field: what is wrong; exit status 1 if there is one.

    Warnings, about samples that the grader does not score as their labels say, leave the exit status at 0.
    """
    report = lint(paths or (), grade_with(calibration) if grading else None)
    for finding in report.findings:
        typer.echo(("warning: " if finding.is_warning else "") + printable(str(finding)))
    problems = sum(not finding.is_warning for finding in report.findings)
    found = f"{problems or 'no'} problems, {len(report.findings) - problems or 'no'} warnings"
    typer.echo(f"{report.packs} packs, {report.questions} questions: {found}", err=True)
    if problems:
        raise typer.Exit(1)


def show(question: Question, result: Grade, *, is_detected: bool = False) -> None:
    """Print a grade for a person: the score, a row per point with its evidence, flags and feedback."""
    console = Console(highlight=False, emoji=False, markup=False)
    marks = question.marks
    likely = f"likely {_marks(result.low * marks)} to {_marks(result.high * marks)}"
    console.print(Text(f"{_marks(result.score * marks)} of {_marks(marks)} ({likely})", style="bold"))
    grid = Table.grid(padding=(0, 2))
    for point, judgment in judged_points(question, result):
        mark = _mark(question, result, point, judgment)
        if mark is None:
            continue
        icon, word, style = _MARKS[mark]
        head = Text(f"{icon} {word:<{_WIDEST_MARK}}", style=style)
        body = Text(printable(point.text))
        for part in distinct(judgment.evidence):
            body.append(f"\n“{printable(' '.join(part.quote.split()))}”", style="italic")
        if console.is_terminal:
            grid.add_row(head, body)
        else:
            console.print(Text.assemble(head, "  ", Text(" ").join(body.split("\n"))), soft_wrap=True)
    if console.is_terminal:
        console.print(grid)
    for line in (*(flag_text(flag) for flag in result.flags), result.feedback):
        console.print(Text(printable(line)), soft_wrap=True)
    for note in result.notes:
        console.print(Text(printable(f"note: {note}")), soft_wrap=True)
    if result.usage is not None:
        console.print(Text(f"model: {usage_text(result.usage)}", style="dim"))
    if question.language != DEFAULT:
        console.print(Text(f"language: {question.language}{' (detected)' if is_detected else ''}", style="dim"))


def distinct(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """Return passages in the order of the answer, each once."""
    return sorted({(part.start, part.end): part for part in evidence}.values(), key=lambda part: part.start)


def _mark(question: Question, result: Grade, point: Point, judgment: Judgment) -> str | None:
    """Name what a row says about a point; None for what is better not mentioned: the trap not fallen into."""
    if point.kind == "misconception":
        return "mistake" if judgment.verdict in {"met", "partial"} else None
    if judgment.verdict != "unmet":
        return judgment.verdict
    if point.kind == "bonus":
        return None
    (reading,) = (reading for reading in question.readings if reading.id == result.reading_id)
    pairs = judged_points(question, result)
    met = sum(reading.counted(other) and judged.verdict == "met" for other, judged in pairs)
    enough = reading.required_count is not None and met >= reading.required_count
    return "enough" if enough and reading.counted(point) else "unmet"


def _marks(value: float) -> str:
    return f"{round(value, 1):g}"


app.command()(batch)
app.command()(attack)
app.command()(calibrate)
app.command()(exam)
app.add_typer(llm_commands)
app.add_typer(cache_commands)
app.command()(replay)
app.add_typer(study_commands)

if __name__ == "__main__":
    main()
