"""Where a quote stands in a raw answer, however the model wrote it down.

Case, spacing, typographic quotes and dashes, compatibility characters and invisible ones make no difference; every word does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from grader.text import clean

Span = tuple[int, int]
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_GAP = re.compile(r"\s*(?:\[\s*(?:\.{3}|\u2026)\s*\]|\(\s*(?:\.{3}|\u2026)\s*\)|\.{3,}|\u2026)\s*")
# What a model puts around a quote of its own accord.
_AROUND = " \"'.,;:!?-"
_MOST_PARTS = 6
# Blanks that folding would take away or change.
_UNEVEN = re.compile(r"\A\s|\s\s|[^\S ]")


def find_quote(answer: str, quote: str) -> tuple[Span, ...]:
    """Return the spans of ``answer`` that a quote is made of, half-open, in order; empty where it is not all there.

    An ellipsis joins parts, which have to stand in the answer in this order. Parts begin and end at the bounds of words.

    >>> find_quote("The Data has\u00a0changed, they say.", "“data has changed”")
    ((4, 20),)
    >>> find_quote("First one thing, then another.", "first ... another"), find_quote("It drifts.", "it drift")
    (((0, 5), (22, 29)), ())
    """
    text, places = _folded(answer)
    # A quote that was escaped twice still is one.
    for written in dict.fromkeys((quote, quote.replace("\\n", " ").replace('\\"', '"'))):
        folded = _folded(written)[0]
        parts = [part for part in (part.strip(_AROUND) for part in _GAP.split(folded)) if part]
        found = _in_order(text, parts) if parts and len(parts) <= _MOST_PARTS else None
        # The answer may hold an ellipsis of its own.
        whole = folded.strip(_AROUND)
        found = found or (_in_order(text, [whole]) if whole else None)
        if found:
            return tuple((places[first], places[last - 1] + 1) for first, last in found)
    return ()


def _in_order(text: str, parts: list[str]) -> list[Span] | None:
    spans: list[Span] = []
    start = 0
    for part in parts:
        first = text.find(part, start)
        while first >= 0 and not _bounded(text, first, first + len(part)):
            first = text.find(part, first + 1)
        if first < 0 or not any(map(str.isalnum, part)):
            return None
        start = first + len(part)
        spans.append((first, start))
    return spans


def _bounded(text: str, first: int, last: int) -> bool:
    before = first > 0 and _spaced(text[first - 1]) and _spaced(text[first])
    after = last < len(text) and _spaced(text[last - 1]) and _spaced(text[last])
    return not before and not after


def _spaced(character: str) -> bool:
    """Say whether a character belongs to a script that parts words by spaces; those that have two cases do, and digits."""
    return character.isdigit() or character.lower() != character.upper()


@lru_cache(maxsize=256)
def _folded(raw: str) -> tuple[str, Sequence[int]]:
    """Return a text folded for comparison, and where each of its characters stands in ``raw``; remembered for all points."""
    text, places = clean(raw)
    if text.isascii() and places is None and not _UNEVEN.search(text):
        # Most answers, in a tenth of the time: every character stays one.
        return text.translate(_PLAIN).lower(), range(len(text))
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        place = index if places is None else places[index]
        if character.isspace():
            # One blank for any run of them.
            if characters and characters[-1] != " ":
                characters.append(" ")
                origins.append(place)
            continue
        for folded in unicodedata.normalize("NFC", character.translate(_PLAIN).casefold()):
            characters.append(folded)
            origins.append(place)
    return "".join(characters), origins
