"""The cache of replies: a rerun is free and identical, nothing secret is in the file, and a bad file stops nothing."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from grader.llm.cache import Cache, CachedAsker, clear, info, request_key
from grader.llm.types import LlmFailure, Message, Mode, Reply, Request, Usage

REQUEST = Request(
    "model-a",
    (Message("system", "Judge."), Message("user", "the answer itself")),
    schema={"type": "object"},
    temperature=0.0,
    seed=3,
)
USAGE = Usage(1, 0, 200, 30, 50, 0.01)


class Counting:
    """Answers with a number, so that two replies are never the same by accident."""

    def __init__(self, finish: str = "stop", mode: Mode = "object") -> None:
        self.asked = 0
        self.finish, self.mode = finish, mode

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        self.asked += 1
        if "fail" in request.messages[-1].content:
            raise LlmFailure("server_error", f"failed within {deadline}")
        return Reply(
            f"reply {self.asked} — „wörtlich“ \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
            self.finish,
            USAGE,
            self.mode,
        )


def ask(asker: CachedAsker, request: Request = REQUEST) -> Reply:
    return asyncio.run(asker.ask(request, deadline=5.0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "replies.sqlite3"


def test_a_rerun_is_free_and_word_for_word_the_same(path: Path) -> None:
    inner = Counting()
    with Cache(path) as cache:
        first = ask(CachedAsker(inner, cache))
    with Cache(path) as cache:
        again = ask(CachedAsker(inner, cache))
    assert inner.asked == 1
    assert first.usage == USAGE
    assert again == Reply(first.text, "stop", Usage(0, 1, 0, 0, 0, 0.0), "object")


CHANGES: dict[str, Request] = {
    "model": replace(REQUEST, model="model-b"),
    "a message": replace(REQUEST, messages=(REQUEST.messages[0], Message("user", "the answer itself "))),
    "a role": replace(REQUEST, messages=(Message("user", "Judge."), REQUEST.messages[1])),
    "a message less": replace(REQUEST, messages=REQUEST.messages[1:]),
    "schema": replace(REQUEST, schema={"type": "object", "properties": {}}),
    "no schema": replace(REQUEST, schema=None),
    "schema's name": replace(REQUEST, schema_name="other"),
    "mode": replace(REQUEST, mode="text"),
    "temperature": replace(REQUEST, temperature=0.1),
    "no temperature": replace(REQUEST, temperature=None),
    "length": replace(REQUEST, max_output_tokens=1_999),
    "seed": replace(REQUEST, seed=4),
    "no seed": replace(REQUEST, seed=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_everything_that_is_sent_is_in_the_key(change: str, path: Path) -> None:
    inner = Counting()
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        ask(asker)
        ask(asker, CHANGES[change])
    assert inner.asked == 2


def test_the_changes_above_leave_out_no_field() -> None:
    changed = {
        name
        for name in Request.__slots__
        for other in CHANGES.values()
        if getattr(other, name) != getattr(REQUEST, name)
    }
    assert changed == set(Request.__slots__)


def test_the_order_of_a_schema_is_part_of_a_prompt_but_not_of_the_key() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert request_key(replace(REQUEST, schema=one)) == request_key(replace(REQUEST, schema=other))


def test_answers_that_are_no_valid_unicode_have_a_key() -> None:
    broken = replace(REQUEST, messages=(Message("user", "\ud800"),))
    assert request_key(broken) != request_key(replace(REQUEST, messages=(Message("user", "\ud801"),)))


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_a_reply_that_was_cut_off_is_not_kept(finish: str, path: Path) -> None:
    inner = Counting(finish)
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        ask(asker)
        ask(asker)
        assert cache.info().replies == 0
    assert inner.asked == 2


def test_failures_are_not_kept(path: Path) -> None:
    inner = Counting()
    bad = replace(REQUEST, messages=(Message("user", "fail"),))
    with Cache(path) as cache:
        for _ in range(2):
            with pytest.raises(LlmFailure, match=r"failed within 5\.0"):
                ask(CachedAsker(inner, cache), bad)
    assert inner.asked == 2


def test_a_reply_can_be_forgotten(path: Path) -> None:
    inner = Counting()
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        ask(asker)
        cache.forget(request_key(REQUEST))
        ask(asker)
    assert inner.asked == 2


def test_the_file_holds_no_question_no_answer_and_is_the_owners_alone(path: Path) -> None:
    with Cache(path) as cache:
        ask(CachedAsker(Counting(), cache))
        cache.note("what the server can do", "schema")
        data = b"".join(part.read_bytes() for part in path.parent.iterdir())
        assert b"model-a" in data
        assert "wörtlich".encode() in data
        for secret in (b"the answer itself", b"Judge."):
            assert secret not in data
        if os.name == "posix":
            assert {stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()} == {0o600}


def test_facts(path: Path) -> None:
    with Cache(path) as cache:
        assert cache.fact("mode") is None
        cache.note("mode", "schema")
        cache.note("mode", "object")
    with Cache(path) as cache:
        assert cache.fact("mode") == "object"


def test_info_and_clear(path: Path) -> None:
    assert (info(path).replies, info(path).size, path.exists()) == (0, 0, False)
    with Cache(path) as cache:
        asker = CachedAsker(Counting(), cache)
        for seed in range(3):
            ask(asker, replace(REQUEST, seed=seed))
        ask(asker, replace(REQUEST, model="model-b"))
        told = cache.info()
    assert (told.replies, told.models, told.trouble) == (4, (("model-a", 3), ("model-b", 1)), None)
    assert told.size > 0
    assert info(path).replies == 4
    assert clear(path) > 0
    assert list(path.parent.iterdir()) == []
    assert clear(path) == 0


def test_many_threads_share_one(path: Path) -> None:
    with Cache(path) as cache:

        def work(number: int) -> None:
            for seed in range(50):
                key = request_key(replace(REQUEST, seed=seed))
                cache.keep(key, "model-a", Reply(str(seed), "stop", USAGE))
                found = cache.find(key)
                assert found is not None, number
                assert found.text == str(seed)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (cache.info().replies, cache.trouble) == (50, None)


def test_two_programs_share_one(path: Path) -> None:
    with Cache(path) as one, Cache(path) as other:
        one.keep("k", "m", Reply("from one", "stop", USAGE))
        found = other.find("k")
        assert found is not None
        assert found.text == "from one"


# --- a bad file stops nothing


def asks_twice(path: Path) -> tuple[int, str]:
    """Ask the same twice through a cache; return how often the server was asked, and what trouble there was."""
    inner = Counting()
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        assert ask(asker).text.startswith("reply 1")
        assert ask(asker).text.startswith("reply ")
        return inner.asked, cache.trouble or ""


def test_a_file_that_is_no_cache(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"something else entirely, " * 100)
    assert asks_twice(path) == (2, f"{path}: is damaged, or no cache at all")
    assert info(path).trouble == f"{path}: is damaged, or no cache at all"
    assert path.read_bytes().startswith(b"something else")
    clear(path)
    assert asks_twice(path) == (1, "")


def test_a_file_that_is_damaged_in_the_middle(path: Path) -> None:
    with Cache(path) as cache:
        for number in range(400):
            cache.keep(request_key(replace(REQUEST, seed=number)), "m", Reply("x" * 500, "stop", USAGE))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    asked, trouble = asks_twice(path)
    assert asked == 2
    assert trouble.startswith(f"{path}: ")


def test_an_empty_file_becomes_a_cache(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert asks_twice(path) == (1, "")


def test_a_cache_of_a_later_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    assert asks_twice(path) == (2, f"{path}: is from a later version of Viva")


def test_rows_that_make_no_sense_are_as_good_as_none(path: Path) -> None:
    with Cache(path):
        pass
    database = sqlite3.connect(path)
    database.execute("INSERT INTO reply VALUES (?, 'm', 'x', 'stop', 'nonsense', 0, 0, 0)", (request_key(REQUEST),))
    database.commit()
    database.close()
    assert asks_twice(path) == (1, "")


def test_a_folder_in_the_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    asked, trouble = asks_twice(path)
    assert asked == 2
    assert trouble.startswith(f"{path}: ")


def test_a_file_in_the_place_of_the_folder(path: Path) -> None:
    path.parent.write_text("in the way", encoding="utf-8")
    asked, trouble = asks_twice(path)
    assert asked == 2
    assert trouble.startswith(f"{path}: ")


def test_a_name_that_no_file_can_have() -> None:
    asked, trouble = asks_twice(Path("a\0b"))
    assert (asked, bool(trouble)) == (2, True)


def test_a_read_only_cache_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user's file; the tests may run as root, who may write everywhere, so SQLite is told to open it so."""
    with Cache(path) as cache:
        ask(CachedAsker(Counting(), cache))
    connect = sqlite3.connect

    def read_only(file: Path, **options: object) -> sqlite3.Connection:
        return connect(f"file:{file}?mode=ro", uri=True, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)
    inner = Counting()
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        assert ask(asker).usage.remembered == 1
        ask(asker, replace(REQUEST, seed=9))
        ask(asker, replace(REQUEST, seed=9))
        assert cache.trouble == f"{path}: cannot be written to; what it holds is used"
    assert inner.asked == 2


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on the size of files here")
def test_a_full_disk_keeps_what_is_there(path: Path) -> None:
    """With a limit on the size of files, which SQLite meets as it meets a full disk."""
    inner = Counting()
    with Cache(path) as cache:
        asker = CachedAsker(inner, cache)
        ask(asker)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            most = max(part.stat().st_size for part in path.parent.iterdir() if not part.name.endswith("-shm"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
            for seed in range(10, 30):
                assert ask(asker, replace(REQUEST, seed=seed)).text.startswith("reply ")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
        assert cache.trouble is not None
        assert cache.trouble.startswith(f"{path}: ")
        assert ask(asker).usage.remembered == 1
    assert inner.asked == 21


def test_after_closing_it_is_as_good_as_none(path: Path) -> None:
    cache = Cache(path)
    cache.close()
    cache.close()
    cache.keep("k", "m", Reply("x", "stop", USAGE))
    assert (cache.find("k"), cache.fact("x")) == (None, None)
