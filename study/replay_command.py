"""The command ``replay``: past answers under another calibration, prompt or model, and what that settles and breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.llm_options import (
    Asked,
    BaseUrlOption,
    CacheOption,
    JudgesOption,
    LlmMode,
    MaxCostOption,
    MaxTokensOption,
    ModelOption,
    cache_file,
    set_up,
)
from grader.cli.options import CalibrationOption, JsonOption, PackOption, grader_for
from grader.cli.shapes import printable, to_json, usage_text
from grader.llm.budget import Budget
from grader.types import Usage
from study.command_world import LearnerOption, drafts_of, many, opened, the_learner

if TYPE_CHECKING:
    from grader.offline import OfflineGrader
    from grader.types import Grader
    from study.replay import ReplayReport

_MOST_NAMED = 10
# Most telling first; disputes that stay as they were are only counted.
_NAMED = ("settled", "broken")


def replay(
    context: typer.Context,
    learner: LearnerOption = None,
    pack: PackOption = None,
    calibration: CalibrationOption = None,
    llm: Annotated[
        LlmMode,
        typer.Option(
            "--llm",
            help="auto: ask a model where one is set up; off: ask none; required: refuse where none is set up.",
        ),
    ] = "off",
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", metavar="NAME", help="Ask the model by this prompt, such as judge-1.")
    ] = None,
    judges: JudgesOption = 1,
    cache: CacheOption = True,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Add the new grades to the answers; the learner's own ratings stay.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Grade all past answers again, and say how many disputes that settles and breaks; writes nothing without --apply.

    Offline unless a model is named, by --model, --base-url, --prompt or --llm; an answer that it fails on is told of and keeps its
    grade. A dispute is settled where the point counts as the
    learner said and did not before, broken where it is the other way round.
    """
    from grader.bank import load_bank
    from study.replay import apply as add_grades
    from study.replay import replay as grade_again
    from study.trainer import Trainer

    mode = llm if llm != "off" else "required" if model or base_url or prompt else "off"
    asked = Asked(mode, model, base_url, judges, cache, max_cost, max_tokens)
    questions = {question.id: question for question in load_bank(*pack or ()).questions}
    environment = context.obj.environment
    with opened(context.obj) as store, _grader(asked, prompt, environment, grader_for(calibration)) as (judge, budget):
        one = the_learner(store, drafts_of(context.obj), learner)
        report = grade_again(store, questions, judge, learner=one, progress=_progress())
        if sys.stderr.isatty():
            typer.echo("\r\x1b[K", err=True, nl=False)
        added = add_grades(Trainer(store, questions), report, judge, now=context.obj.now) if apply else None
        spent = None if budget is None else budget.spent
    if as_json:
        typer.echo(to_json(report_json(report, added, spent)))
    else:
        for line in report_lines(report, added, spent):
            typer.echo(printable(line))
    if report.failed and not report.answers:
        raise typer.Exit(1)


@contextmanager
def _grader(
    asked: Asked, prompt: str | None, environment: Mapping[str, str], offline: OfflineGrader
) -> Iterator[tuple[Grader, Budget | None]]:
    """Provide the grader that the options ask for, with the budget that a model keeps to. Raises InputError or LlmFailure."""
    found = set_up(asked, environment)
    if found is None:
        yield offline, None
        return
    # What talks to servers is not loaded by those who never ask one.
    from grader.llm.prompt import load_prompt
    from grader.session import model_session

    endpoint, settings = found
    if prompt is not None:
        settings = settings.model_copy(update={"prompt": load_prompt(prompt).name})
    file = cache_file(environment) if asked.cache else None
    budget = Budget(asked.max_cost, asked.max_tokens)
    # One answer that the model fails on is told of as failed, and stops nothing.
    with model_session(endpoint, settings, offline=offline, cache_file=file, budget=budget) as session:
        if session.failure is not None:
            raise session.failure
        yield session.grader, budget


def _progress() -> Callable[[int, int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda done, wanted: typer.echo(f"\r{done:,} of {wanted:,} answers", err=True, nl=False)


def report_lines(report: ReplayReport, added: int | None, spent: Usage | None = None) -> Iterator[str]:
    """Yield a report for a person, line by line."""
    from study.replay import FATES

    yield f"graded again: {many(report.answers, 'answer')}{' by ' if report.signatures else ''}{', '.join(report.signatures)}"
    counts = ", ".join(f"{report.count(fate)} {fate}" for fate in FATES if report.count(fate) or fate in _NAMED)
    yield f"disputes: {counts}"
    for fate in _NAMED:
        named = [one.dispute for one in report.disputes if one.fate == fate]
        for one in named[:_MOST_NAMED]:
            yield f"  {fate}: {one.ref.question_id} / {one.ref.point_id}: “{_short(one.passage)}”"
        if len(named) > _MOST_NAMED:
            yield f"  and {len(named) - _MOST_NAMED} more {fate}"
    most = report.largest
    if most is None:
        yield "scores: none moved"
    else:
        moved = f"{len(report.moved)} of {report.answers} moved, {report.mean_change:+.3f} on average over all"
        yield f"scores: {moved}; the most: {most.question_id} from {most.before:.2f} to {most.after:.2f}"
    if report.reworded:
        yield f"reworded since: {many(report.reworded, 'answer')} to earlier versions of questions"
    for question_id, number in report.gone:
        yield f"gone: {question_id}, {many(number, 'answer')}: no pack has this question any more"
    for failure in report.failed[:_MOST_NAMED]:
        yield f"not graded: {failure.question_id}, answer {failure.answer_id}: {failure.reason}"
    if len(report.failed) > _MOST_NAMED:
        yield f"not graded: {len(report.failed) - _MOST_NAMED} more"
    if spent is not None:
        yield f"model: {usage_text(spent)}"
    yield "nothing was written; --apply adds the new grades" if added is None else f"written: {many(added, 'grade')}"


def report_json(report: ReplayReport, added: int | None, spent: Usage | None = None) -> dict[str, Any]:
    """Return a report as the JSON that --json prints."""
    from study.replay import FATES

    return {
        "answers": report.answers,
        "signatures": report.signatures,
        "disputes": {fate: report.count(fate) for fate in FATES},
        "fates": [
            {
                "id": one.dispute.id,
                "question_id": one.dispute.ref.question_id,
                "reading_id": one.dispute.ref.reading_id,
                "point_id": one.dispute.ref.point_id,
                "passage": one.dispute.passage,
                "fate": one.fate,
            }
            for one in report.disputes
        ],
        "moved": [asdict(one) for one in report.moved],
        "mean_change": report.mean_change,
        "reworded": report.reworded,
        "gone": dict(report.gone),
        "failed": [asdict(one) for one in report.failed],
        "usage": None if spent is None else asdict(spent),
        "written": added,
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:87] + "..."
