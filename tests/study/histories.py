"""Histories of learners, made up by Hypothesis: everything that a learner can leave behind, with texts of any kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import strategies as st

from grader.types import Evidence, Grade, Judgment, Usage
from study.drafts import Draft, DraftStore
from study.records import (
    AliasProposal,
    Answer,
    Deck,
    Dispute,
    FittedParameters,
    GradeRecord,
    HintUse,
    LoggedReview,
    Opening,
    Plan,
    PointRef,
    ProposalStatus,
    Review,
    Sitting,
    StudySettings,
)
from study.store import Store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEARNERS = ("a" * 32, "b" * 32)
QUESTIONS = ("model-drift", "größe", "gone")

# Text as a database holds it; control characters, line separators and letters of all scripts among it.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
moments = st.integers(0, 10**12).map(lambda some: START + timedelta(microseconds=some))
refs = st.builds(PointRef, st.sampled_from(QUESTIONS), st.just("main"), st.sampled_from(["cause", "form"]))
decks = st.builds(Deck, st.lists(texts, max_size=2).map(tuple), st.just(()), st.lists(texts, max_size=1).map(tuple))
shares = st.floats(0, 1)
hints = st.lists(st.builds(HintUse, st.sampled_from(["cause", "form"]), st.integers(1, 3), moments), max_size=2)
settings = st.builds(StudySettings, desired_retention=st.sampled_from([0.8, 0.9]), new_per_day=st.integers(0, 200))


@dataclass(frozen=True, slots=True)
class History:
    """What one learner left behind."""

    learner: str
    settings: StudySettings | None
    parameters: tuple[FittedParameters, ...]
    plans: tuple[Plan, ...]
    sittings: tuple[Sitting, ...]
    answers: tuple[tuple[Answer, tuple[GradeRecord, ...]], ...]
    reviews: tuple[LoggedReview, ...]
    disputes: tuple[tuple[Dispute, AliasProposal | None], ...]
    openings: tuple[Opening, ...]
    drafts: tuple[tuple[str, Draft], ...]


def key(learner: str, kind: str, number: int) -> str:
    """Return an id of 32 hexadecimal characters."""
    return f"{learner[0]}{ord(kind):x}{number:0>29x}"


@st.composite
def grades(draw: st.DrawFn, answer_id: str, number: int) -> GradeRecord:
    low, score, high = sorted(draw(st.tuples(shares, shares, shares)))
    said = draw(texts.filter(bool))
    evidence = (Evidence(0, len(said), said, "keyword", draw(shares)),)
    judged = (
        Judgment("cause", "met", 1.0, evidence, draw(texts)),
        Judgment("form", draw(st.sampled_from(["unmet", "partial"])), 0.0, (), draw(texts)),
        Judgment("doubt", "abstain", None, (), draw(texts), "llm:some"),
    )
    usage = draw(st.none() | st.builds(Usage, st.integers(0, 9), money=st.none() | st.floats(0, 1)))
    grade = Grade(
        "model-drift",
        "0123",
        "main",
        judged,
        score,
        low,
        high,
        ("short",),
        draw(texts),
        draw(texts),
        (draw(texts),),
        usage,
    )
    return GradeRecord(answer_id, number, START + timedelta(seconds=number), grade, draw(shares))


@st.composite
def histories(draw: st.DrawFn, learner: str = LEARNERS[0]) -> History:
    """Draw all that a learner may leave behind; ids of two learners are never the same."""
    answers: list[tuple[Answer, tuple[GradeRecord, ...]]] = []
    reviews: list[LoggedReview] = []
    disputes: list[tuple[Dispute, AliasProposal | None]] = []
    sittings = tuple(
        Sitting(
            key(learner, "s", n),
            learner,
            draw(moments),
            "minutes",
            10,
            "review",
            draw(decks),
            draw(st.none() | moments),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    for n in range(draw(st.integers(0, 4))):
        is_second, in_session = draw(st.booleans()), draw(st.booleans())
        answer = Answer(
            id=key(learner, "a", n),
            learner=learner,
            question_id=draw(st.sampled_from(QUESTIONS)),
            question_version=draw(st.sampled_from(["0123", "4567"])),
            text=draw(texts),
            at=draw(moments),
            mode=draw(st.sampled_from(["study", "review", "cram", "again"])),
            duration_ms=draw(st.none() | st.integers(0, 10**9)),
            confidence=draw(st.none() | st.integers(0, 100)),
            hints=tuple(draw(hints)),
            focus=draw(st.sampled_from([(), ("cause",)])),
            first_try=answers[0][0].id if answers and is_second else None,
            sitting=sittings[0].id if sittings and in_session else None,
        )
        answers.append((answer, tuple(draw(grades(answer.id, number)) for number in range(draw(st.integers(1, 2))))))
        reviews.append(draw(logged(learner, n, answer.id)))
        if draw(st.booleans()):
            disputes.append(draw(disputed(answer, n)))
    if draw(st.booleans()):
        reviews.append(draw(logged(learner, 99, None)))
    return History(
        learner=learner,
        settings=draw(st.none() | settings),
        parameters=tuple(
            FittedParameters(
                learner, START + timedelta(days=n), tuple(DEFAULT_PARAMETERS), 400, draw(shares), draw(shares)
            )
            for n in range(draw(st.integers(0, 2)))
        ),
        plans=tuple(
            Plan(
                key(learner, "p", n),
                learner,
                draw(texts),
                date(2026, 6, 1 + n),
                draw(decks),
                draw(moments),
                draw(st.none() | moments),
            )
            for n in range(draw(st.integers(0, 2)))
        ),
        sittings=sittings,
        answers=tuple(answers),
        reviews=tuple(reviews),
        disputes=tuple(disputes),
        openings=tuple(
            Opening(learner, question, draw(moments), _once(draw(hints)), ("form",), "review")
            for question in draw(st.sets(st.sampled_from(QUESTIONS)))
        ),
        drafts=tuple(
            (question, Draft(draw(texts), draw(st.integers(0, 10**13))))
            for question in sorted(draw(st.sets(st.sampled_from(QUESTIONS))))
        ),
    )


@st.composite
def logged(draw: st.DrawFn, learner: str, number: int, answer_id: str | None) -> LoggedReview:
    review = Review(
        id=key(learner, "r", number),
        learner=learner,
        ref=draw(refs),
        rating=draw(st.integers(1, 4)),
        at=draw(moments),
        answer_id=answer_id,
        duration_ms=draw(st.none() | st.integers(0, 10**6)),
        source="import" if answer_id is None else draw(st.sampled_from(["grade", "learner"])),
        action=key(learner, "t", number),
    )
    superseded_by = draw(st.none() | st.just(key(learner, "t", number + 1)))
    return LoggedReview(review, draw(st.none() | moments), superseded_by)


@st.composite
def disputed(draw: st.DrawFn, answer: Answer, number: int) -> tuple[Dispute, AliasProposal | None]:
    ref = PointRef(answer.question_id, "main", "cause")
    made = Dispute(
        key(answer.learner, "d", number),
        answer.learner,
        answer.id,
        ref,
        draw(moments),
        answer.text,
        0,
        len(answer.text),
    )
    made = replace(made, withdrawn_at=draw(st.none() | moments))
    decided = draw(st.none() | moments)
    no: ProposalStatus = "rejected"
    status: ProposalStatus = "proposed" if decided is None else draw(st.sampled_from(["accepted", no]))
    proposal = AliasProposal(key(answer.learner, "q", number), made.id, ref, draw(texts), status, made.at, decided)
    return made, draw(st.none() | st.just(proposal))


def _once(taken: list[HintUse]) -> tuple[HintUse, ...]:
    return tuple({(hint.point_id, hint.level): hint for hint in taken}.values())


def keep(store: Store, history: History, drafts: DraftStore | None = None) -> None:
    """Write a history into a database, by the store's own means."""
    with store.writing() as tx:
        if history.settings is not None:
            tx.put_settings(history.learner, history.settings)
        for fitted in history.parameters:
            tx.put_parameters(fitted)
        for plan in history.plans:
            tx.add_plan(plan)
        for sitting in history.sittings:
            tx.add_sitting(sitting)
        for answer, given in history.answers:
            tx.add_answer(answer, *given)
        tx.add_logged(history.reviews)
        for made, proposal in history.disputes:
            tx.add_dispute(made)
            if proposal is not None:
                tx.add_proposal(proposal)
        for opening in history.openings:
            tx.open_question(opening)
    if drafts is not None:
        for question, draft in history.drafts:
            drafts.save(history.learner, question, draft, now=START)
