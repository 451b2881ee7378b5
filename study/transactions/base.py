"""What every part of a transaction shares: the connection, and the writes that repeat nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Insert, Table, and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from study import tables
from study.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

MANY = 500
"""So many values stand in one list of a query at most; every database takes that many."""


def parts(values: Collection[str]) -> Iterator[list[str]]:
    """Cut values into lists that a query takes."""
    whole = list(values)
    for first in range(0, len(whole), MANY):
        yield whole[first : first + MANY]


class Transaction:
    """Holds the connection of one transaction. Made by Store.reading() and Store.writing(), used inside their block only."""

    def __init__(self, connection: Connection, place: str) -> None:
        self.connection = connection
        self.place = place
        self._known: set[str] = set()

    def _fail(self, problem: str) -> NoReturn:
        raise StoreError(f"{self.place}: {problem}")

    def _know(self, learner: str) -> None:
        """Let rows refer to ``learner``."""
        if learner not in self._known:
            self._add(tables.learners, [{"id": learner}])
            self._known.add(learner)

    def _add(self, table: Table, rows: Sequence[Row]) -> int:
        """Insert the rows whose key is not there yet; return how many that were."""
        if not rows:
            return 0
        statement = _insert(self.connection.dialect.name, table)
        if statement is None:
            return sum(self._add_anywhere(table, row) for row in rows)
        # The option makes the count right where several rows are sent in one statement.
        return self.connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount

    def _put(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, each in place of the one with the same primary key."""
        if not rows:
            return
        statement = _upsert(self.connection.dialect.name, table)
        if statement is None:
            for row in rows:
                self._put_anywhere(table, row)
        else:
            self.connection.execute(statement, rows)

    def _add_anywhere(self, table: Table, row: Row) -> int:
        """Add a row in a database whose own words for "insert or ignore" are not known here."""
        key = _key(table)
        if self.connection.execute(select(table.c[key[0]]).where(_same(table, key, row))).first() is not None:
            return 0
        self.connection.execute(insert(table), row)
        return 1

    def _put_anywhere(self, table: Table, row: Row) -> None:
        key = tuple(column.name for column in table.primary_key)
        rest = {name: value for name, value in row.items() if name not in key}
        if self.connection.execute(update(table).where(_same(table, key, row)).values(rest)).rowcount == 0:
            self.connection.execute(insert(table), row)


def _key(table: Table) -> tuple[str, ...]:
    """Return what makes a row of ``table`` the same row: its id where it has one, else the primary key."""
    return ("id",) if "id" in table.c else tuple(column.name for column in table.primary_key)


def _same(table: Table, key: Sequence[str], row: Row) -> Any:
    return and_(*(table.c[name] == bindparam(f"key_{name}", row[name], table.c[name].type) for name in key))


@cache
def _insert(dialect: str, table: Table) -> Insert | None:
    """Return "insert, or leave what is there" in a database's own words; None where they are not known."""
    new = _own_insert(dialect, table)
    return None if new is None else new.on_conflict_do_nothing(index_elements=_key(table))


@cache
def _upsert(dialect: str, table: Table) -> Insert | None:
    """Return "insert, or replace what is there"; None where a database's own words are not known."""
    new = _own_insert(dialect, table)
    if new is None:
        return None
    key = [column.name for column in table.primary_key]
    rest = {column.name: new.excluded[column.name] for column in table.c if column.name not in key}
    return new.on_conflict_do_update(index_elements=key, set_=rest)


def _own_insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert | None:
    """Return a database's own kind of insert. Its dialect is loaded where it is in use: PostgreSQL's takes a while."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return None
