"""A model may say a follow-up in other words, and nothing else: code checks that it is still that one question."""

from __future__ import annotations

import json
import re
import tomllib
from functools import lru_cache
from pathlib import Path

from grader.exam.phrasing import stems_of
from grader.exam.types import Manner
from grader.llm.settings import LlmSettings
from grader.llm.types import Asker, LlmFailure, Message, Request
from grader.types import Point, Question

PROMPT = "rephrase-1"
MOST_CHARS = 260
DEADLINE = 8.0
"""Seconds after which the offline wording is said: the candidate is waiting."""
_MOST_TOKENS = 120
_QUESTION_MARKS = re.compile(r"[?\uff1f\u061f]")
_SENTENCE_END = re.compile(r"[.!?\uff1f\u061f\u3002](?:\s|$)")
_MARKUP = re.compile(r"[\x00-\x1f\x7f`*_#<>{}|\\\[\]]|https?:")
_MOST_SENTENCES = 3


async def rephrased(
    asked: str, question: Question, point: Point, asker: Asker, settings: LlmSettings, manner: Manner = "neutral"
) -> str:
    """Return a probe in other words; ``asked`` itself where the model fails, or says anything else than that one question.

    What the model sees is the question's prompt and the probe: no wording of a point, no reference, and nothing of the candidate's.
    """
    request = rephrase_request(asked, question, settings, manner)
    try:
        reply = await asker.ask(request, deadline=DEADLINE)
    except LlmFailure:
        return asked
    said = " ".join(reply.text.split()).strip("\"'“”„ ")
    return said if is_same_question(said, asked, question, point) else asked


def rephrase_request(asked: str, question: Question, settings: LlmSettings, manner: Manner) -> Request:
    """Return the request that ``rephrased`` sends."""
    given = {"question": question.prompt, "follow_up": asked, "manner": manner}
    return Request(
        model=settings.model,
        messages=(Message("system", _text()), Message("user", json.dumps(given, ensure_ascii=False))),
        mode="text",
        temperature=settings.temperature,
        max_output_tokens=min(_MOST_TOKENS, settings.max_output_tokens),
        seed=settings.seed,
    )


def is_same_question(said: str, asked: str, question: Question, point: Point) -> bool:
    """Say whether a rephrased probe is one question, about the same point, and gives nothing away.

    It must keep a word of the point's label, if that has any, and hold no word of content of any point or reference that is not in
    the prompt, the label or the offline wording.
    """
    if not said or len(said) > MOST_CHARS or _MARKUP.search(said):
        return False
    if len(_QUESTION_MARKS.findall(said)) != 1 or not _QUESTION_MARKS.fullmatch(said[-1]):
        return False
    if len(_SENTENCE_END.findall(said)) > _MOST_SENTENCES:
        return False
    here = stems_of(question, said)
    label = stems_of(question, point.label or "")
    if label and not here & label:
        return False
    wordings = [text for reading in question.readings for one in reading.points for text in (one.text, *one.aliases)]
    references = [text for reading in question.readings for text in reading.references]
    told = stems_of(question, question.prompt, point.label or "", asked)
    return not here & (stems_of(question, *wordings, *references) - told)


@lru_cache(maxsize=1)
def _text() -> str:
    path = Path(__file__).with_name(f"{PROMPT}.toml")
    text: str = tomllib.loads(path.read_text(encoding="utf-8"))["text"]
    return text.strip()
