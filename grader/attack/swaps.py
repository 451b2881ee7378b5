"""Words and numbers made others: opposites in the same grammatical form, and other values in the same notation."""

from __future__ import annotations

import re
from functools import lru_cache

from grader.attack.case import Chance
from grader.data import data_lines

_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# The verbs among the opposites that form their tenses by rule, those that do not, and words that are adjectives as well.
_REGULAR = frozenset(
    "increase decrease reduce lower decline gain raise improve worsen degrade deteriorate boost expand enlarge maximize "
    "maximise minimize minimise open close remember retain discard delete preserve destroy erase store add remove include "
    "exclude enable disable allow prevent encourage succeed fail accept reject agree disagree change vary heat cool "
    "ascend descend accelerate decelerate attract absorb emit reflect melt encode decode encrypt decrypt upload download "
    "import export compress decompress connect disconnect create attach detach lock unlock "
    " overestimate underestimate push pull".split()
)
_IRREGULAR = frozenset("rise fall grow shrink lose keep forget drop forbid repel freeze overfit underfit".split())
_ALSO_ADJECTIVES = frozenset("lower open close cool".split())
_ADVERBS = frozenset("sudden gradual abrupt slow quick temporary permanent constant strong weak public private".split())


@lru_cache(maxsize=1)
def _opposites() -> dict[str, tuple[str, ...]]:
    """Read the engine's list of opposites: each word with its partners, in every form that both surely have."""
    found: dict[str, list[str]] = {}
    for line in data_lines("opposites.txt"):
        first, second = line.split()
        if not _same_class(first, second):
            continue
        for one, other in ((first, second), (second, first)):
            for form in ("", "s", "ed", "ing", "ly"):
                a, b = _inflected(one, form), _inflected(other, form)
                if a and b:
                    found.setdefault(a, []).append(b)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


def _same_class(first: str, second: str) -> bool:
    verbs = _REGULAR | _IRREGULAR
    adjectives = [word not in verbs or word in _ALSO_ADJECTIVES for word in (first, second)]
    return {first, second} <= verbs or all(adjectives)


def _inflected(word: str, form: str) -> str:
    """Return a form of a word, or an empty text where it has none that is sure to be right.

    >>> _inflected("decrease", "ing"), _inflected("sudden", "ly"), _inflected("rise", "ed"), _inflected("vary", "ed")
    ('decreasing', 'suddenly', '', 'varied')
    """
    if not form:
        return word
    if form == "ly":
        return re.sub("y$", "i", word) + "ly" if word in _ADVERBS else ""
    if word not in _REGULAR and not (form == "s" and word in _IRREGULAR):
        return ""
    if form == "ing":
        return word.removesuffix("e") + form
    stem = re.sub("(?<=[^aeiou])y$", "ie", word)
    if form == "ed":
        return stem.removesuffix("e") + form
    return stem + ("es" if word.endswith(("s", "sh", "ch", "x")) else "s")


def opposites_of(word: str) -> tuple[str, ...]:
    """Return the opposites of a word in the same form and case; none where none is known.

    >>> opposites_of("Suddenly"), opposites_of("table")
    (('Gradually', 'Slowly'), ())
    """
    partners = _opposites().get(word.lower(), ())
    alike = tuple(partner for partner in partners if _comparative(partner) == _comparative(word)) or partners
    return tuple(other[0].upper() + other[1:] if word[0].isupper() else other for other in alike)


def _comparative(word: str) -> bool:
    return bool(re.fullmatch(r".{3,}er", word.lower()))


def other_number(text: str, chance: Chance) -> str:
    """Return another number in the same notation.

    >>> other_number("two", Chance(0)) != "two", other_number("1.5", Chance(0)).partition(".")[2]
    (True, '5')
    """
    shift = 3 + chance.below(5)
    if text.lower() in _NUMBER_WORDS:
        place = (_NUMBER_WORDS.index(text.lower()) + shift) % len(_NUMBER_WORDS)
        other = _NUMBER_WORDS[place]
        return other.capitalize() if text[0].isupper() else other
    whole, point, fraction = text.partition("." if "." in text else ",")
    return f"{int(whole) * 3 + shift}{point}{fraction}"
