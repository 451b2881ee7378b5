"""What the commands share: the database and the drafts of this user, and learners named by how their ids begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from grader.errors import InputError
from study.errors import StudyError
from study.places import data_dir, drafts_file

if TYPE_CHECKING:
    from grader.cli.world import World
    from study.drafts import DraftStore
    from study.store import Store

LearnerOption = Annotated[
    str | None,
    typer.Option("--learner", metavar="ID", help="One learner, by id or by how it begins; all without it."),
]


@contextmanager
def opened(world: World, *, make: bool = False) -> Iterator[Store]:
    """Provide the database; each StudyError within becomes the command line's own error, with the same one line.

    Without ``make``, raises InputError where there is no database yet.
    """
    from study.store import Store, default_url

    try:
        url = default_url(world.environment, data_dir(world.environment))
        path = Store(url).path
        if not make and path is not None and not path.exists():
            raise InputError(f"{path}: there is nothing yet; what is answered in the app is kept there")
        store = Store.open(url, now=world.now)
        try:
            yield store
        finally:
            store.close()
    except StudyError as error:
        raise InputError(str(error)) from error


def drafts_of(world: World) -> DraftStore:
    """Return the store of drafts; its file is touched when it is used."""
    from study.drafts import DraftStore

    return DraftStore(drafts_file(world.environment))


def the_learner(store: Store, drafts: DraftStore, given: str | None) -> str | None:
    """Return the learner whose id begins so; None for all. Raises InputError where none does, or several do."""
    if given is None:
        return None
    with store.reading() as tx:
        known = {one.learner for one in tx.learners()} | {learner for learner, _, _ in drafts.drafts()}
    return the_one(given, known, "--learner", "learner")


def the_one(given: str, known: set[str], option: str, what: str) -> str:
    """Return the id that begins with ``given``. Raises InputError where none does, or several do."""
    found = {one for one in known if one == given} or {one for one in known if given and one.startswith(given)}
    if len(found) != 1:
        told = f"{len(found)} ids begin so; give more of it" if found else f"there is no such {what}"
        raise InputError(f"{option}: {given[:80]!r}: {told}")
    return found.pop()


def many(number: int, what: str) -> str:
    """Return a number with its noun, which is one that takes an s, or has it already.

    >>> many(1, "answer"), many(1200, "answer"), many(2, "settings")
    ('1 answer', '1,200 answers', '2 settings')
    """
    return f"{number:,} {what}{'' if number == 1 or what.endswith('s') else 's'}"
