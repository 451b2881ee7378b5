"""The command ``calibrate``: a calibration fitted to a teacher's own marks, and what it is worth on marks held out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.bank import load_bank
from grader.calibration import default_calibration, load_calibration
from grader.cli.options import JsonOption, PackOption
from grader.cli.shapes import printable, to_json
from grader.errors import InputError

if TYPE_CHECKING:
    from grader.calibrate import Estimate, Figure, Fitted, Labelled


def calibrate(
    context: typer.Context,
    marks: Annotated[
        Path,
        typer.Argument(
            metavar="LABELLED.csv",
            help="CSV as for batch, with a teacher's marks in a column besides: mark, human, ...",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where the calibration goes; without it, only the figures."
        ),
    ] = None,
    mark_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column with the marks, if it has another name.")
    ] = None,
    max_mark: Annotated[float | None, typer.Option(metavar="N", help="The mark of a perfect answer.")] = None,
    pack: PackOption = None,
    # Not the variable: whoever grades with a calibration of their own still begins anew from Viva's.
    calibration: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The calibration to begin with, instead of Viva's.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**32 - 1, help="Another seed makes other folds.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Write it even where it got worse.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fit the scores to a teacher's own marks, and show on marks held out whether that helps.

    Exit status 1, and nothing is written, where it got worse. `--calibration FILE` of the other commands uses what is written.
    """
    from grader.calibrate import content, fit_marks, read_marks, write_whole
    from grader.calibrate.fit import forced
    from grader.calibrate.write import require_target

    labelled = read_marks(marks, load_bank(*pack or ()), mark_column=mark_column, max_mark=max_mark)
    if output is not None:
        require_target(output, marks)
    base = default_calibration() if calibration is None else load_calibration(calibration)
    show_progress = sys.stderr.isatty()

    def progress(rows: int) -> None:
        if show_progress:
            typer.echo(f"\r{rows} of {len(labelled.rows)} answers", err=True, nl=False)

    fitted = fit_marks(labelled, base, date=context.obj.now.date().isoformat(), seed=seed, progress=progress)
    if show_progress:
        typer.echo("\r\x1b[K", err=True, nl=False)
    worse = fitted.outcome.kind == "worse"
    if worse and force:
        fitted = forced(fitted)
    written = output if output is not None and (force or not worse) else None
    if written is not None:
        write_whole(written, content(fitted.calibration))
    if as_json:
        typer.echo(to_json(report_json(fitted, written)))
    else:
        show(labelled, fitted, says=force or not worse)
    if worse and not force:
        done = "" if output is None else "; nothing was written (--force writes it anyway)"
        raise InputError(f"{fitted.outcome.says}{done}")
    if written is not None and not as_json:
        typer.echo(f"written: {printable(str(written))} (calibration {fitted.calibration.digest})")


def report_json(fitted: Fitted, written: Path | None) -> dict[str, Any]:
    """Return what ``calibrate --json`` prints: the provenance of the file, its digest and where it went."""
    return {
        "written": None if written is None else str(written),
        "digest": fitted.calibration.digest,
        "cautions": fitted.cautions,
        **fitted.calibration.provenance,
    }


def show(labelled: Labelled, fitted: Fitted, *, says: bool) -> None:
    """Print what was read, the figures before and after, and, if it ``says`` so, what they come to."""
    console = Console(highlight=False, emoji=False, markup=False)

    def say(line: str, style: str = "") -> None:
        console.print(Text(printable(line), style=style), soft_wrap=True)

    most = "each row's own maximum" if labelled.most is None else f"0 to {labelled.most:g}"
    say(
        f"{fitted.rows} marks in the column {labelled.mark_column!r}, {most} ({labelled.most_from}), in steps of {labelled.step:g}"
    )
    if fitted.blank:
        say(f"{fitted.blank} blank answers left out: they score 0 by rule")
    if labelled.unmarked:
        say(f"{labelled.unmarked} rows without a mark passed over")
    whole = f"a {fitted.by} at a time" if fitted.folds == fitted.groups else f"in {fitted.folds} parts"
    kept = "equal answers" + (", and all answers to a question," if fitted.by == "question" else "")
    table = Table(title=f"On marks held out, {whole}; {kept} stay together", title_justify="left")
    for column in ("figure", "n", "before", "after", "difference", "95 % interval"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for figure in fitted.figures.values():
        table.add_row(*_row(figure))
    console.print(table)
    styles = {"gain": "green", "no clear gain": "yellow", "worse": "red"}
    say("Bias and error are in marks; bias is grader minus teacher, and its difference that of its size.", "dim")
    if says:
        say(f"{fitted.outcome.kind}: {fitted.outcome.says}", styles[fitted.outcome.kind])
    for caution in fitted.cautions:
        say(f"note: {caution}")


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "+" if figure.name == "bias" else ""
    apart: Estimate = figure.difference
    return (
        figure.title,
        str(figure.n),
        f"{figure.before.value:{sign}.2f}",
        f"{figure.after.value:{sign}.2f}",
        f"{apart.value:+.2f}",
        f"{apart.low:+.2f} to {apart.high:+.2f}",
    )
