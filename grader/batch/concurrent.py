"""Grade a table of answers with a grader that waits for a server: many rows at once, written in their order."""

from __future__ import annotations

import asyncio
import gc
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.bank import Bank
from grader.batch.rows import INPUT_COLUMNS, RowReader
from grader.batch.run import ADDED_COLUMNS, GRADES_KEPT, AnswerKey, answer_key, grade_cells
from grader.batch.table import WriteRow, open_table, writing
from grader.errors import VivaError
from grader.llm.budget import watching
from grader.types import Grade, Question

MODEL_COLUMNS = ("judged_by", "notes", "tokens_in", "tokens_out", "cost")
"""What stands after ADDED_COLUMNS where a model is asked: who judged, why a judgment is missing or in doubt, and what it took."""
WhenSpent = Literal["offline", "later"]
LATER = "left for later: the budget is used up"
STOPPED = "not graded: stopped before its turn"
# tokens_in, tokens_out and cost of an answer that was said before
_NOTHING = ("0", "0", "0.000000")
_WIDTH = len(ADDED_COLUMNS) + len(MODEL_COLUMNS)
_ERROR = ADDED_COLUMNS.index("error")
# Rows that are done wait here for a slower one before them, so that one slow reply holds up no others.
_ROWS_KEPT = 1_000
_MADE_BETWEEN = 10_000

AsyncGrade = Callable[[Question, str], Awaitable[Grade]]


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """How many rows a table had, how many of them could not be graded, and how many were left for later."""

    rows: int = 0
    failed: int = 0
    left: int = 0


class StoppedError(VivaError):
    """Grading was stopped; what was graded until then is written."""

    def __init__(self, summary: ModelSummary, target: Path) -> None:
        self.summary = summary
        graded = summary.rows - summary.failed - summary.left
        kept = f"{target} has them, and the rest without a grade" if graded else "nothing is written"
        super().__init__(f"stopped with {graded} of {summary.rows} rows graded: {kept}")


