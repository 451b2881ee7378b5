"""Viva's engine: grade answers in one's own words against the points of a question, with the evidence for each.

>>> import grader
>>> question = grader.question_from_reference("What is drift?", ["The distribution of the data changes."])
>>> grader.grade(question, "The distribution of the data has changed.").score
1.0

What grades is loaded when it is first asked for, so ``import grader`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.errors import InputError, PackError, TableError, UnknownQuestionError, VivaError
from grader.types import Evidence, Grade, Grader, Judgment, Point, Question, Reading, Sample

if TYPE_CHECKING:
    from grader.bank import Bank, Pack, load_bank, load_pack, question_from_reference
    from grader.calibration import Calibration, load_calibration
    from grader.engine import MAX_ANSWER_CHARS, default_grader, grade, grade_many
    from grader.offline import OfflineGrader

    __version__: str

__all__ = [
    "MAX_ANSWER_CHARS",
    "Bank",
    "Calibration",
    "Evidence",
    "Grade",
    "Grader",
    "InputError",
    "Judgment",
    "OfflineGrader",
    "Pack",
    "PackError",
    "Point",
    "Question",
    "Reading",
    "Sample",
    "TableError",
    "UnknownQuestionError",
    "VivaError",
    "__version__",
    "default_grader",
    "grade",
    "grade_many",
    "load_bank",
    "load_calibration",
    "load_pack",
    "question_from_reference",
]

_HOMES = {
    "grader.bank": ("Bank", "Pack", "load_bank", "load_pack", "question_from_reference"),
    "grader.calibration": ("Calibration", "load_calibration"),
    "grader.engine": ("MAX_ANSWER_CHARS", "default_grader", "grade", "grade_many"),
    "grader.offline": ("OfflineGrader",),
    "grader.signature": ("VERSION",),  # which is what __version__ says
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    wanted = "VERSION" if name == "__version__" else name
    if wanted not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME_OF[wanted]), wanted)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
