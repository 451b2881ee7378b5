"""The store: one database with everything that learners leave behind, used in short transactions.

store = Store.open(default_url(environment, data_dir), now=now)
with store.writing() as tx:
    tx.add_answer(answer, grade)
with store.reading() as tx:
    tx.last_answer(learner)
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from study.database import WRITES, engine_for, in_memory, told
from study.errors import StoreBusy, StoreError
from study.schema import prepare
from study.transactions import Reading, Writing

URL_VARIABLE = "VIVA_DATABASE_URL"
FILE_NAME = "study.sqlite3"


def default_url(environment: Mapping[str, str], data_dir: Path) -> str:
    """Return the database's address: VIVA_DATABASE_URL, else a SQLite file in ``data_dir``."""
    return environment.get(URL_VARIABLE) or file_url(data_dir / FILE_NAME)


def file_url(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{quote(path.absolute().as_posix(), safe='/:')}"


class Store:
    """One database. Safe to share between threads; a transaction belongs to the thread that opened it.

    Every method, and everything within a transaction, raises StoreError (one line) when the database cannot be used.
    """

    def __init__(self, url: str | URL, *, busy_seconds: float = 30.0) -> None:
        """Name a database without touching it. ``busy_seconds`` is how long to wait for others who write."""
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise StoreError(f"{URL_VARIABLE} is no database address; it looks like sqlite:////folder/file") from error
        named = self.url.get_backend_name() == "sqlite" and not in_memory(self.url)
        self.path = Path(str(self.url.database)) if named else None
        self._busy_seconds = busy_seconds
        self._opened_at: datetime | None = None
        self._file: tuple[int, int] | None = None
        self._prepares = threading.Lock()
        self._mine = threading.local()
        # One connection is all that a database in memory has.
        self._gate = threading.RLock() if in_memory(self.url) else nullcontext()

    @classmethod
    def open(cls, url: str | URL, *, now: datetime, busy_seconds: float = 30.0) -> Store:
        """Open a database: make it where there is none, check it, and bring an older one up to date after a backup."""
        store = cls(url, busy_seconds=busy_seconds)
        store._opened_at = now
        try:
            store._prepare(now)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def place(self) -> str:
        """The database's file, or its address without the password."""
        return str(self.path) if self.path is not None else self.url.render_as_string(hide_password=True)

    @cached_property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for queries of one's own and for tests."""
        return engine_for(self.url, self.place, self._busy_seconds)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read within one transaction, which sees one state of the database throughout."""
        self._follow_file()
        with self._gate, told(self.place), self._reader.connect() as connection, connection.begin():
            yield Reading(connection, self.place)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Write within one transaction: kept on leaving the block (on disk, not just handed over), undone on any exception."""
        if getattr(self._mine, "writes", False):
            raise StoreError(f"{self.place}: a transaction that writes was opened within another one")
        self._follow_file()
        self._mine.writes = True
        try:
            with self._gate, told(self.place), self._writer.begin() as connection:
                yield Writing(connection, self.place)
        finally:
            self._mine.writes = False

    def vacuum(self) -> None:
        """Rewrite the file so that nothing deleted can be read from it any more; a server does so by itself."""
        if self.url.get_backend_name() != "sqlite":
            return
        with self._gate, told(self.place):
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("VACUUM")
                row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.close()
        if row is not None and row[0] != 0:
            raise StoreBusy(f"{self.place}: somebody reads it, so its log still holds what was deleted; try again")

    def size(self) -> int | None:
        """Return the bytes that the SQLite file takes with its log; None where there is no file."""
        if self.path is None:
            return None
        size = 0
        for file in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            with suppress(FileNotFoundError):
                size += file.stat().st_size
        return size

    def backups(self) -> tuple[Path, ...]:
        """Return the copies that were made beside the file before it was brought up to date, the oldest first."""
        return () if self.path is None else tuple(sorted(self.path.parent.glob(f"{self.path.name}.*.backup")))

    def close(self) -> None:
        """Close all connections; the store opens new ones when it is used again."""
        self.engine.dispose()

    @cached_property
    def _reader(self) -> Engine:
        if self.url.get_backend_name() == "postgresql":
            return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return self.engine

    @cached_property
    def _writer(self) -> Engine:
        return self.engine.execution_options(**{WRITES: True})

    def _prepare(self, now: datetime) -> None:
        prepare(self.engine, self.path, self.place, now)
        self._file = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        """Return which file the path names now; None where there is none."""
        if self.path is None:
            return None
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _follow_file(self) -> None:
        """Go over to the file that stands there now, when somebody moved or replaced it: the old one would swallow answers."""
        if self._opened_at is None:
            raise StoreError(f"{self.place}: not opened yet; use Store.open()")
        if self.path is not None and self._identity() != self._file:
            with self._prepares:
                if self._identity() != self._file:
                    self.engine.dispose()
                    self._prepare(self._opened_at)
