"""Databases of other versions: older ones are brought up to date and keep all, newer and foreign ones are left alone."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from study import schema
from study.errors import StoreCorrupt, StoreError, StoreNewer
from study.migrations import NEWEST, REVISIONS, VERSION_TABLE
from study.store import Store, file_url
from study.tables import metadata
from tests.study.made_records import NOW, OTHER, Contents, contents, made_grade, submission, write
from tests.study.programs import checked

FIRST = Path(__file__).with_name("schema_0001.sql")
"""The tables of version 0001, with rows in them, as SQLite dumps them."""

NEXT = '''
"""Made up by the tests: a version that rebuilds the table that everything refers to."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade():
    with op.batch_alter_table("answers", recreate="always") as table:
        table.add_column(sa.Column("mood", sa.Text, server_default="calm", nullable=False))
    {more}
'''


# --- the migrations and the tables say the same


def migrated(url: str) -> Engine:
    """Make a database by the migrations alone, from nothing."""
    engine = create_engine(url)
    with engine.begin() as connection:
        schema._versions.create(connection)
        schema._migrate(connection, "base", NEWEST)
    return engine


def differences(connection: Connection) -> list[object]:
    options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def indexed(index: ReflectedIndex) -> tuple[str, list[str | None], list[str]]:
    """An index's name, its columns, and for which rows it is."""
    return index["name"] or "", index["column_names"], [str(rows) for rows in index.get("dialect_options", {}).values()]


def described(connection: Connection) -> dict[str, object]:
    """What the database itself says of every table."""
    seen = inspect(connection)
    return {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(name)),
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted(
                (key["constrained_columns"], key["referred_table"], key["options"])
                for key in seen.get_foreign_keys(name)
            ),
            sorted(indexed(index) for index in seen.get_indexes(name)),
            sorted(str(unique["column_names"]) for unique in seen.get_unique_constraints(name)),
        )
        for name in seen.get_table_names()
    }


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    opened = Store.open(file_url(tmp_path / "made.sqlite3"), now=NOW)
    engine = migrated(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    with engine.connect() as connection, opened.engine.connect() as made:
        assert differences(connection) == []
        assert differences(made) == []
        assert described(connection) == described(made)
        connection.execute(text("DROP INDEX ix_answers_sitting"))
        assert differences(connection) != [], "the comparison sees what is missing"
    engine.dispose()
    opened.close()


def test_the_first_version_is_what_it_was(tmp_path: Path, old: Path) -> None:
    """A migration that was released is never edited; this fails where it is."""
    engine = create_engine(file_url(tmp_path / "first.sqlite3"))
    with engine.begin() as connection:
        schema._versions.create(connection)
        schema._migrate(connection, "base", "0001")
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    engine.dispose()
    with closing(sqlite3.connect(old)) as kept:
        assert [tuple(row) for row in made] == kept.execute(
            "SELECT name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()


def test_migrations_and_tables_agree_on_postgresql(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    engine = migrated(postgresql_url)
    with engine.connect() as connection:
        assert differences(connection) == []
        by_steps = described(connection)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    Store.open(postgresql_url, now=NOW).close()
    with engine.connect() as connection:
        assert described(connection) == by_steps
    engine.dispose()


def test_the_versions_are_a_single_row_of_steps() -> None:
    steps = list(ScriptDirectory(str(schema.SCRIPTS)).walk_revisions())
    assert tuple(step.revision for step in reversed(steps)) == REVISIONS
    assert REVISIONS[-1] == NEWEST


# --- an older version


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of version 0001, as that release left it."""
    path = tmp_path / "study.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    return path


EXPECTED = Contents(
    (submission(1).record, submission(2, learner=OTHER).record),
    (),
    (*submission(1).cards, *submission(2, learner=OTHER).cards),
)


def test_a_file_of_the_first_version_opens_and_keeps_all(old: Path) -> None:
    store = Store.open(file_url(old), now=NOW)
    found = contents(store)
    assert found.answers == EXPECTED.answers
    assert found.cards == EXPECTED.cards
    assert len(found.logged) == 16
    assert write(store, submission(3))
    store.close()


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release that knows one more version."""
    scripts = tmp_path / "migrations"
    shutil.copytree(schema.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    step = scripts / "versions" / "v0002_mood.py"
    step.write_text(NEXT.format(more=""), encoding="utf-8")
    monkeypatch.setattr(schema, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(schema, "NEWEST", "0002")
    return step


def moods(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [str(row[0]) for row in connection.execute("SELECT mood FROM answers")]


def test_an_older_file_is_brought_up_to_date_after_a_backup(old: Path, later: Path) -> None:
    store = Store.open(file_url(old), now=NOW)
    found = contents(store)
    assert found.answers == EXPECTED.answers
    assert found.cards == EXPECTED.cards
    assert len(found.logged) == 16
    assert moods(old) == ["calm", "calm"]
    assert checked(old) == "ok"
    assert [copy.name for copy in store.backups()] == ["study.sqlite3.0001.20261124T090000Z.backup"]
    (copy,) = store.backups()
    assert checked(copy) == "ok"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        assert connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == ("0001",)
    with store.writing() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()
    Store.open(file_url(old), now=NOW).close()
    assert store.backups() == (copy,)


def test_a_step_that_fails_leaves_the_file_as_it_was(old: Path, later: Path) -> None:
    later.write_text(NEXT.format(more='op.execute("INSERT INTO nowhere VALUES (1)")'), encoding="utf-8")
    for attempt in (1, 2):
        with pytest.raises(StoreError, match=r"study\.sqlite3: the database refused .*nowhere"):
            Store.open(file_url(old), now=NOW)
        assert len(list(old.parent.glob("*.backup"))) == attempt
    assert list(old.parent.glob("*.unfinished")) == []
    with closing(sqlite3.connect(old)) as connection:
        assert "mood" not in {row[1] for row in connection.execute("PRAGMA table_info(answers)")}
        assert connection.execute("SELECT count(*) FROM judgments").fetchone() == (16,)
        assert connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == ("0001",)
    assert checked(old) == "ok"


def test_a_step_that_would_lose_rows_is_refused(old: Path, later: Path) -> None:
    later.write_text(NEXT.format(more='op.execute("DELETE FROM answers")'), encoding="utf-8")
    with pytest.raises(StoreCorrupt, match="refers to nothing; nothing was changed"):
        Store.open(file_url(old), now=NOW)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (2,)


# --- newer, foreign and damaged files


def everything(folder: Path) -> dict[str, bytes]:
    """What the files of a folder hold, but SQLite's shared memory. To read a file SQLite may lay an empty log beside it."""
    files = [file for file in folder.iterdir() if file.is_file() and not file.name.endswith("-shm")]
    return {file.name: content for file in files if (content := file.read_bytes())}


def refused(path: Path, kind: type[StoreError], words: str) -> None:
    before = everything(path.parent)
    for _ in range(2):
        with pytest.raises(kind, match=words) as told:
            Store.open(file_url(path), now=NOW)
        assert str(told.value).startswith(str(path))
        assert "\n" not in str(told.value)
    assert everything(path.parent) == before


def test_a_newer_file_is_refused_and_not_touched(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
    refused(old, StoreNewer, r"written by a later release \(version 0999, this one knows .*: update the program")


def test_another_programs_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "study.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE drafts (text)")
    refused(path, StoreError, "another program's database")


@pytest.mark.parametrize(
    "content", [b"Dear diary\n" * 1_000, bytes(8_192), b"SQLite format 3\0" + b"\xff" * 8_000, b"x"]
)
def test_what_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "study.sqlite3"
    path.write_bytes(content)
    refused(path, StoreCorrupt, "damaged or is no database; it was left as it is")


def spoil(path: Path, marker: bytes) -> None:
    """Overwrite the pages that hold ``marker``, as a failing disk would."""
    content = path.read_bytes()
    pages = {place // 4_096 for place in range(0, len(content), 4_096) if marker in content[place : place + 4_096]}
    assert pages
    with path.open("rb+") as file:
        for page in pages:
            file.seek(page * 4_096)
            file.write(b"\xee" * 4_096)


def test_a_file_that_is_damaged_inside_is_told_and_not_made_worse(old: Path) -> None:
    store = Store.open(file_url(old), now=NOW)
    write(store, submission(5, text="the words in the damaged page"))
    store.close()
    spoil(old, b"the words in the damaged page")
    before = old.read_bytes()
    store = Store.open(file_url(old), now=NOW)
    for _ in range(2):
        with pytest.raises(StoreCorrupt, match="put a backup in its place"):
            contents(store)
    store.close()
    assert old.read_bytes() == before


def test_a_damaged_older_file_is_not_migrated(old: Path, later: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(old, made_grade().signature.encode())
    refused(old, StoreCorrupt, "damaged")


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "study.sqlite3"
    path.touch()
    store = Store.open(file_url(path), now=NOW)
    assert write(store, submission(1))
    store.close()


def test_tables_of_others_on_a_server_are_left_alone(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text("CREATE TABLE invoices (id integer)"))
    store = Store.open(postgresql_url, now=NOW)
    assert write(store, submission(1))
    store.close()
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    with pytest.raises(StoreError, match="another program's database") as told:
        Store.open(postgresql_url, now=NOW)
    assert "secret" not in str(told.value)
    engine.dispose()
