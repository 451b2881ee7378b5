"""Viva's engine: grade answers in one's own words against the points of a question, with the evidence for each.

>>> import grader
>>> question = grader.question_from_reference("What is drift?", ["The distribution of the data changes."])
>>> grader.grade(question, "The distribution of the data has changed.").score
1.0
"""

from grader.bank import Bank, Pack, load_bank, load_pack, question_from_reference
from grader.calibration import Calibration, load_calibration
from grader.engine import MAX_ANSWER_CHARS, default_grader, grade, grade_many
from grader.errors import InputError, PackError, TableError, UnknownQuestionError, VivaError
from grader.offline import OfflineGrader
from grader.signature import VERSION
from grader.types import Evidence, Grade, Grader, Judgment, Point, Question, Reading, Sample

__version__ = VERSION

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
