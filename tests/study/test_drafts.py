"""Drafts on disk: kept per learner and question, newest wins, and a bad file is an error that names it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from study import MAX_DRAFT_CHARS, Draft, DraftStore, DraftStoreError, is_learner_id
from study.drafts import MAX_DRAFTS_PER_LEARNER

ANNA = "a" * 32
BEN = "b" * 32
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "deep" / "er" / "drafts.sqlite3")


def test_a_draft_comes_back_and_can_be_deleted(store: DraftStore) -> None:
    assert store.load(ANNA, "q") is None
    store.save(ANNA, "q", Draft("hello", 5), now=NOW)
    assert store.load(ANNA, "q") == Draft("hello", 5)
    store.delete(ANNA, "q")
    store.delete(ANNA, "q")
    assert store.load(ANNA, "q") is None


def test_learners_and_questions_never_meet(store: DraftStore) -> None:
    store.save(ANNA, "q", Draft("Anna's", 1), now=NOW)
    store.save(BEN, "q", Draft("Ben's", 1), now=NOW)
    store.save(ANNA, "r", Draft("other", 1), now=NOW)
    store.delete(BEN, "q")
    assert store.load(ANNA, "q") == Draft("Anna's", 1)
    assert store.load(ANNA, "r") == Draft("other", 1)
    assert store.load(BEN, "q") is None


@pytest.mark.parametrize(("second", "kept"), [(4, "first"), (5, "second"), (6, "second")])
def test_what_was_typed_later_wins_even_when_it_arrives_earlier(store: DraftStore, second: int, kept: str) -> None:
    store.save(ANNA, "q", Draft("first", 5), now=NOW)
    store.save(ANNA, "q", Draft("second", second), now=NOW)
    found = store.load(ANNA, "q")
    assert found is not None
    assert found.text == kept


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "a\x00b\x01\x7f", "السلام عليكم", "😀👩‍🔬", "<b>'\";--", "x" * MAX_DRAFT_CHARS, "\u202eabc\u2066"],
)
def test_any_text_comes_back_as_it_was(store: DraftStore, text: str) -> None:
    store.save(ANNA, "q", Draft(text, 1), now=NOW)
    assert store.load(ANNA, "q") == Draft(text, 1)


def test_half_a_character_is_replaced_since_no_file_can_hold_it(store: DraftStore) -> None:
    store.save(ANNA, "q", Draft("a\ud83db", 1), now=NOW)
    assert store.load(ANNA, "q") == Draft("a\ufffdb", 1)


def test_too_long_a_draft_is_refused_and_the_last_one_stays(store: DraftStore) -> None:
    store.save(ANNA, "q", Draft("short", 1), now=NOW)
    with pytest.raises(DraftStoreError, match="200,001"):
        store.save(ANNA, "q", Draft("x" * (MAX_DRAFT_CHARS + 1), 2), now=NOW)
    assert store.load(ANNA, "q") == Draft("short", 1)


@pytest.mark.parametrize("value", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 31 + "\n", 7, None, b"a" * 32])
def test_only_ids_as_browsers_make_them_are_taken(store: DraftStore, value: object) -> None:
    assert not is_learner_id(value)
    if isinstance(value, str):
        with pytest.raises(DraftStoreError):
            store.save(value, "q", Draft("x", 1), now=NOW)


def test_one_learner_cannot_fill_the_disk(store: DraftStore) -> None:
    for index in range(3):
        store.save(ANNA, f"old-{index}", Draft("x", 1), now=NOW)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.executemany(
            "INSERT INTO drafts VALUES (?, ?, 'x', 1, ?)",
            [
                (ANNA, f"new-{index}", (NOW + timedelta(hours=1)).isoformat())
                for index in range(MAX_DRAFTS_PER_LEARNER - 1)
            ],
        )
    store.save(BEN, "q", Draft("x", 1), now=NOW)
    store.save(ANNA, "last", Draft("x", 1), now=NOW + timedelta(hours=2))
    assert store.load(ANNA, "old-0") is None
    assert store.load(ANNA, "last") is not None
    assert store.load(BEN, "q") is not None


@pytest.fixture(params=["garbage", "folder", "parent is a file", "other table"])
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "drafts.sqlite3"
    if request.param == "garbage":
        path.write_bytes(b"this is no database" * 100)
    elif request.param == "folder":
        path.mkdir()
    elif request.param == "parent is a file":
        path.write_text("", encoding="utf-8")
        path /= "drafts.sqlite3"
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE drafts (something TEXT)")
    return path


def test_a_file_that_cannot_be_used_is_an_error_that_names_it(unusable: Path) -> None:
    store = DraftStore(unusable)
    with pytest.raises(DraftStoreError, match=r"drafts\.sqlite3"):
        store.save(ANNA, "q", Draft("x", 1), now=NOW)
    with pytest.raises(DraftStoreError, match=r"drafts\.sqlite3"):
        store.load(ANNA, "q")
    with pytest.raises(DraftStoreError, match=r"drafts\.sqlite3"):
        store.delete(ANNA, "q")


def test_a_deleted_file_is_made_again(store: DraftStore) -> None:
    store.save(ANNA, "q", Draft("x", 1), now=NOW)
    for path in store.path.parent.iterdir():
        path.unlink()
    assert store.load(ANNA, "q") is None
    store.save(ANNA, "q", Draft("y", 2), now=NOW)
    assert store.load(ANNA, "q") == Draft("y", 2)


def test_many_threads_write_at_once(store: DraftStore) -> None:
    failed: list[DraftStoreError] = []

    def write(learner: str) -> None:
        try:
            for at in range(1, 11):
                store.save(learner, "q", Draft(f"{learner} {at}", at), now=NOW)
        except DraftStoreError as error:
            failed.append(error)

    learners = [f"{index:032x}" for index in range(6)]
    threads = [Thread(target=write, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert [store.load(learner, "q") for learner in learners] == [Draft(f"{learner} 10", 10) for learner in learners]
