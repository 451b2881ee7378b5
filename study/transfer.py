"""Everything a learner leaves behind as one JSON Lines file, back again, and gone for good.

The first line says what the file is: ``{"type": "viva-export", "version": 1, ...}``. Each line after it is one record with
a ``type``. Cards are not in it, since they follow from the reviews.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from study.drafts import DraftStore
    from study.store import Store

VERSION = 1


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import came to: records added and records that were there already, by type, and learners that they belong to."""

    added: tuple[tuple[str, int], ...]
    present: tuple[tuple[str, int], ...]
    skipped: tuple[tuple[int, str], ...]
    learners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted: rows of the database, drafts, and copies of the database that lay beside it."""

    rows: int
    drafts: int
    copies: tuple[Path, ...]


def export_lines(
    store: Store, learner: str | None = None, drafts: DraftStore | None = None, *, now: datetime
) -> Iterator[str]:
    """Yield the lines of an export, each with its line end; of all learners where none is named."""
    raise NotImplementedError


def import_lines(
    store: Store,
    lines: Iterable[str],
    *,
    now: datetime,
    as_learner: str | None = None,
    drafts: DraftStore | None = None,
) -> ImportReport:
    """Take in an export, whole or not at all; what is there already stays as it is, so that twice imports once.

    ``as_learner`` gives what one learner left to another. Raises ImportProblem, which names the line, for what is no export,
    comes from a newer version, or is broken.
    """
    raise NotImplementedError


def erase(store: Store, learner: str | None = None, drafts: DraftStore | None = None) -> Erased:
    """Delete all that a learner left behind, or everybody: rows, drafts, and the bytes that they leave in the files."""
    raise NotImplementedError
