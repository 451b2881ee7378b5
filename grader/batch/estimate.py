"""What a table of answers will take of a model, before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.bank import Bank
from grader.batch.rows import INPUT_COLUMNS, RowReader
from grader.batch.run import answer_key
from grader.batch.table import open_table
from grader.errors import VivaError
from grader.llm.cache import Cache, request_key
from grader.llm.cost import Estimate, Prices, estimate
from grader.llm.types import Asker, LlmFailure, Reply, Request
from grader.types import Grade, Question

TRIED = 200
"""So many different answers are looked at; the rest of a table is reckoned to be like them."""

AsyncGrade = Callable[[Question, str], Awaitable[Grade]]


class CountingAsker:
    """Sends nothing: it notes what would be sent, each request once; ``cache`` is what need not be."""

    def __init__(self, prices: Prices, cache: Cache | None = None, *, is_batch: bool = False) -> None:
        self._prices, self._cache, self._is_batch = prices, cache, is_batch
        self._seen: set[str] = set()
        self.found = Estimate(0, 0, 0, 0.0)

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Return the reply that is remembered, or note the request and raise LlmFailure."""
        del deadline  # nothing takes time here
        key = request_key(request)
        known = None if self._cache is None else self._cache.find(key)
        if known is not None:
            return known
        if key not in self._seen:
            self._seen.add(key)
            self.found = self.found.plus(estimate([request], self._prices, is_batch=self._is_batch))
        raise LlmFailure("canceled", "only counted")


@dataclass(frozen=True, slots=True)
class TableEstimate:
    """How many different answers a table has, and what grading them will take, second looks not counted."""

    answers: int
    found: Estimate


async def estimate_table(
    source: Path,
    *,
    bank: Bank,
    grade_by: Callable[[Asker], AsyncGrade],
    prices: Prices,
    cache: Cache | None = None,
    is_batch: bool = False,
    tried: int = TRIED,
) -> TableEstimate:
    """Estimate a table by the requests of its first ``tried`` answers. Raises TableError as grading does.

    ``grade_by`` makes a function that grades with an asker.
    """
    asker = CountingAsker(prices, cache, is_batch=is_batch)
    grade = grade_by(asker)
    answers = 0
    for question, answer in different_answers(source, bank):
        answers += 1
        if answers <= tried:
            await ask_about(grade, question, answer)
    return TableEstimate(answers, asker.found.scaled(answers / min(answers, tried)) if answers else asker.found)


def different_answers(source: Path, bank: Bank) -> Iterator[tuple[Question, str]]:
    """Yield the answers of a table with their questions, equal ones once, rows that cannot be read not at all."""
    table = open_table(source, INPUT_COLUMNS)
    reader = RowReader(table, bank)
    seen = set()
    for cells in table.rows():
        try:
            question, answer = reader.read(cells)
        except VivaError:
            continue
        key = hash(answer_key(question, answer))
        if key not in seen:
            seen.add(key)
            yield question, answer


async def ask_about(grade: AsyncGrade, question: Question, answer: str) -> None:
    """Grade an answer for the requests that it makes, whatever comes of it."""
    await asyncio.sleep(0)  # so that Ctrl-C gets a turn
    with suppress(VivaError):
        await grade(question, answer)
