"""Past answers under another grader: which disputes that settles, which it breaks, and what moves; written only when told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

import grader
from grader.bank.edit import with_alias
from grader.errors import InputError
from grader.types import Evidence, Grade, Grader, Judgment, Question, Reading
from study.disputes import dispute
from study.records import AnswerRecord, HintUse
from study.replay import FATES, apply, replay
from study.transfer import export_lines
from tests.study.learnt import LEARNER, START, Learnt

LATER = START + timedelta(days=1)
CROWD = "The shop window attracts another crowd now."
LOSS = "Model performance degrades over time."


@dataclass
class Fixed:
    """A grader that changes what the offline one says of an answer: verdicts by point, or a failure."""

    change: Callable[[str, Grade], Grade]
    signature: str = "fixed"

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        return grader.default_grader().judge(question, reading, answer)

    def grade_many(self, question: Question, answers: Sequence[str]) -> list[Grade]:
        found = grader.grade_many(question, answers)
        return [
            replace(self.change(answer, result), signature=self.signature)
            for answer, result in zip(answers, found, strict=True)
        ]


def verdict(point_id: str, said: str) -> Callable[[str, Grade], Grade]:
    """Return what gives one point another verdict, and the score half of what is missing or there."""

    def change(answer: str, result: Grade) -> Grade:
        evidence = (Evidence(0, len(answer), answer, "test", 1.0),)
        judgments = {
            "met": Judgment(point_id, "met", 1.0, evidence),
            "unmet": Judgment(point_id, "unmet", 0.0),
            "abstain": Judgment(point_id, "abstain", None),
        }
        changed = tuple(judgments[said] if one.point_id == point_id else one for one in result.judgments)
        score = {"met": (1 + result.score) / 2, "unmet": result.score / 2}.get(said, result.score)
        return replace(result, judgments=changed, score=score, low=0.0, high=1.0)

    return change


def same(_answer: str, result: Grade) -> Grade:
    return result


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path)


@pytest.fixture
def record(learnt: Learnt) -> AnswerRecord:
    """An answer with two disputes: one about what the grader missed, one about what it sees already."""
    record = learnt.answer(f"{LOSS} {CROWD}", "1")
    dispute(learnt.trainer, learnt.question, record, "data-drift-cause", id="d" * 32, now=START)
    dispute(learnt.trainer, learnt.question, record, "performance-loss", id="e" * 32, now=START)
    return record


@pytest.mark.parametrize(
    ("change", "missed", "seen"),
    [
        (same, "open", "kept"),
        (verdict("data-drift-cause", "met"), "settled", "kept"),
        (verdict("performance-loss", "unmet"), "open", "broken"),
        (verdict("performance-loss", "abstain"), "open", "unknown"),
        (lambda _answer, result: replace(result, reading_id="another"), "unknown", "unknown"),
    ],
)
def test_what_becomes_of_disputes(
    learnt: Learnt, record: AnswerRecord, change: Callable[[str, Grade], Grade], missed: str, seen: str
) -> None:
    before = list(export_lines(learnt.store, now=LATER))
    report = replay(learnt.store, learnt.trainer.questions, Fixed(change))
    fates = {one.dispute.ref.point_id: one.fate for one in report.disputes}
    assert fates == {"data-drift-cause": missed, "performance-loss": seen}
    assert sum(report.count(fate) for fate in FATES) == 2
    assert report.answers == 1
    assert report.grades[0][0] == record.answer.id
    # It only tells.
    assert list(export_lines(learnt.store, now=LATER)) == before


def test_a_dispute_about_a_mistake_is_settled_where_it_is_no_longer_seen(learnt: Learnt) -> None:
    record = learnt.answer("Model drift means that the model gets better over time.", "1")
    assert {one.point_id: one.verdict for one in record.latest.grade.judgments}["gets-better"] == "met"
    dispute(learnt.trainer, learnt.question, record, "gets-better", id="d" * 32, now=START)
    for change, fate in ((same, "open"), (verdict("gets-better", "unmet"), "settled")):
        assert [one.fate for one in replay(learnt.store, learnt.trainer.questions, Fixed(change)).disputes] == [fate]


def test_scores_that_moved(learnt: Learnt, record: AnswerRecord) -> None:
    learnt.answer("Nothing.", "2")
    report = replay(learnt.store, learnt.trainer.questions, Fixed(verdict("data-drift-cause", "met")))
    first = record.latest.grade.score
    moved = {one.answer_id: (one.before, one.after) for one in report.moved}
    assert moved == {"1" * 32: (first, (1 + first) / 2), "2" * 32: (0.0, 0.5)}
    assert report.mean_change == pytest.approx(((1 - first) / 2 + 0.5) / 2)
    assert report.largest is not None
    assert report.largest.answer_id == "2" * 32
    assert report.signatures == ("fixed",)
    still = replay(learnt.store, learnt.trainer.questions, Fixed(same))
    assert (still.moved, still.mean_change, still.largest) == ((), 0.0, None)


def test_an_accepted_alias_settles_the_dispute_and_the_answer_counts_as_reworded(
    learnt: Learnt, record: AnswerRecord
) -> None:
    taught = with_alias(learnt.question, "main", "data-drift-cause", CROWD)
    report = replay(learnt.store, {taught.id: taught}, grader.default_grader())
    assert (report.count("settled"), report.count("broken"), report.reworded) == (1, 0, 1)
    assert replay(learnt.store, learnt.trainer.questions, grader.default_grader()).reworded == 0
    assert record.answer.question_version != taught.version


def test_two_graders_can_be_compared(learnt: Learnt, record: AnswerRecord) -> None:
    met = Fixed(verdict("data-drift-cause", "met"))
    report = replay(learnt.store, learnt.trainer.questions, grader.default_grader(), met)
    assert (report.count("broken"), report.count("settled")) == (1, 0)
    assert [one.after for one in report.moved] == [record.latest.grade.score]


def test_questions_that_are_gone_are_named_and_counted(learnt: Learnt, record: AnswerRecord) -> None:
    learnt.answer("It scales.", "2", question_id="cloud-deployment")
    report = replay(
        learnt.store, {"cloud-deployment": learnt.trainer.questions["cloud-deployment"]}, grader.default_grader()
    )
    assert report.gone == (("model-drift", 1),)
    assert report.answers == 1
    assert {one.fate for one in report.disputes} == {"unknown"}
    assert record.answer.id not in dict(report.grades)


def test_a_failure_is_no_change(learnt: Learnt, record: AnswerRecord) -> None:
    learnt.answer("Nothing.", "2")

    def fail(answer: str, result: Grade) -> Grade:
        if answer == "Nothing.":
            raise InputError("the server is tired")
        return replace(result, flags=("llm_failed",), notes=("no server answers", "sorry"), score=0.0, low=0.0)

    report = replay(learnt.store, learnt.trainer.questions, Fixed(fail))
    assert (report.answers, report.moved, report.grades) == (0, (), ())
    assert sorted((one.answer_id[0], one.reason) for one in report.failed) == [
        ("1", "no server answers; sorry"),
        ("2", "the server is tired"),
    ]
    assert {one.fate for one in report.disputes} == {"unknown"}
    assert len(record.grades) == 1


def test_one_learner_and_progress(learnt: Learnt, record: AnswerRecord) -> None:
    learnt.answer("Nothing.", "2", learner="b" * 32)
    for number in range(3, 8):
        learnt.answer("Nothing.", str(number), question_id="cloud-deployment")
    told: list[tuple[int, int]] = []
    report = replay(
        learnt.store,
        learnt.trainer.questions,
        grader.default_grader(),
        learner=LEARNER,
        progress=lambda done, of: told.append((done, of)),
    )
    assert report.answers == 6
    assert told == [(1, 6), (6, 6)]
    assert record.answer.id in dict(report.grades)
    assert replay(learnt.store, {}, grader.default_grader(), learner="c" * 32).gone == ()


# --- written when told to


def test_apply_adds_grades_once_and_the_learners_word_stays(learnt: Learnt, record: AnswerRecord) -> None:
    hinted = learnt.answer(CROWD, "2", hints=(HintUse("data-drift-cause", 3, START),))
    judge = Fixed(verdict("data-drift-cause", "met"))
    report = replay(learnt.store, learnt.trainer.questions, judge)
    assert apply(learnt.trainer, report, judge, now=LATER) == 2
    with learnt.store.reading() as tx:
        after = {answer.answer.id: answer for answer in tx.answers()}
        ratings = {
            (review.answer_id, review.ref.point_id): (review.rating, review.source)
            for review in tx.active_reviews(LEARNER)
        }
    assert [grade.grade.signature for grade in after[record.answer.id].grades][1:] == ["fixed"]
    latest = after[hinted.answer.id].latest
    assert 0.0 < latest.aided_score < latest.grade.score
    assert ratings[record.answer.id, "data-drift-cause"] == (3, "learner")
    # The third step of a hint gives the point away, so it is not known, whatever the grade.
    assert ratings[hinted.answer.id, "data-drift-cause"] == (1, "grade")
    before = list(export_lines(learnt.store, now=LATER))
    assert apply(learnt.trainer, replay(learnt.store, learnt.trainer.questions, judge), judge, now=LATER) == 0
    assert list(export_lines(learnt.store, now=LATER)) == before


def test_an_answer_to_a_part_counts_by_that_part(learnt: Learnt) -> None:
    point = "data-drift-cause"
    part = learnt.answer(CROWD, "1", focus=(point,))
    hinted = learnt.answer(CROWD, "2", focus=(point,), hints=(HintUse(point, 1, START), HintUse("other", 3, START)))
    judge = Fixed(verdict(point, "met"))
    assert apply(learnt.trainer, replay(learnt.store, learnt.trainer.questions, judge), judge, now=LATER) == 2
    with learnt.store.reading() as tx:
        after = {answer.answer.id: answer.latest for answer in tx.answers()}
    assert after[part.answer.id].grade.score < 1
    assert [after[one.answer.id].aided_score for one in (part, hinted)] == [1.0, 0.8]


def test_back_to_the_earlier_grader_what_it_said_counts_again(learnt: Learnt) -> None:
    learnt.answer(CROWD, "1")
    with learnt.store.reading() as tx:
        cards = tx.cards(LEARNER)
    judges: tuple[Grader, ...] = (Fixed(verdict("data-drift-cause", "met")), grader.default_grader())
    for days, judge in enumerate(judges, start=1):
        report = replay(learnt.store, learnt.trainer.questions, judge)
        apply(learnt.trainer, report, judge, now=START + timedelta(days=days))
        with learnt.store.reading() as tx:
            assert (tx.cards(LEARNER) == cards) == (days == 2)
