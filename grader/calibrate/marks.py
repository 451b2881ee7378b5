"""A CSV of answers with a teacher's marks: checked from end to end before anything is graded."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from grader.bank import Bank
from grader.batch.rows import INPUT_COLUMNS, RowReader
from grader.batch.table import Table, open_table
from grader.engine import MAX_ANSWER_CHARS
from grader.errors import TableError, UnknownQuestionError, VivaError
from grader.types import Question

MARK_COLUMNS = ("mark", "human", "points", "score")
MOST_COLUMNS = ("max_mark", "max_score")
MOST_LEVELS = 100
"""Marks in finer steps than this many to the maximum are compared in this many."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,9}(?:[.,]\d{1,18})?|[.,]\d{1,18})")
# "1,000" may be a thousand or one.
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
# What `viva batch` writes beside its own score.
_WRITTEN = ("low", "high", "signature")


@dataclass(frozen=True, slots=True)
class Row:
    """A marked answer; ``mark`` is in 0..``most``, ``line`` is where its row begins in the file."""

    line: int
    question: Question
    answer: str
    mark: float
    most: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """The marked rows of a table, and what was read where.

    ``most_from`` says in words where the maximum comes from, ``step`` is the teacher's own step between marks, ``unmarked``
    counts rows without a mark, ``sha256`` is that of the file.
    """

    path: Path
    rows: tuple[Row, ...]
    mark_column: str
    most_from: str
    step: float
    unmarked: int
    sha256: str

    @property
    def most(self) -> float | None:
        """The maximum of all rows, or None where they differ."""
        values = {row.most for row in self.rows}
        return values.pop() if len(values) == 1 else None


def read_marks(path: Path, bank: Bank, *, mark_column: str | None = None, max_mark: float | None = None) -> Labelled:
    """Read a table that ``viva batch`` could grade and that has a teacher's marks in a column besides.

    The column is ``mark_column``, or the first of MARK_COLUMNS. The maximum is ``max_mark``; else the row's own in one of
    MOST_COLUMNS; else that of the question in its pack, where no mark is above it and some mark above half of it; else the
    largest mark.
    Rows without a mark are passed over. Raises TableError, one line with file, line and column, for the first fault.
    """
    if max_mark is not None and not (math.isfinite(max_mark) and max_mark > 0):
        raise TableError("--max-mark: must be a number above 0")
    names = MARK_COLUMNS if mark_column is None else (mark_column.strip().casefold(),)
    table = open_table(path, (*INPUT_COLUMNS, *names, *MOST_COLUMNS))
    reader = RowReader(table, bank)
    name = _mark_column(table, names)
    most_column = None if max_mark is not None else next((n for n in MOST_COLUMNS if table.column(n) is not None), None)
    found: list[tuple[int, Question, str, Decimal, Decimal | None]] = []
    unmarked = 0
    for line, cells in table.numbered_rows():
        cell = _cell(table, cells, name)
        if not cell:
            unmarked += 1
            continue
        question, answer = _asked(path, line, reader, cells)
        mark = _number(cell, f"{path}:{line}: column {name!r}")
        most = _most(table, cells, line, most_column) if most_column else None
        found.append((line, question, answer, mark, most))
    largest = max((mark for _, _, _, mark, _ in found), default=Decimal(0))
    if max_mark is not None:
        given, most_from = Decimal(str(max_mark)), "--max-mark"
    elif most_column:
        given, most_from = None, f"the column {most_column!r}"
    elif found and _fits_questions(found, bank):
        given, most_from = None, "the questions' own marks"
    else:
        given, most_from = largest, f"the largest mark in the column {name!r}; --max-mark names another"
    rows, units = [], []
    for line, question, answer, mark, own in found:
        most = given if given is not None else own if own is not None else Decimal(str(question.marks))
        if mark > most:
            raise TableError(
                f"{path}:{line}: column {name!r}: {mark} is more than the maximum, {float(most):g} ({most_from})"
            )
        rows.append(Row(line, question, answer, float(mark), float(most)))
        units += [mark, most]
    step = max(common_step(units), max((row.most for row in rows), default=1.0) / MOST_LEVELS)
    return Labelled(path, tuple(rows), name, most_from, step, unmarked, hashlib.sha256(path.read_bytes()).hexdigest())


