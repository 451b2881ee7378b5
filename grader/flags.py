"""What is odd about an answer as a whole: short stable names, put into words by ``grader.feedback``."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from grader.answer import AnswerText, analyse
from grader.fluency import salad_tokens
from grader.instructions import SIGNS, is_instruction, may_instruct
from grader.statement import content_tokens
from grader.text import clean, hidden_characters, sentence_starts, tokenize
from grader.types import DENIED, NAMED_ONLY, Judgment, Question, Reading

_ECHO_SHARE = 0.8
_LIST_SHARE = 0.6
_REPEATED = 3
_VOID_SHARE = 0.5


def find_flags(question: Question, reading: Reading, answer: str, judgments: Sequence[Judgment]) -> tuple[str, ...]:
    """Return the flags of an answer, in a fixed order."""
    text = analyse(answer, question.language)
    if not text.tokens:
        return ("blank",)
    flags: list[str] = []
    said = [token.stem for token in content_tokens(text.tokens, question.language)]
    distinct = set(said)
    if _echoes(said, distinct, _asked(question.prompt, question.language)):
        flags.append("echo")
    kinds = {point.id: point.kind for point in reading.points}
    met = [judgment for judgment in judgments if judgment.verdict in ("met", "partial")]
    reasons = {judgment.reason for judgment in judgments}
    if NAMED_ONLY in reasons or (not met and float(text.listed.mean()) >= _LIST_SHARE):
        flags.append("keyword_list")
    if DENIED in reasons:
        flags.append("contradiction")
    if any(kinds[judgment.point_id] == "misconception" for judgment in met):
        flags.append("misconception")
    if not met and len(said) >= 5 and distinct.isdisjoint(_vocabulary(reading, question.prompt, question.language)):
        flags.append("off_topic")
    if hidden_characters(answer):
        flags.append("hidden_characters")
    scripts = _scripts(answer)
    if scripts and scripts.isdisjoint(_scripts_asked(question.prompt + reading.points[0].text)):
        flags.append("other_script")
    starts = sentence_starts(text.text)
    spans = list(pairwise([*starts, len(text.text)]))
    if _instructs(text, spans):
        flags.append("grader_instructions")
    if _repeats(text.text, spans):
        flags.append("repetition")
    if _is_salad(text, starts, question.language):
        flags.append("word_salad")
    return tuple(flags)


def _is_salad(text: AnswerText, starts: Sequence[int], language: str) -> bool:
    if not (text.signs == 0).any():
        return False
    return sum(salad_tokens(text.text, text.tokens, starts, language) or ()) > _VOID_SHARE * len(text.tokens)


def _echoes(said: Sequence[str], distinct: set[str], asked: frozenset[str]) -> bool:
    enough = len(distinct & asked) >= max(1, min(3, len(asked)))
    return enough and sum(stem in asked for stem in said) / len(said) >= _ECHO_SHARE


@lru_cache(maxsize=512)
def _asked(prompt: str, language: str) -> frozenset[str]:
    return frozenset(token.stem for token in content_tokens(tokenize(prompt, language), language))


@lru_cache(maxsize=512)
def _vocabulary(reading: Reading, prompt: str, language: str) -> frozenset[str]:
    texts = [text for point in reading.points for text in (point.text, *point.aliases)]
    return frozenset(
        token.stem for text in (*texts, prompt) for token in content_tokens(tokenize(text, language), language)
    )


def _instructs(text: AnswerText, spans: Sequence[tuple[int, int]]) -> bool:
    if not text.raw.isascii():
        # As it was written: in other languages than English accents are part of the words.
        written = clean(text.raw)[0]
        return any(is_instruction(part[first:last]) for part in (written, text.text) for first, last in spans)
    if not SIGNS.isdisjoint(token.word for token in text.tokens):
        return any(is_instruction(text.text[first:last]) for first, last in spans)
    # Without a sign, English says nothing to a grader; other languages in plain letters still may.
    return may_instruct(token.word for token in text.tokens) and is_instruction(text.text)


def _scripts(text: str) -> frozenset[str]:
    """Return the scripts that make up at least a third of the letters, by the first word of the characters' names."""
    if text.isascii():
        return frozenset({"LATIN"} if any(map(str.isalpha, text)) else ())
    letters = [character for character in text[:2000] if character.isalpha()]
    counts = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters)
    return frozenset(name for name, count in counts.items() if 3 * count >= len(letters))


_scripts_asked = lru_cache(maxsize=512)(_scripts)


def _repeats(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    if len(spans) < _REPEATED:
        return False
    parts = [" ".join(text[first:last].lower().split()) for first, last in spans]
    longest = Counter(part for part in parts if len(part) > 12).most_common(1)
    return bool(longest) and longest[0][1] >= _REPEATED
