"""What the store keeps, on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.errors import StoreError
from study.records import (
    AliasProposal,
    Answer,
    AnswerRecord,
    Asked,
    Deck,
    Dispute,
    FittedParameters,
    GradeRecord,
    HintUse,
    LoggedReview,
    Mode,
    Opening,
    Plan,
    PointRef,
    Review,
    Sitting,
    StudySettings,
)
from study.store import Store
from study.transactions import Writing
from tests.study.made_records import (
    LEARNER,
    NOW,
    OTHER,
    TEXT,
    contents,
    made_grade,
    number,
    ref,
    submission,
    write,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


# --- answers and grades


def test_an_answer_comes_back_as_it_was_given(any_store: Store) -> None:
    made = submission(1)
    assert write(any_store, made)
    with any_store.reading() as tx:
        assert tx.answer(made.answer.id) == made.record
        assert tx.last_answer(LEARNER) == made.record
        assert tx.answers_to(LEARNER, "drift") == (made.record,)
        assert tx.active_reviews(LEARNER) == made.reviews
        assert tx.cards(LEARNER) == made.cards
        assert tx.answer(number(404)) is None
        assert tx.last_answer(OTHER) is None


def test_submitting_again_changes_nothing(any_store: Store) -> None:
    made = submission(1)
    assert write(any_store, made)
    before = contents(any_store)
    assert not write(any_store, made)
    assert contents(any_store) == before


def test_another_answer_under_the_same_id_is_refused(any_store: Store) -> None:
    made = submission(1)
    write(any_store, made)
    before = contents(any_store)
    other = replace(made.answer, text="Something else.")
    with pytest.raises(StoreError, match="nothing was overwritten"), any_store.writing() as tx:
        tx.add_answer(other, made.grade)
    assert contents(any_store) == before


def test_an_answer_needs_its_grades_in_order(any_store: Store) -> None:
    made = submission(1)
    for given_grades in ((), (replace(made.grade, number=1),)):
        with pytest.raises(StoreError, match="numbered 0, 1"), any_store.writing() as tx:
            tx.add_answer(made.answer, *given_grades)


def test_a_later_grade_counts_and_the_earlier_stays(any_store: Store) -> None:
    made = submission(1)
    write(any_store, made)
    later = made_grade(verdict="partial", signature="model:1")
    for _ in range(2):
        with any_store.writing() as tx:
            added = tx.add_grade(made.answer.id, NOW + MINUTE, later, 0.4)
    assert added == GradeRecord(made.answer.id, 1, NOW + MINUTE, later, 0.4)
    with any_store.reading() as tx:
        record = tx.answer(made.answer.id)
        assert record == AnswerRecord(made.answer, (made.grade, added))
        assert record.latest == added
        assert tx.latest_answers(LEARNER) == (AnswerRecord(made.answer, (added,)),)


def test_a_grade_for_no_answer_is_refused(any_store: Store) -> None:
    with pytest.raises(StoreError, match=f"no answer {number(9)}"), any_store.writing() as tx:
        tx.add_grade(number(9), NOW, made_grade(), 1.0)


def test_answers_are_found_by_question_time_and_session(any_store: Store) -> None:
    first, second = submission(1), submission(2, at=NOW + MINUTE)
    third = submission(3, question="bias", at=NOW + 2 * MINUTE)
    third = replace(third, answer=replace(third.answer, sitting=number(7)))
    for made in (first, second, third, submission(4, learner=OTHER)):
        write(any_store, made)
    with any_store.reading() as tx:
        assert tx.answers_to(LEARNER, "drift") == (second.record, first.record)
        assert tx.answers_to(LEARNER, "drift", 1) == (second.record,)
        assert tx.last_answer(LEARNER) == third.record
        assert tx.latest_answers(LEARNER) == (second.record, third.record)
        assert tx.answers_in(number(7)) == (third.record,)
        assert tuple(tx.answers(LEARNER)) == (first.record, second.record, third.record)
        assert len(tuple(tx.answers())) == 4
        assert tx.attempts(LEARNER) == {"drift": 2, "bias": 1}


def test_many_answers_are_read_in_turn(store: Store) -> None:
    made = [submission(value, points=1, at=NOW + value * MINUTE) for value in range(1, 1_203)]
    with store.writing() as tx:
        for one in made:
            one.write(tx)
    with store.reading() as tx:
        assert [record.answer.id for record in tx.answers()] == [one.answer.id for one in made]
        assert len(tx.answers_to(LEARNER, "drift")) == len(made)
        assert sum(1 for _ in tx.logged_reviews()) == len(made)


def test_what_was_asked_in_a_day(any_store: Store) -> None:
    start = NOW.replace(hour=4, minute=0, second=0, microsecond=0)

    def give(value: int, question: str, at: datetime, mode: Mode = "study") -> None:
        made = submission(value, question=question, at=at)
        write(any_store, replace(made, answer=replace(made.answer, mode=mode)))

    give(1, "old", start - MINUTE)
    give(2, "crammed", start - MINUTE, "cram")
    give(3, "old", start)
    give(4, "crammed", start + MINUTE)
    give(5, "new", start + 2 * MINUTE)
    give(6, "new", start + 3 * MINUTE, "again")
    give(7, "new", start + 4 * MINUTE)
    give(8, "late", start + DAY)
    with any_store.reading() as tx:
        assert tx.asked_between(LEARNER, start, start + DAY) == (
            Asked("old", "study", start, 1, first_ever=False),
            Asked("crammed", "study", start + MINUTE, 1, first_ever=True),
            Asked("new", "study", start + 2 * MINUTE, 2, first_ever=True),
            Asked("new", "again", start + 3 * MINUTE, 1, first_ever=True),
        )
        assert tx.asked_between(OTHER, start, start + DAY) == ()


# --- the review log


def rated(value: int, points: range, *, at: datetime = NOW, rating: int = 4) -> tuple[Review, ...]:
    """A learner's own rating of some points of the first submission."""
    action = number(value)
    return tuple(
        Review(number(value + 1 + i), LEARNER, ref(i), rating, at, number(1_000), None, "learner", action)
        for i in points
    )


