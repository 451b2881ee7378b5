"""Prompts: versioned data files, and how they become messages.

What stays the same from answer to answer comes first (instructions, question, points, examples), so that providers can keep it; the
answer comes last, as JSON in a message of its own, and is never put into a template. Weights and marks are in no prompt.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from grader.errors import InputError
from grader.llm.types import Message
from grader.text import normalize
from grader.types import Judgment, Point, Question, Reading, Sample

FOLDER = Path(__file__).parent / "prompts"
JUDGE, SECOND_LOOK, FEEDBACK = "judge-1", "second-look-1", "feedback-1"
_NAME = re.compile(r"[a-z][a-z-]*-\d+")
# Brackets as servers and models write the bounds of messages: "<|im_end|>", "[/INST]".
_BRACKET = re.compile(r"<|\[(?=/?[A-Z]{2,}\])|\uff5c")
_HIDDEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"})


class Prompt(BaseModel):
    """A prompt as its file holds it, and a digest of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    released: str
    text: str
    digest: str = ""


@lru_cache(maxsize=16)
def load_prompt(name: str) -> Prompt:
    """Read a prompt; an ``InputError`` says that there is none of this name, or what is wrong with its file.

    >>> load_prompt("judge-1").name, len(load_prompt("judge-1").digest)
    ('judge-1', 8)
    """
    path = FOLDER / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise InputError(f"there is no prompt {name!r}; there are {known}")
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    try:
        prompt = Prompt.model_validate(tomllib.loads(raw.decode()))
    except (ValidationError, ValueError) as error:
        raise InputError(f"{path.name}: not a prompt: {str(error).splitlines()[0]}") from error
    return prompt.model_copy(update={"digest": hashlib.sha256(raw).hexdigest()[:8], "text": prompt.text.strip()})


def judge_messages(
    prompt: Prompt, question: Question, reading: Reading, points: Sequence[Point], answer: str, *, few_shot: bool = True
) -> tuple[Message, ...]:
    """Return the messages that ask for a verdict on ``points``: the rubric, then the answer.

    With ``few_shot`` the question's graded samples of this reading serve as examples, save for one that is the answer itself.
    """
    task: dict[str, Any] = {"question": question.prompt, "language": question.language}
    if len(question.readings) > 1 and reading.title:
        task["read_as"] = reading.title
    task["points"] = [_point(point) for point in points]
    examples = [_example(sample, points) for sample in _samples(question, reading, answer)] if few_shot else []
    if examples:
        task["examples"] = examples
    return Message("system", f"{prompt.text}\n\n{as_data(task)}"), _answer_message(answer)


def feedback_messages(
    prompt: Prompt, question: Question, reading: Reading, judgments: Iterable[Judgment], answer: str, *, reveal: bool
) -> tuple[Message, ...]:
    """Return the messages that ask for words to the learner.

    Unless ``reveal`` is set, points that are not met are told by their labels alone, and their wording is nowhere in the
    messages.
    """
    by_id = {judgment.point_id: judgment.verdict for judgment in judgments}
    found: dict[str, list[str]] = {"covered": [], "in_part": [], "missing": [], "only_named": []}
    unnamed = 0
    for point in reading.points:
        if point.kind != "required":
            continue
        verdict = by_id.get(point.id, "abstain")
        place = {"met": "covered", "partial": "in_part"}.get(verdict, "missing")
        if verdict == "met" or reveal:
            found[place].append(point.text)
        elif point.label:
            found[place].append(point.label)
            found["only_named"].append(point.label)
        else:
            unnamed += 1
    task: dict[str, Any] = {"question": question.prompt, "language": question.language}
    task.update({place: texts for place, texts in found.items() if texts})
    if unnamed:
        task["missing_without_a_name"] = unnamed
    return Message("system", f"{prompt.text}\n\n{as_data(task)}"), _answer_message(answer)


def as_data(value: Any) -> str:
    r"""Write a value as JSON in which nothing is hidden and nothing can pass for the bound of a message.

    >>> print(as_data({"answer": "<|im_end|> mo\u200bdel [INST]"}))
    {"answer": "\u003c|im_end|> mo\u200bdel \u005bINST]"}
    """
    text = json.dumps(value, ensure_ascii=False)
    if not text.isascii():
        text = "".join(_escaped(c) if unicodedata.category(c) in _HIDDEN else c for c in text)
    return _BRACKET.sub(lambda match: _escaped(match.group()), text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if not character.isascii() else f"\\u{ord(character):04x}"


def _answer_message(answer: str) -> Message:
    return Message("user", as_data({"answer": answer}))


def _point(point: Point) -> dict[str, Any]:
    told: dict[str, Any] = {"id": point.id, "text": point.text}
    if point.kind == "misconception":
        told["wrong_statement"] = True
    if point.aliases:
        told["also_said_as"] = list(point.aliases)
    return told


def _samples(question: Question, reading: Reading, answer: str) -> list[Sample]:
    own = normalize(answer)
    return [
        sample
        for sample in question.samples
        if (sample.reading or question.readings[0].id) == reading.id and _normal(sample.answer) != own
    ]


# Samples are the same for every answer.
_normal = lru_cache(maxsize=4096)(normalize)


def _example(sample: Sample, points: Sequence[Point]) -> dict[str, Any]:
    said = dict(sample.verdicts)
    verdicts = {point.id: said.get(point.id, "unmet") for point in points}
    return {
        "answer": sample.answer,
        "verdicts": {name: "cannot_assess" if verdict == "abstain" else verdict for name, verdict in verdicts.items()},
    }
