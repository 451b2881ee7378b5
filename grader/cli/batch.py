"""The command ``batch``: a table of answers in, the same table with grades out; with a model where one is set up."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.bank import Bank, load_bank
from grader.batch import grade_csv
from grader.cli.llm_options import (
    NO_MODEL,
    Asked,
    BaseUrlOption,
    CacheOption,
    JudgesOption,
    LlmOption,
    MaxCostOption,
    MaxTokensOption,
    ModelOption,
    cache_file,
    set_up,
)
from grader.cli.options import CalibrationOption, PackOption, grader_for
from grader.cli.shapes import printable, usage_text
from grader.engine import grade
from grader.errors import InputError
from grader.llm.cost import Prices, default_prices, dollars, load_prices
from grader.offline import OfflineGrader

if TYPE_CHECKING:
    from grader.batch.concurrent import ModelSummary
    from grader.batch.estimate import AsyncGrade, TableEstimate
    from grader.llm.budget import Budget
    from grader.llm.cache import Cache
    from grader.llm.client import Client
    from grader.llm.settings import Endpoint, LlmSettings
    from grader.llm.types import Asker

AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class _Job:
    """What the options of one run come to, where a model is asked."""

    source: Path
    target: Path
    bank: Bank
    offline: OfflineGrader
    asked: Asked
    endpoint: Endpoint
    settings: LlmSettings
    cache_file: Path | None
    prices: Prices
    when_spent: Literal["offline", "later"]
    at_once: int
    yes: bool
    in_batches: bool


def batch(
    context: typer.Context,
    answers: Annotated[
        Path,
        typer.Argument(
            metavar="ANSWERS.csv", help="CSV with question_id and answer, or question, reference and answer."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="GRADED.csv", help="Where the grades go.")],
    pack: PackOption = None,
    calibration: CalibrationOption = None,
    llm: LlmOption = "auto",
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    judges: JudgesOption = 1,
    cache: CacheOption = True,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    when_spent: Annotated[
        Literal["offline", "later"],
        typer.Option("--when-spent", help="What becomes of the rest when --max-cost or --max-tokens is reached."),
    ] = "offline",
    prices: Annotated[
        Path | None, typer.Option("--prices", metavar="FILE", help="A table of prices (TOML) instead of Viva's.")
    ] = None,
    at_once: Annotated[
        int,
        typer.Option("--at-once", metavar="N", min=1, max=512, help="How many answers a model is asked about at once."),
    ] = AT_ONCE,
    openai_batch: Annotated[
        bool,
        typer.Option(
            "--openai-batch",
            help="Use the OpenAI Batch API: half the price, within a day. Run again to go on after a stop.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on after the estimate.")] = False,
) -> None:
    """Grade a table of answers: the same table again, with score, verdict, points and feedback added."""
    asked = Asked(llm, model, base_url, judges, cache, max_cost, max_tokens)
    environment = context.obj.environment
    found = set_up(asked, environment)
    bank = load_bank(*pack or ())
    if found is None:
        if openai_batch:
            raise InputError(NO_MODEL)
        _offline(answers, output, bank, grader_for(calibration))
        return
    endpoint, settings = found
    table = default_prices() if prices is None else load_prices(prices)
    job = _Job(
        answers,
        output,
        bank,
        grader_for(calibration),
        asked,
        endpoint,
        settings,
        cache_file(environment) if cache else None,
        table,
        when_spent,
        at_once,
        yes,
        openai_batch,
    )
    asyncio.run(_with_model(job))


def _offline(answers: Path, output: Path, bank: Bank, offline: OfflineGrader) -> None:
    summary = grade_csv(answers, output, bank=bank, grade=partial(grade, grader=offline), progress=_progress())
    _tell_rows(summary.rows, summary.failed, 0, output)


async def _with_model(job: _Job) -> None:
    """Estimate, ask whether to go on, grade, and say what it took."""
    # What talks to servers is not loaded by those who never ask one.
    from grader.llm.budget import Budget
    from grader.llm.cache import Cache
    from grader.llm.capability import Memory
    from grader.llm.client import Client
    from grader.llm.probe import settled
    from grader.llm.types import LlmFailure

    async with AsyncExitStack() as closing:
        cache = None if job.cache_file is None else closing.enter_context(Cache(job.cache_file))
        client = await closing.enter_async_context(Client(job.endpoint, memory=Memory(job.endpoint.address, cache)))
        try:
            settings = await settled(client, job.settings)
        except LlmFailure as failure:
            if job.asked.mode == "required" or job.in_batches:
                raise
            typer.echo(f"no model is asked: {printable(str(failure))}", err=True)
            _offline(job.source, job.target, job.bank, job.offline)
            return
        if job.asked.max_cost is not None and job.prices.price(settings.model) is None:
            told = f"--max-cost: the price of {settings.model!r} is unknown; give it with --prices, or use --max-tokens"
            raise InputError(told)
        await _estimate(job, settings, cache)
        budget = Budget(job.asked.max_cost, job.asked.max_tokens)
        act = _in_batches if job.in_batches else _at_once
        summary, told = await act(job, client, settings, cache, budget)
        _tell_rows(summary.rows, summary.failed, summary.left, job.target)
        typer.echo(f"model {printable(settings.model)}: {told}", err=True)
        if cache is not None and cache.trouble is not None:
            typer.echo(f"the cache {printable(cache.trouble)}", err=True)


async def _estimate(job: _Job, settings: LlmSettings, cache: Cache | None) -> None:
    from grader.batch.estimate import estimate_table

    found = await estimate_table(
        job.source,
        bank=job.bank,
        grade_by=lambda asker: _grade_by(asker, job, settings, "auto"),
        prices=job.prices,
        cache=cache,
        is_batch=job.in_batches,
    )
    typer.echo(printable(estimate_text(found, settings.model, second_look=settings.second_look)), err=True)
    if not job.yes and found.found.requests and sys.stdin.isatty():
        typer.confirm("Go on?", abort=True, err=True)


async def _at_once(
    job: _Job, client: Client, settings: LlmSettings, cache: Cache | None, budget: Budget
) -> tuple[ModelSummary, str]:
    from grader.batch.concurrent import grade_csv_at_once
    from grader.llm.cascade import EndpointAsker
    from grader.llm.limiter import Limiter
    from grader.session import guarded

    asker = guarded(EndpointAsker(client, settings, limiter=Limiter(job.at_once)), budget, job.prices, cache)
    summary = await grade_csv_at_once(
        job.source,
        job.target,
        bank=job.bank,
        grade=_grade_by(asker, job, settings, job.asked.mode),
        at_once=job.at_once,
        when_spent=job.when_spent,
        progress=_progress(),
    )
    spent = " (the budget was used up)" if budget.refused else ""
    return summary, usage_text(budget.spent) + spent


async def _in_batches(
    job: _Job, client: Client, settings: LlmSettings, cache: Cache | None, budget: Budget
) -> tuple[ModelSummary, str]:
    from grader.batch.by_openai import grade_csv_in_batches, state_file
    from grader.llm.cache import Cache, clear
    from grader.llm.openai_batch import BatchAsker, BatchJob

    path = state_file(job.target)
    with Cache(path) as store:
        known = client.memory.get(settings.model)
        batches = BatchJob(client, store, sleep=asyncio.sleep, capability=known, is_official=job.endpoint.is_official)
        asker = BatchAsker(batches, job.prices, cache=cache, budget=budget)
        try:
            summary = await grade_csv_in_batches(
                job.source,
                job.target,
                bank=job.bank,
                grade=_grade_by(asker, job, settings, job.asked.mode),
                asker=asker,
                job=batches,
                when_spent=job.when_spent,
                tell=lambda line: typer.echo(printable(line), err=True),
            )
        except asyncio.CancelledError:
            raise InputError(f"stopped; run the same command again to go on ({path} keeps track)") from None
        told = usage_text(asker.taken)
    clear(path)
    return summary, told


def _grade_by(asker: Asker, job: _Job, settings: LlmSettings, mode: str) -> AsyncGrade:
    from grader.hybrid import HybridGrader
    from grader.llm.judge import Judge

    return HybridGrader(job.offline, Judge(asker, settings), "required" if mode == "required" else "auto").grade_answer


def estimate_text(told: TableEstimate, model: str, *, second_look: bool) -> str:
    """Put an estimate into one line that says by which rule it was made."""
    found = told.found
    tokens = f"{found.tokens_in:,} tokens in, {found.tokens_out:,} out, {dollars(found.money)}"
    more = "; second looks and retries come on top" if second_look else "; retries come on top"
    what = f"{told.answers:,} different answers, {found.requests:,} requests to {model}"
    return f"{what}: about {tokens} (four characters a token{more})"


def _progress() -> Callable[[int], None]:
    if not sys.stderr.isatty():
        return lambda _rows: None
    return lambda rows: typer.echo(f"\r{rows} rows", err=True, nl=False)


def _tell_rows(rows: int, failed: int, left: int, output: Path) -> None:
    told = f", {failed} of them could not be graded (see the column error)" if failed else ""
    told += f", {left} of them left for later" if left else ""
    typer.echo(f"{chr(13) if sys.stderr.isatty() else ''}{rows} rows{told}: {printable(str(output))}", err=True)