def test_a_rating_supersedes_and_its_undo_revives(any_store: Store) -> None:
    made = submission(1, points=3)
    own = rated(50_000, range(2), at=NOW + MINUTE)
    write(any_store, made)
    with any_store.writing() as tx:
        tx.add_reviews(own)
        assert tx.replace_action(made.action, own[0].action, {ref(0), ref(1)}) == (ref(0), ref(1))
    with any_store.reading() as tx:
        assert tx.active_reviews(LEARNER) == (made.reviews[2], *own)
        assert tx.active_reviews(LEARNER, [ref(0)]) == (own[0],)
        assert tx.active_reviews(LEARNER, since=NOW + MINUTE) == own
        last = tx.last_action(LEARNER)
        assert last is not None
        assert (last.id, last.refs, last.reviews) == (own[0].action, (ref(0), ref(1)), own)
        assert [action.id for action in tx.actions_of(number(1_000))] == [made.action, own[0].action]
    with any_store.writing() as tx:
        assert tx.undo_action(own[0].action, NOW + 2 * MINUTE) == (ref(0), ref(1))
        assert tx.undo_action(own[0].action, NOW + 3 * MINUTE) == ()
    with any_store.reading() as tx:
        assert tx.active_reviews(LEARNER) == made.reviews
        last = tx.last_action(LEARNER)
        assert last is not None
        assert last.id == made.action
        assert tx.action(own[0].action) is None
        logged = tuple(tx.logged_reviews(LEARNER))
    assert [one for one in logged if one.undone_at] == [LoggedReview(review, NOW + 2 * MINUTE) for review in own]


def test_undoing_in_the_middle_hands_over(any_store: Store) -> None:
    """Three ratings of one point, each in place of the one before; undoing the second leaves the third in force."""
    acts = [rated(50_000 + 100 * i, range(1), at=NOW + i * MINUTE, rating=1 + i) for i in range(3)]
    write(any_store, submission(1, points=1))
    with any_store.writing() as tx:
        for act in acts:
            for earlier in tx.actions_of(number(1_000)):
                tx.replace_action(earlier.id, act[0].action)
            tx.add_reviews(act)
        tx.undo_action(acts[1][0].action, NOW + DAY)
        assert tx.active_reviews(LEARNER) == acts[2]
        tx.undo_action(acts[2][0].action, NOW + DAY)
        assert tx.active_reviews(LEARNER) == acts[0]


