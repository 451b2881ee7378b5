"""Ask a model about every point of a question, and keep of what it says only what code can check.

A reply gives a verdict and a quote per point. A quote counts when it stands in the raw answer; without one there is an
abstention with the reason, and never a verdict that nobody gave. A server that fails makes every point an abstention.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from grader.llm.control import control_for, place_of
from grader.llm.prompt import judge_messages, load_prompt
from grader.llm.quotes import find_quote
from grader.llm.reply import Said, Verdicts, read_reply
from grader.llm.schema import SCHEMA_NAME, reply_schema
from grader.llm.settings import LlmSettings
from grader.llm.types import Asker, LlmFailure, Mode, Request, Usage
from grader.llm.votes import majority, second_look
from grader.types import QUOTE_NOT_FOUND, Evidence, Judgment, Point, Question, Reading, Verdict

MATCHER = "llm"
_CREDIT = {"met": 1.0, "partial": 0.5, "unmet": 0.0}
# Several judges of the same mind would be one: from the second on they are asked with some freedom.
_VARIED = 0.7
_ANOTHER_SEED = 7919
_TRIES = 2
_NOTHING = Usage()


@runtime_checkable
class NotesInvalid(Protocol):
    """An asker that wants to know when a reply was not what was asked for, so that it can ask in another way."""

    def note_invalid(self, mode: Mode) -> None:
        """Hear that a reply in this mode was no valid JSON about the points."""
        ...


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model, or several judges, said of an answer: one judgment per point, in the order of the reading.

    ``failure`` is set where no judge gave a reply; all judgments abstain then. ``agreement`` is the share of judges, per point, who
    gave the verdict that stands. ``doubts`` say in words why the judges may have been talked into something, ``extras`` name
    fields of the reply that nobody asked for.
    """

    judgments: tuple[Judgment, ...]
    usage: Usage = _NOTHING
    mode: Mode | None = None
    failure: LlmFailure | None = None
    agreement: tuple[float, ...] = ()
    doubts: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What one judge said of the points asked about, by their ids."""

    said: dict[str, Judgment]
    obeyed: str
    extras: tuple[str, ...]
    usage: Usage
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why one judge gave no ballot, and what asking took all the same."""

    failure: LlmFailure
    usage: Usage


