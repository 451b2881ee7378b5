"""The commands ``study ...``: what learners left behind, at the command line.

What they need is imported when a command runs, so that the other commands stay as quick as before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import JsonOption, PackOption
from grader.cli.shapes import printable, to_json
from grader.errors import InputError
from study.command_world import LearnerOption, drafts_of, many, opened, the_learner
from study.errors import StudyError
from study.replay_command import replay as replay  # noqa: PLC0414 - the command line finds all commands here

if TYPE_CHECKING:
    from grader.cli.world import World
    from study.store import Store

study = typer.Typer(
    name="study",
    help="What learners left behind: answers, reviews, disputes. Count it, export it, import it, delete it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@study.command()
def info(context: typer.Context, as_json: JsonOption = False) -> None:
    """Say where everything is kept, how much room it takes, and how much of what there is."""
    with opened(context.obj) as store:
        drafts = drafts_of(context.obj)
        with store.reading() as tx:
            learners = tx.learners()
            found = {
                "database": store.place,
                "bytes": store.size(),
                "drafts_file": str(drafts.path),
                "learners": len(learners),
                "answers": sum(one.answers for one in learners),
                "reviews": sum(1 for _ in tx.logged_reviews()),
                "disputes": len(tx.disputes()),
                "proposed_aliases": len(tx.proposals(status="proposed")),
                "drafts": len(drafts.drafts()),
            }
        backups = [str(path) for path in store.backups()]
    if as_json:
        typer.echo(to_json({**found, "backups": backups}))
        return
    size = "" if found["bytes"] is None else f" ({size_text(int(str(found['bytes'])))})"
    typer.echo(printable(f"{found['database']}{size}"))
    for name in ("learners", "answers", "reviews", "disputes", "proposed_aliases", "drafts"):
        typer.echo(f"  {name.replace('_', ' ')}: {found[name]:,}")
    for path in backups:
        typer.echo(printable(f"  copy from before an update: {path}"))


@study.command()
def learners(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the learners with the number of their answers and when the first and the last was given (UTC)."""
    with opened(context.obj) as store, store.reading() as tx:
        found = tx.learners()
    if as_json:
        rows = [
            {
                "learner": one.learner,
                "answers": one.answers,
                "first": None if one.first is None else one.first.isoformat(),
                "last": None if one.last is None else one.last.isoformat(),
            }
            for one in found
        ]
        typer.echo(to_json(rows))
        return
    for one in found:
        span = f", {one.first:%Y-%m-%d %H:%M} to {one.last:%Y-%m-%d %H:%M}" if one.first and one.last else ""
        typer.echo(f"{printable(one.learner)}  {many(one.answers, 'answer')}{span}")


@study.command("export")
def export_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where it goes; - for standard output.")],
    learner: LearnerOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write everything into one JSON Lines file: answers, grades, reviews, disputes, plans, settings and drafts."""
    from study.transfer import export_lines

    path = Path(file)
    if file != "-" and path.exists() and not force:
        raise InputError(f"{file}: is there already; --force writes over it")
    with opened(context.obj) as store:
        drafts = drafts_of(context.obj)
        one = the_learner(store, drafts, learner)
        lines = export_lines(store, one, drafts, now=context.obj.now)
        if file == "-":
            for line in lines:
                typer.echo(line, nl=False)
            return
        number = _write(path, lines) - 2
    typer.echo(printable(f"{many(number, 'record')}: {file}"), err=True)


def _write(path: Path, lines: Iterator[str]) -> int:
    """Write a file that is whole or not there; return its number of lines."""
    part = path.with_name(f"{path.name}.part")
    number = 0
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line)
                number += 1
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    return number


@study.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An export; - for standard input.")],
    as_learner: Annotated[
        str | None,
        typer.Option("--as", metavar="ID", help="Give all of it to this learner (32 characters, as in the app)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in an export, whole or not at all. What is here already stays; twice imports once."""
    from study.drafts import is_learner_id
    from study.transfer import import_lines

    if as_learner is not None and not is_learner_id(as_learner):
        raise InputError(f"--as: {as_learner[:80]!r}: a learner's id has 32 characters, 0 to 9 and a to f")
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}:{line}: is not UTF-8, so it is no export, or damaged") from None
    shown = "standard input" if file == "-" else file
    with opened(context.obj, make=True) as store:
        try:
            report = import_lines(
                store, text.split("\n"), now=context.obj.now, as_learner=as_learner, drafts=drafts_of(context.obj)
            )
        except StudyError as error:
            raise InputError(f"{shown}: {error}") from error
    added, present = dict(report.added), dict(report.present)
    if as_json:
        typer.echo(to_json({"added": added, "present": present, "learners": report.learners}))
        return
    told = ", ".join(many(number, name) for name, number in added.items()) or "nothing"
    typer.echo(f"added: {told}; {many(sum(present.values()), 'record')} here already", err=True)


