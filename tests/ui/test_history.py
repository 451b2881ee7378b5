"""What waits to be written: nothing of it is lost where two runs of one session write at the same time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from study.trainer import Trainer
from ui import history, keeper, services

ANNA = "a" * 32


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A session whose learner is known and whose trainer nobody looks at."""
    state: dict[str, object] = {}
    monkeypatch.setattr(history, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    monkeypatch.setattr(services, "trainer", lambda: None)
    return state


def test_a_second_run_that_writes_meanwhile_takes_nothing_away(session: dict[str, object]) -> None:
    done: list[str] = []

    def first(_: Trainer, who: str) -> None:
        done.append("first")
        if len(done) == 1:  # the next run comes while this one is at it, and finds the same things waiting
            assert history.read(lambda *_: True, default=False)

    session["viva_unwritten"] = [first, lambda *_: done.append("second"), lambda *_: done.append("third")]
    assert history.read(lambda *_: True, default=False)
    assert [one for one in done if one != "first"] == ["second", "third"]
    assert history.waiting() == 0


def test_what_waits_is_written_in_its_order(session: dict[str, object]) -> None:
    done: list[int] = []
    session["viva_unwritten"] = [lambda *_: done.append(1), lambda *_: done.append(2)]
    assert history.write(lambda *_: done.append(3))
    assert done == [1, 2, 3]
