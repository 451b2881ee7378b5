"""Submits an answer again and again, each time in a new folder and killed (kill -9) one statement later.

Run as ``python crash.py FOLDER``. Prints one line for each round: its number, and whether it was killed.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import event

from study.drafts import Draft, DraftStore
from study.records import Opening
from study.store import Store, file_url
from study.trainer import Trainer
from tests.study.made_records import LEARNER, NOW, TEXT, number, question, submission, write

FIRST, SECOND = submission(1, question="bias"), submission(2)


def answered(store: Store) -> None:
    """Submit the second answer as the page does."""
    Trainer(store, {"drift": question()}).submit(SECOND.answer, SECOND.grade.grade, NOW, number(77), 0.9)


def folder_of(root: Path, step: int) -> Path:
    return root / f"{step:03}"


def submit(folder: Path, fatal: int) -> None:
    """Submit while counting what SQLite is told, each row of a statement by itself; die before number ``fatal``."""
    store = Store.open(file_url(folder / "study.sqlite3"), now=NOW)
    drafts = DraftStore(folder / "drafts.sqlite3")
    write(store, FIRST)
    with store.writing() as tx:
        tx.open_question(Opening(LEARNER, "drift", NOW))
    drafts.save(LEARNER, "drift", Draft(TEXT, 1), now=NOW)
    told = 0

    def count(_statement: str) -> None:
        nonlocal told
        if told == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        told += 1

    @event.listens_for(store.engine, "checkout")
    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(count)

    answered(store)
    count("kept, and the draft is still there")
    drafts.delete(LEARNER, "drift")
    store.close()


def main(root: Path) -> None:
    # Once and for all rounds: what a child would have to load anew.
    submit(root, -1)
    for step in range(1_000):
        folder_of(root, step).mkdir()
        child = os.fork()
        if child == 0:
            submit(folder_of(root, step), step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and status != 0:
            raise SystemExit(f"round {step} ended with {status}")
        print(step, "killed" if killed else "done", flush=True)
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
