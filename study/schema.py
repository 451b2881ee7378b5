"""Brings a database to the newest version: makes it, refuses what it must not touch, migrates it after a backup."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select, update

from study.database import DAMAGED, WRITES, one_line, told
from study.errors import StoreCorrupt, StoreError, StoreFull, StoreNewer, StoreReadOnly
from study.migrations import NEWEST, REVISIONS, VERSION_TABLE
from study.tables import metadata

SCRIPTS = Path(__file__).parent / "migrations"

_MAGIC = b"SQLite format 3\0"
_versions = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), nullable=False))


def prepare(engine: Engine, path: Path | None, place: str, now: datetime) -> None:
    """Make the database usable; ``path`` is SQLite's file.

    Raises StoreError where it is damaged, of a later release, another program's, or cannot be written; it is untouched then.
    """
    with told(place):
        if path is not None:
            version = _version_of_file(path, place)
            if version == NEWEST:
                return
            if version is not None:
                _back_up(path, place, version, now)
        _bring_up(engine, place)


def _version_of_file(path: Path, place: str) -> str | None:
    """Return the version of a SQLite file without changing a byte of it; None where it is new or empty."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists() or path.stat().st_size == 0:
            return None
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise _of_files(error, place) from error
    if start != _MAGIC:
        # SQLite itself would take the shortest of such files for empty, and write over them.
        raise StoreCorrupt(f"{place}: {DAMAGED}")
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
        tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if VERSION_TABLE not in tables:
            return _checked(None, tables, place)
        row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own name
        return _checked(None if row is None else str(row[0]), tables, place)


def _checked(version: str | None, tables: set[str], place: str) -> str | None:
    """Refuse a later release's database, and one that somebody else's tables stand in."""
    if version is None and tables:
        raise StoreError(
            f"{place}: another program's database; it was left as it is: name another by VIVA_DATABASE_URL"
        )
    if version is not None and version not in REVISIONS:
        raise StoreNewer(
            f"{place}: written by a later release (version {version}, this one knows {NEWEST}); it was left as it is: "
            "update the program"
        )
    return version


def _bring_up(engine: Engine, place: str) -> None:
    """Make or migrate, in one transaction that keeps other programs out: all of it happens, or nothing."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.execution_options(**{WRITES: True}).connect() as connection:
        if is_sqlite:
            # To change a table SQLite rebuilds it; with foreign keys on, dropping the old one would delete what refers to it.
            _pragma(connection, "PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                names = set(inspect(connection).get_table_names())
                version = None
                if VERSION_TABLE in names:
                    version = connection.execute(select(_versions.c.version_num)).scalar()
                ours = names if is_sqlite else names & set(metadata.tables)
                version = _checked(version, ours, place)
                if version is None:
                    metadata.create_all(connection)
                    _versions.create(connection)
                    connection.execute(_versions.insert(), {"version_num": NEWEST})
                elif version != NEWEST:
                    _migrate(connection, version, NEWEST)
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise StoreCorrupt(f"{place}: a row of {broken[0]} refers to nothing; nothing was changed")
        finally:
            if is_sqlite:
                _pragma(connection, "PRAGMA foreign_keys = ON")


def _migrate(connection: Connection, version: str, wanted: str) -> None:
    """Run the steps after ``version`` up to ``wanted``. Alembic is slow to import, so it is only where there is something to do."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    steps = list(ScriptDirectory(str(SCRIPTS)).iterate_revisions(wanted, version))
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    connection.execute(update(_versions).values(version_num=wanted))


def _back_up(path: Path, place: str, version: str, now: datetime) -> None:
    """Copy the file beside itself, by SQLite's own means, so that what only the log holds is in the copy."""
    stamp = f"{path.name}.{version}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    copy = next(
        place_for
        for number in range(1, 1_000)
        if not (place_for := path.with_name(f"{stamp}{'' if number == 1 else f'-{number}'}.backup")).exists()
    )
    unfinished = copy.with_suffix(".unfinished")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            if (found := source.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise StoreCorrupt(f"{place}: {DAMAGED} ({one_line(found)})")
            source.backup(target)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(copy)
    except OSError as error:
        raise _of_files(error, place) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _pragma(connection: Connection, statement: str) -> None:
    """Say something to SQLite outside of any transaction, where alone it takes settings."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(statement)


def _of_files(error: OSError, place: str) -> StoreError:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreReadOnly(
            f"{place}: its folder may not be written; allow it, or name another by VIVA_DATA_DIR ({error})"
        )
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StoreFull(f"{place}: the disk is full; free some space and try again ({error})")
    return StoreError(f"{place}: {error}")
