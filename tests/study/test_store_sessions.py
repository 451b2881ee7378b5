"""Open questions, sessions, plans, settings and disputes, on every kind of database; and deleting it all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from study.errors import StoreError
from study.records import (
    AliasProposal,
    Deck,
    Dispute,
    FittedParameters,
    HintUse,
    Opening,
    Plan,
    Sitting,
    StudySettings,
)
from study.store import Store
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