def test_imported_reviews_are_nobodys_last_act(any_store: Store) -> None:
    made = submission(1, points=2)
    write(any_store, made)
    foreign = replace(made.reviews[0], id=number(5), action=number(6), at=NOW + DAY, source="import", answer_id=None)
    with any_store.writing() as tx:
        assert tx.add_logged([LoggedReview(foreign), LoggedReview(foreign)]) == 1
        last = tx.last_action(LEARNER)
    assert last is not None
    assert last.id == made.action


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.integers(0, 3), min_size=1), min_size=1, max_size=6))
def test_undo_goes_back_the_way_one_came(store: Store, acts: list[set[int]]) -> None:
    """Law: after any row of ratings, undoing the last one each time passes through the very states on the way."""
    with store.writing() as tx:
        tx.delete_learner(LEARNER)
        states = [tx.active_reviews(LEARNER)]
        submission(1, points=4).write(tx)
        states.append(tx.active_reviews(LEARNER))
        for place, points in enumerate(acts):
            own = tuple(
                replace(review, at=NOW)
                for review in rated(90_000 + 100 * place, range(4))
                if review.ref in {ref(i) for i in points}
            )
            for earlier in tx.actions_of(number(1_000)):
                tx.replace_action(earlier.id, own[0].action, {review.ref for review in own})
            tx.add_reviews(own)
            states.append(tx.active_reviews(LEARNER))
            assert len({review.ref for review in states[-1]}) == len(states[-1]) == 4
        while states:
            assert tx.active_reviews(LEARNER) == states.pop()
            last = tx.last_action(LEARNER)
            if last is not None:
                tx.undo_action(last.id, NOW + DAY)
        assert tx.last_action(LEARNER) is None


# --- cards


def test_cards_are_replaced_found_and_dropped(any_store: Store) -> None:
    drift, bias = submission(1, points=2), submission(2, question="bias", points=1, at=NOW + DAY)
    changed = replace(drift.cards[0], due=NOW - DAY, stability=None, difficulty=None, last_review=None, step=0, state=1)
    with any_store.writing() as tx:
        tx.put_cards((*drift.cards, *bias.cards))
        tx.put_card(changed)
        tx.put_cards(())
    with any_store.reading() as tx:
        assert tx.cards(LEARNER) == (changed, drift.cards[1], *bias.cards)
        assert tx.cards(LEARNER, ["bias"]) == bias.cards
        assert tx.cards(LEARNER, [*map(str, range(2_000)), "bias"]) == bias.cards
        assert tx.cards(LEARNER, []) == ()
        assert tx.cards(LEARNER, due_before=drift.cards[1].due) == (changed,)
        assert tx.cards(OTHER) == ()
    with any_store.writing() as tx:
        tx.drop_cards(LEARNER, [changed.ref])
        tx.drop_cards(LEARNER, [])
        assert tx.cards(LEARNER) == (drift.cards[1], *bias.cards)
        tx.drop_cards(LEARNER)
        assert tx.cards(LEARNER) == ()


# --- what surrounds the answers


def test_an_open_question_keeps_its_first_time_and_its_hints(any_store: Store) -> None:
    first = Opening(LEARNER, "drift", NOW, mode="study")
    hint, deeper = HintUse("p1", 1, NOW + MINUTE), HintUse("p1", 2, NOW + 2 * MINUTE)
    with any_store.writing() as tx:
        assert tx.open_question(first) == first
        tx.add_hint(LEARNER, "drift", hint)
        tx.add_hint(LEARNER, "drift", deeper)
        assert tx.add_hint(LEARNER, "drift", replace(hint, at=NOW + DAY)).hints == (hint, deeper)
        again = tx.open_question(Opening(LEARNER, "drift", NOW + DAY, focus=("p1",), mode="review"))
        assert again == Opening(LEARNER, "drift", NOW, (hint, deeper), ("p1",), "review")
        tx.open_question(Opening(LEARNER, "bias", NOW - DAY))
    with any_store.reading() as tx:
        assert tx.opening(LEARNER, "drift") == again
        assert [opening.question_id for opening in tx.openings(LEARNER)] == ["bias", "drift"]
    with any_store.writing() as tx:
        tx.close_question(LEARNER, "drift")
        tx.close_question(LEARNER, "drift")
        assert tx.opening(LEARNER, "drift") is None
    with pytest.raises(StoreError, match="'drift' is not open"), any_store.writing() as tx:
        tx.add_hint(LEARNER, "drift", hint)


