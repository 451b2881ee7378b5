"""Words to stems: Snowball for every language that it has an algorithm for; British and American spellings as one."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

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
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Every language that PyStemmer has an algorithm for, by ISO 639-1."""


def primary(language: str) -> str:
    """Return a language code without region and script.

    >>> primary("pt-BR")
    'pt'
    """
    return language.partition("-")[0]


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = SNOWBALL_LANGUAGES.get(primary(language))
    return Stemmer.Stemmer(name) if name else None


_MAX_STEMS = 131_072


@lru_cache(maxsize=_MAX_STEMS)
def stem_word(word: str, language: str = "en") -> str:
    """Return the Snowball stem of a folded word; the word itself where the language has no stemmer.

    >>> stem_word("deployments") == stem_word("deploying")
    True
    """
    stemmer = _stemmer(language)
    if stemmer is None:
        return word
    if primary(language) == "en":
        word = unify_spelling(word.removesuffix("'s"))
    return str(stemmer.stemWord(word))


class Stems(dict[str, str]):
    """The stems of the folded words of one language; a word is stemmed when it is first looked up."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_STEMS:
            self.clear()
        stem = self[word] = stem_word(word, self._language) if word[0].isalpha() else word
        return stem


@lru_cache(maxsize=8)
def stems(language: str) -> Stems:
    """Return the memory of a language's stems."""
    return Stems(language)
