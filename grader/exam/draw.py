"""Which questions an exam asks: drawn by the seed, spread over the topics, weak points first where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.errors import InputError
from grader.exam.chance import shuffled
from grader.exam.types import ExamSetup, ExamState
from grader.types import Question


def new_exam(
    setup: ExamSetup,
    questions: Sequence[Question],
    *,
    weakness: Mapping[str, float] | None = None,
    difficulty: Mapping[str, float] | None = None,
) -> ExamState:
    """Draw the questions of an exam, which then waits for Begin. Raises InputError as ``draw`` does."""
    drawn = draw(setup, questions, weakness=weakness, difficulty=difficulty)
    return ExamState(
        setup,
        tuple(question.id for question in drawn),
        tuple(question.version for question in drawn),
        tuple(question.marks for question in drawn),
    )


def draw(
    setup: ExamSetup,
    questions: Sequence[Question],
    *,
    weakness: Mapping[str, float] | None = None,
    difficulty: Mapping[str, float] | None = None,
) -> tuple[Question, ...]:
    """Return as many questions as the setup wants, in the order in which they are asked; the order of ``questions`` is irrelevant.

    They come from the topics of the setup, in turn: no topic gives a second one before each has given one. Without ``weak_first``
    chance decides within a topic and among topics, with it the greatest ``weakness`` (by question id, any scale; 0 where it says
    nothing). ``difficulty`` is by question id, higher for harder; without it ``hardness`` counts. "easy" and "hard" draw from that
    half of the questions, and from what is nearest to it where the half is too small.

    Raises InputError where too few questions fit.
    """
    fitting = {question.id: question for question in questions if not setup.topics or question.topic in setup.topics}
    if len(fitting) < setup.questions:
        where = f" on {', '.join(setup.topics)}" if setup.topics else ""
        raise InputError(f"the exam wants {setup.questions} questions, and there are {len(fitting)}{where}")
    order = shuffled(setup.seed, "questions", fitting)
    if setup.difficulty != "any":
        order = _half(setup, order, fitting, difficulty or {})
    if setup.weak_first:
        order.sort(key=lambda name: -(weakness or {}).get(name, 0.0))
    return tuple(fitting[name] for name in _spread(setup, order, fitting))


def hardness(question: Question) -> float:
    """Return how much a full answer takes: the number of required points that are wanted, and a little for how uneven they are.

    With a choice ("any five of thirteen") an answer takes fewer of what there is, and is easier.
    """
    reading = question.readings[0]
    required = [point for point in reading.points if point.kind == "required"]
    counted = [point for point in required if reading.counted(point)]
    others = len(required) - len(counted)
    wanted = float(others)
    if counted and reading.required_count is not None:
        wanted += reading.required_count * (reading.required_count / len(counted)) ** 0.5
    total = sum(point.weight for point in required)
    # Where one point weighs most, missing it costs most.
    heaviest = max((point.weight for point in required), default=0.0) / total if total else 0.0
    return wanted + heaviest


def _half(
    setup: ExamSetup, order: list[str], fitting: Mapping[str, Question], difficulty: Mapping[str, float]
) -> list[str]:
    sign = 1.0 if setup.difficulty == "easy" else -1.0
    hard = {name: difficulty[name] if name in difficulty else hardness(one) for name, one in fitting.items()}
    # The sort is stable, so that chance decides among equals.
    ranked = sorted(order, key=lambda name: sign * hard[name])
    kept = frozenset(ranked[: max(setup.questions, (len(ranked) + 1) // 2)])
    return [name for name in order if name in kept]


def _spread(setup: ExamSetup, order: Sequence[str], fitting: Mapping[str, Question]) -> list[str]:
    """Take from the topics in turn; a topic's turn comes when its first question does in ``order``."""
    by_topic: dict[str, list[str]] = {}
    for name in order:
        by_topic.setdefault(fitting[name].topic, []).append(name)
    rounds = max(map(len, by_topic.values()))
    spread = [names[number] for number in range(rounds) for names in by_topic.values() if number < len(names)]
    return spread[: setup.questions]
