"""``viva exam``: an oral exam at the terminal, or with the answers in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

from grader.bank import Bank, load_bank
from grader.cli.exam_file import DEFAULT, check_free, load_exam, save_exam
from grader.cli.exam_script import sit_script
from grader.cli.exam_sitting import Left, TerminalSitting
from grader.cli.llm_options import Asked, BaseUrlOption, CacheOption, LlmOption, MaxCostOption, ModelOption, llm_grader
from grader.cli.options import CalibrationOption, JsonOption, PackOption, grader_for
from grader.cli.read import read_answer
from grader.cli.shapes import printable, to_json
from grader.errors import InputError
from grader.exam.draw import new_exam
from grader.exam.report import ExamReport, make_report
from grader.exam.report_markdown import report_markdown
from grader.exam.types import ENDED, MOST_PROBES, Difficulty, ExamSetup, ExamState, Manner
from grader.types import Question


def exam(
    context: typer.Context,
    pack: PackOption = None,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", metavar="NAME", help="Ask about this topic only; repeatable.")
    ] = None,
    questions: Annotated[int, typer.Option("--questions", metavar="N", min=1, max=200, help="How many questions.")] = 5,
    minutes: Annotated[
        float, typer.Option("--minutes", metavar="M", min=0.1, max=1440.0, help="Minutes for the whole exam.")
    ] = 30.0,
    minutes_each: Annotated[
        float | None,
        typer.Option(
            "--minutes-each", metavar="M", min=0.1, max=1440.0, help="Minutes for a question and its follow-ups."
        ),
    ] = None,
    extra_time: Annotated[
        float, typer.Option("--extra-time", metavar="X", min=1.0, max=10.0, help="All times are so many times as long.")
    ] = 1.0,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="S", help="Draws the same questions every time; without it, the clock decides."),
    ] = None,
    difficulty: Annotated[
        Difficulty, typer.Option("--difficulty", help="Which half of the questions to draw from.")
    ] = "any",
    manner: Annotated[Manner, typer.Option("--manner", help="How the examiner speaks.")] = "neutral",
    probes: Annotated[
        int,
        typer.Option("--probes", metavar="N", min=0, max=MOST_PROBES, help="At most so many follow-ups a question."),
    ] = 2,
    challenges: Annotated[
        float,
        typer.Option("--challenges", metavar="SHARE", min=0.0, max=1.0, help="How often something right is disputed."),
    ] = 0.2,
    feedback: Annotated[
        Literal["at_once", "end"],
        typer.Option("--feedback", help="Tell the score after every question, or at the end."),
    ] = "end",
    practice: Annotated[
        bool, typer.Option("--practice", help="The exam can be paused at any time, and not between questions only.")
    ] = False,
    script: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Take the answers from a UTF-8 file, a line for each thing asked: question, follow-up or challenge; a blank line "
            "passes. - for standard input.",
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Where the exam is kept while it runs; else {DEFAULT} in this folder."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on with an exam, or tell how a finished one went.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report to a file, as Markdown.")] = None,
    calibration: CalibrationOption = None,
    llm: LlmOption = "auto",
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = True,
    max_cost: MaxCostOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sit an oral exam: questions drawn by chance, follow-ups for what was missed, a clock, and a report.

    With --script nobody is asked: the lines of a file are the answers, and no time passes.
    """
    if script is not None and (resume is not None or save is not None):
        raise typer.BadParameter("goes without --resume and --save", param_hint="--script")
    if resume is not None and save is not None:
        raise typer.BadParameter(
            "goes without --save: an exam is kept in the file that it comes from", param_hint="--resume"
        )
    state = None if resume is None else load_exam(resume)
    bank = _bank(pack, state)
    by_id = {question.id: question for question in bank.questions}
    if state is None:
        setup = ExamSetup(
            packs=tuple(str(path) for path in pack or ()),
            topics=tuple(topic or ()),
            questions=questions,
            minutes=minutes,
            minutes_each=minutes_each,
            difficulty=difficulty,
            manner=manner,
            feedback=feedback,
            practice=practice,
            probes_most=probes,
            challenge_share=challenges,
            extra_time=extra_time,
            seed=int(context.obj.now.timestamp()) if seed is None else seed,
        )
        _check_topics(setup, bank)
        state = new_exam(setup, bank.questions)
    if as_json and script is None and state.phase not in ENDED:
        raise typer.BadParameter("goes with --script, or with --resume of a finished exam", param_hint="--json")
    if state.phase not in ENDED:
        asked = Asked(llm, model, base_url, 1, cache, max_cost, None)
        with llm_grader(asked, context.obj.environment, grader_for(calibration)) as grader:
            if script is not None:
                lines = read_answer(script).splitlines()
                state, left = sit_script(state, lines, now=context.obj.now, questions=by_id, grader=grader)
                if left:
                    typer.echo(f"{left} lines of the script were left over", err=True)
            else:
                path = resume or save or DEFAULT
                if resume is None:
                    check_free(path)
                    save_exam(path, state)
                state = _sat(state, path, context, by_id, grader)
    _tell(make_report(state, by_id), out, as_json=as_json)


