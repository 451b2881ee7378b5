"""Many rows at once: the same table in the same order, bounded memory, a budget, and Ctrl-C that keeps what is done."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from grader.bank import Bank, Pack
from grader.batch import grade_csv
from grader.batch.concurrent import (
    LATER,
    MODEL_COLUMNS,
    STOPPED,
    ModelSummary,
    StoppedError,
    WhenSpent,
    grade_csv_at_once,
    model_cells,
)
from grader.batch.run import ADDED_COLUMNS
from grader.errors import InputError, TableError
from grader.llm.budget import Budget, BudgetAsker
from grader.llm.cost import Price, Prices
from grader.llm.types import LlmFailure, Message, Reply, Request
from grader.types import Evidence, Grade, Judgment, Point, Question, Usage

TREES = Question.simple(id="trees", prompt="Which?", points=(Point("oak", "The oak"),), references=("oak",))
BANK = Bank((Pack("pack", "Pack", (TREES,)),))
PRICES = Prices(date=date(2026, 1, 2), models={"m": Price(into=1.0, out=1.0)})


def graded(question: Question, answer: str, usage: Usage | None = None, source: str = "llm:m") -> Grade:
    evidence = (Evidence(0, 1, answer[:1], "llm", 1.0),) if answer else ()
    return Grade(
        question_id=question.id,
        question_version=question.version,
        reading_id=question.readings[0].id,
        judgments=(Judgment("oak", "met" if answer else "unmet", float(bool(answer)), evidence, source=source),),
        score=float(bool(answer)),
        low=0.0,
        high=1.0,
        flags=(),
        feedback="",
        signature="fake:1",
        notes=("a note", "=another"),
        usage=usage or Usage(1, 0, 10, 2, 0, 0.000034),
    )


class Slow:
    """Grades after a while that the answer names in milliseconds, and notes how many are under way."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0

    async def __call__(self, question: Question, answer: str) -> Grade:
        self.asked.append(answer)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if answer == "bad":
                raise InputError("as told")
            await asyncio.sleep(float(answer.split(maxsplit=1)[0]) / 1_000 if answer else 0)
            return graded(question, answer)
        finally:
            self.at_once -= 1


def table(answers: list[str]) -> str:
    return "id,question_id,answer\n" + "".join(f"{place},trees,{answer}\n" for place, answer in enumerate(answers))


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


async def run(
    text: str,
    tmp_path: Path,
    grade: Callable[[Question, str], Awaitable[Grade]],
    at_once: int = 8,
    when_spent: WhenSpent = "offline",
    progress: Callable[[int], None] = lambda _rows: None,
) -> ModelSummary:
    source = tmp_path / "in.csv"
    source.write_text(text, encoding="utf-8")
    return await grade_csv_at_once(
        source,
        tmp_path / "out.csv",
        bank=BANK,
        grade=grade,
        at_once=at_once,
        when_spent=when_spent,
        progress=progress,
    )


def test_the_whole_row(tmp_path: Path) -> None:
    summary = asyncio.run(run("name,question_id,answer\nAda,trees,0 oak\n", tmp_path, Slow()))
    assert summary == ModelSummary(rows=1)
    assert (tmp_path / "out.csv").read_bytes().decode() == (
        "name,question_id,answer,score,low,high,verdict,met,missing,flags,feedback,signature,error,"
        "judged_by,notes,tokens_in,tokens_out,cost\r\n"
        "Ada,trees,0 oak,1,0,1,correct,oak,,,,fake:1,,llm:m,a note; =another,10,2,0.000034\r\n"
    )


def test_rows_keep_their_order_however_long_each_takes(tmp_path: Path) -> None:
    grade = Slow()
    answers = [f"{(place * 7) % 23} {place}" for place in range(200)]
    heard: list[int] = []
    summary = asyncio.run(run(table(answers), tmp_path, grade, at_once=16, progress=heard.append))
    assert summary == ModelSummary(rows=200)
    assert [row["answer"] for row in read(tmp_path / "out.csv")] == answers
    assert heard == list(range(1, 201))
    assert grade.most_at_once == 16


