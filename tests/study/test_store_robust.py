"""Nothing is lost: a kill between any two statements, several who answer at once; and what was committed stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from study.database import SETTINGS
from study.drafts import DraftStore
from study.errors import StoreBusy, StoreError
from study.records import AnswerRecord, CardState, LoggedReview, Opening
from study.store import Store, file_url
from tests.study.crash import FIRST, SECOND, answered, folder_of
from tests.study.made_records import LEARNER, NOW, OTHER, TEXT, contents, made_grade, number, submission, write
from tests.study.programs import checked, run_python

# --- kill -9


class State(NamedTuple):
    """All that a folder's store holds of the learner."""

    answers: tuple[AnswerRecord, ...]
    logged: tuple[LoggedReview, ...]
    cards: tuple[CardState, ...]
    openings: tuple[Opening, ...]


def state(folder: Path) -> State:
    store = Store.open(file_url(folder / "study.sqlite3"), now=NOW)
    with store.reading() as tx:
        openings = tx.openings(LEARNER)
    found = State(*contents(store), openings)
    store.close()
    return found


def test_a_kill_between_any_two_statements_loses_nothing(tmp_path: Path, project_root: Path) -> None:
    code = "import sys; from pathlib import Path; from tests.study.crash import main; main(Path(sys.argv[1]))"
    printed = run_python(code, tmp_path, root=project_root)
    rounds = [line.split()[1] for line in printed.splitlines()]
    # Learner, answer, grade, eight judgments, eight reviews, eight cards, an opening, BEGIN and COMMIT at the least.
    assert len(rounds) >= 30
    assert rounds == ["killed"] * (len(rounds) - 1) + ["done"]
    outcomes = []
    complete = state(folder_of(tmp_path, len(rounds) - 1))
    assert [record.answer for record in complete.answers] == [FIRST.answer, SECOND.answer]
    assert [review.review.ref for review in complete.logged[8:]] == [review.ref for review in SECOND.reviews]
    assert len(complete.cards) == 16
    for step in range(len(rounds)):
        folder = folder_of(tmp_path, step)
        assert checked(folder / "study.sqlite3") == "ok"
        found = state(folder)
        draft = DraftStore(folder / "drafts.sqlite3").load(LEARNER, "drift")
        if found == complete:
            outcomes.append(f"all, {'a' if draft else 'no'} draft")
        else:
            assert found.answers == (FIRST.record,)
            assert [one.review for one in found.logged] == list(FIRST.reviews)
            assert {*found.cards} == {*FIRST.cards}
            assert draft is not None
            assert draft.text == TEXT
            outcomes.append("nothing, a draft")
        # The page, loaded again, submits the same.
        store = Store.open(file_url(folder / "study.sqlite3"), now=NOW)
        answered(store)
        store.close()
        assert state(folder) == complete
    assert outcomes == ["nothing, a draft"] * (len(rounds) - 2) + ["all, a draft", "all, no draft"]


# --- two at once

WRITER = """
import sys
from study.store import Store
from tests.study.made_records import NOW, submission, write
store, first = Store.open(sys.argv[1], now=NOW), int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for value in range(first, first + 25):
    assert write(store, submission(value, question=f"q{value % 3}"))
"""


def test_programs_that_answer_at_once_all_get_through(url: str, project_root: Path) -> None:
    """Even the file is made by all of them at once."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(first)],
            cwd=project_root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (100, 200, 300, 400)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        _, complaint = writer.communicate("go\n", timeout=120)
        assert writer.returncode == 0, complaint
    store = Store.open(url, now=NOW)
    answers, logged, _ = contents(store)
    assert len(answers) == 100
    assert len(logged) == 800
    store.close()


def test_threads_that_answer_and_grade_at_once_all_get_through(any_store: Store) -> None:
    write(any_store, submission(1))

    def work(place: int) -> None:
        for value in range(8):
            assert write(any_store, submission(100 * place + value + 100, learner=OTHER))
            with any_store.writing() as tx:
                tx.add_grade(number(1_000), NOW, made_grade(signature=f"{place}/{value}"), 1.0)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == [None] * 6
    with any_store.reading() as tx:
        record = tx.answer(number(1_000))
        assert record is not None
        assert [grade.number for grade in record.grades] == list(range(49))
        assert len({grade.grade.signature for grade in record.grades}) == 49
        (latest,) = tx.latest_answers(LEARNER)
        assert latest.grades == (record.latest,)
        assert len(tx.answers_to(OTHER, "drift")) == 48


def test_reading_waits_for_nobody_and_sees_one_state(store: Store) -> None:
    write(store, submission(1))
    with store.writing() as tx:
        submission(2).write(tx)
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(lambda: len(contents(store).answers)).result(20)
        assert seen == 1
    with store.reading() as tx:
        before = tuple(tx.answers())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write, store, submission(3)).result(20)
        assert tuple(tx.answers()) == before


def test_who_waits_too_long_is_told(url: str) -> None:
    store, hasty = Store.open(url, now=NOW), Store.open(url, now=NOW, busy_seconds=0.05)
    with store.writing() as tx:
        submission(1).write(tx)
        with pytest.raises(StoreBusy, match=r"study\.sqlite3: another program is writing to it; try again"):
            write(hasty, submission(2))
    assert write(hasty, submission(2))


def test_a_transaction_within_another_is_refused_at_once(any_store: Store) -> None:
    with any_store.writing() as tx:
        submission(1).write(tx)
        with pytest.raises(StoreError, match="within another one"):
            write(any_store, submission(2))
    assert len(contents(any_store).answers) == 1
    assert write(any_store, submission(2))


# --- durability


def test_every_connection_is_set_to_keep_what_was_committed(store: Store) -> None:
    found: list[dict[str, object]] = []
    together = threading.Barrier(4)

    def look() -> None:
        with store.reading() as tx:
            together.wait(20)
            found.append(
                {name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", *SETTINGS)}
            )

    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            for future in [pool.submit(look) for _ in range(4)]:
                future.result(20)
        store.close()
    assert found == [{"journal_mode": "wal", **SETTINGS}] * 8


def test_a_commit_returns_when_the_disk_has_it(store: Store) -> None:
    """What a copy of the files holds at that moment is what a power cut would leave."""
    made = submission(1)
    write(store, made)
    assert store.path is not None
    copy = store.path.parent / "copy"
    copy.mkdir()
    for file in store.path.parent.glob("study.sqlite3*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, copy / file.name)
    left = Store.open(file_url(copy / "study.sqlite3"), now=NOW)
    assert contents(left) == contents(store)
    left.close()
