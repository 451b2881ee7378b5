"""Where a database may be: a full disk, a folder that may not be written, files that come and go, addresses that lead nowhere."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from study.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnreachable
from study.store import Store, default_url, file_url
from tests.study.made_records import LEARNER, NOW, contents, number, submission, write
from tests.study.programs import checked, run_python

# --- a full disk


def test_a_full_disk_is_told_and_loses_nothing(store: Store) -> None:
    write(store, submission(1))
    before = contents(store)
    pages = {"most": 0}

    @event.listens_for(store.engine, "checkout")
    def limit(connection: sqlite3.Connection, *_: object) -> None:
        (used,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {used + pages['most']}")

    with pytest.raises(StoreFull, match=r"study\.sqlite3: the disk is full .* free some space and try again"):
        write(store, submission(2, text="long " * 20_000))
    assert contents(store) == before
    pages["most"] = 10_000
    assert write(store, submission(2, text="long " * 20_000))
    assert store.path is not None
    assert checked(store.path) == "ok"


FULL = """
import resource, signal, sys
from study.errors import StoreError
from study.store import Store
from tests.study.made_records import NOW, submission, write
store = Store.open(sys.argv[1], now=NOW)
write(store, submission(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
for value in range(2, 1_000):
    try:
        write(store, submission(value, text="long " * 2_000))
    except StoreError as error:
        print(value, type(error).__name__, error)
        break
"""


def test_a_disk_that_refuses_to_write_is_told_and_loses_nothing(url: str, project_root: Path) -> None:
    assert resource.RLIMIT_FSIZE is not None
    assert signal.SIGXFSZ is not None
    printed = run_python(FULL, url, 1_000_000, root=project_root)
    value, kind, message = printed.split(maxsplit=2)
    assert kind == "StoreFull"
    assert "the disk is full or refuses to write" in message
    assert message.count("\n") == 1
    store = Store.open(url, now=NOW)
    assert len(contents(store).answers) == int(value) - 1
    assert store.path is not None
    assert checked(store.path) == "ok"
    assert write(store, submission(int(value)))
    store.close()


# --- places that may not be written

READ_ONLY = """
import os, sys
from pathlib import Path
from study.errors import StoreError
from study.store import Store
from tests.study.made_records import NOW, submission, write
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = None
try:
    store = Store.open(sys.argv[1], now=NOW)
    write(store, submission(1))
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="viva-read-only-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "existing"])
def test_a_folder_that_may_not_be_written_is_told(folder: Path, project_root: Path, is_there: bool) -> None:
    path = folder / "study.sqlite3"
    if is_there:
        store = Store.open(file_url(path), now=NOW)
        write(store, submission(9))
        store.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    kind, message = run_python(READ_ONLY, file_url(path), root=project_root).split(maxsplit=1)
    assert kind == "StoreReadOnly"
    assert message.startswith(str(path))
    assert "VIVA_DATA_DIR" in message
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"study\.sqlite3"):
        Store.open(file_url(tmp_path / "file" / "study.sqlite3"), now=NOW)


def test_a_file_that_may_not_be_written_can_be_read(folder: Path, project_root: Path) -> None:
    path = folder / "study.sqlite3"
    store = Store.open(file_url(path), now=NOW)
    write(store, submission(9))
    store.close()
    path.chmod(0o444)
    folder.chmod(0o777)
    kind, message = run_python(READ_ONLY, file_url(path), root=project_root).split(maxsplit=1)
    assert kind == StoreReadOnly.__name__
    assert "may not be written" in message


# --- files that come and go


def test_a_file_that_was_moved_away_takes_no_more_answers(store: Store) -> None:
    write(store, submission(1))
    assert store.path is not None
    moved = store.path.parent / "moved"
    moved.mkdir()
    for file in store.path.parent.glob("study.sqlite3*"):
        file.rename(moved / file.name)
    assert write(store, submission(2))
    assert [record.answer.id for record in contents(store).answers] == [number(2_000)]
    old = Store.open(file_url(moved / "study.sqlite3"), now=NOW)
    assert [record.answer.id for record in contents(old).answers] == [number(1_000)]
    old.close()


def test_what_was_deleted_cannot_be_read_from_the_file(store: Store) -> None:
    made = submission(1, text="a confession that nobody else may read")
    write(store, made)
    with store.writing() as tx:
        tx.delete_learner(LEARNER)
    store.vacuum()
    assert store.path is not None
    for file in store.path.parent.iterdir():
        assert b"confession" not in file.read_bytes()
    size = store.size()
    assert size is not None
    assert size >= store.path.stat().st_size > 0
    assert store.backups() == ()


def test_a_file_that_somebody_reads_is_not_said_to_be_clean(url: str) -> None:
    store = Store.open(url, now=NOW, busy_seconds=0.05)
    write(store, submission(1))
    with store.reading() as tx:
        assert len(tuple(tx.answers())) == 1
        with store.writing() as other:
            other.delete_learner(LEARNER)
        with pytest.raises(StoreBusy, match="still holds what was deleted; try again"):
            store.vacuum()
    store.vacuum()
    store.close()


# --- addresses


def test_the_address_is_the_environments_or_a_file_in_the_folder(tmp_path: Path) -> None:
    assert default_url({"VIVA_DATABASE_URL": "postgresql+psycopg://h/d"}, tmp_path) == "postgresql+psycopg://h/d"
    odd = tmp_path / "ü ? # % 100"
    assert Store(default_url({"VIVA_DATABASE_URL": ""}, odd)).path == odd / "study.sqlite3"
    store = Store.open(default_url({}, odd), now=NOW)
    assert [file.name for file in odd.iterdir() if not file.name.endswith(("-wal", "-shm"))] == ["study.sqlite3"]
    assert stat.S_IMODE(odd.stat().st_mode) & 0o077 == 0
    store.close()


def test_addresses_that_lead_nowhere_are_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="is no database address") as told:
        Store("not an address with secret")
    assert "secret" not in str(told.value)
    with pytest.raises(StoreUnreachable, match=r"nosuch://u:\*\*\*@h/d: no driver .* VIVA_DATABASE_URL"):
        Store.open("nosuch://u:secret@h/d", now=NOW)
    with pytest.raises(StoreError, match=r"use Store\.open\(\)"), Store("sqlite://").reading():
        pass


