"""Deleting everything: no byte of what a learner wrote stays in any file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from study.disputes import dispute
from study.drafts import Draft
from study.erasing import Erased, erase
from study.errors import StoreError
from study.records import Deck, Plan
from tests.study.learnt import LEARNER, START, Learnt

OTHER = "b" * 32
# Long enough to leave the page of its row, so that overflow pages are looked at too.
SECRETS = ("Zanzibarquark " * 700, "Xylophonmoth", "Klabautermurks", "Quastenflosserei")
HERS = "Wolpertingerin"


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    learnt = Learnt.new(tmp_path)
    record = learnt.answer(SECRETS[0], "1")
    dispute(learnt.trainer, learnt.question, record, "data-drift-cause", id="d" * 32, now=START)
    learnt.drafts.save(LEARNER, "model-drift", Draft(SECRETS[1], 1), now=START)
    learnt.drafts.save(LEARNER, "model-drift", Draft(SECRETS[2], 2), now=START)
    learnt.trainer.add_plan(Plan("9" * 32, LEARNER, SECRETS[3], START.date(), Deck(), START))
    learnt.answer(HERS, "2", learner=OTHER)
    learnt.drafts.save(OTHER, "model-drift", Draft(HERS, 1), now=START)
    return learnt


def found(folder: Path, word: str) -> list[str]:
    """Return the files that hold a word, in any form that it may be stored in."""
    forms = [word.strip().split()[0].encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(form in path.read_bytes() for form in forms))


def test_before_it_is_there_and_afterwards_nowhere(learnt: Learnt) -> None:
    # A draft that was written over may be gone already.
    assert [bool(found(learnt.folder, secret)) for secret in SECRETS if secret != SECRETS[1]] == [True] * 3
    assert erase(learnt.store, LEARNER, learnt.drafts) == Erased(1, 1, ())
    # The connections are still open: neither the files nor their logs hold a word.
    assert {secret: found(learnt.folder, secret) for secret in SECRETS} == {secret: [] for secret in SECRETS}
    assert found(learnt.folder, LEARNER) == []
    learnt.store.close()
    assert {secret: found(learnt.folder, secret) for secret in SECRETS} == {secret: [] for secret in SECRETS}


def test_others_keep_what_is_theirs(learnt: Learnt) -> None:
    erase(learnt.store, LEARNER, learnt.drafts)
    with learnt.store.reading() as tx:
        assert [record.answer.text for record in tx.answers()] == [HERS]
        assert [one.learner for one in tx.learners()] == [OTHER]
        assert tx.cards(OTHER)
    assert learnt.drafts.drafts() == [(OTHER, "model-drift", Draft(HERS, 1))]


def test_everybody(learnt: Learnt) -> None:
    assert erase(learnt.store, None, learnt.drafts) == Erased(2, 2, ())
    assert found(learnt.folder, HERS) == []
    assert erase(learnt.store, None, learnt.drafts) == Erased(0, 0, ())
    record = learnt.answer("It goes on.", "3")
    with learnt.store.reading() as tx:
        assert tx.answer(record.answer.id) == record


def test_copies_from_before_a_migration_go_too(learnt: Learnt) -> None:
    path = learnt.store.path
    assert path is not None
    learnt.store.close()
    copy = path.with_name(f"{path.name}.0001.20260301T120000Z.backup")
    shutil.copy(path, copy)
    shutil.copy(path, copy.with_suffix(".unfinished"))
    assert learnt.store.backups() == (copy,)
    assert erase(learnt.store, LEARNER, learnt.drafts).copies == (copy,)
    assert {secret: found(learnt.folder, secret) for secret in SECRETS} == {secret: [] for secret in SECRETS}


def test_a_copy_that_cannot_go_is_named(learnt: Learnt, monkeypatch: pytest.MonkeyPatch) -> None:
    path = learnt.store.path
    assert path is not None
    copy = path.with_name(f"{path.name}.0001.20260301T120000Z.backup")
    copy.write_bytes(b"")

    def refuse(_path: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match="this copy of the database cannot be removed") as caught:
        erase(learnt.store, LEARNER, learnt.drafts)
    assert str(copy) in str(caught.value)