def test_one_slow_row_holds_up_no_others(tmp_path: Path) -> None:
    grade = Slow()
    done: list[float] = []

    async def timed() -> None:
        async def noted(question: Question, answer: str) -> Grade:
            result = await grade(question, answer)
            done.append(asyncio.get_running_loop().time())
            return result

        await run(table(["300 first", *(f"1 {place}" for place in range(100))]), tmp_path, noted, at_once=4)

    asyncio.run(timed())
    assert len(grade.asked) == 101
    # All the others are graded before the first.
    assert done[-1] - done[-2] > 0.05


def test_rows_that_wait_for_a_slow_one_are_bounded(tmp_path: Path) -> None:
    """With the first row never done, no more than a thousand rows are taken from the table."""
    grade = Slow()

    async def stuck() -> None:
        task = asyncio.create_task(
            run(table(["100000 never", *(f"0 {place}" for place in range(3_000))]), tmp_path, grade)
        )
        for _ in range(200):
            await asyncio.sleep(0.01)
            if len(grade.asked) == 1_000:
                break
        await asyncio.sleep(0.05)
        assert len(grade.asked) == 1_000
        task.cancel()
        with pytest.raises(StoppedError, match="stopped with 999 of 3001 rows graded"):
            await task

    asyncio.run(stuck())


def test_equal_answers_are_graded_once_even_under_way(tmp_path: Path) -> None:
    grade = Slow()
    asyncio.run(run(table(["20 Oak", " 20  OAK ", "0 ash", "20 oak"]), tmp_path, grade))
    assert len(grade.asked) == 2
    found = read(tmp_path / "out.csv")
    assert [row["score"] for row in found] == ["1"] * 4
    # What it took is told once, so that a sum over the column is right.
    assert [row["tokens_in"] for row in found] == ["10", "0", "10", "0"]
    assert [row["cost"] for row in found] == ["0.000034", "0.000000", "0.000034", "0.000000"]


def test_a_bad_row_says_why_and_stops_nothing(tmp_path: Path) -> None:
    text = "question_id,answer\ntrees,0 oak\nnone,x\ntrees,bad\ntrees\ntrees,0 ash\n"
    summary = asyncio.run(run(text, tmp_path, Slow()))
    assert summary == ModelSummary(rows=5, failed=3)
    found = read(tmp_path / "out.csv")
    assert [row["error"] for row in found] == [
        "",
        "no question has the id 'none'",
        "as told",
        "the row ends before the answer: 1 cells for 2 columns",
        "",
    ]
    assert {found[1][name] for name in (*ADDED_COLUMNS, *MODEL_COLUMNS) if name != "error"} == {""}


