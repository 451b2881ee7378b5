"""The report of an exam as plain data: what was asked, said and earned, by whose judgment, and what to study next.

It is made of the exam's state and of the questions; nothing is graded here. What a report says of a point are its label and what
the candidate said; its wording is the reader's to look up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.exam import clock
from grader.exam.scoring import ExamScore, exam_score
from grader.exam.types import ExamSetup, ExamState, Outcome, PointMark, Record, Turn, TurnKind
from grader.types import PointKind, Question, Verdict

MOST_STRENGTHS = MOST_TO_STUDY = 3
_STRONG = 0.75


@dataclass(frozen=True, slots=True)
class PointReport:
    """What became of a point; see ``PointMark``. Without a label it is named by its id."""

    id: str
    label: str
    kind: PointKind
    verdict: Verdict
    unaided: float | None
    credit: float | None
    probes: int
    outcome: Outcome | None
    wanted: bool
    worth: float
    reason: str
    source: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class TurnReport:
    """Something that was asked and said. ``begins`` is in seconds from the start of the exam, ``seconds`` without pauses."""

    kind: TurnKind
    asked: str
    said: str
    transcript: str | None
    about: str | None
    begins: float
    seconds: float | None
    expired: bool
    skipped: bool
    late: str | None


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question that was drawn. A question that was never asked has no turns and no points, and counts 0."""

    id: str
    prompt: str
    topic: str
    marks: float
    asked: bool
    score: float
    low: float
    high: float
    unaided: float
    reading_id: str | None
    turns: tuple[TurnReport, ...]
    points: tuple[PointReport, ...]
    outcome: Outcome | None
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class TopicReport:
    """The questions of a topic together, by their marks."""

    topic: str
    questions: int
    marks: float
    score: ExamScore


