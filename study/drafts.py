"""Drafts on disk: one row per learner and question, so that nothing typed is ever lost.

A connection lives for one call. That is quick enough for a text saved twice a second, leaves nothing
open between Streamlit's threads, and goes on when the file is deleted or replaced while the app runs.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from study.errors import DraftStoreError

__all__ = ["MAX_DRAFTS_PER_LEARNER", "MAX_DRAFT_CHARS", "Draft", "DraftStore", "DraftStoreError", "is_learner_id"]

MAX_DRAFT_CHARS = 200_000
"""A longer draft is refused here; the browser's own copy still holds it."""

MAX_DRAFTS_PER_LEARNER = 1_000
"""The oldest go when there are more, so that no single browser can fill the disk."""

_LEARNER_ID = re.compile(r"[0-9a-f]{32}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS drafts (
    learner TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (learner, question)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as last typed. ``at`` is the browser's clock in milliseconds: it orders one browser's edits."""

    text: str
    at: int


def is_learner_id(value: object) -> bool:
    """Say whether ``value`` is an id as the browser makes them: 128 random bits in hexadecimal."""
    return isinstance(value, str) and _LEARNER_ID.fullmatch(value) is not None


class DraftStore:
    """Drafts in one SQLite file. Every method raises DraftStoreError when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, learner: str, question: str) -> Draft | None:
        """Return the draft of one learner for one question, or None."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT text, at FROM drafts WHERE learner = ? AND question = ?", (learner, question)
            ).fetchone()
        return None if row is None else Draft(str(row[0]), int(row[1]))

    def save(self, learner: str, question: str, draft: Draft, *, now: datetime) -> None:
        """Keep ``draft`` unless a newer one is there. An empty text is kept too: it was emptied on purpose."""
        if not is_learner_id(learner):
            raise DraftStoreError("a draft came without a valid learner id")
        if len(draft.text) > MAX_DRAFT_CHARS:
            raise DraftStoreError(f"a draft of {len(draft.text):,} characters is longer than {MAX_DRAFT_CHARS:,}")
        with self._open() as connection:
            connection.execute(
                "INSERT INTO drafts VALUES (?, ?, ?, ?, ?) ON CONFLICT (learner, question) DO UPDATE SET "
                "text = excluded.text, at = excluded.at, saved_at = excluded.saved_at WHERE excluded.at >= drafts.at",
                (learner, question, _storable(draft.text), draft.at, now.astimezone(UTC).isoformat()),
            )
            connection.execute(
                "DELETE FROM drafts WHERE learner = ?1 AND question NOT IN "
                "(SELECT question FROM drafts WHERE learner = ?1 ORDER BY saved_at DESC LIMIT ?2)",
                (learner, MAX_DRAFTS_PER_LEARNER),
            )

    def delete(self, learner: str, question: str) -> None:
        """Forget one draft; one that is not there is no error."""
        with self._open() as connection:
            connection.execute("DELETE FROM drafts WHERE learner = ? AND question = ?", (learner, question))

    def drafts(self, learner: str | None = None) -> list[tuple[str, str, Draft]]:
        """Return learner, question and draft of all that are kept, or of one learner's, in the order of these ids."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "SELECT learner, question, text, at FROM drafts WHERE ?1 IS NULL OR learner = ?1 ORDER BY learner, question",
                (learner,),
            ).fetchall()
        return [(str(row[0]), str(row[1]), Draft(str(row[2]), int(row[3]))) for row in rows]

    def erase(self, learner: str | None = None) -> int:
        """Delete all drafts, or one learner's, and what the file still shows of them; return how many there were."""
        if not self.path.exists():
            return 0
        with self._open() as connection:
            gone = connection.execute("DELETE FROM drafts WHERE ?1 IS NULL OR learner = ?1", (learner,)).rowcount
        try:
            with closing(sqlite3.connect(self.path, timeout=30.0, isolation_level=None)) as connection:
                connection.execute("VACUUM")
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (sqlite3.Error, OSError) as error:
            raise DraftStoreError(f"{self.path}: {error}") from error
        if busy:
            raise DraftStoreError(f"{self.path}: is in use, so deleted drafts are still in its log; try again")
        return gone

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, make the table where it is missing, and close it again."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(sqlite3.connect(self.path, timeout=30.0)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                with connection:
                    connection.execute(_SCHEMA)
                    yield connection
        except (sqlite3.Error, OSError) as error:
            raise DraftStoreError(f"{self.path}: {error}") from error


def _storable(text: str) -> str:
    """Replace lone surrogates, which no file can hold; everything else stays as typed."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