def test_columns_are_the_offline_ones_and_then_the_models(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(table(["0 oak"]), encoding="utf-8")
    grade_csv(source, tmp_path / "offline.csv", bank=BANK, grade=graded)
    asyncio.run(run(table(["0 oak"]), tmp_path, Slow()))
    (offline,), (model,) = read(tmp_path / "offline.csv"), read(tmp_path / "out.csv")
    assert list(model) == [*offline, *MODEL_COLUMNS]
    assert {name: model[name] for name in offline} == offline


@pytest.mark.parametrize(
    ("usage", "cells"),
    [
        (Usage(2, 0, 1_500, 120, 1_000, 0.0123456), ("1500", "120", "0.012346")),
        (Usage(1, 0, 15, 12, 0, None), ("15", "12", "")),
        (Usage(0, 1), ("0", "0", "0.000000")),
    ],
)
def test_what_it_took(usage: Usage, cells: tuple[str, ...]) -> None:
    assert model_cells(graded(TREES, "oak", usage))[2:] == cells


# --- a budget


def with_budget(budget: Budget) -> Callable[[Question, str], Awaitable[Grade]]:
    """Grade with two requests an answer; without the second the grade is an offline one, as HybridGrader does it."""

    class Server:
        async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
            assert deadline is None
            await asyncio.sleep(0.002)
            return Reply(request.model, "stop", Usage(1, tokens_in=30, tokens_out=10))

    asker = BudgetAsker(Server(), budget, PRICES)

    async def grade(question: Question, answer: str) -> Grade:
        request = Request("m", (Message("user", answer),), max_output_tokens=20)
        try:
            await asyncio.gather(asker.ask(request), asker.ask(request))
        except LlmFailure:
            return graded(question, answer, Usage(), source="offline")
        return graded(question, answer)

    return grade


@pytest.mark.parametrize("when_spent", ["offline", "later"])
def test_when_the_budget_is_used_up(when_spent: WhenSpent, tmp_path: Path) -> None:
    budget = Budget(max_tokens=1_000)
    answers = [f"{place} some tree" for place in range(60)]
    summary = asyncio.run(run(table(answers), tmp_path, with_budget(budget), when_spent=when_spent))
    assert 900 < budget.tokens <= 1_000
    found = read(tmp_path / "out.csv")
    assert [row["answer"] for row in found] == answers
    by_model = [row for row in found if row["judged_by"] == "llm:m"]
    rest = [row for row in found if row["judged_by"] != "llm:m"]
    assert 8 <= len(by_model) <= 13
    if when_spent == "offline":
        assert {row["judged_by"] for row in rest} == {"offline"}
        assert all(row["score"] for row in found)
        assert summary == ModelSummary(rows=60)
    else:
        assert {row["error"] for row in rest} == {LATER}
        assert {row["score"] for row in rest} == {""}
        assert summary == ModelSummary(rows=60, left=len(rest))


# --- Ctrl-C


def stopping(text: str, tmp_path: Path, grade: Slow, after: int) -> StoppedError:
    """Cancel the run once so many answers are asked about, as Ctrl-C does."""

    async def stopped() -> None:
        task = asyncio.create_task(run(text, tmp_path, grade, at_once=4))
        for _ in range(5_000):
            if len(grade.asked) == after:
                break
            await asyncio.sleep(0.001)
        task.cancel()
        await task

    with pytest.raises(StoppedError) as caught:
        asyncio.run(stopped())
    return caught.value


def test_stopping_keeps_what_is_done_and_the_whole_table(tmp_path: Path) -> None:
    grade = Slow()
    answers = ["0 a", "0 b", "90000 c", *(f"0 {place}" for place in range(20)), "90000 d", "90000 e", "90000 f", "0 g"]
    stopped = stopping(table(answers), tmp_path, grade, after=26)
    found = read(tmp_path / "out.csv")
    assert [row["answer"] for row in found] == answers
    errors = [row["error"] for row in found]
    assert [errors[place] for place in (2, 23, 24, 25, 26)] == [STOPPED] * 5
    assert errors.count("") == 22
    assert all(row["score"] == "1" for row in found if not row["error"])
    assert stopped.summary == ModelSummary(rows=27, left=5)
    assert (
        str(stopped)
        == f"stopped with 22 of 27 rows graded: {tmp_path / 'out.csv'} has them, and the rest without a grade"
    )
    assert grade.at_once == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_stopping_before_anything_is_done_leaves_an_old_result(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before", encoding="utf-8")
    stopped = stopping(table(["90000 a"] * 2 + ["90000 b"]), tmp_path, Slow(), after=2)
    assert str(stopped) == "stopped with 0 of 3 rows graded: nothing is written"
    assert target.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_fault_in_the_program_is_no_row(tmp_path: Path) -> None:
    async def broken(question: Question, answer: str) -> Grade:
        raise ZeroDivisionError(answer)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(table(["a", "b"]), tmp_path, broken))
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_table_that_cannot_be_read_asks_nothing(tmp_path: Path) -> None:
    grade = Slow()
    with pytest.raises(TableError, match="there is no column 'answer'"):
        asyncio.run(run("question_id,text\na,b\n", tmp_path, grade))
    assert grade.asked == []
