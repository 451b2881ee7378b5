"""What models replied, kept in one SQLite file, so that the same question to the same model is asked, and paid for, once.

A reply is found by a hash of its whole request: model, settings and every message. The file holds these hashes, the replies as they
came (their quotes are words of answers), how they ended and what they took; no question, no whole answer, no key, no address. It is
readable by its owner alone. Whatever is wrong with it (damaged, read-only, a full disk) costs what it would have saved and stops
nothing; ``trouble`` says it in words.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from grader.llm.types import MODES, Asker, Mode, Reply, Request, Usage, pass_on_invalid

FORMAT = 1
CACHE_DIR, DATA_DIR = "VIVA_CACHE_DIR", "VIVA_DATA_DIR"
_LAYOUT = """
CREATE TABLE IF NOT EXISTS reply (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL, mode TEXT NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, tokens_cached INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
# A reply that was cut off or held back is no answer; asked again it may be one.
_INCOMPLETE = frozenset({"length", "content_filter"})
_BUSY_SECONDS = 2.0
_Found = TypeVar("_Found")


def request_key(request: Request) -> str:
    """Return the hash by which a request's reply is kept: it changes with everything that is sent.

    >>> from dataclasses import replace
    >>> from grader.llm.types import Message
    >>> one = Request("m", (Message("user", "hello"),))
    >>> request_key(one) == request_key(one), request_key(one) == request_key(replace(one, temperature=0.5))
    (True, False)
    """
    text = json.dumps([FORMAT, asdict(request)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """How many replies a cache holds, for which models, how large its files are, and what is wrong with it, if anything."""

    path: Path
    replies: int
    models: tuple[tuple[str, int], ...]
    size: int
    trouble: str | None


class Cache:
    """One file of replies. No method raises for a file that cannot be used; it is used by any number of threads.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Cache(Path(folder) / "replies.sqlite3") as cache:
    ...     cache.keep("key", "model", Reply("{}", "stop", Usage(1, 0, 20, 5)))
    ...     cache.find("key").text, cache.find("other")
    ('{}', None)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: str | None = None
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._can_write = True
        self._open()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing is found or kept any more."""
        with self._lock:
            database, self._database = self._database, None
            if database is not None:
                with suppress(sqlite3.Error):
                    database.close()

    def find(self, key: str) -> Reply | None:
        """Return the reply to the request of this key, with a usage that says that it was remembered; None: not there."""
        row = self._read("SELECT text, finish, mode FROM reply WHERE key = ?", key)
        if row is None:
            return None
        text, finish, mode = row
        if not isinstance(text, str) or not isinstance(finish, str):
            return None
        return next((Reply(text, finish, Usage(remembered=1), known) for known in MODES if known == mode), None)

    def took(self, key: str) -> Usage | None:
        """Return what the reply of this key took when it came; None where it is not there."""
        row = self._read("SELECT tokens_in, tokens_out, tokens_cached FROM reply WHERE key = ?", key)
        if row is None:
            return None
        into, out, cached = (part if isinstance(part, int) else 0 for part in row)
        return Usage(1, 0, into, out, cached)

    def keep(self, key: str, model: str, reply: Reply) -> None:
        """Keep a complete reply; one that was cut off is not kept."""
        if reply.finish in _INCOMPLETE:
            return
        used = reply.usage
        counts = (used.tokens_in, used.tokens_out, used.tokens_cached)
        row = (key, model, reply.text, reply.finish, reply.mode, *counts)
        self._write("INSERT OR REPLACE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def forget(self, key: str) -> None:
        """Drop the reply to one request, for one that turned out to be of no use."""
        self._write("DELETE FROM reply WHERE key = ?", key)

    def fact(self, name: str) -> str | None:
        """Return what was noted under a name, such as what a server is able to do."""
        row = self._read("SELECT value FROM fact WHERE name = ?", name)
        return None if row is None or not isinstance(row[0], str) else row[0]

    def note(self, name: str, value: str) -> None:
        """Note something under a name; neither may hold a key or an address."""
        self._write("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)

    def totals(self) -> dict[str, Usage]:
        """Return what all replies together took when they came, by model."""
        query = "SELECT model, COUNT(*), SUM(tokens_in), SUM(tokens_out), SUM(tokens_cached) FROM reply GROUP BY model"
        rows = self._try(lambda database: database.execute(query).fetchall()) or ()
        return {str(model): Usage(count, 0, into, out, cached) for model, count, into, out, cached in rows}

    def info(self) -> CacheInfo:
        """Say what the cache holds."""
        counted = self._try(
            lambda database: database.execute(
                "SELECT model, COUNT(*) FROM reply GROUP BY model ORDER BY model"
            ).fetchall()
        )
        models = tuple((str(model), int(count)) for model, count in counted or ())
        size = sum(path.stat().st_size for path in _files(self.path) if path.exists())
        return CacheInfo(self.path, sum(count for _, count in models), models, size, self.trouble)

    # --- the file

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError, PermissionError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, ValueError, sqlite3.Error) as error:
            self.trouble = f"{self.path}: {_told(error)}"
            return
        try:
            self._lay_out(database)
        except sqlite3.Error as error:
            self.trouble = f"{self.path}: {_told(error)}"
            if not _is_read_only(error):
                database.close()
                return
            self._can_write = False
        self._database = database

    def _lay_out(self, database: sqlite3.Connection) -> None:
        (found,) = database.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            raise sqlite3.DatabaseError("is from a later version of Viva")
        database.execute("PRAGMA journal_mode = WAL").fetchone()
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_LAYOUT)
        database.execute(f"PRAGMA user_version = {FORMAT}")

    def _read(self, query: str, key: str) -> tuple[object, ...] | None:
        def ask(database: sqlite3.Connection) -> tuple[object, ...] | None:
            row: tuple[object, ...] | None = database.execute(query, (key,)).fetchone()
            return row

        return self._try(ask)

    def _write(self, query: str, *values: object) -> None:
        if self._can_write:
            self._try(lambda database: database.execute(query, values), is_write=True)

    def _try(self, act: Callable[[sqlite3.Connection], _Found], *, is_write: bool = False) -> _Found | None:
        with self._lock:
            if self._database is None:
                return None
            try:
                return act(self._database)
            except (sqlite3.Error, UnicodeError, OverflowError) as error:
                # Busy for a moment is no reason to give up; anything else about writing will be so next time too.
                if not (isinstance(error, sqlite3.OperationalError) and "locked" in str(error)):
                    self.trouble = f"{self.path}: {_told(error)}"
                    self._can_write = self._can_write and not (is_write and isinstance(error, sqlite3.Error))
                return None


class CachedAsker:
    """Answers from a cache where it can, else asks and keeps the reply."""

    def __init__(self, asker: Asker, cache: Cache) -> None:
        self._asker = asker
        self.cache = cache

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Return the reply that is remembered, word for word as it came and free; else ask."""
        key = request_key(request)
        known = self.cache.find(key)
        if known is not None:
            return known
        reply = await self._asker.ask(request, deadline=deadline)
        self.cache.keep(key, request.model, reply)
        return reply

    def note_invalid(self, mode: Mode) -> None:
        """Tell the asker behind this one that a reply was not what was asked for."""
        pass_on_invalid(self._asker, mode)


def cache_file(environment: Mapping[str, str]) -> Path:
    """Return the file that remembers replies: in VIVA_CACHE_DIR, else in VIVA_DATA_DIR, else where this system keeps caches."""
    import platformdirs

    named = environment.get(CACHE_DIR) or environment.get(DATA_DIR)
    folder = Path(named) if named else Path(platformdirs.user_cache_dir("viva", appauthor=False))
    return folder / "replies.sqlite3"


def clear(path: Path) -> int:
    """Remove a cache, damaged or not; return how many bytes that frees. Raises OSError where the files cannot be removed."""
    freed = 0
    for part in _files(path):
        with suppress(FileNotFoundError):
            size = part.stat().st_size
            part.unlink()
            freed += size
    return freed


def info(path: Path) -> CacheInfo:
    """Say what a cache holds, without making one where there is none."""
    if not path.exists():
        return CacheInfo(path, 0, (), 0, None)
    with closing(Cache(path)) as cache:
        return cache.info()


def _files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal"))


def _is_read_only(error: sqlite3.Error) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "readonly" in str(error)


def _told(error: Exception) -> str:
    """Put what is wrong with the file into words."""
    said = str(error)
    for part, told in (
        ("not a database", "is damaged, or no cache at all"),
        ("malformed", "is damaged"),
        ("readonly", "cannot be written to; what it holds is used"),
        ("disk is full", "cannot grow: the disk is full"),
        ("locked", "is in use by another program"),
    ):
        if part in said:
            return told
    return (error.strerror if isinstance(error, OSError) else None) or said
