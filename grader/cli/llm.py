"""The commands ``llm check`` and ``cache info|clear``: does the model answer, and what is remembered of its replies."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import typer

from grader.cli.llm_options import NO_MODEL, Asked, BaseUrlOption, ModelOption, cache_file, set_up
from grader.cli.options import JsonOption
from grader.cli.shapes import printable, to_json
from grader.errors import InputError
from grader.llm.cache import clear as clear_cache
from grader.llm.cache import info as cache_info

llm = typer.Typer(name="llm", help="The model that judges.", no_args_is_help=True, rich_markup_mode=None)
cache = typer.Typer(
    name="cache", help="Replies of models that are remembered.", no_args_is_help=True, rich_markup_mode=None
)
# With a single command Typer would run that one without its name.
llm.callback()(lambda: None)

_MOST_NAMED = 20


@llm.command()
def check(
    context: typer.Context, model: ModelOption = None, base_url: BaseUrlOption = None, as_json: JsonOption = False
) -> None:
    """Ask the model one short question, and say in words what is wrong if it does not answer; exit status 1 then."""
    from grader.llm.probe import check as probe

    found = set_up(Asked(model=model, base_url=base_url), context.obj.environment)
    if found is None:
        raise InputError(NO_MODEL)
    endpoint, settings = found
    connection = asyncio.run(probe(endpoint, settings))
    if as_json:
        typer.echo(to_json({"address": endpoint.address, **asdict(connection)}))
    else:
        typer.echo(printable(f"{endpoint.address}: {connection.told}"))
        if connection.models:
            more = len(connection.models) - _MOST_NAMED
            named = ", ".join(connection.models[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            typer.echo(printable(f"Models there: {named}"))
    if not connection.ok:
        raise typer.Exit(1)


@cache.command()
def info(context: typer.Context, as_json: JsonOption = False) -> None:
    """Say where the remembered replies are, how many there are, and how much room they take."""
    path = cache_file(context.obj.environment)
    found = cache_info(path)
    if as_json:
        typer.echo(to_json({**asdict(found), "path": str(path), "models": dict(found.models)}))
        return
    typer.echo(printable(f"{path}: {found.replies:,} replies, {_size(found.size)}"))
    for model, replies in found.models:
        typer.echo(printable(f"  {model}: {replies:,}"))
    if found.trouble is not None:
        typer.echo(printable(f"The file {found.trouble}."))


@cache.command()
def clear(context: typer.Context) -> None:
    """Forget all replies."""
    path = cache_file(context.obj.environment)
    try:
        freed = clear_cache(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be removed: {error.strerror or error}") from None
    typer.echo(printable(f"{path}: {_size(freed)} freed" if freed else f"{path}: nothing to clear"))


def _size(size: int) -> str:
    """Put a number of bytes into words.

    >>> _size(0), _size(1_536_000)
    ('0.0 MB', '1.5 MB')
    """
    return f"{size / 1e6:.1f} MB"
