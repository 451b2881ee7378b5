"""Grade a table of answers through the OpenAI Batch API: half the price, within a day, and safe to stop at any time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from grader.bank import Bank
from grader.batch.concurrent import ModelSummary, WhenSpent, grade_csv_at_once
from grader.batch.estimate import ask_about, different_answers
from grader.llm.openai_batch import BatchAsker, BatchJob, Tell
from grader.types import Grade, Question

MOST_ROUNDS = 6
"""First looks, second looks, what expired, and what a budget kept back: so many times a batch may follow another."""
_AT_ONCE = 8


def state_file(target: Path) -> Path:
    """Return the file beside the output that keeps track of its batches until they are all fetched.

    >>> state_file(Path("graded.csv")).name
    'graded.csv.batch'
    """
    return target.with_name(target.name + ".batch")


async def grade_csv_in_batches(
    source: Path,
    target: Path,
    *,
    bank: Bank,
    grade: Callable[[Question, str], Awaitable[Grade]],
    asker: BatchAsker,
    job: BatchJob,
    when_spent: WhenSpent = "offline",
    tell: Tell = lambda _line: None,
) -> ModelSummary:
    """Grade ``source`` to ``target`` with a grader whose requests go to ``asker``, which collects them for ``job``.

    Stopped and called again with the same store, it fetches what is under way, and sends only what was never sent. Raises
    TableError as grading does, and LlmFailure where the server takes no batch.
    """
    for _ in range(MOST_ROUNDS):
        await job.finish(tell)
        asker.begin()
        for question, answer in different_answers(source, bank):
            await ask_about(grade, question, answer)
            if asker.failure is not None:
                raise asker.failure
        await job.send()
        if not asker.sent:
            break
        tell(f"{asker.sent} requests sent")
    await job.finish(tell)
    asker.is_collecting = False
    asker.begin()
    return await grade_csv_at_once(source, target, bank=bank, grade=grade, at_once=_AT_ONCE, when_spent=when_spent)