def test_a_server_that_does_not_answer_is_told_without_the_password(postgresql_url: str) -> None:
    silent = postgresql_url.rpartition(":")[0] + ":1/postgres"
    with pytest.raises(StoreUnreachable, match="does not answer") as told:
        Store.open(silent, now=NOW)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_messages_never_quote_what_was_to_be_stored(any_store: Store) -> None:
    made = submission(1, text="a confession that nobody else may read")
    with any_store.writing() as tx:
        tx.add_answer(made.answer, made.grade)
    broken = replace(made.reviews[0], answer_id=number(404), action="a confession")
    with pytest.raises(StoreError) as told, any_store.writing() as tx:
        tx.add_reviews([broken])
    assert "confession" not in str(told.value)
    assert "\n" not in str(told.value)


# --- what it costs to load


def test_importing_study_loads_no_database_and_opening_no_migrations(url: str, project_root: Path) -> None:
    code = """
import sys, study
light = {"sqlalchemy", "alembic", "fsrs", "pydantic", "pandas", "altair", "sqlite3"} & {*sys.modules}
from study import Store, StudySettings
from tests.study.made_records import NOW, submission, write
for _ in range(2):
    store = Store.open(sys.argv[1], now=NOW)
    write(store, submission(1))
    store.close()
print(sorted(light), "alembic" in sys.modules, "sqlalchemy.orm" in sys.modules)
"""
    assert run_python(code, url, root=project_root) == "[] False False\n"


def test_the_public_names_exist() -> None:
    import study

    assert len(study.__all__) == len(set(study.__all__))
    assert [name for name in study.__all__ if not hasattr(study, name)] == []
    assert {*study.__all__} <= {*dir(study)}
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        study.nothing_of_the_kind  # noqa: B018
    assert os.path.basename(study.__file__) == "__init__.py"  # noqa: PTH119