@dataclass(frozen=True, slots=True)
class StudyNext:
    """A point that would have earned most: ``marks`` more in the exam."""

    question_id: str
    reading_id: str
    point_id: str
    label: str
    prompt: str
    marks: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of the timeline; ``seconds`` from the start of the exam, by the clock."""

    seconds: float
    what: str
    question: int | None = None


@dataclass(frozen=True, slots=True)
class ExamReport:
    """All that is to be said of an exam. ``marks`` is the whole, of which the share ``score.score`` was earned.

    ``graders`` pairs each signature with the number of points that it judged, ``sources`` each kind of judge.
    """

    setup: ExamSetup
    started: datetime | None
    ended: datetime | None
    end_reason: str | None
    seconds: float
    marks: float
    score: ExamScore
    questions: tuple[QuestionReport, ...]
    topics: tuple[TopicReport, ...]
    timeline: tuple[Moment, ...]
    strengths: tuple[str, ...]
    study_next: tuple[StudyNext, ...]
    graders: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]


def make_report(state: ExamState, questions: Mapping[str, Question]) -> ExamReport:
    """Return the report of an exam, as far as it went; ``questions`` by id. One that is gone from the packs is told by its id."""
    records: list[Record | None] = [*state.records, *[None] * (len(state.drawn) - len(state.records))]
    pairs = enumerate(zip(records, state.drawn, strict=True))
    told = [_question(state, number, record, questions.get(name)) for number, (record, name) in pairs]
    settled, until = [None if record is None else record.mark for record in records], state.ended or state.latest
    signatures: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for one in told:
        if one.signature:
            signatures[one.signature] += len(one.points)
            sources.update(point.source for point in one.points)
    return ExamReport(
        setup=state.setup,
        started=state.started,
        ended=state.ended,
        end_reason=state.end_reason,
        seconds=0.0 if state.started is None or until is None else clock.active(state, state.started, until),
        marks=sum(state.marks),
        score=exam_score(state.marks, settled),
        questions=tuple(told),
        topics=_topics(told, state, records),
        timeline=_timeline(state),
        strengths=_strengths(told),
        study_next=_study_next(told),
        graders=tuple(signatures.most_common()),
        sources=tuple(sources.most_common()),
    )


def _question(state: ExamState, number: int, record: Record | None, question: Question | None) -> QuestionReport:
    name = state.drawn[number]
    prompt = name if question is None else question.prompt
    topic = "" if question is None else question.topic
    mark = None if record is None else record.mark
    labels = _labels(record, question)
    return QuestionReport(
        id=name,
        prompt=prompt if record is None else record.turns[0].asked,
        topic=topic,
        marks=state.marks[number],
        asked=record is not None,
        score=0.0 if mark is None else mark.score,
        low=0.0 if mark is None else mark.low,
        high=0.0 if mark is None else mark.high,
        unaided=0.0 if mark is None else mark.unaided,
        reading_id=None if record is None else record.reading_id,
        turns=() if record is None else tuple(_turn(state, turn, labels) for turn in record.turns),
        points=() if mark is None else tuple(_point(point, labels) for point in mark.points),
        outcome=None if record is None else record.outcome,
        flags=() if mark is None else mark.flags,
        notes=() if mark is None else mark.notes,
        signature="" if mark is None else mark.signature,
    )


def _labels(record: Record | None, question: Question | None) -> dict[str, str]:
    if record is None or question is None or record.reading_id is None:
        return {}
    reading = next((one for one in question.readings if one.id == record.reading_id), None)
    return {} if reading is None else {point.id: point.label or point.id for point in reading.points}


def _point(point: PointMark, labels: Mapping[str, str]) -> PointReport:
    return PointReport(
        point.point_id,
        labels.get(point.point_id, point.point_id),
        point.kind,
        point.verdict,
        point.unaided,
        point.credit,
        point.probes,
        point.outcome,
        point.wanted,
        point.worth,
        point.reason,
        point.source,
        tuple((part.turn, part.quote) for part in point.evidence),
    )


def _turn(state: ExamState, turn: Turn, labels: Mapping[str, str]) -> TurnReport:
    begins = turn.shown_at or turn.asked_at
    return TurnReport(
        turn.kind,
        turn.asked,
        turn.said or "",
        turn.transcript,
        None if turn.point_id is None else labels.get(turn.point_id, turn.point_id),
        0.0 if state.started is None else (begins - state.started).total_seconds(),
        None if turn.said_at is None else clock.active(state, begins, turn.said_at),
        turn.expired,
        turn.skipped,
        turn.late,
    )


def _topics(
    told: Sequence[QuestionReport], state: ExamState, records: Sequence[Record | None]
) -> tuple[TopicReport, ...]:
    places: dict[str, list[int]] = {}
    for number, one in enumerate(told):
        places.setdefault(one.topic, []).append(number)
    return tuple(
        TopicReport(
            topic,
            len(numbers),
            sum(state.marks[number] for number in numbers),
            exam_score(
                [state.marks[number] for number in numbers],
                [None if (record := records[number]) is None else record.mark for number in numbers],
            ),
        )
        for topic, numbers in places.items()
    )


def _timeline(state: ExamState) -> tuple[Moment, ...]:
    if state.started is None:
        return ()
    found: list[tuple[datetime, str, int | None]] = [(state.started, "began", None)]
    for number, record in enumerate(state.records):
        for turn in record.turns:
            if turn.shown_at is not None:
                found.append((turn.shown_at, turn.kind, number))
            if turn.said_at is not None:
                what = "time ran out" if turn.expired else "passed" if turn.skipped else "answered"
                found.append((turn.said_at, what, number))
    for one in state.breaks:
        found.append((one.since, "paused", None))
        if one.until is not None:
            found.append((one.until, "went on", None))
    found += [(grant.at, f"{grant.seconds:g} s granted", None) for grant in state.grants]
    if state.ended is not None:
        found.append((state.ended, "abandoned" if state.phase == "abandoned" else "ended", None))
    return tuple(
        Moment((at - state.started).total_seconds(), what, number)
        for at, what, number in sorted(found, key=lambda entry: entry[0])
    )


def _strengths(told: Sequence[QuestionReport]) -> tuple[str, ...]:
    """Return what was best: the points said in full and unaided, of the questions that went best."""
    ranked = sorted((one for one in told if one.asked), key=lambda one: -one.unaided)
    found: list[str] = []
    for one in ranked:
        best = [p for p in one.points if p.kind == "required" and p.verdict == "met" and (p.unaided or 0.0) >= _STRONG]
        best = [point for point in best if (point.credit or 0.0) >= _STRONG]
        if best:
            found.append(f"{best[0].label} ({one.prompt})")
    return tuple(found[:MOST_STRENGTHS])


def _study_next(told: Sequence[QuestionReport]) -> tuple[StudyNext, ...]:
    """Return the points that would have earned most marks, at most two of a question."""
    wanted = [
        StudyNext(one.id, one.reading_id or "", point.id, point.label, one.prompt, round(point.worth * one.marks, 4))
        for one in told
        for point in one.points
        if point.wanted and point.worth > 0.0
    ]
    wanted.sort(key=lambda one: -one.marks)
    found: list[StudyNext] = []
    for one in wanted:
        if sum(other.question_id == one.question_id for other in found) < MOST_TO_STUDY - 1:
            found.append(one)
    return tuple(found[:MOST_TO_STUDY])
