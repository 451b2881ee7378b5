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
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from grader.stem import primary, stems

# Characters that show nothing: joiners, direction marks, soft hyphens, byte order marks.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f"
# Marks and vowel signs belong to words, but are no letters to `re`; the ranges are whole blocks, minus their
# punctuation (the danda of Indic scripts).
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u0dff\u0e80-\u0eff\u1000-\u1049"
)
# Scripts written without spaces: Thai, kana, Han. Their runs are cut into overlapping pairs of characters.
_UNSPACED = (
    "\u0e00-\u0e7f\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002fa1f"
)
_LETTER = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}]|[{_INVISIBLE}])"
_TOKEN = re.compile(
    rf"(?P<number>(?<![^\W_])[-+\u2212]?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*)|(?P<unspaced>[{_UNSPACED}{_INVISIBLE}]*[{_UNSPACED}][{_UNSPACED}{_INVISIBLE}]*)"
    rf"|(?P<word>{_LETTER}+(?:['\u2019\u02bc]{_LETTER}+)*)"
)
# What _TOKEN finds in lower-case ASCII, several times faster. With the group, `split` returns gaps and tokens in turn.
_ASCII_TOKEN = re.compile(r"([a-z][a-z0-9]*(?:'[a-z0-9]+)*|(?:(?<![a-z0-9])[-+])?[0-9]+(?:[.,][0-9]+)*)")
# A character with the marks that belong to it: voicing of kana (half width too), Thai vowels and tones.
_CHARACTER = re.compile(
    rf"[^{_INVISIBLE}](?:[{_INVISIBLE}]*(?:[\u3099\u309a\uff9e\uff9f\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]|(?<=\u0e4d)\u0e32))*"
)
# Languages whose short words lose their vowel before another one, and where that word ends.
_ELIDING = frozenset({"ca", "fr", "it"})
_ELIDED = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]|(?:jus|lors|puis|quel|quoi)?qu|(?:d|n|s|qu)?[ae]ll|degl|quest|un|sant)['\u2019\u02bc]",
    re.I,
)
_STRIP_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
# Accents, and the vowel signs of Arabic, which are written or not, with the stroke that stretches its words.
_ACCENTS = re.compile("[\u0300-\u036f\u0640\u064b-\u0652\u0670]")
_SENTENCE_END = re.compile(
    r"(?<=[.!?\u3002\uff01\uff1f\u0964\u061f\u06d4])[\"')\]\u201d\u2019]*(?=\s|$)|[;\uff1b\u061b]|(?<=[\u3002\uff01\uff1f])|[\r\n\u2028\u2029]+"
)
_ASCII_SENTENCE_END = re.compile(r"[.!?][\"')\]]*(?=\s|$)|;|[\r\n]+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|fig|z\.b|d\.h|bzw|p\.ej|(?<!['\u2019])[A-Za-z]))\.$", re.I
)

# Letters of other alphabets that look like Latin ones, as used to write a Latin word that is none.
_HOMOGLYPHS = str.maketrans("аеорсухкмтвнԁіјѕԛԝӏһɡαεορνικτυχ", "aeopcyxkmtbhdijsqwlhgaeopviktux")
_LATIN = re.compile(r"[A-Za-z]")
_LOOKALIKE = re.compile("[аеорсухкмтвнԁіјѕԛԝӏһɡαεορνικτυχ]")


class Token(NamedTuple):
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
    if raw.isascii() or (unicodedata.is_normalized("NFKC", raw) and not _STRIP_INVISIBLE.search(raw)):
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


_RUN_OF_LETTERS = re.compile(r"[^\W\d_]+")


def plain_letters(text: str) -> str:
    """Write look-alike and accented letters of Latin words as plain ones, each in its place, so that patterns see the words.

    >>> plain_letters("wr\u043eng, wh\u00e9n"), plain_letters("\u0432\u043e\u0434\u0430")
    ('wrong, when', 'вода')
    """
    return text if text.isascii() else _RUN_OF_LETTERS.sub(lambda match: _plain_run(match.group()), text)


def _plain_run(run: str) -> str:
    if run.isascii() or not _LATIN.search(run):
        return run
    letters = (unicodedata.normalize("NFD", letter) for letter in run.translate(_HOMOGLYPHS))
    return "".join(parts[0] if parts[0].isascii() else letter for parts, letter in zip(letters, run, strict=True))


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
    text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    # Turkish capitals of \u0131 and i cannot be told apart once they are folded.
    return unicodedata.normalize("NFC", text).replace("\u0131", "i")


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


def tokenize(text: str, language: str = "en") -> list[Token]:
    """Cut a raw text into tokens in the order of the text; offsets are code points of ``text``."""
    stem_of = stems(primary(language)).__getitem__
    elides = primary(language) in _ELIDING
    if text.isascii() and not (elides and "'" in text):
        parts = _ASCII_TOKEN.split(text.lower())
        ends = list(accumulate(map(len, parts)))
        words = parts[1::2]
        return list(map(Token._make, zip(ends[::2], ends[1::2], words, map(stem_of, words), strict=False)))
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastgroup == "unspaced":
            tokens.extend(_pairs(text, start, end))
            continue
        # "L'arbre" is two words, the first of them without its vowel.
        cuts = [cut.end() for cut in _ELIDED.finditer(text, start, end)] if elides else []
        for first, last in pairwise([start, *cuts, end]):
            word = fold_word(text[first:last]).removesuffix("'") if elides else fold_word(text[first:last])
            if word:
                tokens.append(Token(first, last, word, stem_of(word)))
    return tokens


def _pairs(text: str, start: int, end: int) -> list[Token]:
    """Cut a run of an unspaced script into overlapping pairs of characters (a single one stays single)."""
    spans = [match.span() for match in _CHARACTER.finditer(text, start, end)]
    if len(spans) > 1:
        spans = [(first, last) for (first, _), (_, last) in pairwise(spans)]
    words = [fold_word(text[first:last]) for first, last in spans]
    return [Token(first, last, word, word) for (first, last), word in zip(spans, words, strict=True)]


def phrase_of(tokens: Sequence[Token]) -> str:
    """Return the folded words of tokens as a phrase; overlapping pairs of characters become the run that they were cut from.

    >>> phrase_of(tokenize("AI: 机器学习"))
    'ai 机器学习'
    """
    if all(a.end <= b.start for a, b in pairwise(tokens)):
        return " ".join([token.word for token in tokens])
    phrase = ""
    end = -1
    for token in tokens:
        if token.start >= end:
            phrase += f" {token.word}"
        else:
            shared = next((n for n in range(len(token.word) - 1, 0, -1) if phrase.endswith(token.word[:n])), 0)
            phrase += token.word[shared:]
        end = token.end
    return phrase.lstrip()


def sentence_starts(text: str) -> list[int]:
    """Return the offsets at which a new sentence, line or semicolon-separated part begins, 0 first.

    >>> sentence_starts("One, e.g. this. Two; three")
    [0, 15, 20]
    """
    starts = [0]
    is_ascii = text.isascii()
    for match in (_ASCII_SENTENCE_END if is_ascii else _SENTENCE_END).finditer(text):
        first, end = match.span()
        if end >= len(text):
            break
        # The pattern for ASCII takes the stop in, the other looks back at it.
        stop = first + 1 if is_ascii and text[first] in ".!?" else first
        if text[stop - 1 : stop] == "." and _ABBREVIATION.search(text, max(0, stop - 8), stop):
            continue
        if end > starts[-1]:
            starts.append(end)
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
