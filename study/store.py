"""The store: one database with everything that learners leave behind, used in short transactions.

store = Store.open(default_url(environment, data_dir), now=now)
with store.writing() as tx:
    tx.add_answer(answer, grade)
with store.reading() as tx:
    tx.last_answer(learner)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from study.transactions import Reading, Writing

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

URL_VARIABLE = "VIVA_DATABASE_URL"
FILE_NAME = "study.sqlite3"


def default_url(environment: Mapping[str, str], data_dir: Path) -> str:
    """Return the database's address: VIVA_DATABASE_URL, else a SQLite file in ``data_dir``."""
    raise NotImplementedError


class Store:
    """One database. Safe to share between threads; a transaction belongs to the thread that opened it.

    Every method, and everything within a transaction, raises StoreError (one line) when the database cannot be used.
    """

    def __init__(self, url: str | URL, *, busy_seconds: float = 30.0) -> None:
        """Name a database without touching it. ``busy_seconds`` is how long to wait for others who write."""
        raise NotImplementedError

    @classmethod
    def open(cls, url: str | URL, *, now: datetime, busy_seconds: float = 30.0) -> Store:
        """Open a database: make it where there is none, check it, and bring an older one up to date after a backup."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """The database's file, or its address without the password."""
        raise NotImplementedError

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read within one transaction, which sees one state of the database throughout."""
        raise NotImplementedError
        yield

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Write within one transaction: kept on leaving the block (on disk, not just handed over), undone on any exception."""
        raise NotImplementedError
        yield

    def vacuum(self) -> None:
        """Rewrite the file so that nothing deleted can be read from it any more."""
        raise NotImplementedError

    def size(self) -> int | None:
        """Return the bytes that the SQLite file takes with its log; None for a server."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all connections; the store opens new ones when it is used again."""
        raise NotImplementedError