async def grade_csv_at_once(
    source: Path,
    target: Path,
    *,
    bank: Bank,
    grade: AsyncGrade,
    at_once: int,
    when_spent: WhenSpent = "offline",
    progress: Callable[[int], None] = lambda _rows: None,
) -> ModelSummary:
    """Grade every answer of the CSV ``source`` and write it to ``target``, as ``grade_csv`` does, ``at_once`` rows at a time.

    MODEL_COLUMNS come after ADDED_COLUMNS. Where the budget of the model is used up, ``when_spent`` says whether the rest of the
    rows are graded without it or left, with the reason in ``error``. Memory does not grow with the table. When the task is
    canceled, as Ctrl-C does, the rows that are done are written, all others stand ungraded in the table, and StoppedError is
    raised; where none is done, nothing is written.
    """
    table = open_table(source, INPUT_COLUMNS)
    run = _Run(RowReader(table, bank), grade, when_spent)
    with collecting_seldom(), writing(table, target, (*ADDED_COLUMNS, *MODEL_COLUMNS)) as write:
        rows = table.rows()
        try:
            await run.all(rows, write, at_once, progress)
        except asyncio.CancelledError:
            run.write_rest(rows, write)
            if not run.graded:
                raise StoppedError(run.summary, target) from None
            stopped = True
        else:
            stopped = False
        finally:
            await run.cancel()
    if stopped:
        raise StoppedError(run.summary, target)
    return run.summary


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have Python look for circular garbage less often: what hundreds of requests under way hold is looked through each time.

    That took a tenth of the time. The process has its own setting back in the end.

    >>> with collecting_seldom():
    ...     gc.get_threshold()[0] >= 10_000
    True
    """
    before = gc.get_threshold()
    if before[0]:  # else it does not look at all
        gc.set_threshold(max(before[0], _MADE_BETWEEN), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """One table on its way: rows that wait, rows under way, rows that are done and not yet written."""

    def __init__(self, reader: RowReader, grade: AsyncGrade, when_spent: WhenSpent) -> None:
        self._reader, self._grade, self._when_spent = reader, grade, when_spent
        self._known: dict[AnswerKey, asyncio.Task[tuple[str, ...]]] = {}
        self._pending: deque[tuple[list[str], asyncio.Task[tuple[str, ...]] | tuple[str, ...]]] = deque()
        self._active: set[asyncio.Task[tuple[str, ...]]] = set()
        # The places of rows whose answer an earlier row has as well: what it took is told there.
        self._repeats: set[int] = set()
        self._moved = asyncio.Event()
        self._rows = self._failed = self._left = 0

    @property
    def summary(self) -> ModelSummary:
        return ModelSummary(self._rows, self._failed, self._left)

    @property
    def graded(self) -> int:
        return self._rows - self._failed - self._left

    async def all(
        self, rows: Iterator[list[str]], write: WriteRow, at_once: int, progress: Callable[[int], None]
    ) -> None:
        kept = max(_ROWS_KEPT, 4 * at_once)
        more = True
        while more or self._pending:
            while more and len(self._active) < at_once and len(self._pending) < kept:
                cells = next(rows, None)
                if cells is None:
                    more = False
                else:
                    self._pending.append((cells, self._begin(cells)))
            self._moved.clear()
            while self._pending and _is_done(self._pending[0][1]):
                cells, found = self._pending.popleft()
                self._write(write, cells, found.result() if isinstance(found, asyncio.Task) else found)
                progress(self._rows)
            if self._pending and (not more or len(self._active) >= at_once or len(self._pending) >= kept):
                await self._moved.wait()

    def write_rest(self, rows: Iterator[list[str]], write: WriteRow) -> None:
        """Write what is done, and all other rows without a grade."""
        if not self.graded and not any(_is_done(found) for _, found in self._pending):
            self._left += len(self._pending) + sum(1 for _ in rows)
            self._rows += self._left
            return
        for cells, found in self._pending:
            done = _is_done(found) and not (
                isinstance(found, asyncio.Task) and (found.cancelled() or found.exception())
            )
            added = found.result() if isinstance(found, asyncio.Task) and done else found
            self._write(write, cells, added if isinstance(added, tuple) else _refused(STOPPED))
        for cells in rows:
            self._write(write, cells, _refused(STOPPED))

    async def cancel(self) -> None:
        for task in self._active:
            task.cancel()
        # Those that are done as well: nobody else asks what became of them.
        begun = {task for _, task in self._pending if isinstance(task, asyncio.Task)}
        await asyncio.gather(*(begun | self._active), return_exceptions=True)

    def _write(self, write: WriteRow, cells: Sequence[str], added: tuple[str, ...]) -> None:
        error = added[_ERROR]
        if self._rows in self._repeats:
            self._repeats.discard(self._rows)
            added = added if error else (*added[: -len(_NOTHING)], *_NOTHING)
        write(cells, added)
        self._rows += 1
        is_left = error in {LATER, STOPPED}
        self._left += is_left
        self._failed += bool(error) and not is_left

    def _begin(self, cells: Sequence[str]) -> asyncio.Task[tuple[str, ...]] | tuple[str, ...]:
        try:
            question, answer = self._reader.read(cells)
        except VivaError as error:
            return _refused(str(error))
        key = answer_key(question, answer)
        known = self._known.pop(key, None)
        task = known or asyncio.create_task(self._added(question, answer))
        if known is None:
            self._active.add(task)
            task.add_done_callback(self._end)
        # The newest stand last, so the first is the one that has not been asked for longest.
        self._known[key] = task
        if len(self._known) > GRADES_KEPT:
            del self._known[next(iter(self._known))]
        if known is not None:
            self._repeats.add(len(self._pending) + self._rows)
        return task

    def _end(self, task: asyncio.Task[tuple[str, ...]]) -> None:
        self._active.discard(task)
        self._moved.set()

    async def _added(self, question: Question, answer: str) -> tuple[str, ...]:
        """Return one cell for each of ADDED_COLUMNS and MODEL_COLUMNS."""
        try:
            with watching() as watch:
                grade = await self._grade(question, answer)
        except VivaError as error:
            return _refused(LATER if watch.refused and self._when_spent == "later" else str(error))
        if watch.refused and self._when_spent == "later":
            return _refused(LATER)
        return (*grade_cells(question, grade), *model_cells(grade))


def model_cells(grade: Grade) -> tuple[str, ...]:
    """Return the cells of what a model did: one for each of MODEL_COLUMNS; ``cost`` is empty where the price is unknown."""
    sources = dict.fromkeys(judgment.source for judgment in grade.judgments)
    usage = grade.usage
    money = None if usage is None else usage.money
    return (
        "; ".join(sorted(sources)),
        "; ".join(grade.notes),
        "0" if usage is None else str(usage.tokens_in),
        "0" if usage is None else str(usage.tokens_out),
        "0" if usage is None else "" if money is None else f"{money:.6f}",
    )


def _refused(told: str) -> tuple[str, ...]:
    cells = [""] * _WIDTH
    cells[_ERROR] = told
    return tuple(cells)


def _is_done(found: asyncio.Task[tuple[str, ...]] | tuple[str, ...]) -> bool:
    return not isinstance(found, asyncio.Task) or found.done()
