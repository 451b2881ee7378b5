"""A grade in words: about the answer, concrete, and kind."""

from __future__ import annotations

from collections.abc import Sequence

from grader.types import Judgment, Reading

_FLAGS = {
    "blank": "There is nothing to grade yet.",
    "echo": "This repeats the question; what counts is what you add to it.",
    "keyword_list": "This reads like a list of keywords; say in sentences how they belong together.",
    "contradiction": "Part of this denies what a right answer says.",
    "misconception": "Part of this is a common misunderstanding.",
    "off_topic": "This seems to be about something else than the question.",
    "hidden_characters": "This holds invisible or look-alike characters; they were read as plain letters.",
    "other_script": "This is written in another script than the question; it may not have been understood.",
    "grader_instructions": "This speaks to the grader; only what it says about the question counts.",
    "repetition": "This says the same again and again; once is enough.",
    "word_salad": "This reads like shuffled words; say it in sentences.",
    "llm_failed": "No judgment of the model came; the score was worked out offline.",
    "needs_review": "The two ways of grading disagree here; a person should look at it.",
    "llm_extras": "The model's reply held things that were not asked for; they count for nothing.",
}

MODEL_FLAGS = ("llm_failed", "needs_review", "llm_extras")
"""The flags that only a grade bears for which a model was asked."""


def flag_text(flag: str) -> str:
    """Return one plain sentence for a flag.

    >>> flag_text("blank")
    'There is nothing to grade yet.'
    """
    return _FLAGS[flag]


def flag_names() -> tuple[str, ...]:
    """Return the names of all flags there are."""
    return tuple(_FLAGS)


def describe(reading: Reading, judgments: Sequence[Judgment], flags: Sequence[str]) -> str:
    """Say in one to three sentences what is there, what is missing, and what would earn it; never the wording itself."""
    if "blank" in flags:
        return _FLAGS["blank"]
    by_id = {judgment.point_id: judgment for judgment in judgments}
    required = [point for point in reading.points if point.kind == "required"]
    met = [point for point in required if by_id[point.id].verdict == "met"]
    half = [point for point in required if by_id[point.id].verdict == "partial"]
    missing = [point for point in required if by_id[point.id].verdict not in ("met", "partial")]
    wanted = len(required)
    if reading.required_count is not None:
        wanted -= sum(reading.counted(point) for point in required) - reading.required_count
    parts = [f"You covered {min(len(met), wanted)} of {wanted} points."]
    if len(met) < wanted and half:
        names = [point.label for point in half if point.label]
        parts.append(f"Said in part: {_list(names)}." if names else f"{len(half)} more are there in part.")
    if len(met) + len(half) < wanted and missing:
        names = [point.label for point in missing if point.label]
        parts.append(
            f"Still missing: {_list(names)}." if names else f"{wanted - len(met) - len(half)} are still missing."
        )
    if "contradiction" in flags or "misconception" in flags:
        parts.append(_FLAGS["contradiction" if "contradiction" in flags else "misconception"])
    return " ".join(parts)


def _list(names: Sequence[str], most: int = 4) -> str:
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1]
