"""Exports and imports: what comes out goes in elsewhere and comes out again, equal; what is broken changes nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from study.drafts import Draft, DraftStore
from study.errors import DraftStoreError, ImportProblem
from study.lines import KINDS
from study.records import CardState
from study.store import Store
from study.trainer import Trainer
from study.transfer import ImportReport, export_lines, import_lines
from tests.study.histories import LEARNERS, START, History, histories, keep
from tests.study.learnt import Learnt

A, B = LEARNERS
C = "c" * 32
LATER = START + timedelta(days=90)


@contextmanager
def places(number: int) -> Iterator[list[tuple[Store, DraftStore]]]:
    """Provide databases in memory, each with a file of drafts."""
    with tempfile.TemporaryDirectory() as folder:
        yield [
            (Store.open("sqlite://", now=START), DraftStore(Path(folder) / f"drafts{place}.sqlite3"))
            for place in range(number)
        ]


def exported(store: Store, drafts: DraftStore | None = None, learner: str | None = None) -> list[str]:
    return list(export_lines(store, learner, drafts, now=LATER))


def cards(store: Store, learner: str) -> tuple[CardState, ...]:
    with store.reading() as tx:
        return tx.cards(learner)


# --- laws


@settings(max_examples=40, deadline=None)
@given(first=histories(A), second=histories(B))
def test_an_import_elsewhere_gives_an_equal_export_again(first: History, second: History) -> None:
    with places(2) as [(here, here_drafts), (there, there_drafts)]:
        for history in (first, second):
            keep(here, history, here_drafts)
        lines = exported(here, here_drafts)
        report = import_lines(there, lines, now=LATER, drafts=there_drafts)
        assert exported(there, there_drafts) == lines
        assert sum(number for _, number in report.added) == len(lines) - 2
        assert report.present == ()
        # Cards are not in the file and follow from it.
        for history in (first, second):
            Trainer(here, {}).rebuild(history.learner, LATER)
            assert cards(there, history.learner) == cards(here, history.learner)
        again = import_lines(there, lines, now=LATER, drafts=there_drafts)
        assert again.added == ()
        assert again.present == report.added
        assert exported(there, there_drafts) == lines


@settings(max_examples=20, deadline=None)
@given(first=histories(A), second=histories(B))
def test_one_learner_is_exported_without_the_others(first: History, second: History) -> None:
    with places(2) as [(both, both_drafts), (alone, alone_drafts)]:
        for history in (first, second):
            keep(both, history, both_drafts)
        keep(alone, first, alone_drafts)
        assert exported(both, both_drafts, A) == exported(alone, alone_drafts, A)


@settings(max_examples=20, deadline=None)
@given(first=histories(A))
def test_given_to_another_learner_elsewhere_and_back_nothing_is_there_twice(first: History) -> None:
    with places(2) as [(here, here_drafts), (there, there_drafts)]:
        keep(here, first, here_drafts)
        lines = exported(here, here_drafts)
        import_lines(there, lines, now=LATER, as_learner=C, drafts=there_drafts)
        assert exported(there, there_drafts) == [line.replace(A, C) for line in lines]
        back = import_lines(here, exported(there, there_drafts), now=LATER, as_learner=A, drafts=here_drafts)
        assert back.added == ()
        assert exported(here, here_drafts) == lines


@settings(max_examples=20, deadline=None)
@given(first=histories(A))
def test_given_to_another_learner_here_that_one_gets_copies_once(first: History) -> None:
    with places(1) as [(store, drafts)]:
        keep(store, first, drafts)
        before = exported(store, drafts, A)
        report = import_lines(store, before, now=LATER, as_learner=C, drafts=drafts)
        # Reviews without an answer cannot be told from the other learner's, and stay with that one.
        loose = sum(one.review.answer_id is None for one in first.reviews)
        assert sum(number for _, number in report.added) == len(before) - 2 - loose
        assert import_lines(store, before, now=LATER, as_learner=C, drafts=drafts).added == ()
        assert exported(store, drafts, A) == before
        assert [json.loads(line)["type"] for line in exported(store, drafts, C)[:-1] if "import" not in line] == [
            json.loads(line)["type"] for line in before[:-1] if "import" not in line
        ]


@settings(max_examples=20, deadline=None)
@given(first=histories(A))
def test_every_line_stays_one_line_for_every_reader(first: History) -> None:
    with places(1) as [(store, drafts)]:
        keep(store, first, drafts)
        lines = exported(store, drafts)
        assert "".join(lines).splitlines(keepends=True) == lines
        assert "".join(lines).encode("utf-8").decode("utf-8") == "".join(lines)


# --- what has come on since


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path / "here")


@pytest.fixture
def other(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path / "there")


# --- what is refused


HEAD = '{"type": "viva-export", "version": 1, "at": "2026-05-30T12:00:00+00:00"}\n'
OPENING = (
    '{"type": "opening", "learner": "'
    + A
    + '", "question_id": "model-drift", "at": "2026-03-01T12:00:00Z", "hints": [], '
    '"focus": [], "mode": "study"}\n'
)
END = '{"type": "end", "records": 1}\n'


def test_a_file_by_hand_is_taken() -> None:
    with places(1) as [(store, drafts)]:
        report = import_lines(store, ["\ufeff" + HEAD, OPENING, "\n", END], now=LATER, drafts=drafts)
        assert report == ImportReport((("opening", 1),), (), (A,))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "the file is empty; an export begins with a line of its own"),
        (["Dear diary,\n"], "line 1: this is no export of Viva"),
        (["[1]\n"], "line 1: this is no export of Viva"),
        ([HEAD.replace("viva-export", "viva"), END], "line 1: this is no export of Viva"),
        ([HEAD.replace("1,", "true,", 1), END], "line 1: this is no export of Viva"),
        (
            [HEAD.replace("1,", "2,", 1), OPENING, END],
            "line 1: this export has version 2, and this release reads up to 1; update Viva and try again",
        ),
        ([HEAD, OPENING], "line 2: the file ends here, but the line that ends an export is missing: it was cut short"),
        ([HEAD, OPENING[:50], END], "line 2: is no JSON (column 32: Unterminated string starting at)"),
        ([HEAD, END], "line 2: the file tells of 1 records and has 0"),
        ([HEAD, OPENING, END, OPENING], "line 4: something stands after the line that ends the export"),
        ([HEAD, "3\n", END], "line 2: must be a JSON object"),
        ([HEAD, '{"a": NaN}\n', END], "line 2: is no JSON (NaN is no number)"),
        (
            [HEAD, OPENING.replace("opening", "poem"), END],
            f'line 2: no record is of the type "poem"; these are: {", ".join(KINDS)}',
        ),
        ([HEAD, OPENING.replace('"study"', '"sleep"'), END], "line 2: opening: mode: Input should be"),
        ([HEAD, OPENING.replace('"focus"', '"fokus"'), END], "line 2: opening: 'fokus' is no field of it"),
        ([HEAD, OPENING.replace(A, "Ada"), END], 'line 2: opening: "Ada" is no learner'),
        ([HEAD, OPENING.replace("00Z", "00"), END], "line 2: opening: 2026-03-01T12:00:00 is a time without a zone"),
        (
            [HEAD, OPENING.replace("2026-03-01", "yesterday"), END],
            "line 2: opening: at: Input should be a valid datetime",
        ),
        ([HEAD, "[" * 100_000 + "\n", END], "line 2: is no JSON"),
    ],
    ids=range(19),
)
def test_a_broken_file_is_refused_with_its_line_and_changes_nothing(lines: Sequence[str], told: str) -> None:
    with places(1) as [(store, drafts)]:
        before = exported(store, drafts)
        with pytest.raises(ImportProblem) as caught:
            import_lines(store, lines, now=LATER, drafts=drafts)
        assert told in str(caught.value)
        assert "\n" not in str(caught.value)
        assert exported(store, drafts) == before


@pytest.mark.parametrize("cut", [2, 10, 40, 400])
def test_a_file_cut_short_anywhere_is_refused(learnt: Learnt, other: Learnt, cut: int) -> None:
    learnt.answer("A model gets worse over time.", "1")
    text = "".join(exported(learnt.store, learnt.drafts))
    with pytest.raises(ImportProblem):
        import_lines(other.store, text[: len(text) - cut].splitlines(keepends=True), now=LATER)
    assert len(exported(other.store)) == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("A model gets worse", "A model gets better", "another answer is stored under the id"),
        ('"number": 0', '"number": 1', "its grades are not numbered from 0"),
        ('"answer_id": "1', '"answer_id": "2', "a grade belongs to another answer"),
        ('"verdict": "met"', '"verdict": "abstain"', "credit is None exactly when"),
    ],
)
def test_a_record_that_cannot_be_takes_the_whole_file_down(learnt: Learnt, old: str, new: str, told: str) -> None:
    learnt.answer("A model gets worse over time.", "1")
    before = exported(learnt.store)
    lines = [line.replace(old, new) if '"type": "answer"' in line else line for line in before]
    lines.insert(1, OPENING)
    lines[-1] = json.dumps({"type": "end", "records": len(lines) - 2})
    assert lines[2] != before[1]
    with pytest.raises(ImportProblem, match=r"^line 3: answer: ") as caught:
        import_lines(learnt.store, lines, now=LATER)
    assert told in str(caught.value)
    assert exported(learnt.store) == before


def test_what_several_learners_left_is_never_given_to_one(learnt: Learnt, other: Learnt) -> None:
    learnt.answer("A model gets worse over time.", "1")
    learnt.answer("Data drift.", "2", learner=B)
    with pytest.raises(ImportProblem, match="here begins what a second learner left; only one can be taken over"):
        import_lines(other.store, exported(learnt.store), now=LATER, as_learner=C)
    assert len(exported(other.store)) == 2
    assert import_lines(other.store, exported(learnt.store), now=LATER).learners == (A, B)


def test_parameters_that_the_scheduler_refuses_are_refused() -> None:
    fitted = {
        "learner": A,
        "at": "2026-03-01T12:00:00Z",
        "values": [1.0],
        "reviews": 400,
        "loss_before": 1,
        "loss_after": 1,
    }
    with places(1) as [(store, _)], pytest.raises(ImportProblem, match=r"^line 2: parameters: Expected 21 parameters"):
        import_lines(store, [HEAD, json.dumps({"type": "parameters", **fitted}), END], now=LATER)


def test_a_full_disk_for_the_drafts_leaves_the_database_as_it_was(
    learnt: Learnt, other: Learnt, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt.answer("A model gets worse over time.", "1")
    learnt.drafts.save(learnt.learner, "model-drift", Draft("Half a thought.", 2), now=START)

    def full(*_: object, **__: object) -> None:
        raise DraftStoreError("the disk is full")

    monkeypatch.setattr(other.drafts.__class__, "save", full)
    with pytest.raises(DraftStoreError):
        import_lines(other.store, exported(learnt.store, learnt.drafts), now=LATER, drafts=other.drafts)
    assert len(exported(other.store)) == 2
