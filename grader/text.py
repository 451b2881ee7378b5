"""Raw text to tokens, without losing where each token stands in the raw text.

A token keeps its place in the raw answer (code points, half-open) beside its folded form, so that every
match can be shown in the writer's own words. Folding works token by token: whatever it does to the length
of a word, the offsets stay those of the raw text.

>>> tokens = tokenize("Naïve models don't generalise.")
>>> [(token.start, token.end, token.word) for token in tokens]
[(0, 5, 'naive'), (6, 12, 'models'), (13, 18, "don't"), (19, 29, 'generalise')]
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import Stemmer

# Characters that show nothing: joiners, direction marks, soft hyphens, byte order marks.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f"
# Marks and vowel signs belong to words, but are no letters to `re`; the ranges are whole blocks, minus their
# punctuation (the danda of Indic scripts).
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u0e80-\u0eff\u1000-\u1049"
)
# Scripts written without spaces: Thai, kana, Han. Their runs are cut into overlapping pairs of characters.
_UNSPACED = "\u0e00-\u0e7f\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0002fa1f"
_LETTER = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}]|[{_INVISIBLE}])"
_TOKEN = re.compile(
    rf"(?P<number>(?<![^\W_])[-+\u2212]?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*)|(?P<unspaced>[{_UNSPACED}{_INVISIBLE}]*[{_UNSPACED}][{_UNSPACED}{_INVISIBLE}]*)"
    rf"|(?P<word>{_LETTER}+(?:['\u2019\u02bc]{_LETTER}+)*)"
)
_STRIP_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_MARKED_SCRIPTS = re.compile("[\u0300-\u036f]")
_SENTENCE_END = re.compile(
    r"(?<=[.!?\u3002\uff01\uff1f\u0964\u061f\u06d4])[\"')\]\u201d\u2019]*(?=\s|$)|[;\uff1b\u061b]|(?<=[\u3002\uff01\uff1f])|[\r\n\u2028\u2029]+"
)
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|fig|z\.b|d\.h|bzw|p\.ej|[A-Za-z]))\.$", re.I)

# Letters of other alphabets that look like Latin ones, as used to write a Latin word that is none.
_HOMOGLYPHS = str.maketrans("аеорсухкмтвнԁіјѕԛԝӏһɡαεορνικτυχ", "aeopcyxkmtbhdijsqwlhgaeopviktux")
_LATIN = re.compile(r"[A-Za-z]")
_LOOKALIKE = re.compile("[аеорсухкмтвнԁіјѕԛԝӏһɡαεορνικτυχ]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or character pair: where it stands in the raw text, and its folded form."""

    start: int
    end: int
    word: str
    stem: str


_LINE_BREAKS = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}]").match


def clean(raw: str) -> tuple[str, list[int] | None]:
    """Return a text as it looks, and where each of its characters stands in ``raw`` (None: everything in its place).

    Invisible characters go, compatibility characters become plain ones, all line breaks become one kind.

    >>> clean("mo\u200bdel"), clean("a\ufb01t")
    (('model', [0, 1, 3, 4, 5]), ('afit', [0, 1, 1, 2]))
    """
    raw = raw.translate(_LINE_BREAKS)
    if raw.isascii():
        return raw, None
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(raw):
        if character.isascii():
            plain = character
        elif _IS_INVISIBLE(character):
            continue
        else:
            plain = unicodedata.normalize("NFKC", character)
        characters.append(plain)
        places.extend([place] * len(plain))
    return "".join(characters), places


def fold_word(raw: str) -> str:
    """Fold one word for comparison: compatibility forms, case, accents and invisible characters.

    >>> fold_word("ＲＥＳＵＭÉ"), fold_word("Straße"), fold_word("mo\u200bdel")
    ('resume', 'strasse', 'model')
    """
    if raw.isascii():
        return raw.lower()
    return _fold_unicode(raw)


@lru_cache(maxsize=65536)
def _fold_unicode(raw: str) -> str:
    text = unicodedata.normalize("NFKC", _STRIP_INVISIBLE.sub("", raw)).casefold()
    text = text.replace("\u2019", "'").replace("\u02bc", "'").replace("\u2212", "-")
    if _LATIN.search(text) and _LOOKALIKE.search(text):
        text = text.translate(_HOMOGLYPHS)
    # Only the marks of alphabets that use them as accents are dropped; in other scripts they are vowels.
    text = _MARKED_SCRIPTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text)