class Judge:
    """Judges answers with a model; ``asker`` is whatever answers requests.

    >>> from grader.llm.types import Reply
    >>> class Script:
    ...     async def ask(self, request, *, deadline=None):
    ...         said = '{"a": {"quote": "data changes", "why": "Said.", "verdict": "met"}}'
    ...         return Reply(said, "stop", Usage(requests=1))
    >>> question = Question.simple(id="q", prompt="Drift?", points=(Point("a", "The data changes."),), references=())
    >>> judge = Judge(Script(), LlmSettings(model="m", second_look=False))
    >>> opinion = asyncio.run(judge.judge(question, question.readings[0], "The data changes."))
    >>> opinion.judgments[0].verdict, opinion.judgments[0].evidence[0].quote, opinion.doubts
    ('met', 'data changes', ('the reply leaves out a point that it was asked about',))
    """

    def __init__(self, asker: Asker, settings: LlmSettings) -> None:
        self.asker = asker
        self.settings = settings
        self._prompts = load_prompt(settings.prompt), load_prompt(settings.second_prompt)

    @property
    def signature(self) -> str:
        """Model, settings and the prompts' digests, as parts of a signature."""
        prompts = "+".join(f"{prompt.name}-{prompt.digest}" for prompt in self._prompts)
        return f"{self.settings.signature}|prompts:{prompts}"

    async def judge(
        self,
        question: Question,
        reading: Reading,
        answer: str,
        *,
        doubtful: Collection[str] | None = None,
        deadline: float | None = None,
    ) -> Opinion:
        """Ask all judges about the points of ``reading``, or about those named in ``doubtful`` with the second prompt.

        ``deadline`` is in seconds from now; without it, the one of the settings. Only being canceled raises anything.
        """
        points = [point for point in reading.points if doubtful is None or point.id in doubtful]
        prompt = self._prompts[doubtful is not None]
        control = control_for(question, reading)
        asked = [*points]
        asked.insert(place_of(question, reading) % max(1, len(points)), control)
        settings = self.settings
        end = time.monotonic() + min(settings.answer_deadline, deadline if deadline is not None else float("inf"))
        messages = judge_messages(prompt, question, reading, asked, answer, few_shot=settings.few_shot)
        size = sum(len(message.content) for message in messages)
        if len(answer) > settings.max_answer_chars or size > settings.max_request_chars:
            told = f"the answer has {len(answer):,} characters, the request {size:,}: more than the settings allow"
            return self._none(reading, LlmFailure("too_long", told))
        request = Request(
            model=settings.model,
            messages=messages,
            schema=reply_schema([point.id for point in asked]),
            schema_name=SCHEMA_NAME,
            temperature=settings.temperature,
            max_output_tokens=settings.max_output_tokens,
            seed=settings.seed,
        )
        results = await asyncio.gather(
            *(self._ballot(self._varied(request, n), asked, control, answer, end) for n in range(settings.judges))
        )
        return self._count(reading, points, results)

    async def look_again(
        self,
        question: Question,
        reading: Reading,
        answer: str,
        first: Opinion,
        doubtful: Collection[str],
        deadline: float,
    ) -> Opinion:
        """Ask once more about the doubtful points alone, and return the opinion with what the second look says of them.

        Where the second look fails, or was talked into something, the first one stands.
        """
        second = await self.judge(question, reading, answer, doubtful=doubtful, deadline=deadline)
        usage = first.usage + second.usage
        if second.failure is not None or second.doubts:
            return replace(first, usage=usage)
        judgments = tuple(
            second_look(one, other) if other.point_id in doubtful else one
            for one, other in zip(first.judgments, second.judgments, strict=True)
        )
        extras = tuple(dict.fromkeys([*first.extras, *second.extras]))
        return replace(first, judgments=judgments, usage=usage, extras=extras)

    def _varied(self, request: Request, number: int) -> Request:
        if number == 0:
            return request
        temperature = request.temperature if request.temperature is None else max(request.temperature, _VARIED)
        return replace(request, temperature=temperature, seed=(request.seed or 0) + number)

    async def _ballot(
        self, request: Request, points: Sequence[Point], control: Point, answer: str, end: float
    ) -> _Ballot | _Failed:
        ids = [point.id for point in points]
        asked = await self._asked(request, ids, end)
        if isinstance(asked, _Failed):
            return asked
        verdicts, usage, mode = asked
        said = dict(zip(ids, verdicts.said, strict=True))
        checked = said.pop(control.id)
        obeyed = ""
        if checked.verdict in ("met", "partial"):
            obeyed = "the model found a statement in the answer that is not there"
        elif checked.verdict is None:
            obeyed = "the reply leaves out a point that it was asked about"
        return _Ballot(
            {name: self._judgment(name, one, answer) for name, one in said.items()},
            obeyed,
            verdicts.extras,
            usage,
            mode,
        )

    async def _asked(self, request: Request, ids: Sequence[str], end: float) -> tuple[Verdicts, Usage, Mode] | _Failed:
        """Ask one judge; a reply that is not what was asked for gets one more try."""
        usage = _NOTHING
        failure = LlmFailure("timeout", "no complete reply in time")
        for _ in range(_TRIES):
            left = end - time.monotonic()
            try:
                async with asyncio.timeout(max(left, 0.0)):
                    reply = await self.asker.ask(request, deadline=left)
            except TimeoutError:
                return _Failed(LlmFailure("timeout", "no complete reply in time"), usage)
            except LlmFailure as told:
                return _Failed(told, usage)
            usage += reply.usage
            try:
                return read_reply(reply.text, ids), usage, reply.mode
            except LlmFailure as told:
                failure = told
            tokens = request.max_output_tokens
            if reply.finish == "length":
                failure = LlmFailure("truncated", "the reply ended at the token limit")
                tokens *= 2
            elif isinstance(self.asker, NotesInvalid):
                self.asker.note_invalid(reply.mode)
            # Another seed, since the same request would bring the same reply out of a cache.
            request = replace(request, seed=(request.seed or 0) + _ANOTHER_SEED, max_output_tokens=tokens)
        return _Failed(failure, usage)

    def _judgment(self, point_id: str, said: Said, answer: str) -> Judgment:
        source = f"llm:{self.settings.model}"
        if said.verdict is None or said.verdict == "cannot_assess":
            reason = said.why if said.verdict is None else f"cannot_assess: {said.why}".rstrip(": ")
            return Judgment(point_id, "abstain", None, reason=reason, source=source)
        credit = _CREDIT[said.verdict]
        if not credit:
            return Judgment(point_id, "unmet", 0.0, reason=said.why, source=source)
        spans = find_quote(answer, said.quote)
        if not spans:
            return Judgment(point_id, "abstain", None, reason=QUOTE_NOT_FOUND, source=source)
        evidence = tuple(Evidence(first, last, answer[first:last], MATCHER, 1.0) for first, last in spans)
        verdict: Verdict = "met" if said.verdict == "met" else "partial"
        return Judgment(point_id, verdict, credit, evidence, said.why, source)

    def _count(self, reading: Reading, points: Sequence[Point], results: Sequence[_Ballot | _Failed]) -> Opinion:
        usage = sum((result.usage for result in results), _NOTHING)
        ballots = [result for result in results if isinstance(result, _Ballot)]
        failures = [result.failure for result in results if isinstance(result, _Failed)]
        if not ballots:
            return self._none(reading, failures[0], usage)
        # Who obeyed the answer has no vote, as long as anyone else has one.
        voters = [ballot for ballot in ballots if not ballot.obeyed] or ballots
        doubts = tuple(dict.fromkeys(ballot.obeyed for ballot in voters if ballot.obeyed))
        asked = {point.id for point in points}
        voted = [
            majority([voter.said[point.id] for voter in voters])
            if point.id in asked
            else (Judgment(point.id, "abstain", None, reason="not asked about"), 0.0)
            for point in reading.points
        ]
        return Opinion(
            judgments=tuple(judgment for judgment, _ in voted),
            usage=usage,
            mode=ballots[0].mode,
            agreement=tuple(share for _, share in voted),
            doubts=doubts,
            extras=tuple(dict.fromkeys(name for ballot in ballots for name in ballot.extras)),
        )

    def _none(self, reading: Reading, failure: LlmFailure, usage: Usage = _NOTHING) -> Opinion:
        source = f"llm:{self.settings.model}"
        return Opinion(
            judgments=tuple(
                Judgment(point.id, "abstain", None, reason=failure.kind, source=source) for point in reading.points
            ),
            usage=usage,
            failure=failure,
            agreement=tuple(0.0 for _ in reading.points),
        )
