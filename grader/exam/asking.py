"""What is asked next: the next question, a probe, a challenge, or nothing more of this question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.exam import challenge, clock, judging, probes, scoring
from grader.exam.events import Action, Ask, Challenge, Finish, Probe, ShowFeedback
from grader.exam.types import ExamState, Phase, Phrase, Record, Turn, TurnKind
from grader.exam.wordings import said
from grader.types import Grade, Grader, Question

Step = tuple[ExamState, tuple[Action, ...]]
_PHASE_OF: Mapping[TurnKind, Phase] = {"question": "asking", "probe": "probing", "challenge": "challenge"}


@dataclass(frozen=True, slots=True)
class Exam:
    """What an exam needs from outside: its questions by id, and who grades (None for the offline grader)."""

    questions: Mapping[str, Question]
    grader: Grader | None = None

    def question(self, record: Record) -> Question:
        """Return the question of a record."""
        return self.questions[record.question_id]


def with_turn(state: ExamState, turn: Turn) -> ExamState:
    """Return the state with its last turn changed."""
    record = state.records[-1]
    return with_record(state, replace(record, turns=(*record.turns[:-1], turn)))


def with_record(state: ExamState, record: Record) -> ExamState:
    """Return the state with its last record changed."""
    return replace(state, records=(*state.records[:-1], record))


def next_question(state: ExamState, exam: Exam) -> Step:
    """Put the next question that was drawn."""
    number = len(state.records)
    question = exam.questions[state.drawn[number]]
    turn = Turn("question", question.prompt, clock.time(state))
    record = Record(question.id, question.version, question.marks, (turn,))
    state = clock.put(replace(state, phase="asking", records=(*state.records, record)), is_first=True)
    return state, (_action(state),)


def handed_in(state: ExamState, exam: Exam, *, is_over: bool = False) -> Step:
    """Go on after the open turn has got what was said to it; ``is_over`` where there is no time for more of this question."""
    record = state.records[-1]
    question, number = exam.question(record), len(record.turns) - 1
    turn = record.turns[number]
    # Nothing said is nothing to grade, but for the first turn, of which the probes begin.
    if number == 0 or (turn.said or "").strip():
        grade = judging.graded(question, record, exam.grader)
        reading_id = record.reading_id or grade.reading_id
        record = replace(record, grades=(*record.grades, (number, grade)), reading_id=reading_id)
    if turn.kind == "challenge":
        assert record.reading_id is not None
        assert turn.point_id is not None
        outcome = challenge.read_reply(question, record.reading_id, turn.point_id, turn.said or "")
        record = replace(record, outcome=outcome)
    state = with_record(state, record)
    passed_on = turn.kind == "question" and turn.skipped
    follow = None if is_over or passed_on else _follow_up(state, question, record, exam)
    if follow is None:
        return _settled(state, exam)
    state = with_record(state, replace(record, turns=(*record.turns, follow)))
    state = clock.put(replace(state, phase=_PHASE_OF[follow.kind]), is_first=False)
    return state, (_action(state),)


def _follow_up(state: ExamState, question: Question, record: Record, exam: Exam) -> Turn | None:
    """Return the probe or the challenge that comes next; None where there is none."""
    turn = _probe(state, question, record, exam)
    if turn is not None or any(one.kind == "challenge" for one in record.turns):
        return turn
    return _challenge(state, question, record)


def _probe(state: ExamState, question: Question, record: Record, exam: Exam) -> Turn | None:
    assert record.reading_id is not None
    setup, grade = state.setup, _latest(record)
    probed = [turn.point_id for turn in record.turns if turn.kind == "probe" and turn.point_id is not None]
    if len(probed) >= setup.probes_most or any(turn.kind == "challenge" for turn in record.turns):
        return None
    reading = question.reading(record.reading_id)
    found = probes.pick(
        reading, grade.judgments, probed, most_each=len(setup.probe_shares), fruitless=_fruitless(record)
    )
    if found is None:
        return None
    point, is_half = found
    met = {judgment.point_id for judgment in grade.judgments if judgment.verdict == "met"}
    had = [one for one in reading.points if one.id in met and one.kind == "required"]
    earlier = [phrase for turn in record.turns if turn.kind == "probe" for phrase in turn.phrases]
    phrases = probes.phrases(
        question, reading, point, had=had, is_half=is_half, earlier=earlier, language=setup.language
    )
    asked = said(phrases, setup.manner, setup.language)
    away = judging.given_away(question, record, asked, exam.grader)
    return _turn(state, "probe", asked, point.id, phrases, away)


def _fruitless(record: Record) -> set[str]:
    """Return the points about which a probe brought nothing."""
    found = set()
    for number, turn in enumerate(record.turns):
        if turn.kind == "probe" and turn.point_id is not None:
            before, after = (
                next(
                    judgment.credit or 0.0
                    for _, grade in reversed([one for one in record.grades if one[0] <= last])
                    for judgment in grade.judgments
                    if judgment.point_id == turn.point_id
                )
                for last in (number - 1, number)
            )
            if after <= before:
                found.add(turn.point_id)
    return found


def _challenge(state: ExamState, question: Question, record: Record) -> Turn | None:
    setup = state.setup
    if record.reading_id is None or not challenge.is_due(setup.seed, question.id, setup.challenge_share):
        return None
    part = judging.narrowed(question, record.reading_id)
    found = challenge.dispute(part, judging.said_so_far(record), _latest(record).judgments, setup.seed, setup.language)
    if found is None:
        return None
    point_id, phrase = found
    return _turn(state, "challenge", said((phrase,), setup.manner, setup.language), point_id, (phrase,))


def _turn(
    state: ExamState,
    kind: TurnKind,
    asked: str,
    point_id: str,
    phrases: tuple[Phrase, ...],
    away: tuple[str, ...] = (),
) -> Turn:
    return Turn(kind, asked, clock.time(state), point_id, phrases, away)


def _latest(record: Record) -> Grade:
    return record.grades[-1][1]


def _settled(state: ExamState, exam: Exam) -> Step:
    """Close the question on the table; after the last one the exam is over."""
    record = state.records[-1]
    question = exam.question(record)
    assert record.reading_id is not None
    scale = judging.scale_of(exam.grader, question.reading(record.reading_id))
    state = with_record(state, replace(record, mark=scoring.mark(question, record, state.setup, scale)))
    state = clock.settled(replace(state, phase="between"))
    actions: tuple[Action, ...] = ()
    if state.setup.feedback == "at_once":
        actions = (ShowFeedback(len(state.records) - 1),)
    if len(state.records) < len(state.drawn):
        return state, actions
    state = replace(
        state,
        phase="finished",
        ended=record.turns[-1].said_at or clock.time(state),
        end_reason="done",
        exam_deadline=None,
        resumes=None,
    )
    return state, (*actions, Finish("done"))


def pending(state: ExamState) -> Action | None:
    """Return the action that put what is on the table; None where nothing is."""
    return None if state.place is None else _action(state)


def _action(state: ExamState) -> Ask | Probe | Challenge:
    assert state.place is not None
    turn = state.records[-1].turns[-1]
    if turn.kind == "question":
        return Ask(state.place, turn.asked, state.place[0] + 1, len(state.drawn), clock.question_seconds(state))
    kind = Probe if turn.kind == "probe" else Challenge
    return kind(state.place, turn.asked, turn.phrases)
