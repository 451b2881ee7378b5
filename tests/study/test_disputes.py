""" "I was right": the passage, the label, the rating and the proposed alias; taken back, and put into a pack."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import grader
from grader.bank import DEFAULT_PATH
from grader.engine import grade
from grader.types import Point, Question
from study.disputes import Disputed, Label, accept, dispute, effect_of, labels, passage_for, reject, undo, withdraw
from study.errors import StudyError
from study.records import AnswerRecord, PointRef
from study.store import Store
from study.transfer import export_lines
from tests.study.learnt import LEARNER, START, Learnt

DRIFT = PointRef("model-drift", "main", "data-drift-cause")
LATER = START + timedelta(days=1)
CROWD = "The shop window attracts another crowd now"
ANSWER = f"It loses its predictive power. {CROWD}."


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path)


@pytest.fixture
def record(learnt: Learnt) -> AnswerRecord:
    return learnt.answer(ANSWER, "1")


def click(learnt: Learnt, record: AnswerRecord, point_id: str = "data-drift-cause", letter: str = "d") -> Disputed:
    return dispute(learnt.trainer, learnt.question, record, point_id, id=letter * 32, now=LATER)


def ratings(learnt: Learnt, ref: PointRef = DRIFT) -> list[tuple[int, str]]:
    with learnt.store.reading() as tx:
        return [(review.rating, review.source) for review in tx.active_reviews(LEARNER, [ref])]


def everything(store: Store) -> list[str]:
    return list(export_lines(store, now=LATER))


# --- the passage

MADE = Question.simple(
    id="q",
    prompt="What is drift?",
    points=(Point("change", "The distribution of the data changes."), Point("cost", "Accuracy falls.")),
    references=("The data changes and accuracy falls.",),
)


@pytest.mark.parametrize(
    ("answer", "point_id", "expected"),
    [
        ("The data are distributed anew. Its accuracy falls.", "change", "The data are distributed anew."),
        ("The data are distributed anew. Its accuracy falls.", "cost", "Its accuracy falls."),
        ("  The data shift.\n", "change", "The data shift."),
        ("It rains. It gets less precise, accuracy falls", "cost", "It gets less precise, accuracy falls"),
        # Of sentences that say nothing of the point, not the one that earned another.
        ("The data are distributed anew. Something else happens.", "cost", "Something else happens."),
        ("Größe ändert sich.\r\nThe data are distributed anew\u2028", "change", "The data are distributed anew"),
        ("", "change", ""),
        (" \n ", "change", " \n "),
        ("模型的准确率会下降。The data are distributed anew.", "change", "The data are distributed anew."),
    ],
)
def test_the_passage_is_the_sentence_that_speaks_most_for_the_point(answer: str, point_id: str, expected: str) -> None:
    start, end = passage_for(MADE, grade(MADE, answer), answer, point_id)
    assert answer[start:end] == expected


def test_a_point_that_is_none_has_no_passage() -> None:
    with pytest.raises(KeyError):
        passage_for(MADE, grade(MADE, "x"), "x", "nothing")


# --- a click


def test_one_click_keeps_a_label_a_rating_and_a_proposal(learnt: Learnt, record: AnswerRecord) -> None:
    assert ratings(learnt) == [(1, "grade")]
    made = click(learnt, record)
    assert made.dispute.passage == f"{CROWD}." == ANSWER[made.dispute.start : made.dispute.end]
    assert made.dispute.ref == DRIFT
    assert made.proposal is not None
    assert (made.proposal.text, made.proposal.status) == (f"{CROWD}.", "proposed")
    assert ratings(learnt) == [(3, "learner")]
    expected = Label(DRIFT, learnt.question.version, ANSWER, f"{CROWD}.", "met")
    assert labels(learnt.store, learnt.trainer.questions) == (expected,)
    assert labels(learnt.store, learnt.trainer.questions, "b" * 32) == ()
    assert labels(learnt.store, {}) == ()


def test_a_second_click_changes_nothing(learnt: Learnt, record: AnswerRecord) -> None:
    made = click(learnt, record)
    before = everything(learnt.store)
    assert click(learnt, record) == made
    assert click(learnt, record, letter="e") == made
    assert everything(learnt.store) == before


def test_withdrawn_it_is_as_if_it_had_never_counted(learnt: Learnt, record: AnswerRecord) -> None:
    with learnt.store.reading() as tx:
        before = tx.cards(LEARNER)
    made = click(learnt, record)
    with learnt.store.reading() as tx:
        assert tx.cards(LEARNER) != before
    assert withdraw(learnt.trainer, made.dispute.id, now=LATER).withdrawn_at == LATER
    assert ratings(learnt) == [(1, "grade")]
    with learnt.store.reading() as tx:
        assert tx.cards(LEARNER) == before
        assert [one.status for one in tx.proposals()] == ["rejected"]
    assert labels(learnt.store, learnt.trainer.questions) == ()
    kept = everything(learnt.store)
    assert withdraw(learnt.trainer, made.dispute.id, now=LATER + timedelta(days=1)).withdrawn_at == LATER
    assert everything(learnt.store) == kept
    # And the learner may change their mind once more.
    assert click(learnt, record, letter="e").dispute.id == "e" * 32
    assert ratings(learnt) == [(3, "learner")]


def test_undo_of_the_last_rating_withdraws_the_dispute_that_made_it(learnt: Learnt, record: AnswerRecord) -> None:
    click(learnt, record)
    undone = undo(learnt.trainer, LEARNER, now=LATER)
    assert undone is not None
    assert undone.was == "learner"
    assert ratings(learnt) == [(1, "grade")]
    with learnt.store.reading() as tx:
        assert tx.disputes() == ()
    undone = undo(learnt.trainer, LEARNER, now=LATER)
    assert undone is not None
    assert undone.was == "grade"
    assert ratings(learnt) == []


def test_undo_of_another_rating_leaves_the_dispute(learnt: Learnt, record: AnswerRecord) -> None:
    click(learnt, record)
    learnt.trainer.rate(record.answer.id, 4, LATER, "e" * 32, "performance-loss")
    undo(learnt.trainer, LEARNER, now=LATER)
    with learnt.store.reading() as tx:
        assert len(tx.disputes()) == 1
    assert ratings(learnt) == [(3, "learner")]


def test_in_cram_mode_a_dispute_spoils_no_schedule(learnt: Learnt) -> None:
    made = click(learnt, learnt.answer(ANSWER, "1", mode="cram"))
    assert ratings(learnt) == []
    assert [label.passage for label in labels(learnt.store, learnt.trainer.questions)] == [made.dispute.passage]


def test_that_a_mistake_was_not_made_is_a_label_and_no_alias(learnt: Learnt) -> None:
    made = click(learnt, learnt.answer("Nobody says that the model gets better over time.", "1"), "gets-better")
    assert made.proposal is None
    assert [label.verdict for label in labels(learnt.store, learnt.trainer.questions)] == ["unmet"]


def test_no_alias_is_proposed_that_the_point_has_or_that_is_an_essay(learnt: Learnt) -> None:
    assert click(learnt, learnt.answer("data drift", "1")).proposal is None
    assert click(learnt, learnt.answer("crowd " * 200, "2"), letter="e").proposal is None


def test_a_later_grade_counts_again_after_withdrawing(learnt: Learnt, record: AnswerRecord) -> None:
    made = click(learnt, record)
    better = grade(learnt.question, f"{ANSWER} Data drift, the distribution of the input data changes.")
    learnt.trainer.regrade(record.answer.id, replace(better, signature="a model"), LATER, "e" * 32)
    assert ratings(learnt) == [(3, "learner")]
    withdraw(learnt.trainer, made.dispute.id, now=LATER)
    assert ratings(learnt) == [(3, "grade")]


def test_what_is_not_there_is_said_in_words(learnt: Learnt, record: AnswerRecord) -> None:
    with pytest.raises(StudyError, match="there is no dispute 'x': it was deleted, or never made"):
        withdraw(learnt.trainer, "x", now=LATER)
    with pytest.raises(StudyError, match="has no point 'nothing' in 'main' any more"):
        click(learnt, record, "nothing")
    with pytest.raises(StudyError, match="there is no proposal 'x'"):
        accept(learnt.store, "x", grader.load_bank(), now=LATER)
    with pytest.raises(StudyError, match="there is no proposal 'x'"):
        reject(learnt.store, "x", now=LATER)


# --- a person's yes or no


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "packs" / "drift.yaml"
    path.parent.mkdir()
    shutil.copy(DEFAULT_PATH / "drift.yaml", path)
    return path


def test_only_a_yes_puts_the_alias_into_the_pack(learnt: Learnt, record: AnswerRecord, pack: Path) -> None:
    made = click(learnt, record)
    assert made.proposal is not None
    before = pack.read_bytes()
    bank = grader.load_bank(pack)
    effect = effect_of(learnt.store, made.proposal, bank)
    assert (effect.fixed, effect.broken) == ((ANSWER,), ())
    assert effect.tried > 4
    assert pack.read_bytes() == before
    accepted = accept(learnt.store, made.proposal.id, bank, now=LATER)
    assert (accepted.status, accepted.decided_at) == ("accepted", LATER)
    line = f"          - {CROWD}.\n".encode()
    assert pack.read_bytes().replace(line, b"") == before
    again = grader.load_bank(pack).get("model-drift")
    verdicts = {judgment.point_id: judgment.verdict for judgment in grade(again, ANSWER).judgments}
    assert verdicts["data-drift-cause"] == "met"
    # A second yes finds the alias there.
    assert accept(learnt.store, made.proposal.id, bank, now=LATER).status == "accepted"
    assert pack.read_bytes().count(line) == 1


def test_a_no_leaves_pack_and_dispute(learnt: Learnt, record: AnswerRecord) -> None:
    made = click(learnt, record)
    assert made.proposal is not None
    assert reject(learnt.store, made.proposal.id, now=LATER).status == "rejected"
    assert len(labels(learnt.store, learnt.trainer.questions)) == 1


def test_what_the_pack_cannot_take_stays_proposed(learnt: Learnt, record: AnswerRecord, pack: Path) -> None:
    made = click(learnt, record)
    assert made.proposal is not None
    bank = grader.load_bank(pack)
    pack.unlink()
    with pytest.raises(grader.PackError, match="there is no such file"):
        accept(learnt.store, made.proposal.id, bank, now=LATER)
    with pytest.raises(grader.UnknownQuestionError):
        accept(learnt.store, made.proposal.id, grader.load_bank(DEFAULT_PATH / "model-deployment.yaml"), now=LATER)
    with learnt.store.reading() as tx:
        assert [one.status for one in tx.proposals()] == ["proposed"]
