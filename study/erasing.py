"""Everything that a learner left behind, gone for good: also from the bytes of the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from study.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from study.drafts import DraftStore
    from study.store import Store


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted: answers and drafts by number, and the copies of the database that lay beside it."""

    answers: int
    drafts: int
    copies: tuple[Path, ...]


def erase(store: Store, learner: str | None = None, drafts: DraftStore | None = None) -> Erased:
    """Delete all that a learner left behind, or everybody, and rewrite the files so that nothing of it can be read there.

    Copies of the database from before a migration go as a whole, since they hold it too. What models replied may quote an
    answer and is remembered elsewhere (``grader.llm.cache``). Raises StoreError; run again, it goes on where it stopped.
    """
    with store.writing() as tx:
        everybody = [one.learner for one in tx.learners()] if learner is None else [learner]
        answers = sum(tx.delete_learner(one) for one in everybody)
    gone = 0 if drafts is None else drafts.erase(learner)
    store.vacuum()
    copies = store.backups()
    for copy in (*copies, *_unfinished(store)):
        try:
            copy.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{copy}: this copy of the database cannot be removed ({error.strerror or error})"
            ) from error
    return Erased(answers, gone, copies)


def _unfinished(store: Store) -> list[Path]:
    """Return copies that a program stopped short of finishing, which hold what it had written by then."""
    return [] if store.path is None else sorted(store.path.parent.glob(f"{store.path.name}.*.unfinished"))