def test_sittings_begin_and_end(any_store: Store) -> None:
    first = Sitting(number(1), LEARNER, NOW, "questions", 10, deck=Deck(topics=("statistics",), tags=("exam",)))
    second = Sitting(number(2), LEARNER, NOW + MINUTE, "minutes", 20, "cram", Deck(packs=("mlops",)))
    with any_store.writing() as tx:
        assert tx.add_sitting(first)
        assert not tx.add_sitting(replace(first, size=99))
        assert tx.running_sitting(LEARNER) == first
        tx.end_sitting(first.id, NOW + DAY)
        tx.end_sitting(first.id, NOW + 2 * DAY)
        assert tx.running_sitting(LEARNER) is None
        tx.add_sitting(second)
    with any_store.reading() as tx:
        assert tx.running_sitting(LEARNER) == second
        assert tx.sittings(LEARNER) == (second, replace(first, ended_at=NOW + DAY))
        assert tx.sittings(LEARNER, 1) == (second,)
        assert tx.sitting(first.id) == replace(first, ended_at=NOW + DAY)
        assert tx.sitting(number(404)) is None


def test_plans_parameters_and_settings(any_store: Store) -> None:
    plan = Plan(number(1), LEARNER, "Finals", date(2027, 1, 15), Deck(tags=("exam",)), NOW)
    fits = [FittedParameters(LEARNER, NOW + i * DAY, (0.1 + 0.2, 3.0), 400 + i, 0.5, 0.4) for i in range(2)]
    with any_store.writing() as tx:
        assert tx.settings(LEARNER) == StudySettings()
        assert not tx.has_settings(LEARNER)
        tx.put_settings(LEARNER, StudySettings(new_per_day=0))
        tx.put_settings(LEARNER, StudySettings(new_per_day=7, language="de"))
        assert tx.add_plan(plan)
        assert not tx.add_plan(plan)
        tx.end_plan(plan.id, NOW + DAY)
        tx.end_plan(plan.id, NOW + 2 * DAY)
        assert tx.parameters(LEARNER) is None
        assert [tx.put_parameters(fit) for fit in (*fits, fits[0])] == [True, True, False]
    with any_store.reading() as tx:
        assert tx.settings(LEARNER) == StudySettings(new_per_day=7, language="de")
        assert tx.has_settings(LEARNER)
        assert tx.plans(LEARNER) == (replace(plan, ended_at=NOW + DAY),)
        assert tx.parameters(LEARNER) == fits[1]
        assert tx.all_parameters(LEARNER) == tuple(fits)


def test_disputes_and_what_they_propose(any_store: Store) -> None:
    write(any_store, submission(1))
    write(any_store, submission(2, learner=OTHER))
    dispute = Dispute(number(1), LEARNER, number(1_000), ref(0), NOW, TEXT[:5], 0, 5)
    other = Dispute(number(2), OTHER, number(2_000), ref(0), NOW + MINUTE, TEXT[:5], 0, 5)
    proposal = AliasProposal(number(3), dispute.id, ref(0), TEXT[:5], "proposed", NOW)
    with any_store.writing() as tx:
        assert tx.add_dispute(dispute)
        assert not tx.add_dispute(dispute)
        assert tx.add_dispute(other)
        assert tx.add_proposal(proposal)
        assert not tx.add_proposal(proposal)
    with any_store.writing() as tx:
        assert tx.disputes() == (dispute, other)
        assert tx.disputes(LEARNER) == tx.disputes(answer_id=number(1_000)) == (dispute,)
        tx.withdraw_dispute(dispute.id, NOW + DAY)
        tx.withdraw_dispute(dispute.id, NOW + 2 * DAY)
        assert tx.disputes(LEARNER) == ()
        assert tx.disputes(LEARNER, withdrawn=True) == (replace(dispute, withdrawn_at=NOW + DAY),)
        assert tx.dispute(dispute.id) == replace(dispute, withdrawn_at=NOW + DAY)
        tx.decide_proposal(proposal.id, "accepted", NOW + DAY)
        accepted = replace(proposal, status="accepted", decided_at=NOW + DAY)
        assert tx.proposal(proposal.id) == accepted
        assert (
            tx.proposals(LEARNER)
            == tx.proposals(status="accepted")
            == tx.proposals(dispute_id=number(1))
            == (accepted,)
        )
        assert tx.proposals(OTHER) == tx.proposals(status="proposed") == ()
    for wrong in (
        lambda: tx.add_dispute(replace(dispute, id=number(9), answer_id=number(404))),
        lambda: tx.add_proposal(replace(proposal, id=number(9), dispute_id=number(404))),
        lambda: tx.decide_proposal(number(404), "rejected", NOW),
    ):
        with pytest.raises(StoreError, match=f"there is no .* {number(404)}"), any_store.writing() as tx:
            wrong()