def common_step(values: Sequence[Decimal]) -> float:
    """Return the largest step of which all values are multiples; 1 where there is none above 0.

    >>> common_step([Decimal("1.5"), Decimal("0"), Decimal("10")])
    0.5
    """
    places = max((max(0, -int(value.as_tuple().exponent)) for value in values), default=0)
    step = math.gcd(*(int(value.scaleb(places)) for value in values))
    return step / 10**places if step else 1.0


def _mark_column(table: Table, names: Sequence[str]) -> str:
    name = next((name for name in names if table.column(name) is not None), None)
    if name is None:
        wanted = " or ".join(repr(name) for name in names)
        raise TableError(f"{table.path}:1: there is no column {wanted} with the marks; --mark-column names another")
    if len(names) > 1 and name == "score" and all(table.column(other) is not None for other in _WRITTEN):
        told = "the column 'score' looks like the one that viva batch wrote, and these are not a teacher's marks"
        raise TableError(f"{table.path}:1: {told}; --mark-column names the column that has them")
    return name


def _asked(path: Path, line: int, reader: RowReader, cells: Sequence[str]) -> tuple[Question, str]:
    try:
        question, answer = reader.read(cells)
    except UnknownQuestionError as error:
        raise TableError(f"{path}:{line}: column 'question_id': {error}") from None
    except TableError as error:
        raise TableError(f"{path}:{line}: {error}") from None
    except VivaError as error:
        raise TableError(f"{path}:{line}: column 'reference': {error}") from None
    if len(answer) > MAX_ANSWER_CHARS:
        told = f"the answer has {len(answer):,} characters; at most {MAX_ANSWER_CHARS:,} are graded"
        raise TableError(f"{path}:{line}: column 'answer': {told}")
    return question, answer


def _most(table: Table, cells: Sequence[str], line: int, name: str) -> Decimal:
    place = f"{table.path}:{line}: column {name!r}"
    cell = _cell(table, cells, name)
    if not cell:
        raise TableError(f"{place}: is empty")
    most = _number(cell, place)
    if most <= 0:
        raise TableError(f"{place}: must be above 0")
    return most


def _cell(table: Table, cells: Sequence[str], name: str) -> str:
    place = table.column(name)
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _number(cell: str, place: str) -> Decimal:
    if _UNCLEAR.fullmatch(cell):
        raise TableError(f"{place}: {cell!r} may be a thousand or a decimal comma; write it without a comma")
    if not _NUMBER.fullmatch(cell):
        raise TableError(f"{place}: {cell[:40]!r} is no number")
    value = Decimal(cell.replace(",", "."))
    if value < 0:
        raise TableError(f"{place}: {cell} is negative")
    return value


def _fits_questions(found: Sequence[tuple[int, Question, str, Decimal, Decimal | None]], bank: Bank) -> bool:
    """Say whether the marks are on the scales of the packs' questions: none above, and some in the upper half.

    A pack that does not say gives ten marks, and marks from 0 to 5 were hardly given out of ten.
    """
    shares = list(_shares(found, bank))
    return None not in shares and max(share or 0.0 for share in shares) <= 1.0 < 2 * max(
        share or 0.0 for share in shares
    )


def _shares(found: Sequence[tuple[int, Question, str, Decimal, Decimal | None]], bank: Bank) -> Iterator[float | None]:
    own = {id(question) for question in bank.questions}
    for _, question, _, mark, _ in found:
        yield float(mark) / question.marks if id(question) in own else None
