"""The command ``attack``: how many attempts to fool the grader succeed, and which harmless changes cost marks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.attack import Result, result_json, run
from grader.bank import load_bank
from grader.cli.options import CalibrationOption, JsonOption, grader_for
from grader.cli.shapes import printable, to_json
from grader.engine import grade

_TITLES = {"attack": "Attacks: a score raised above the honest part", "harmless": "Harmless changes: marks lost"}


def attack(
    pack: Annotated[
        list[Path] | None, typer.Argument(metavar="PACK", help="Pack files and folders; without any, Viva's own.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed tries other cases.")] = 0,
    most: Annotated[int, typer.Option(metavar="N", min=1, help="Cases for each question and family.")] = 4,
    calibration: CalibrationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try to fool the grader, question by question, and show what succeeded; changes nothing."""
    questions, judge = load_bank(*pack or ()).questions, grader_for(calibration)
    show_progress = sys.stderr.isatty()

    def progress(family: str) -> None:
        if show_progress:
            typer.echo(f"\r\x1b[K{family}", err=True, nl=False)

    results = run(
        questions,
        lambda question, text: grade(question, text, grader=judge).score,
        seed=seed,
        most=most,
        progress=progress,
    )
    if show_progress:
        typer.echo("\r\x1b[K", err=True, nl=False)
    signature = judge.signature
    if as_json:
        typer.echo(
            to_json(
                {
                    "signature": signature,
                    "seed": seed,
                    "most": most,
                    "questions": len(questions),
                    "families": [result_json(result) for result in results],
                }
            )
        )
    else:
        show(results)
        typer.echo(f"signature: {signature}")


def show(results: Sequence[Result]) -> None:
    """Print a table for each kind, then the worst case of each family, where one succeeded, with its text."""
    console = Console(highlight=False, emoji=False, markup=False)
    for kind, title in _TITLES.items():
        table = Table(title=title, title_justify="left")
        for column in ("family", "cases", "succeeded", "rate", "worst"):
            table.add_column(column, justify="left" if column == "family" else "right")
        for result in results:
            if result.family.kind == kind:
                most = f"{result.damage(result.worst):+.2f}" if result.worst else ""
                rate = f"{result.rate:.1%}" if result.outcomes else ""
                table.add_row(result.family.name, str(len(result.outcomes)), str(len(result.succeeded)), rate, most)
        console.print(table)
    for result in results:
        worst = result.worst
        if worst is None or not result.succeeded:
            continue
        head = f"\n{result.family.name} ({result.family.says}): {worst.question_id} scores {worst.score:.2f}"
        console.print(
            Text(f"{printable(head.strip())}, the honest answer {worst.baseline:.2f}", style="bold"), soft_wrap=True
        )
        console.print(Text(f"  tried:  {printable(worst.case.text)}"), soft_wrap=True)
        console.print(Text(f"  honest: {printable(worst.case.honest) or '(nothing)'}"), soft_wrap=True)
