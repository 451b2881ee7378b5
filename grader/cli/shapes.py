"""Questions and grades as JSON, and text that is safe on a terminal."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from grader.llm.cost import dollars
from grader.types import Grade, Judgment, Point, Question, Usage

# What moves a terminal's cursor, changes its state or turns the direction of its text.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text that is safe on a terminal and stays on one line: control characters become visible.

    >>> printable("a\x1b[31mb\tc")
    'a␛[31mb␉c'
    """
    return _CONTROL.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "\ufffd", text)


def to_json(value: Any) -> str:
    """Return a value as JSON for a terminal; json itself escapes only some of the characters that one obeys."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "\n".join(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", line) for line in text.split("\n"))


def question_json(question: Question) -> dict[str, Any]:
    """Return a question as the JSON that ``questions --json`` lists."""
    return {
        "id": question.id,
        "prompt": question.prompt,
        "topic": question.topic,
        "tags": question.tags,
        "required_count": question.required_count,
        "readings": [asdict(reading) for reading in question.readings],
        "points": [asdict(point) for point in question.points],
        "language": question.language,
    }


def grade_json(question: Question, result: Grade) -> dict[str, Any]:
    """Return a grade as the JSON that ``grade --json`` prints."""
    return {
        "question_id": result.question_id,
        "score": result.score,
        "low": result.low,
        "high": result.high,
        "points": [
            {
                "id": point.id,
                "text": point.text,
                "verdict": judgment.verdict,
                "credit": judgment.credit,
                "evidence": [{"start": part.start, "end": part.end, "quote": part.quote} for part in judgment.evidence],
                "source": judgment.source,
            }
            for point, judgment in judged_points(question, result)
        ],
        "flags": result.flags,
        "feedback": result.feedback,
        "signature": result.signature,
        "language": question.language,
        "notes": result.notes,
        "usage": None if result.usage is None else asdict(result.usage),
    }


def usage_text(usage: Usage) -> str:
    """Put into words what asking a model took.

    >>> usage_text(Usage(2, 0, 1500, 200, 1024, 0.00123)), usage_text(Usage(0, 1))
    ('2 requests, 1,500 tokens in (1,024 cached), 200 out, $0.0012', 'remembered, so nothing was sent')
    """
    if not usage.requests:
        return "remembered, so nothing was sent" if usage.remembered else "nothing was sent"
    cached = f" ({usage.tokens_cached:,} cached)" if usage.tokens_cached else ""
    requests = f"{usage.requests} request{'s' * (usage.requests != 1)}"
    tokens = f"{usage.tokens_in:,} tokens in{cached}, {usage.tokens_out:,} out"
    return f"{requests}, {tokens}, {dollars(usage.money)}"


def judged_points(question: Question, result: Grade) -> list[tuple[Point, Judgment]]:
    """Pair the points of the reading that counted with what was found of each."""
    (reading,) = (reading for reading in question.readings if reading.id == result.reading_id)
    return list(zip(reading.points, result.judgments, strict=True))
