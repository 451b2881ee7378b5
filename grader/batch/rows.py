"""From the cells of a row to the question that it is about and the answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from grader.bank import Bank, question_from_reference
from grader.batch.table import Table
from grader.errors import TableError
from grader.language import is_code
from grader.types import Question

INPUT_COLUMNS = ("question_id", "question", "reference", "language", "answer")
REFERENCE_SEPARATOR = "|||"
_QUESTIONS_KEPT = 1_000


class RowReader:
    """Reads the rows of a table of answers.

    A row names its question by ``question_id``, or brings one along as ``question`` and ``reference`` (references joined by
    ``|||``) in a ``language``, which is detected where it is left out; where it has both, the reference counts. Raises
    TableError for a table that lacks a column.
    """

    def __init__(self, table: Table, bank: Bank) -> None:
        _require_columns(table)
        self._width = len(table.header)
        self._places = {name: table.column(name) for name in INPUT_COLUMNS}
        self._bank = bank
        self._compiled = lru_cache(maxsize=_QUESTIONS_KEPT)(_compile)

    def read(self, cells: Sequence[str]) -> tuple[Question, str]:
        """Return question and answer of a row. Raises a VivaError that says what is wrong with it."""
        if len(cells) > self._width:
            rest = " | ".join(cells[self._width :])
            raise TableError(f"the row has {len(cells)} cells for {self._width} columns; left over: {rest}")
        answer = self._cell(cells, "answer")
        if answer is None:
            raise TableError(f"the row ends before the answer: {len(cells)} cells for {self._width} columns")
        return self._question(cells), answer

    def _question(self, cells: Sequence[str]) -> Question:
        reference = self._cell(cells, "reference")
        name = self._cell(cells, "question_id")
        if reference and reference.strip():
            language = (self._cell(cells, "language") or "").strip()
            if language and not is_code(language):
                raise TableError(f"{language[:40]!r} is no language code, such as 'de' or 'pt-BR'")
            return self._compiled(self._cell(cells, "question") or "", reference, language or None)
        if name is None:
            raise TableError("the row has no reference")
        if not name.strip():
            raise TableError("the row names no question")
        return self._bank.get(name.strip())

    def _cell(self, cells: Sequence[str], name: str) -> str | None:
        place = self._places[name]
        return cells[place] if place is not None and place < len(cells) else None


def split_references(text: str) -> list[str]:
    """Return the references that a cell or an option joins.

    >>> split_references("It drifts. ||| It changes. |||")
    ['It drifts.', 'It changes.']
    """
    return [part.strip() for part in text.split(REFERENCE_SEPARATOR) if part.strip()]


def _require_columns(table: Table) -> None:
    has = {name: table.column(name) is not None for name in INPUT_COLUMNS}
    missing = [] if has["answer"] else ["'answer'"]
    if not has["question_id"] and not (has["question"] and has["reference"]):
        if has["question"] or has["reference"]:
            missing.append("'reference'" if has["question"] else "'question'")
        else:
            missing.append("'question_id' (or 'question' and 'reference')")
    if missing:
        shown = ", ".join(repr(title) for title in table.header[:10]) + (", ..." if len(table.header) > 10 else "")
        raise TableError(f"{table.path}:1: there is no column {' and no column '.join(missing)}; there is {shown}")


def _compile(prompt: str, reference: str, language: str | None) -> Question:
    return question_from_reference(prompt, split_references(reference), language=language)
