"""Connections to the database, set up so that what was committed stays; and its errors, put into one line each."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from study import errors

_PAUSE_MS = 20

WRITES = "viva_writes"
"""The execution option of connections that write: they take the database's one place for writers at once, when they begin."""

POSTGRESQL_LOCK = 0x56697661
"""The advisory lock that stands for that place in PostgreSQL, which else would let two writers in."""

SETTINGS = {"synchronous": 2, "foreign_keys": 1, "fullfsync": 1, "checkpoint_fullfsync": 1}
"""What every SQLite connection is set to. Synchronous 2 (FULL): a commit returns when the disk has it; fullfsync is for macOS."""

DAMAGED = "the file is damaged or is no database; it was left as it is: move it away, or put a backup in its place"

_SQLITE: tuple[tuple[tuple[str, ...], type[errors.StoreError], str], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), errors.StoreBusy, "another program is writing to it; try again"),
    (
        ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHM"),
        errors.StoreFull,
        "the disk is full or refuses to write; free some space and try again",
    ),
    (("SQLITE_CORRUPT", "SQLITE_NOTADB"), errors.StoreCorrupt, DAMAGED),
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        errors.StoreReadOnly,
        "the file or its folder may not be written; allow it, or name another folder by VIVA_DATA_DIR",
    ),
    (
        ("SQLITE_CANTOPEN",),
        errors.StoreReadOnly,
        "the file cannot be opened; see that its folder is there and may be written, or name another by VIVA_DATA_DIR",
    ),
)
_POSTGRESQL: tuple[tuple[tuple[str, ...], type[errors.StoreError], str], ...] = (
    (("55P03", "57014", "40001", "40P01"), errors.StoreBusy, "others are writing to it; try again"),
    (("53100", "53200"), errors.StoreFull, "the server has no room left; free some space and try again"),
    (("25006", "42501"), errors.StoreReadOnly, "it may not be written; give its user the right to"),
    (("XX001", "XX002"), errors.StoreCorrupt, "the server says that its data are damaged; restore a backup"),
    (
        ("08", "28", "57P", "53300", "3D000"),
        errors.StoreUnreachable,
        "the server refuses; check address, user and password",
    ),
)


def engine_for(url: URL, place: str, busy_seconds: float) -> Engine:
    """Return an engine for ``url``; nothing is opened yet. Raises StoreError where there is no driver for it."""
    is_sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"hide_parameters": True}
    if is_sqlite:
        options["connect_args"] = {"timeout": busy_seconds, "check_same_thread": False}
        options |= {"poolclass": StaticPool} if in_memory(url) else {"pool_size": 5, "max_overflow": -1}
    else:
        options["pool_pre_ping"] = True
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ImportError, ArgumentError) as error:
        raise errors.StoreUnreachable(
            f"{place}: no driver for this address ({one_line(error)}); install it, or mend VIVA_DATABASE_URL"
        ) from error

    @event.listens_for(engine, "handle_error")
    def in_one_line(context: ExceptionContext) -> errors.StoreError | None:
        error = context.sqlalchemy_exception or context.original_exception
        return in_words(error, place) if isinstance(error, SQLAlchemyError) else None

    if is_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def in_memory(url: URL) -> bool:
    """Say whether a SQLite address names no file."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of SQLite's own driver into StoreErrors that name ``place``."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise in_words(error, place) from error


def in_words(error: SQLAlchemyError | sqlite3.Error, place: str) -> errors.StoreError:
    """Return the StoreError that says in one line what happened and what to do; it never quotes what was to be stored."""
    cause: object = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None)
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    for table, code in ((_SQLITE, name), (_POSTGRESQL, state)):
        for prefixes, kind, words in table:
            if isinstance(code, str) and code.startswith(prefixes):
                return kind(f"{place}: {words} ({one_line(cause)})")
    if isinstance(error, DBAPIError) and (error.connection_invalidated or (state is None and name is None)):
        return errors.StoreUnreachable(f"{place}: the server does not answer; see that it runs ({one_line(cause)})")
    return errors.StoreError(f"{place}: the database refused ({one_line(cause)})")


def one_line(error: object) -> str:
    """Return what an error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own way of opening transactions would defer the lock, so ours says BEGIN itself.
    connection.isolation_level = None
    _switch_to_log(connection)
    for name, value in SETTINGS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "foreign_keys")}
    if found != {name: SETTINGS[name] for name in found}:
        raise sqlite3.OperationalError(f"SQLite does not take the settings that keep data safe: {found}")


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, once in a file's life. SQLite itself does not wait for others when it does that."""
    patience = int(connection.execute("PRAGMA busy_timeout").fetchone()[0]) // _PAUSE_MS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        try:
            connection.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or patience <= 0:
                raise
            patience -= 1
            time.sleep(_PAUSE_MS / 1_000)
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif connection.dialect.name == "postgresql" and writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")
