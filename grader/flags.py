"""What is odd about an answer as a whole: short stable names, put into words by ``grader.feedback``."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from grader.answer import analyse
from grader.statement import content_tokens
from grader.text import hidden_characters, sentence_starts, tokenize
from grader.types import DENIED, NAMED_ONLY, Judgment, Question, Reading

_ECHO_SHARE = 0.8
_LIST_SHARE = 0.6
_REPEATED = 3
_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instruction|rubric|previous|above|prompt|rules)|"
    r"\b(?:score|grade|mark|points?|credit)\s*[:=]\s*\d|\b(?:full|maximum|all)\s+(?:marks|points|credit|score)\b|"
    r"\bas\s+(?:an?\s+)?(?:grader|examiner|ai|language\s+model)\b|\b(?:system|assistant)\s*:|\"(?:score|verdict)\"\s*:",
    re.IGNORECASE | re.DOTALL,
)


def find_flags(question: Question, reading: Reading, answer: str, judgments: Sequence[Judgment]) -> tuple[str, ...]:
    """Return the flags of an answer, in a fixed order."""
    tokens = tokenize(answer, question.language)
    if not tokens:
        return ("blank",)
    flags: list[str] = []
    asked = {token.stem for token in content_tokens(tokenize(question.prompt, question.language))}
    said = [token.stem for token in content_tokens(tokens)]
    if (
        asked
        and sum(stem in asked for stem in said) / len(said) >= _ECHO_SHARE
        and len(set(said) & asked) >= min(3, len(asked))
    ):
        flags.append("echo")
    kinds = {point.id: point.kind for point in reading.points}
    met = [j for j in judgments if j.verdict in ("met", "partial")]
    if any(judgment.reason == NAMED_ONLY for judgment in judgments) or (
        not met and _mostly_list(answer, question.language)
    ):
        flags.append("keyword_list")
    if any(judgment.reason == DENIED for judgment in judgments):
        flags.append("contradiction")
    if any(kinds[judgment.point_id] == "misconception" for judgment in met):
        flags.append("misconception")
    if not met and len(said) >= 5 and not set(said) & _vocabulary(question, reading):
        flags.append("off_topic")
    if hidden_characters(answer):
        flags.append("hidden_characters")
    if _scripts(answer) and not _scripts(answer) & _scripts(question.prompt + reading.points[0].text):
        flags.append("other_script")
    if _INSTRUCTIONS.search(answer):
        flags.append("grader_instructions")
    if _repeats(answer):
        flags.append("repetition")
    return tuple(flags)


def _mostly_list(answer: str, language: str) -> bool:
    return float(analyse(answer, language).listed.mean()) >= _LIST_SHARE


def _vocabulary(question: Question, reading: Reading) -> set[str]:
    texts = [text for point in reading.points for text in (point.text, *point.aliases)]
    return {
        token.stem for text in (*texts, question.prompt) for token in content_tokens(tokenize(text, question.language))
    }


def _scripts(text: str) -> set[str]:
    """Return the scripts that make up at least a third of the letters, by the first word of the characters' names."""
    letters = [character for character in text[:2000] if character.isalpha()]
    counts = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters)
    return {name for name, count in counts.items() if 3 * count >= len(letters)}


def _repeats(answer: str) -> bool:
    starts = sentence_starts(answer)
    parts = [" ".join(answer[a:b].lower().split()) for a, b in zip(starts, [*starts[1:], len(answer)], strict=True)]
    longest = Counter(part for part in parts if len(part) > 12).most_common(1)
    return bool(longest) and longest[0][1] >= _REPEATED