@study.command()
def delete(
    context: typer.Context,
    learner: LearnerOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. Nothing brings it back but an export.")] = False,
) -> None:
    """Delete all that a learner, or everybody, left behind, and what models replied, from the bytes of the files too."""
    from grader.llm.cache import cache_file, clear
    from study.erasing import erase

    with opened(context.obj) as store:
        drafts = drafts_of(context.obj)
        one = the_learner(store, drafts, learner)
        whose = "everybody" if one is None else f"learner {one}"
        if not yes:
            if not sys.stdin.isatty():
                raise InputError(f"this deletes everything of {whose}; --yes says that it is meant")
            typer.confirm(f"Delete everything of {whose}?", abort=True, err=True)
        gone = erase(store, one, drafts)
        replies = cache_file(context.obj.environment)
        try:
            clear(replies)
        except OSError as error:
            raise InputError(f"{replies}: cannot be removed: {error.strerror or error}") from None
    told = [many(gone.answers, "answer"), many(gone.drafts, "draft")]
    if gone.copies:
        told.append(f"{many(len(gone.copies), 'database')} from before an update")
    typer.echo(f"deleted: {', '.join(told)}, and what models replied", err=True)


@study.command()
def rebuild(context: typer.Context, learner: LearnerOption = None) -> None:
    """Derive the schedule anew from the review log, which is the fact."""
    from study.trainer import Trainer

    with opened(context.obj) as store:
        for one in _each(store, context.obj, learner):
            typer.echo(f"{printable(one)}  {many(Trainer(store, {}).rebuild(one, context.obj.now), 'point')}")


@study.command()
def fit(context: typer.Context, learner: LearnerOption = None) -> None:
    """Fit the scheduler's parameters to a learner's own reviews (400 or more); adopted only where they predict better."""
    from study.trainer import Trainer

    with opened(context.obj) as store:
        for one in _each(store, context.obj, learner):
            try:
                found = Trainer(store, {}).fit(one, context.obj.now)
            except StudyError as error:
                if learner is not None:
                    raise
                typer.echo(printable(f"{one}  {error}"))
                continue
            losses = f"log loss {found.loss_before:.4f} before, {found.loss_after:.4f} after, on {found.held_out:,} later reviews"
            typer.echo(printable(f"{one}  {'adopted' if found.better else 'not adopted'}: {losses}"))


def _each(store: Store, world: World, learner: str | None) -> list[str]:
    one = the_learner(store, drafts_of(world), learner)
    if one is not None:
        return [one]
    with store.reading() as tx:
        return [summary.learner for summary in tx.learners()]


@study.command()
def aliases(
    context: typer.Context,
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="ID", help="Put this one into its pack, a file of YAML.")
    ] = None,
    reject: Annotated[str | None, typer.Option("--reject", metavar="ID", help="Say no to this one.")] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the paraphrases that disputes propose as aliases, and what each would change; accept or reject one."""
    from study.alias_command import decide, listed

    if accept is not None and reject is not None:
        raise typer.BadParameter("give one of --accept and --reject", param_hint="--accept")
    with opened(context.obj) as store:
        if accept is not None or reject is not None:
            told = decide(store, accept or reject or "", pack or (), is_yes=accept is not None, now=context.obj.now)
            typer.echo(printable(told), err=True)
            return
        rows = listed(store, pack or ())
    if as_json:
        typer.echo(to_json([row.as_json() for row in rows]))
        return
    for row in rows:
        typer.echo(printable(f"{row.proposal.id}  {row.proposal.ref.question_id} / {row.proposal.ref.point_id}"))
        typer.echo(printable(f"  “{row.proposal.text}”"))
        typer.echo(printable(f"  {row.told}"))
    if not rows:
        typer.echo("no alias is proposed", err=True)


def size_text(size: int) -> str:
    """Put a number of bytes into words.

    >>> size_text(0), size_text(1_536_000)
    ('0.0 MB', '1.5 MB')
    """
    return f"{size / 1e6:.1f} MB"
