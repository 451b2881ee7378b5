"""The grader that asks a model and checks it: offline judgments, the model's judgments, and one grade out of both."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from grader.answer import analyse
from grader.combine import combine
from grader.engine import check_length, default_grader, make_grade
from grader.errors import InputError
from grader.llm.judge import Judge, Opinion
from grader.llm.together import Together
from grader.llm.types import Mode
from grader.offline import OfflineGrader
from grader.rubric import Rubric
from grader.score import add_up
from grader.signature import llm_digest
from grader.support import Support
from grader.trust import doubts
from grader.types import Grade, Judgment, Question, Reading, Usage

T = TypeVar("T")
Runner = Callable[[Coroutine[Any, Any, T]], T]

APART = 0.25
"""From so much difference between what the two sides make of an answer, a person should look."""
# Another reading is put to the model as well where the offline grader sees the two about as near.
_NEAR = 0.1
# From so much difference between the two a point is worth a second look.
_DOUBTFUL = 0.5
_AT_ONCE = 64
_MOST_RUBRICS = 128
_NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class _Offline:
    """What the offline grader says of one reading."""

    reading: Reading
    judgments: tuple[Judgment, ...]
    grade: Grade


_Wanted = tuple[Question, Reading, str]


class HybridGrader:
    """Grades with a model whose judgments are verified, and offline where there is none or it fails.

    Without a ``judge`` every grade is the offline one. With ``mode`` "auto" a model that fails leaves the offline grade, with
    the flag ``llm_failed`` and a note; with "required" its ``LlmFailure`` is raised. ``run`` runs a coroutine from
    synchronous code; askers that keep connections open want one event loop for all (``grader.llm.loop``).

    >>> from grader.types import Point
    >>> question = Question.simple(id="q", prompt="What is drift?", references=("Data changes over time.",),
    ...     points=(Point("change", "The distribution of the data changes."),))
    >>> HybridGrader().grade_many(question, ["The data distribution has changed."])[0].score
    1.0
    """

    def __init__(
        self,
        offline: OfflineGrader | None = None,
        judge: Judge | None = None,
        mode: Literal["auto", "required"] = "auto",
        *,
        run: Runner[Any] = asyncio.run,
    ) -> None:
        if judge is None and mode == "required":
            raise InputError("a model is required, and none is set up")
        self.offline = offline or default_grader()
        self.model = judge
        self.mode = mode
        self._run = run
        self._rubrics: OrderedDict[tuple[str, str, str], Rubric] = OrderedDict()
        self._together = Together(self._offline_many)

    @property
    def signature(self) -> str:
        """What produces the grades: the offline grader, the model, its settings and prompts, and the code that joins them."""
        return self._signature(self.offline.signature, None)

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        """Return one judgment per point of ``reading``, in the order of its points."""
        offline = self._offline(question, reading, answer)
        end = time.monotonic() + self.model.settings.answer_deadline if self.model is not None else 0.0
        grade: Grade = self._run(self._grade_reading(question, reading, offline, answer, end))
        return grade.judgments

    def grade_many(self, question: Question, answers: Sequence[str]) -> list[Grade]:
        """Grade several answers to one question, in their order; a model is asked about several at once."""
        if self.model is None:
            return [self._best_offline(question, answer)[0].grade for answer in answers]

        async def all_of_them() -> list[Grade]:
            places = asyncio.Semaphore(_AT_ONCE)

            async def one(answer: str) -> Grade:
                async with places:
                    return await self.grade_answer(question, answer)

            tasks = [asyncio.ensure_future(one(answer)) for answer in answers]
            try:
                return list(await asyncio.gather(*tasks))
            finally:
                # Where one fails, nothing goes on being asked and paid for behind the caller's back.
                for task in tasks:
                    task.cancel()

        grades: list[Grade] = self._run(all_of_them())
        return grades

    async def grade_answer(self, question: Question, answer: str) -> Grade:
        """Grade an answer; of several readings, the one that serves the answer best counts.

        Raises ``InputError`` for an answer of more than 50,000 characters, and ``LlmFailure`` only where a model is required.
        """
        check_length(answer)
        if self.model is None:
            return self._best_offline(question, answer)[0].grade
        end = time.monotonic() + self.model.settings.answer_deadline
        if len(question.readings) == 1 and not _is_blank(question, answer):
            # Judged offline while the model thinks, and together with other answers.
            coming = self._together.soon((question, question.readings[0], answer))
            try:
                return await self._grade_reading(question, question.readings[0], coming, answer, end)
            finally:
                coming.cancel()
        candidates = self._best_offline(question, answer)
        best = candidates[0].grade
        if "blank" in best.flags:
            # Nothing to ask about.
            return replace(best, signature=self._signature(best.signature, None), usage=_NO_USAGE)
        grades = [
            await self._grade_reading(question, candidate.reading, candidate, answer, end) for candidate in candidates
        ]
        usage = sum((grade.usage for grade in grades if grade.usage is not None), _NO_USAGE)
        return replace(max(grades, key=lambda grade: grade.score), usage=usage)

    def _best_offline(self, question: Question, answer: str) -> list[_Offline]:
        """Return the best reading by the offline grader first, and those that come near it, in the question's order."""
        found = [self._offline(question, reading, answer) for reading in question.readings]
        best = max(found, key=lambda one: one.grade.score)
        near = [one for one in found if one is not best and one.grade.score >= best.grade.score - _NEAR]
        return [best, *near]

    def _offline(self, question: Question, reading: Reading, answer: str) -> _Offline:
        return self._offline_many([(question, reading, answer)])[0]

    def _offline_many(self, wanted: Sequence[_Wanted]) -> list[_Offline]:
        """Judge answers offline, those to one reading together, which takes half the time; return them in their order."""
        places: dict[tuple[int, int], list[int]] = {}
        for place, (question, reading, _) in enumerate(wanted):
            places.setdefault((id(question), id(reading)), []).append(place)
        found: dict[int, _Offline] = {}
        for same in places.values():
            question, reading, _ = wanted[same[0]]
            scale = self.offline.calibration.profile(reading).scale
            signature = self.offline.signature_for(question.language)
            judged = self.offline.judge_many(question, reading, [wanted[place][2] for place in same])
            for place, judgments in zip(same, judged, strict=True):
                grade = make_grade(question, reading, wanted[place][2], judgments, scale, signature)
                found[place] = _Offline(reading, judgments, grade)
        return [found[place] for place in range(len(wanted))]

    async def _grade_reading(
        self, question: Question, reading: Reading, known: _Offline | asyncio.Future[_Offline], answer: str, end: float
    ) -> Grade:
        opinion = None
        if self.model is not None:
            opinion = await self.model.judge(question, reading, answer, deadline=end - time.monotonic())
        offline = known if isinstance(known, _Offline) else await self._together.now(known)
        if self.model is None or opinion is None:
            return offline.grade
        doubtful = _doubtful(offline.judgments, opinion)
        if doubtful and opinion.failure is None and self.model.settings.second_look:
            opinion = await self.model.look_again(
                question, reading, answer, opinion, doubtful, deadline=end - time.monotonic()
            )
        signature = self._signature(offline.grade.signature, opinion.mode)
        if opinion.failure is not None:
            if self.mode == "required":
                raise opinion.failure
            return replace(
                offline.grade,
                flags=(*offline.grade.flags, "llm_failed"),
                notes=(str(opinion.failure),),
                signature=signature,
                usage=opinion.usage,
            )
        return self._joined(question, offline, answer, opinion, signature)

    def _joined(self, question: Question, offline: _Offline, answer: str, opinion: Opinion, signature: str) -> Grade:
        assert self.model is not None
        reading = offline.reading
        support = Support(self._rubric(question, reading), answer)
        combined = combine(
            reading,
            offline.judgments,
            opinion.judgments,
            support.of,
            support=self.model.settings.support,
            doubts=(*opinion.doubts, *doubts(question, reading, answer)),
        )
        scale = self.offline.calibration.profile(reading).scale
        grade = make_grade(question, reading, answer, combined.judgments, scale, signature)
        low, high, review = grade.low, grade.high, combined.review
        if combined.otherwise is not None:
            other = add_up(reading, combined.otherwise, scale).score
            low, high = min(low, other), max(high, other)
            review = review or abs(other - grade.score) >= APART
        flags = [*grade.flags]
        flags += ["needs_review"] * review + ["llm_extras"] * bool(opinion.extras)
        return replace(grade, low=low, high=high, flags=tuple(flags), notes=combined.notes, usage=opinion.usage)

    def _rubric(self, question: Question, reading: Reading) -> Rubric:
        key = (question.id, question.version, reading.id)
        rubric = self._rubrics.get(key)
        if rubric is None:
            rubric = self._rubrics[key] = Rubric(question, reading)
            if len(self._rubrics) > _MOST_RUBRICS:
                self._rubrics.popitem(last=False)
        return rubric

    def _signature(self, offline: str, mode: Mode | None) -> str:
        if self.model is None:
            return offline
        joined = offline.replace("|grader:offline|", "|grader:hybrid|")
        return f"{joined}|{self.model.signature}|llm:{llm_digest()}|mode:{mode or 'none'}"


async def grade_answer(question: Question, answer: str, hybrid: HybridGrader) -> Grade:
    """Grade an answer from asynchronous code; see ``HybridGrader.grade_answer``."""
    return await hybrid.grade_answer(question, answer)


def _is_blank(question: Question, answer: str) -> bool:
    return not analyse(answer, question.language).tokens


def _doubtful(offline: Sequence[Judgment], opinion: Opinion) -> frozenset[str]:
    """Return the points worth a second look: met in part, without the quote that was claimed, or seen otherwise offline."""
    return frozenset(
        said.point_id
        for off, said in zip(offline, opinion.judgments, strict=True)
        if said.verdict in ("partial", "abstain") or abs((said.credit or 0.0) - (off.credit or 0.0)) >= _DOUBTFUL
    )
