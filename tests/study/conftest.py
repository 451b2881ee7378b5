"""Stores for the tests: what holds for one database holds for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from study.store import Store, file_url
from study.transactions import base
from tests.study.databases import postgresql, why_not
from tests.study.made_records import NOW


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return file_url(tmp_path / "data" / "study.sqlite3")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new SQLite file, opened."""
    opened = Store.open(url, now=NOW, busy_seconds=5)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server's address, one for the whole run."""
    if (missing := why_not()) is not None:
        pytest.skip(missing)
    with postgresql() as address:
        yield address


@pytest.fixture(params=["file", "memory", "anywhere", "postgresql"])
def any_store(request: pytest.FixtureRequest, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store on each kind of database; "anywhere" writes by the words that every database understands."""
    kind = str(request.param)
    if kind == "postgresql":
        address = str(request.getfixturevalue("postgresql_url"))
        emptied = Store(address)
        with emptied.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        emptied.close()
    else:
        address = "sqlite://" if kind == "memory" else url
    if kind == "anywhere":
        monkeypatch.setattr(base, "_insert", lambda *_: None)
        monkeypatch.setattr(base, "_upsert", lambda *_: None)
    opened = Store.open(address, now=NOW, busy_seconds=5)
    yield opened
    opened.close()
