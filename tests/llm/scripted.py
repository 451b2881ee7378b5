"""Models that are scripts, in this process: what they read off a request, and what they do with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.llm.control import CONTROL_IDS
from grader.llm.types import Reply, Request, Usage

USAGE = Usage(requests=1, tokens_in=100, tokens_out=20, money=0.001)


@dataclass(frozen=True)
class Asked:
    """A request about an answer, as a model reads it."""

    request: Request

    @property
    def answer(self) -> str:
        found: str = json.loads(self.request.messages[-1].content)["answer"]
        return found

    @property
    def task(self) -> dict[str, Any]:
        text = self.request.messages[0].content
        found: dict[str, Any] = json.loads(text[text.index('\n\n{"question"') :])
        return found

    @property
    def ids(self) -> list[str]:
        assert self.request.schema is not None
        return list(self.request.schema["required"])

    @property
    def texts(self) -> dict[str, list[str]]:
        """The wordings of each point."""
        return {point["id"]: [point["text"], *point.get("also_said_as", ())] for point in self.task["points"]}


Say = Callable[[Asked], str]


class Script:
    """An asker that says what a function makes of each request; the requests are kept."""

    def __init__(self, say: Say, *, finish: str = "stop") -> None:
        self.say = say
        self.finish = finish
        self.requests: list[Request] = []
        self.deadlines: list[float | None] = []

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        self.requests.append(request)
        self.deadlines.append(deadline)
        return Reply(self.say(Asked(request)), self.finish, USAGE, request.mode)


def verdict(verdict: str, quote: str = "", why: str = "Scripted.") -> dict[str, str]:
    return {"quote": quote, "why": why, "verdict": verdict}


def says(verdicts: Mapping[str, dict[str, Any]], *, extra: Mapping[str, Any] | None = None) -> Say:
    """Say these verdicts, and unmet of all other points, the control among them."""

    def say(asked: Asked) -> str:
        said = {point_id: verdicts.get(point_id, verdict("unmet")) for point_id in asked.ids}
        return json.dumps({**said, **(extra or {})}, ensure_ascii=False)

    return say


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w{4,}", text.lower()))


def nearest(answer: str, wordings: list[str]) -> str:
    """Return the sentence of an answer that shares most words with a point: what a model would quote."""
    told = [words(text) for text in wordings]
    return max(sentences(answer) or [""], key=lambda one: max(len(words(one) & own) / (len(own) + 1) for own in told))


def is_control(point_id: str) -> bool:
    return point_id in CONTROL_IDS
