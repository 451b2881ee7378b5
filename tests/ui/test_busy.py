"""A large import holds the database for longer than a learner waits: the page says so, and writes the answer when it can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from grader import Bank
from study import Store, default_url
from tests.ui.study_world import ANNA, click, page, records, sample, submit
from ui import keeper, services


def test_an_answer_during_a_long_import_is_kept_and_written_afterwards(
    open_app: Callable[..., AppTest], bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    monkeypatch.setattr(services, "_BUSY_SECONDS", 0.05)
    question = bank.questions[0]
    at = open_app()
    importing = Store.open(default_url({}, services.data_dir()), now=services.now())
    with importing.writing():
        submit(at, sample(question, "partial"))
        assert "of 10" in page(at)
        assert "What you do cannot be recorded at the moment." in page(at)
        assert "another program is writing to it" in page(at)
        assert records(question) == ()
        assert services.draft_store().load(ANNA, question.id) is not None
    importing.close()
    click(at, "study_retry")
    assert "cannot be recorded" not in page(at)
    assert [record.answer.text for record in records(question)] == [sample(question, "partial")]