def _bank(pack: list[Path] | None, state: ExamState | None) -> Bank:
    """Return the packs that are named, else those that the exam was drawn from."""
    known = () if state is None else state.setup.packs
    return load_bank(*(pack or [Path(name) for name in known]))


def _check_topics(setup: ExamSetup, bank: Bank) -> None:
    topics = sorted({question.topic for question in bank.questions if question.topic})
    unknown = [topic for topic in setup.topics if topic not in topics]
    if unknown:
        raise InputError(f"there is no topic {unknown[0]!r}; there are {', '.join(topics)}")


def _sat(state: ExamState, path: Path, context: typer.Context, by_id: Mapping[str, Question], grader: Any) -> ExamState:
    """Sit an exam at the terminal; who leaves is told how to go on."""
    console = Console(highlight=False, emoji=False, markup=False)
    sitting = TerminalSitting(state, path, clock_now=context.obj.clock, questions=by_id, grader=grader, console=console)
    try:
        return sitting.sit()
    except Left:
        console.print(Text(f"Saved. Go on with: viva exam --resume {printable(str(path))}"), soft_wrap=True)
        raise typer.Exit(0) from None


def _tell(report: ExamReport, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        try:
            out.write_text(report_markdown(report), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{out}: the report cannot be written: {error.strerror or error}") from None
    if as_json:
        typer.echo(to_json(TypeAdapter(ExamReport).dump_python(report, mode="json")))
        return
    console = Console(highlight=False, emoji=False, markup=False)
    for line, style in _lines(report):
        console.print(Text(printable(line), style=style), soft_wrap=True)
    if out is not None:
        console.print(Text(printable(f"The report is in {out}."), style="dim"), soft_wrap=True)


def _lines(report: ExamReport) -> list[tuple[str, str]]:
    score, marks = report.score, report.marks
    likely = f"likely {_marks(score.low * marks)} to {_marks(score.high * marks)}"
    unaided = f"without follow-ups {_marks(score.unaided * marks)}"
    lines = [(f"{_marks(score.score * marks)} of {_marks(marks)} ({likely}); {unaided}", "bold")]
    for number, one in enumerate(report.questions, 1):
        told = f"{_marks(one.score * one.marks)} of {_marks(one.marks)}" if one.asked else "not asked"
        lines.append((f"{number}. {one.prompt}: {told}", ""))
    if report.study_next:
        lines.append(("Study next:", "bold"))
        lines += [(f"- {one.label} ({one.prompt})", "") for one in report.study_next]
    lines.append(
        ("Judged by a machine: " + ", ".join(f"{source}, {count} points" for source, count in report.sources), "dim")
    )
    return lines


def _marks(value: float) -> str:
    return f"{round(value, 1):g}"
