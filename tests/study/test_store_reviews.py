"""The review log and the cards, on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.records import (
    LoggedReview,
    Review,
)
from study.store import Store
from tests.study.made_records import (
    LEARNER,
    NOW,
    OTHER,
    number,
    ref,
    submission,
    write,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


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
        tx.put_cards((changed,))
        tx.put_cards(())
    with any_store.reading() as tx:
        assert tx.cards(LEARNER) == (changed, drift.cards[1], *bias.cards)
        assert tx.cards(LEARNER, ["bias"]) == bias.cards
        assert tx.cards(LEARNER, [*map(str, range(2_000)), "bias"]) == bias.cards
        assert tx.cards(LEARNER, []) == ()
        assert tx.cards(OTHER) == ()
    with any_store.writing() as tx:
        tx.drop_cards(LEARNER, [changed.ref])
        tx.drop_cards(LEARNER, [])
        assert tx.cards(LEARNER) == (drift.cards[1], *bias.cards)
        tx.drop_cards(LEARNER)
        assert tx.cards(LEARNER) == ()
