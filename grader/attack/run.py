"""Run families against questions, and say how many cases succeeded against the grader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.attack.case import LEAST_BASE, MARGIN, Case, Chance, Family, Outcome, Target
from grader.attack.registry import FAMILIES
from grader.attack.relation import Relations
from grader.engine import MAX_ANSWER_CHARS
from grader.types import Question

Score = Callable[[Question, str], float]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a family: all its outcomes, in the order of the questions."""

    family: Family
    outcomes: tuple[Outcome, ...]

    @property
    def succeeded(self) -> tuple[Outcome, ...]:
        """The outcomes that count against the grader."""
        return tuple(outcome for outcome in self.outcomes if self.damage(outcome) > MARGIN + 1e-9)

    @property
    def rate(self) -> float:
        """The share of cases that succeeded, in 0..1; 0 where there are none."""
        return len(self.succeeded) / len(self.outcomes) if self.outcomes else 0.0

    @property
    def worst(self) -> Outcome | None:
        """The outcome that counts most against the grader; the first wins a draw."""
        return max(self.outcomes, key=self.damage, default=None)

    def damage(self, outcome: Outcome) -> float:
        """Return what counts against the grader: the marks won by an attack, or lost by a harmless change."""
        return outcome.gain if self.family.kind == "attack" else outcome.baseline - outcome.score


def run(
    questions: Sequence[Question],
    score: Score,
    *,
    seed: int = 0,
    most: int = 2,
    families: Sequence[Family] = FAMILIES,
    progress: Callable[[str], None] | None = None,
) -> tuple[Result, ...]:
    """Try up to ``most`` cases of each family on each question; ``score`` gives 0..1 for a question and an answer.

    The same seed tries the same cases, whatever other questions and families there are; a greater ``most`` tries the
    same ones and more. ``progress`` is called with the name of each family before it begins.
    """
    relations = Relations(questions)
    unrelated = {
        question.id: relations.unrelated(question, Chance(seed, question.id, "others")) for question in questions
    }
    known: dict[tuple[str, str], float] = {}

    def scored(question: Question, text: str) -> float:
        if not text.strip():
            return 0.0
        if (question.id, text) not in known:
            known[question.id, text] = score(question, text)
        return known[question.id, text]

    results = []
    for family in families:
        if progress is not None:
            progress(family.name)
        outcomes: list[Outcome] = []
        for question in questions:
            target = Target(question, unrelated[question.id], Chance(seed, question.id, family.name))
            tried = 0
            for case in _cases(family, target):
                baseline = scored(question, case.honest)
                if family.kind == "harmless" and baseline <= LEAST_BASE:
                    continue
                outcomes.append(Outcome(question.id, case, scored(question, case.text), baseline))
                tried += 1
                if tried == most:
                    break
        results.append(Result(family, tuple(outcomes)))
    return tuple(results)


def _cases(family: Family, target: Target) -> Iterator[Case]:
    """Yield a family's cases in random order: each text once, none that changes nothing or is too long to grade."""
    made = {case.text: case for case in family.make(target) if case.text.strip() and case.text != case.honest}
    for case in target.chance.shuffled(made.values()):
        if max(len(case.text), len(case.honest)) <= MAX_ANSWER_CHARS:
            yield case


def result_json(result: Result) -> dict[str, Any]:
    """Return a result as the JSON that ``attack --json`` prints: figures, and the worst case with its text."""
    worst = result.worst
    return {
        "family": result.family.name,
        "kind": result.family.kind,
        "says": result.family.says,
        "cases": len(result.outcomes),
        "succeeded": len(result.succeeded),
        "rate": round(result.rate, 4),
        "worst": worst
        and {
            "question_id": worst.question_id,
            "change": round(worst.gain, 4),
            "score": round(worst.score, 4),
            "honest_score": round(worst.baseline, 4),
            "text": worst.case.text,
            "honest": worst.case.honest,
        },
    }
