"""The words of a language that carry grammar: function words, negations, where a clause begins.

English is served by the lists in ``grader/data`` and by ``grader.matchers.negation``; the languages of
``grader/data/languages`` have a file each, and all others share the lists for English. A file has lines of the form
``key: words``, in ordinary spelling; a key may stand in several lines:

- ``function``: words that carry grammar rather than content; ``functional``: a pattern for pairs of characters of that sort
- ``negate``: words (in unspaced scripts: pieces of text) that deny; ``negating``: a pattern for further ones, on folded words
- ``without``: words that deny only the next word of content
- ``plain``: what holds a negation and denies nothing ("not only")
- ``bound``: what begins a clause; ``ends``: what ends one
- ``rest``: denies the rest of its sentence ("it is false that"); ``whole``: denies its whole sentence ("... is false")
- ``scope``: ``clause`` where a negation denies its whole clause, since it may stand after what it denies
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.data import FOLDER, data_lines, data_words
from grader.stem import primary
from grader.text import Token, fold_word, tokenize

UNSPACED = frozenset({"ja", "th", "zh"})
_FOLDER = "languages"
OWN = frozenset(path.stem for path in (FOLDER / _FOLDER).glob("*.txt"))
"""Languages with lists of their own, beside English."""

Phrase = tuple[str, ...]


class FunctionWords(frozenset[str]):
    """Words that carry grammar; in an unspaced script also pairs of characters that a pattern tells."""

    pattern: re.Pattern[str] | None = None

    def __contains__(self, word: object) -> bool:
        """Say whether a folded word or pair is one."""
        return super().__contains__(word) or (
            self.pattern is not None and isinstance(word, str) and self.pattern.fullmatch(word) is not None
        )


@dataclass(frozen=True, slots=True)
class Grammar:
    """The lists of one language; words are folded. ``unspaced`` ones are looked up in the text, others word by word."""

    function_words: FunctionWords
    negators: frozenset[str] = frozenset()
    negating: re.Pattern[str] | None = None
    without: frozenset[str] = frozenset()
    plain: frozenset[Phrase] = frozenset()
    bounds: frozenset[str] = frozenset()
    rest: frozenset[Phrase] = frozenset()
    whole: frozenset[Phrase] = frozenset()
    denies_clause: bool = False
    unspaced: Unspaced | None = None

    def negates(self, word: str) -> bool:
        """Say whether a folded word denies."""
        return word in self.negators or (self.negating is not None and self.negating.fullmatch(word) is not None)


@dataclass(frozen=True, slots=True)
class Unspaced:
    """The same for a script without spaces, as patterns on the text; ``negator`` has a group ``no`` for true negations."""

    negator: re.Pattern[str]
    bound: re.Pattern[str] | None
    ends: re.Pattern[str] | None
    rest: re.Pattern[str] | None
    whole: re.Pattern[str] | None


@lru_cache(maxsize=64)
def function_words(language: str) -> FunctionWords:
    """Return the words of a language that carry grammar; none where there is no list.

    >>> "der" in function_words("de"), "the" in function_words("en"), len(function_words("xx"))
    (True, True, 0)
    """
    return grammar(language).function_words


@lru_cache(maxsize=64)
def grammar(language: str) -> Grammar:
    """Return the lists of a language (ISO 639-1, with or without a region); empty ones where it has no file."""
    language = primary(language)
    if language == "en":
        return Grammar(FunctionWords(data_words("function_words.txt")))
    if language not in OWN:
        return Grammar(FunctionWords())
    lines: dict[str, list[str]] = {}
    for line in data_lines(f"{_FOLDER}/{language}.txt"):
        key, _, value = line.partition(":")
        lines.setdefault(key.strip(), []).append(value.strip())
    words = {key: " ".join(values).split() for key, values in lines.items()}
    function = FunctionWords(fold_word(word) for word in words.get("function", ()))
    if "functional" in lines:
        function.pattern = re.compile(lines["functional"][0])
    denies_clause = "clause" in words.get("scope", ())
    if language in UNSPACED:
        return Grammar(function, denies_clause=denies_clause, unspaced=_unspaced(words))
    return Grammar(
        function_words=function,
        negators=frozenset(fold_word(word) for word in words.get("negate", ())),
        negating=re.compile(lines["negating"][0]) if "negating" in lines else None,
        without=frozenset(fold_word(word) for word in words.get("without", ())),
        plain=_phrases(lines.get("plain", ()), language),
        bounds=frozenset(fold_word(word) for word in words.get("bound", ())),
        rest=_phrases(lines.get("rest", ()), language),
        whole=_phrases(lines.get("whole", ()), language),
        denies_clause=denies_clause,
    )


def find_phrases(phrases: Iterable[Phrase], words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where phrases stand among words, as half-open ranges of indices in order."""
    known = set(words)
    found = []
    for phrase in phrases:
        if known.issuperset(phrase):
            size = len(phrase)
            found += [(i, i + size) for i in range(len(words) - size + 1) if tuple(words[i : i + size]) == phrase]
    return sorted(found)


def words_of(tokens: Iterable[Token]) -> list[str]:
    """Return the folded words of tokens."""
    return [token.word for token in tokens]


def _phrases(lines: Iterable[str], language: str) -> frozenset[Phrase]:
    return frozenset(tuple(words_of(tokenize(line, language))) for line in lines)


def _unspaced(words: dict[str, list[str]]) -> Unspaced:
    plain, negate = _any(words.get("plain", ())), _any(words["negate"])
    negator = f"(?P<no>{negate})" if plain is None else f"{plain}|(?P<no>{negate})"
    patterns = {key: _any(words.get(key, ())) for key in ("bound", "ends", "rest", "whole")}
    return Unspaced(
        re.compile(negator), **{key: None if form is None else re.compile(form) for key, form in patterns.items()}
    )


def _any(pieces: Iterable[str]) -> str | None:
    """Return a pattern for pieces of text in any normal form, the longest first; None for none."""
    forms = {unicodedata.normalize(form, piece) for piece in pieces for form in ("NFC", "NFD", "NFKC", "NFKD")}
    return "|".join(map(re.escape, sorted(forms, key=lambda form: (-len(form), form)))) or None
