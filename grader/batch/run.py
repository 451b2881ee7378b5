"""Grade a table of answers, row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.bank import Bank
from grader.batch.rows import INPUT_COLUMNS, RowReader
from grader.batch.table import open_table, writing
from grader.errors import VivaError
from grader.score import CORRECT, PARTLY
from grader.text import normalize
from grader.types import Grade, Question, Reading

ADDED_COLUMNS = (
    "score",
    "low",
    "high",
    "verdict",
    "met",
    "missing",
    "flags",
    "feedback",
    "signature",
    "error",
)
_ERROR = ADDED_COLUMNS.index("error")
GRADES_KEPT = 10_000

GradeFunction = Callable[[Question, str], Grade]
AnswerKey = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows a table had, and how many of them could not be graded."""

    rows: int
    failed: int


def grade_csv(
    source: Path,
    target: Path,
    *,
    bank: Bank,
    grade: GradeFunction,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Summary:
    """Grade every answer of the CSV ``source`` and write it to ``target``, with ADDED_COLUMNS after its own columns.

    A row names its question by ``question_id``, or brings one along as ``question`` and ``reference`` (references
    joined by ``|||``) in a ``language``, which is detected where it is left out; where it has both, the reference
    counts. A row that cannot be graded says why in ``error``, has no score, and stops nothing. Equal answers to a
    question, after normalisation, are graded once.

    ``progress`` hears the number of rows done. Memory does not grow with the table. Raises TableError, before any
    grading, for a table that cannot be read as one or lacks a column, and where ``target`` cannot be written.
    """
    table = open_table(source, INPUT_COLUMNS)
    grader = _RowGrader(RowReader(table, bank), grade)
    rows = failed = 0
    with writing(table, target, ADDED_COLUMNS) as write:
        for cells in table.rows():
            added = grader.added(cells)
            write(cells, added)
            rows += 1
            failed += bool(added[_ERROR])
            progress(rows)
    return Summary(rows, failed)


def verdict(score: float) -> str:
    """Put a score into one word, by the limits of grader.score.

    >>> verdict(0.8), verdict(0.5), verdict(0.1)
    ('correct', 'partly', 'incorrect')
    """
    if score >= CORRECT:
        return "correct"
    return "partly" if score >= PARTLY else "incorrect"


class _RowGrader:
    """From the cells of a row to those that are added to it."""

    def __init__(self, reader: RowReader, grade: GradeFunction) -> None:
        self._reader = reader
        self._grade = grade
        self._known: dict[AnswerKey, tuple[str, ...]] = {}

    def added(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return one cell for each of ADDED_COLUMNS."""
        try:
            return self._graded(cells)
        except VivaError as error:
            return (*[""] * _ERROR, str(error))

    def _graded(self, cells: Sequence[str]) -> tuple[str, ...]:
        question, answer = self._reader.read(cells)
        key = answer_key(question, answer)
        added = self._known.pop(key, None) or grade_cells(question, self._grade(question, answer))
        # The newest stand last, so the first is the one that has not been asked for longest.
        self._known[key] = added
        if len(self._known) > GRADES_KEPT:
            del self._known[next(iter(self._known))]
        return added


def answer_key(question: Question, answer: str) -> AnswerKey:
    """Return what two answers to a question share exactly when they are equal after normalisation."""
    same = hashlib.sha256(normalize(answer).encode("utf-8", "surrogatepass")).digest()
    return question.id, question.version, same


def grade_cells(question: Question, grade: Grade) -> tuple[str, ...]:
    """Return the cells of a grade: one for each of ADDED_COLUMNS."""
    (reading,) = (reading for reading in question.readings if reading.id == grade.reading_id)
    met, missing = _points(reading, grade)
    return (
        f"{grade.score:g}",
        f"{grade.low:g}",
        f"{grade.high:g}",
        verdict(grade.score),
        "; ".join(met),
        "; ".join(missing),
        "; ".join(grade.flags),
        grade.feedback,
        grade.signature,
        "",
    )


def _points(reading: Reading, grade: Grade) -> tuple[list[str], list[str]]:
    """Return the ids of the points that are met, and of the required ones that are not (or in part)."""
    judged = {judgment.point_id: judgment.verdict for judgment in grade.judgments}
    met = [point for point in reading.points if judged[point.id] == "met" and point.kind != "misconception"]
    enough = reading.required_count is not None and sum(map(reading.counted, met)) >= reading.required_count
    missing = [
        f"{point.id} (partial)" if judged[point.id] == "partial" else point.id
        for point in reading.points
        if point.kind == "required"
        and judged[point.id] in {"partial", "unmet"}
        and not (enough and reading.counted(point))
    ]
    return [point.id for point in met], missing
