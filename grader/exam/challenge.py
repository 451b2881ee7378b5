"""Now and then something right is disputed: the candidate's own words, and whether they stand by them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from grader.engine import default_grader
from grader.exam.chance import chance
from grader.exam.judging import narrowed
from grader.exam.phrasing import quoted
from grader.exam.said import Said
from grader.exam.types import Outcome, Phrase
from grader.matchers.negation import polarity
from grader.text import sentence_starts, tokenize
from grader.types import DENIED, Judgment, Question

_LEAST_WORDS, _MOST_CHARS = 3, 180
_LEAST_CREDIT = 0.75

# What is said of oneself or one's statement; "not" before it turns it round, which is read from the polarity of the last word.
_WRONG = re.compile(
    r"\b(?:i\s+(?:was|am|got\s+(?:it|that)|must\s+be|must\s+have\s+been|may\s+be|might\s+be)|i['\u2019]m"
    r"|(?:that|it|this)(?:\s+(?:was|is|seems)|['\u2019]s)|what\s+i\s+said\s+(?:was|is))\s+(?:\w+\s+){0,2}?"
    r"(?:wrong|mistaken|incorrect|false|untrue|a\s+mistake|an\s+error)\b"
    r"|\bmy\s+(?:mistake|error|bad)\b|\bi\s+(?:misspoke|mixed\s+(?:it|that|them|things)\s+up|confused\b)"
    r"|\b(?:take|took)\s+(?:it|that|this|what\s+i\s+said)\s+back\b|\b(?:withdraw|retract)\b|\bcorrect\s+myself\b|\bscratch\s+that\b"
    r"|\b(?:ich\s+(?:lag|liege|habe\s+mich)|da\s+lag\s+ich)\s+(?:\w+\s+){0,3}?(?:falsch|geirrt|vertan|daneben)\b"
    r"|\b(?:das|es)\s+(?:war|ist)\s+(?:\w+\s+){0,2}?(?:falsch|ein\s+fehler|ein\s+irrtum)\b|\bnehme\s+(?:ich\s+)?(?:das|es)\s+(?:\w+\s+)?zur\u00fcck\b"
    r"|\bmein\s+fehler\b",
    re.I,
)
_RIGHT = re.compile(
    r"\b(?:right|true|correct|stand\s+by\s+(?:it|that|this|what)|stick\s+(?:to|with|by)\s+(?:it|that|this|what)|the\s+case"
    r"|richtig|wahr|stimmt|bleibe\s+(?:ich\s+)?dabei)\b",
    re.I,
)
_SURE = re.compile(r"\b(?:sure|certain|positive|confident|convinced|sicher|\u00fcberzeugt)\b", re.I)
_NO = re.compile(
    r"\s*(?:no|nope|nah|nein|not\s+really|nicht\s+wirklich)\b(?!\s+(?:doubt|question|matter|problem))", re.I
)
_YES = re.compile(
    r"\s*(?:yes|yeah|yep|sure|of\s+course|certainly|absolutely|definitely|indeed|i\s+do|ja|doch|nat\u00fcrlich|klar|sicher)\b",
    re.I,
)


def is_due(seed: int, question_id: str, share: float) -> bool:
    """Say whether chance has it that something said to this question is disputed."""
    return chance(seed, "challenge", question_id) < share


def dispute(
    question: Question, said: Said, judgments: Sequence[Judgment], seed: int, language: str = "en"
) -> tuple[str, Phrase] | None:
    """Return the id of a required point that is met, and the phrase that disputes it in the candidate's own words.

    None where nothing that is met was said in at least three words.
    """
    required = {point.id for reading in question.readings for point in reading.points if point.kind == "required"}
    open_to = {}
    for judgment in judgments:
        is_right = judgment.verdict == "met" and (judgment.credit or 0.0) >= _LEAST_CREDIT
        words = _words(said, judgment, question.language) if is_right and judgment.point_id in required else None
        if words is not None:
            open_to[judgment.point_id] = words
    if not open_to:
        return None
    point_id = min(open_to, key=lambda one: (chance(seed, "disputed", question.id, one), one))
    return point_id, Phrase("exam.challenge", {"words": quoted(open_to[point_id], language)})


def _words(said: Said, judgment: Judgment, language: str) -> str | None:
    """Return the sentence that speaks for a point most, or the passage itself where the sentence is long."""
    parts = said.located(judgment.evidence)
    if not parts:
        return None
    number, best = max(parts, key=lambda part: (part[1].strength, part[1].end - part[1].start, -part[0]))
    turn = said.turns[number]
    starts = [*sentence_starts(turn), len(turn)]
    place = max(0, bisect_right(starts, best.start) - 1)
    sentence = turn[starts[place] : starts[place + 1]]
    for text in (sentence, best.quote):
        words = " ".join(text.split()).strip(" .,;:!?\u2013-\u2022*")
        if len(words) <= _MOST_CHARS and len(tokenize(words, language)) >= _LEAST_WORDS:
            return words
    return None


def read_reply(question: Question, reading_id: str, point_id: str, reply: str) -> Outcome:
    """Say whether a reply to "Are you sure of that?" stands by the point, takes it back, or leaves it open.

    Read offline: by what is said of one's own statement, with its polarity, and by what the reply says of the point itself. Where
    both can be read out of it, or neither, it is unclear.
    """
    part = narrowed(question, reading_id)
    judgments = default_grader().judge(part, part.readings[0], reply)
    judged = next(judgment for judgment in judgments if judgment.point_id == point_id)
    is_denied = judged.reason == DENIED
    is_affirmed = judged.verdict == "met" and not is_denied
    signs = _signs(reply, question.language)
    taken_back = is_denied or 1 in signs(_WRONG) or -1 in signs(_RIGHT)
    kept = is_affirmed or -1 in signs(_WRONG) or 1 in signs(_RIGHT) or 1 in signs(_SURE)
    if taken_back != kept:
        return "withdrawn" if taken_back else "stood"
    if taken_back:
        return "unclear"
    if -1 in signs(_SURE):
        return "unclear"
    if _NO.match(reply):
        return "withdrawn"
    return "stood" if _YES.match(reply) else "unclear"


def _signs(text: str, language: str) -> Callable[[re.Pattern[str]], set[int]]:
    """Return what says of a pattern with which polarity it stands in the text."""
    tokens = tokenize(text, language)
    found = polarity(text, tokens, sentence_starts(text), language)
    ends = [token.end for token in tokens]

    def signs(pattern: re.Pattern[str]) -> set[int]:
        places = (bisect_right(ends, match.end() - 1) for match in pattern.finditer(text))
        return {found.signs[place] for place in places if place < len(tokens)}

    return signs