def test_deleting_a_learner_leaves_the_others(any_store: Store) -> None:
    mine, theirs = submission(1), submission(2, learner=OTHER)
    write(any_store, theirs)
    before = contents(any_store)
    write(any_store, mine)
    with any_store.writing() as tx:
        tx.add_grade(mine.answer.id, NOW + MINUTE, made_grade(), 1.0)
        tx.open_question(Opening(LEARNER, "bias", NOW))
        tx.add_sitting(Sitting(number(1), LEARNER, NOW, "questions", 10))
        tx.put_settings(LEARNER, StudySettings())
        tx.add_dispute(Dispute(number(2), LEARNER, mine.answer.id, ref(0), NOW, "", 0, 0))
        tx.add_proposal(AliasProposal(number(3), number(2), ref(0), "x", "proposed", NOW))
        assert [(who.learner, who.answers) for who in tx.learners()] == [(LEARNER, 1), (OTHER, 1)]
    with any_store.writing() as tx:
        assert tx.delete_learner(LEARNER) == 1
        assert tx.delete_learner(LEARNER) == 0
    assert contents(any_store) == before
    with any_store.reading() as tx:
        assert [who.learner for who in tx.learners()] == [OTHER]
        assert not [*tx.openings(LEARNER), *tx.sittings(LEARNER), *tx.disputes(withdrawn=True), *tx.proposals()]
    any_store.vacuum()
    assert write(any_store, mine)


# --- transactions


def interrupted(tx: Writing, failure: type[BaseException]) -> None:
    submission(1).write(tx)
    raise failure


def test_nothing_of_a_failed_block_stays(any_store: Store) -> None:
    before = contents(any_store)
    for failure in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(failure), any_store.writing() as tx:
            interrupted(tx, failure)
    assert contents(any_store) == before
    assert write(any_store, submission(1))


def test_a_time_without_a_zone_is_refused(any_store: Store) -> None:
    naive = submission(1, at=NOW.replace(tzinfo=None))
    with pytest.raises((StoreError, ValueError, TypeError), match=r"time zone|naive"), any_store.writing() as tx:
        tx.add_answer(replace(naive.answer, hints=()), naive.grade)


# --- any text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=[])),
    micros=st.integers(-(10**15), 10**16),
    confidence=st.none() | st.integers(0, 100),
)
def test_any_text_is_kept_with_its_length(any_store: Store, text: str, micros: int, confidence: int | None) -> None:
    at = NOW + timedelta(microseconds=micros)
    made = submission(1, points=1)
    answer = replace(made.answer, text=text, at=at, confidence=confidence)
    with any_store.writing() as tx:
        tx.delete_learner(LEARNER)
        tx.add_answer(answer, made.grade)
        assert not tx.add_answer(answer, made.grade)
        kept = tx.answer(answer.id)
    assert kept is not None
    assert replace(kept.answer, text=text) == answer
    assert len(kept.answer.text) == len(text)
    assert all(b in {a, "\N{REPLACEMENT CHARACTER}"} for a, b in zip(text, kept.answer.text, strict=True))
    if text.isprintable():  # so it has neither NUL nor a lone surrogate
        assert kept.answer.text == text


def test_records_refuse_what_cannot_be() -> None:
    made = submission(1)
    for wrong in (
        lambda: HintUse("p", 4, NOW),
        lambda: replace(made.answer, confidence=101),
        lambda: replace(made.answer, duration_ms=-1),
        lambda: replace(made.reviews[0], rating=0),
        lambda: replace(made.cards[0], state=4),
        lambda: replace(made.grade, aided_score=1.5),
        lambda: AnswerRecord(made.answer, ()),
        lambda: Dispute(number(1), LEARNER, number(2), PointRef("q", "r", "p"), NOW, "", 3, 2),
    ):
        with pytest.raises(ValueError, match=r"outside|negative|no grade|is none"):
            wrong()
    assert isinstance(made.answer, Answer)