def hidden_characters(text: str) -> bool:
    """Say whether a text holds invisible characters or look-alike letters inside words.

    >>> hidden_characters("mo\u200bdel"), hidden_characters("mоdel"), hidden_characters("modèle")
    (True, True, False)
    """
    if text.isascii():
        return False
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if raw.isascii() or match.lastgroup == "unspaced":
            continue
        # Joiners are proper spelling in Indic and Arabic scripts, so only Latin words count.
        if _LATIN.search(raw) and (_STRIP_INVISIBLE.search(raw) or _LOOKALIKE.search(raw.casefold())):
            return True
    return False


_SPELLING = (
    (re.compile(r"is(?=ation|e$|ed$|es$|er$|ers$|ing$)"), "iz"),
    (re.compile(r"ys(?=e$|ed$|es$|er$|ers$|ing$)"), "yz"),
    (re.compile(r"(?<=[bdilmnv])our"), "or"),
    (re.compile(r"(?<=[nbt])tre$"), "ter"),
    (re.compile(r"ogue$"), "og"),
    (re.compile(r"ll(?=ed$|ing$|er$|ers$)"), "l"),
    (re.compile(r"mme$"), "m"),
    (re.compile(r"ence$"), "ense"),
)


def unify_spelling(word: str) -> str:
    """Map British and American spellings of an English word to one form (not necessarily a word).

    >>> unify_spelling("optimisation") == unify_spelling("optimization")
    True
    >>> unify_spelling("behaviour") == unify_spelling("behavior")
    True
    """
    if len(word) > 5:
        for pattern, replacement in _SPELLING:
            word = pattern.sub(replacement, word)
    return word


SNOWBALL_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = SNOWBALL_LANGUAGES.get(language)
    return Stemmer.Stemmer(name) if name else None


@lru_cache(maxsize=131072)
def stem_word(word: str, language: str = "en") -> str:
    """Return the Snowball stem of a folded word; the word itself where the language has no stemmer.

    >>> stem_word("deployments") == stem_word("deploying")
    True
    """
    stemmer = _stemmer(language)
    if stemmer is None:
        return word
    if language == "en":
        word = unify_spelling(word.removesuffix("'s"))
    return str(stemmer.stemWord(word))


def tokenize(text: str, language: str = "en") -> list[Token]:
    """Cut a raw text into tokens in the order of the text; offsets are code points of ``text``."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastgroup == "unspaced":
            tokens.extend(_pairs(text, start, end))
            continue
        word = fold_word(match.group())
        if word:
            tokens.append(Token(start, end, word, stem_word(word, language) if word[0].isalpha() else word))
    return tokens


def _pairs(text: str, start: int, end: int) -> list[Token]:
    """Cut a run of an unspaced script into overlapping pairs of characters (a single one stays single)."""
    places = [index for index in range(start, end) if not _STRIP_INVISIBLE.match(text[index])]
    if len(places) == 1:
        word = fold_word(text[places[0]])
        return [Token(places[0], places[0] + 1, word, word)]
    pairs = []
    for first, second in pairwise(places):
        word = fold_word(text[first : second + 1])
        pairs.append(Token(first, second + 1, word, word))
    return pairs


def sentence_starts(text: str) -> list[int]:
    """Return the offsets at which a new sentence, line or semicolon-separated part begins, 0 first.

    >>> sentence_starts("One, e.g. this. Two; three")
    [0, 15, 20]
    """
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        if match.end() >= len(text):
            break
        if text[match.start() - 1 : match.start()] == "." and _ABBREVIATION.search(
            text, max(0, match.start() - 8), match.start()
        ):
            continue
        if match.end() > starts[-1]:
            starts.append(match.end())
    return starts


def within(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    """Say whether an offset lies in one of some half-open spans, which are in order and apart.

    >>> within([(0, 2), (5, 9)], 5), within([(0, 2), (5, 9)], 2)
    (True, False)
    """
    index = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return index >= 0 and offset < spans[index][1]


def normalize(text: str) -> str:
    """Fold a whole text for comparing answers: equal results mean equal answers, whatever the spacing or case.

    Punctuation and line breaks stay, since they tell where a statement ends.

    >>> normalize("  The  MODEL drifts. ") == normalize("the model drifts.")
    True
    """
    folded = (" ".join(map(fold_word, line.split())) for line in clean(text)[0].split("\n"))
    lines = (" ".join(line.split()) for line in folded)
    return "\n".join(line for line in lines if line)
