"""The judge: what it asks, what it keeps of the replies, and what it does when nothing good comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from grader.llm.judge import Judge, Opinion
from grader.llm.settings import LlmSettings
from grader.llm.types import FailureKind, LlmFailure, Mode, Reply, Request
from grader.types import QUOTE_NOT_FOUND
from tests.llm.material import DRIFT, GOOD, READING
from tests.llm.scripted import USAGE, Asked, Script, is_control, says, verdict

MET = {
    "relation": verdict("met", "What leads to a label is not what it was before"),
    "retrain": verdict("partial", "trains ... again"),
}


def settings(**changes: Any) -> LlmSettings:
    return LlmSettings(model="m", **changes)


def judge(asker: Any, answer: str = GOOD, **changes: Any) -> Opinion:
    return asyncio.run(Judge(asker, settings(**changes)).judge(DRIFT, READING, answer))


def verdicts(opinion: Opinion) -> list[str]:
    return [judgment.verdict for judgment in opinion.judgments]


class Failing:
    """An asker that fails, or fails at first."""

    def __init__(self, kinds: Sequence[FailureKind | None], then: Script | None = None) -> None:
        self.kinds = list(kinds)
        self.then = then

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        kind = self.kinds.pop(0) if self.kinds else None
        if kind is not None:
            raise LlmFailure(kind, "it did not work")
        assert self.then is not None
        return await self.then.ask(request, deadline=deadline)


class Never:
    """An asker that never replies."""

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        del request, deadline
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


# --- a good reply


def test_verdicts_become_judgments_with_evidence_from_the_raw_answer() -> None:
    opinion = judge(Script(says(MET)))
    assert verdicts(opinion) == ["met", "partial", "unmet", "unmet"]
    assert [judgment.credit for judgment in opinion.judgments] == [1.0, 0.5, 0.0, 0.0]
    assert [evidence.quote for evidence in opinion.judgments[1].evidence] == ["trains", "again"]
    for judgment in opinion.judgments:
        assert all(GOOD[evidence.start : evidence.end] == evidence.quote for evidence in judgment.evidence)
        assert judgment.source == "llm:m"
        assert judgment.reason == "Scripted."
    assert (opinion.usage, opinion.mode, opinion.failure) == (USAGE, "schema", None)
    assert (opinion.doubts, opinion.extras, opinion.agreement) == ((), (), (1.0, 1.0, 1.0, 1.0))


def test_the_request_asks_about_every_point_and_a_control() -> None:
    script = Script(says({}))
    judge(script, temperature=0.2, seed=5, max_output_tokens=700)
    [request] = script.requests
    asked = Asked(request)
    assert [name for name in asked.ids if not is_control(name)] == [point.id for point in READING.points]
    assert sum(map(is_control, asked.ids)) == 1
    assert [point["id"] for point in asked.task["points"]] == asked.ids
    assert (request.model, request.temperature, request.seed, request.max_output_tokens) == ("m", 0.2, 5, 700)
    assert asked.answer == GOOD


def test_examples_can_be_switched_off() -> None:
    script = Script(says({}))
    judge(script, few_shot=False)
    judge(script)
    assert ["examples" in Asked(request).task for request in script.requests] == [False, True]


# --- what a reply may hold


@pytest.mark.parametrize("quote", ["the data is not what it was", "", READING.points[0].text, "...", "abel"])
@pytest.mark.parametrize("said", ["met", "partial"])
def test_a_quote_that_is_not_in_the_answer_is_an_abstention(said: str, quote: str) -> None:
    opinion = judge(Script(says({"relation": verdict(said, quote)})))
    assert (opinion.judgments[0].verdict, opinion.judgments[0].credit) == ("abstain", None)
    assert opinion.judgments[0].reason == QUOTE_NOT_FOUND


def test_what_the_model_cannot_assess_is_an_abstention_with_its_reason() -> None:
    opinion = judge(Script(says({"relation": verdict("cannot_assess", why="I read no Basque.")})))
    assert (opinion.judgments[0].verdict, opinion.judgments[0].reason) == (
        "abstain",
        "cannot_assess: I read no Basque.",
    )


def test_missing_and_malformed_points_abstain_and_the_others_stand() -> None:
    def say(asked: Asked) -> str:
        said: dict[str, Any] = {name: verdict("unmet") for name in asked.ids if name != "retrain"}
        return json.dumps({**said, "relation": {"verdict": "yes"}, "unheard-of": verdict("met", "label"), "score": 10})

    opinion = judge(Script(say))
    assert verdicts(opinion) == ["abstain", "abstain", "unmet", "unmet"]
    assert [judgment.reason for judgment in opinion.judgments[:2]] == ["not a verdict", "missing from the reply"]
    assert opinion.extras == ("unheard-of", "score")


@pytest.mark.parametrize("said", ["met", "partial"])
def test_who_finds_the_control_is_not_believed(said: str) -> None:
    def say(asked: Asked) -> str:
        return json.dumps({name: verdict(said if is_control(name) else "unmet", "label") for name in asked.ids})

    assert judge(Script(say)).doubts == ("the model found a statement in the answer that is not there",)


def test_nor_is_who_leaves_it_out() -> None:
    def say(asked: Asked) -> str:
        return json.dumps({name: verdict("unmet") for name in asked.ids if not is_control(name)})

    assert judge(Script(say)).doubts == ("the reply leaves out a point that it was asked about",)


# --- when nothing good comes


@pytest.mark.parametrize("kind", ["timeout", "no_server", "rate_limited", "bad_key", "refused", "budget", "too_large"])
def test_a_failure_makes_every_point_an_abstention(kind: FailureKind) -> None:
    opinion = judge(Failing([kind]))
    assert verdicts(opinion) == ["abstain"] * 4
    assert {judgment.reason for judgment in opinion.judgments} == {kind}
    assert opinion.failure is not None
    assert opinion.failure.kind == kind


class Telling(Script):
    """An asker that wants to hear of invalid replies."""

    def __init__(self, replies: Sequence[str], finish: str = "stop") -> None:
        super().__init__(lambda _asked: replies[min(len(self.requests), len(replies)) - 1], finish=finish)
        self.noted: list[Mode] = []

    def note_invalid(self, mode: Mode) -> None:
        self.noted.append(mode)


def good_reply() -> str:
    script = Script(says(MET))
    judge(script)
    return says(MET)(Asked(script.requests[0]))


def test_an_invalid_reply_is_told_and_asked_for_once_more_with_another_seed() -> None:
    asker = Telling(["Everything is fine.", good_reply()])
    opinion = judge(asker)
    assert verdicts(opinion)[0] == "met"
    assert asker.noted == ["schema"]
    assert len({request.seed for request in asker.requests}) == 2
    assert opinion.usage == USAGE + USAGE


def test_two_invalid_replies_are_a_failure_that_was_paid_for() -> None:
    asker = Telling(["Everything is fine."])
    opinion = judge(asker)
    assert opinion.failure is not None
    assert (opinion.failure.kind, len(asker.requests), asker.noted) == ("invalid_reply", 2, ["schema", "schema"])
    assert opinion.usage == USAGE + USAGE


def test_a_reply_that_was_cut_gets_more_room() -> None:
    asker = Telling([good_reply()[:50], good_reply()], finish="length")
    assert verdicts(judge(asker))[0] == "met"
    assert [request.max_output_tokens for request in asker.requests] == [2000, 4000]
    assert asker.noted == []
    cut = judge(Telling([good_reply()[:50]], finish="length"))
    assert cut.failure is not None
    assert cut.failure.kind == "truncated"


@pytest.mark.parametrize("changes", [{"max_answer_chars": 20}, {"max_request_chars": 500}])
def test_what_is_too_long_is_not_sent_and_nothing_is_cut(changes: dict[str, Any]) -> None:
    script = Script(says({}))
    opinion = judge(script, **changes)
    assert opinion.failure is not None
    assert opinion.failure.kind == "too_long"
    assert script.requests == []


def test_nobody_waits_longer_than_the_deadline() -> None:
    opinion = judge(Never(), answer_deadline=0.05)
    assert opinion.failure is not None
    assert opinion.failure.kind == "timeout"


def test_the_asker_hears_how_much_time_is_left() -> None:
    script = Script(says({}))
    judge(script, answer_deadline=30.0)
    [left] = script.deadlines
    assert left is not None
    assert 25.0 < left <= 30.0


def test_being_canceled_is_passed_on() -> None:
    async def stopped() -> None:
        task = asyncio.create_task(Judge(Never(), settings()).judge(DRIFT, READING, GOOD))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())


# --- several judges


def several(*said: str | None, **changes: Any) -> Opinion:
    """The opinion of judges who say this of the first point; None fails."""
    place = iter(said)

    class Bench:
        async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
            one = next(place)
            if one is None:
                raise LlmFailure("timeout", "late")
            name, _, rest = one.partition(" ")
            script = Script(says({"relation": verdict(name, "What leads to a label")}))
            if rest == "obeys":
                script = Script(lambda asked: json.dumps({key: verdict("met", "label") for key in asked.ids}))
            return await script.ask(request, deadline=deadline)

    return judge(Bench(), judges=len(said), **changes)


@pytest.mark.parametrize(
    ("said", "stands", "share"),
    [
        (("met", "met", "met"), "met", 1.0),
        (("met", "met", "unmet"), "met", 2 / 3),
        (("unmet", "met", "unmet"), "unmet", 2 / 3),
        (("met", "unmet"), "unmet", 1 / 2),
        (("met", "partial", "unmet"), "partial", 1 / 3),
        (("cannot_assess", "met", "met"), "met", 2 / 3),
        (("cannot_assess", "cannot_assess", "met"), "abstain", 2 / 3),
        ((None, "met", "met"), "met", 1.0),
        (("met obeys", "unmet", "unmet"), "unmet", 1.0),
        (("met obeys", "met obeys", "unmet"), "unmet", 1.0),
    ],
)
def test_the_majority_stands_and_its_share_is_told(said: tuple[str | None, ...], stands: str, share: float) -> None:
    opinion = several(*said)
    assert opinion.judgments[0].verdict == stands
    assert opinion.agreement[0] == pytest.approx(share)
    assert opinion.failure is None
    assert ("judges:" in opinion.judgments[0].reason) is (share < 1.0 and stands != "abstain")
    assert opinion.doubts == ()


def test_all_of_them_may_fail_or_obey() -> None:
    failed = several(None, None).failure
    assert failed is not None
    assert failed.kind == "timeout"
    assert several("met obeys", "met obeys").doubts != ()


def test_judges_are_asked_with_some_freedom_and_each_with_a_seed_of_its_own() -> None:
    script = Script(says({}))
    judge(script, judges=3)
    assert [request.temperature for request in script.requests] == [0.0, 0.7, 0.7]
    assert len({request.seed for request in script.requests}) == 3


# --- a second look


def look_again(first: Script, second: Any, doubtful: frozenset[str]) -> tuple[Opinion, Opinion]:
    async def both() -> tuple[Opinion, Opinion]:
        opinion = await Judge(first, settings()).judge(DRIFT, READING, GOOD)
        again = Judge(second, settings())
        return opinion, await again.look_again(DRIFT, READING, GOOD, opinion, doubtful, 10.0)

    return asyncio.run(both())


def test_a_second_look_is_about_the_doubtful_points_alone() -> None:
    second = Script(says({"relation": verdict("unmet", why="Too vague.")}))
    first, opinion = look_again(Script(says(MET)), second, frozenset({"relation"}))
    assert [name for name in Asked(second.requests[0]).ids if not is_control(name)] == ["relation"]
    assert "second examiner" in second.requests[0].messages[0].content
    assert verdicts(opinion) == ["unmet", "partial", "unmet", "unmet"]
    assert opinion.judgments[0].reason == "Too vague. (on a second look; at first met)"
    assert opinion.judgments[1:] == first.judgments[1:]
    assert opinion.usage == USAGE + USAGE


@pytest.mark.parametrize(
    "second",
    [
        Failing(["timeout"]),
        Script(says({"relation": verdict("cannot_assess")})),
        Script(lambda asked: json.dumps({name: verdict("met", "again") for name in asked.ids})),
    ],
    ids=["fails", "cannot tell", "obeys"],
)
def test_a_second_look_that_says_nothing_leaves_the_first(second: Any) -> None:
    first, opinion = look_again(Script(says(MET)), second, frozenset({"relation"}))
    assert opinion.judgments == first.judgments


# --- the signature


def test_the_signature_tells_model_settings_and_prompts() -> None:
    script = Script(says({}))
    first = Judge(script, settings()).signature
    assert "model:m" in first
    assert "judge-1-" in first
    assert "second-look-1-" in first
    for changed in (settings(support=0.5), settings(few_shot=False), LlmSettings(model="other")):
        assert Judge(script, changed).signature != first
