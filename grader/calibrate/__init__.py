"""A teacher's own marks: read from a table, fitted, and held against marks that the fit has not seen.

Loads SciPy and scikit-learn, so nothing but the command ``calibrate`` imports it.
"""

from grader.calibrate.fit import Fitted, fit_marks
from grader.calibrate.marks import Labelled, Row, read_marks
from grader.calibrate.measure import Estimate, Figure, Outcome
from grader.calibrate.write import content, write_whole

__all__ = [
    "Estimate",
    "Figure",
    "Fitted",
    "Labelled",
    "Outcome",
    "Row",
    "content",
    "fit_marks",
    "read_marks",
    "write_whole",
]
