"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from grader.calibration import load_calibration
from grader.engine import default_grader, grade
from grader.offline import OfflineGrader
from grader.types import Grade, Question

VARIABLE = "VIVA_CALIBRATION"
"""The environment variable that names a calibration where no option does."""

CalibrationOption = Annotated[
    Path | None,
    typer.Option(
        "--calibration",
        metavar="FILE",
        envvar=VARIABLE,
        help="A calibration of one's own, as `viva calibrate` writes it, instead of Viva's.",
    ),
]
PackOption = Annotated[
    list[Path] | None,
    typer.Option("--pack", metavar="PATH", help="A pack file or a folder, instead of Viva's own packs; repeatable."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def grader_for(calibration: Path | None) -> OfflineGrader:
    """Return the grader with a calibration file, or the one that ships. Raises InputError for a bad file."""
    return default_grader() if calibration is None else OfflineGrader(load_calibration(calibration))


def grade_with(calibration: Path | None) -> Callable[[Question, str], Grade]:
    """Return what grades answers with a calibration file; the file is read at once, so a bad one is refused at once."""
    return partial(grade, grader=grader_for(calibration))
