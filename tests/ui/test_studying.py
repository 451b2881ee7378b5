"""Studying with a known learner and a real database: what is kept, what comes next, and what a reload finds again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from grader import Bank
from study import StoreFull
from study.trainer import Trainer
from tests.ui.study_world import ANNA, click, keys, labels, page, query, records, reviews, sample, submit
from ui import keeper, services
from ui.markup import esc

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def anna(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)


def test_an_answer_is_kept_with_all_that_belongs_to_it(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = open_app()
    at.select_slider[0].set_value(80)
    submit(at, sample(question, "partial"))
    [record] = records(question)
    answer = record.answer
    assert (answer.learner, answer.question_version) == (ANNA, question.version)
    assert (answer.mode, answer.confidence, answer.text) == ("study", 80, sample(question, "partial"))
    assert answer.duration_ms is not None
    assert record.latest.grade == services.grade(question, answer.text)
    assert query(at, "a") == answer.id
    assert {review.answer_id for review in reviews()} == {answer.id}


def test_how_sure_one_is_may_be_left_out(open_app: Open, bank: Bank) -> None:
    submit(open_app(), "my words")
    assert records(bank.questions[0])[0].answer.confidence is None


def test_a_reload_shows_the_result_again(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = submit(open_app(), sample(question, "partial"))
    again = open_app(q=question.id, a=query(at, "a"))
    assert re.findall(r"[\d.]+ of 10 ", page(again)) == re.findall(r"[\d.]+ of 10 ", page(at))
    assert {"study_next", "study_rate_1", "study_undo"} <= keys(again)
    assert len(again.text_area) == 0


def test_the_result_of_another_learner_is_not_shown(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = submit(open_app(), "my secret words")
    monkeypatch.setattr(keeper, "learner", lambda: "b" * 32)
    other = open_app(q=bank.questions[0].id, a=query(at, "a"))
    assert "my secret words" not in page(other)
    assert len(other.text_area) == 1


def test_next_goes_on_to_what_is_next_today_and_ends(open_app: Open, bank: Bank) -> None:
    at = open_app()
    asked = []
    for _ in range(5):
        question = next(one for one in bank.questions if one.id == query(at, "q"))
        asked.append(question.id)
        submit(at, sample(question, "full"))
        click(at, "study_rate_4")
        click(at, "study_next")
    assert asked == [question.id for question in bank.questions[:5]]
    assert "Done for today" in page(at)
    assert "5 answers today." in page(at)
    assert query(at, "q") is None
    assert "Done for today" in page(open_app())
    click(at, "study_browse")
    assert len(at.text_area) == 1
    assert query(at, "mode") == "browse"


def test_what_was_just_missed_comes_once_more_today(open_app: Open, bank: Bank) -> None:
    at = open_app()
    for _ in range(5):
        submit(at, "I do not know this.")
        click(at, "study_next")
    assert "Done for now" in page(at)
    assert "5 questions that you have just seen come once more today." in page(at)
    click(at, "study_next")
    assert query(at, "q") == bank.questions[0].id
    assert len(at.text_area) == 1
    assert at.text_area[0].value == ""


def test_hints_go_down_the_ladder_cost_something_and_survive_a_reload(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = open_app()
    click(at, "study_hint")
    click(at, "study_hint")
    assert page(at).count('class="viva-cost"') == 2
    assert "This point then counts 80\u00a0%." in page(at)
    assert "This point then counts 60\u00a0%." in page(at)
    assert page(open_app(q=question.id)).count('class="viva-cost"') == 2
    submit(at, sample(question, "full"))
    [record] = records(question)
    assert [use.level for use in record.answer.hints] == [1, 2]
    assert record.latest.aided_score < record.latest.grade.score
    assert "of 10 with hints" in page(at)
    assert "without them (likely" in page(at)


def test_a_hint_that_led_to_nothing_cost_nothing_and_shows_one_score(open_app: Open, bank: Bank) -> None:
    at = click(open_app(), "study_hint")
    submit(at, "I do not know this.")
    [record] = records(bank.questions[0])
    assert record.latest.aided_score == record.latest.grade.score
    assert "with hints" not in page(at)


def test_a_hint_keeps_the_draft_and_looks_at_it(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = open_app()
    at.text_area[0].set_value(sample(question, "full"))
    click(at, "study_hint")
    assert at.text_area[0].value == sample(question, "full")
    assert "There is no further hint" in page(at)
    assert "of 10" not in page(at)


def test_hints_never_show_a_points_wording(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = open_app()
    for _ in range(3 * len(question.points)):
        click(at, "study_hint")
    shown = page(at)
    assert not [point.text for point in question.points if esc(point.text) in shown]


def test_ones_own_rating_replaces_the_automatic_one_and_can_be_undone(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(), sample(bank.questions[0], "partial"))
    automatic = sorted(review.rating for review in reviews())
    assert "Points rated by the score:" in page(at)
    click(at, "study_rate_4")
    assert {review.rating for review in reviews()} == {4}
    assert "Points rated by you: Easy 5." in page(at)
    click(at, "study_undo")
    assert sorted(review.rating for review in reviews()) == automatic
    assert "Points rated by the score:" in page(at)
    click(at, "study_undo")
    assert reviews() == ()
    assert "The last rating is taken back." in page(at)
    assert at.button(key="study_undo").disabled


def test_a_rating_can_be_taken_back_after_going_on(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(), "my words")
    click(at, "study_rate_4")
    click(at, "study_next")
    assert "Undo the last rating" in labels(at)
    click(at, "study_undo")
    assert 4 not in {review.rating for review in reviews()}
    assert "The last rating is taken back." in page(at)
    assert "study_undo" not in keys(at)
    submit(at, "other words")
    click(at, "study_next")
    assert "study_undo" not in keys(at)
    assert query(at, "q") == bank.questions[2].id


def test_when_it_comes_back_is_said(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(), "I do not know this.")
    assert "Again in 10 minutes." in page(at)
    click(at, "study_rate_4")
    assert re.search(r"Again in \d+ days\.", page(at))


def test_i_was_right_is_one_click_and_can_be_taken_back(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = submit(open_app(), sample(question, "partial"))
    before = sorted((review.ref.point_id, review.rating) for review in reviews())
    button = next(key for key in sorted(keys(at)) if key.startswith("study_dispute_"))
    click(at, button)
    assert "You say that your answer makes this point." in page(at)
    with services.store().reading() as tx:
        [dispute] = tx.disputes(ANNA)
        [proposal] = tx.proposals(ANNA)
    assert proposal.text == dispute.passage
    assert [review.rating for review in reviews() if review.ref == dispute.ref] == [3]
    assert "You say that" in page(open_app(q=question.id, a=query(at, "a")))
    click(at, button)
    assert "You say that" not in page(at)
    with services.store().reading() as tx:
        assert tx.disputes(ANNA) == ()
    assert sorted((review.ref.point_id, review.rating) for review in reviews()) == before


def test_undoing_the_rating_of_a_dispute_takes_the_dispute_back_too(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(), sample(bank.questions[0], "partial"))
    button = next(key for key in sorted(keys(at)) if key.startswith("study_dispute_"))
    before = at.button(key=button).label
    click(at, button)
    assert at.button(key=button).label != before
    click(at, "study_undo")
    assert at.button(key=button).label == before
    with services.trainer().store.reading() as tx:
        assert tx.disputes(ANNA) == ()


def test_each_missing_point_says_what_it_would_earn(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = submit(open_app(), sample(question, "partial"))
    missing = page(at).count("viva-point viva-unmet")
    said = re.findall(r"With this point: ([\d.]+) of 10", page(at))
    assert len(said) == missing > 0
    score = services.grade(question, sample(question, "partial")).score
    assert all(float(one) > score * 10 for one in said)


def test_a_second_try_shows_the_difference_and_leaves_the_schedule(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    at = submit(open_app(), sample(question, "partial"))
    before = reviews()
    first = query(at, "a")
    click(at, "study_again")
    assert query(at, "first") == first
    submit(at, sample(question, "full"))
    shown = page(at)
    assert "Second try" in shown
    assert "Gained:" in shown
    assert "A second try leaves the schedule as it is" in shown
    assert reviews() == before
    latest, earlier = records(question)
    assert (latest.answer.mode, latest.answer.first_try) == ("again", earlier.answer.id)
    assert "Gained:" in page(open_app(q=question.id, a=query(at, "a")))
    assert [expander.label for expander in at.expander if "Earlier" in expander.label] == ["Earlier attempts (1)"]


def test_cramming_is_kept_and_leaves_the_schedule(open_app: Open, bank: Bank) -> None:
    at = submit(open_app(mode="cram"), "my words")
    asked = next(one for one in bank.questions if one.id == query(at, "q"))
    assert [record.answer.mode for record in records(asked)] == ["cram"]
    assert reviews() == ()
    assert "Cramming leaves the schedule as it is." in page(at)
    click(at, "study_next")
    assert query(at, "q") != asked.id
    assert query(at, "mode") == "cram"


def test_a_focus_asks_for_a_part_and_scores_that_part(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    first, *others = question.points
    at = open_app(q=question.id, focus=first.id)
    assert "viva-follow-up" in page(at)
    assert esc(first.label or "") in page(at)
    submit(at, first.text)
    assert "2 of 2" in page(at)
    assert not [point for point in others if esc(point.text) in "".join(re.findall("viva-wording.*?</p>", page(at)))]
    [record] = records(question)
    assert (record.answer.mode, record.answer.focus) == ("review", (first.id,))
    assert record.latest.grade.score < 0.5 < record.latest.aided_score


def test_an_unknown_focus_asks_the_whole(open_app: Open, bank: Bank) -> None:
    assert "viva-follow-up" not in page(open_app(q=bank.questions[0].id, focus="nothing,of-this"))


def test_a_session_counts_ends_and_sums_up(open_app: Open, bank: Bank) -> None:
    at = open_app()
    at.number_input(key="study_session_size").set_value(2)
    click(at, "study_session_start")
    submit(at, sample(bank.questions[0], "full"))
    click(at, "study_again")
    submit(at, sample(bank.questions[0], "full"))
    assert at.button(key="study_next").label == "Next"
    click(at, "study_next")
    reloaded = open_app(q=bank.questions[1].id)
    submit(reloaded, "I do not know this.")
    assert reloaded.button(key="study_next").label == "To the summary"
    click(reloaded, "study_next")
    shown = page(reloaded)
    assert "Your session" in shown
    assert "<dt>answers</dt><dd>2</dd>" in shown
    assert esc(bank.questions[0].prompt) in shown
    assert [link.label for link in reloaded.page_link] != []
    assert "Your session" in page(open_app(session=query(reloaded, "session")))
    click(reloaded, "study_next")
    assert len(reloaded.text_area) == 1


def test_a_session_can_be_ended_at_any_time(open_app: Open) -> None:
    at = open_app()
    click(at, "study_session_start")
    click(at, "study_session_end")
    assert "Your session" in page(at)
    assert "<dt>answers</dt><dd>0</dd>" in page(at)


def test_a_database_that_fails_is_a_notice_and_the_answer_is_recorded_later(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = bank.questions[0]
    at = open_app()
    with monkeypatch.context() as broken:

        def full(self: Trainer, *args: object) -> None:
            raise StoreFull("study.sqlite3: the disk is full")

        broken.setattr(Trainer, "submit", full)
        submit(at, sample(question, "partial"))
        assert "of 10" in page(at)
        assert "What you do cannot be recorded at the moment." in page(at)
        assert "study.sqlite3: the disk is full" in page(at)
        click(at, "study_rate_4")
        assert records(question) == ()
        assert services.draft_store().load(ANNA, question.id) is not None
    click(at, "study_retry")
    assert "cannot be recorded" not in page(at)
    assert [record.answer.text for record in records(question)] == [sample(question, "partial")]
    assert {review.rating for review in reviews()} == {4}


def test_an_answer_before_the_learner_is_known_is_recorded_when_they_are(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: None)
    at = open_app()
    click(at, "study_hint")
    submit(at, "my words")
    click(at, "study_rate_2")
    assert "Points rated by you: Hard 5." in page(at)
    assert records(bank.questions[0]) == ()
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)
    click(at, "study_next")
    [record] = records(bank.questions[0])
    assert record.answer.text == "my words"
    assert len(record.answer.hints) == 1
    assert {review.rating for review in reviews()} == {2}


def test_what_is_handed_in_is_no_draft_when_its_question_comes_again(open_app: Open, bank: Bank) -> None:
    question = bank.questions[0]
    submit(open_app(), "my words")
    assert open_app(q=question.id).text_area[0].value == ""
