"""Which language a text is in: by its script where that tells, else by the model that comes inside ``py3langid``.

The model takes about a second to load, so it is loaded at the first text that needs it; plain English does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

DEFAULT = "en"
"""What a text counts as that is too short or too doubtful to tell, in Latin letters."""

_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# What is looked at: enough to tell a language, and the same time for a text of any length.
_MOST_CHARS = 4000
_LEAST_WORDS = 4
# Chance below which a text stays doubtful: above it hardly any is wrong (docs/grading.md has the figures).
_SURE = 0.7

# A script with the letters that make up about one word, and the languages written in it: the first one where the model is
# not asked or cannot tell.
_SCRIPTS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("kana", "\u3041-\u309f\u30a1-\u30ff\uff66-\uff9f", 2, ("ja",)),
    ("han", "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f", 2, ("zh",)),
    ("thai", "\u0e00-\u0e7f", 4, ("th",)),
    ("hangul", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", 3, ("ko",)),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff", 5, ("el",)),
    ("armenian", "\u0530-\u058f", 5, ("hy",)),
    ("hebrew", "\u0590-\u05ff\ufb1d-\ufb4f", 4, ("he",)),
    ("tamil", "\u0b80-\u0bff", 5, ("ta",)),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", 4, ("ar", "fa", "ur")),
    ("devanagari", "\u0900-\u097f", 4, ("hi", "mr", "ne")),
    ("cyrillic", "\u0400-\u052f", 5, ("ru", "be", "bg", "mk", "sr", "uk")),
    (
        "latin",
        "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
        # Counted short, since names and terms in Latin letters stand in texts of every script.
        8,
        (
            DEFAULT,
            *"ca cs cy da de eo es et eu fi fr ga hr hu id is it lt lv nl no pl pt ro sk sl sq st sv sw tr vi".split(),
        ),
    ),
)
_LETTERS = tuple(re.compile(f"[{letters}]") for _, letters, _, _ in _SCRIPTS)
# English words that are words in no other language of these, and how many of them settle it without the model.
_ENGLISH = frozenset("the and with which from this that its been have were would can what why how does".split())
_ENOUGH, _ENOUGH_SHARE = 2, 0.1


class Detected(NamedTuple):
    """A language (ISO 639-1), and whether the text told it; else it is what is taken for want of better."""

    language: str
    is_sure: bool


def detect(text: str) -> Detected:
    """Return the language of a text; ``en`` for one without letters, and for a doubtful one in Latin letters.

    >>> detect("Die Verteilung der Daten ändert sich mit der Zeit.").language, detect("データが変わる。").language
    ('de', 'ja')
    >>> detect("Drift")
    Detected(language='en', is_sure=False)
    """
    text = text[:_MOST_CHARS]
    sizes = [len(letters.findall(text)) / size for letters, (_, _, size, _) in zip(_LETTERS, _SCRIPTS, strict=True)]
    if not any(sizes):
        return Detected(DEFAULT, is_sure=False)
    # Japanese is written in Han characters too; any fair share of kana among them makes a text Japanese.
    if 10 * sizes[0] >= sizes[1]:
        sizes[0] += sizes[1]
    _, _, _, languages = _SCRIPTS[sizes.index(max(sizes))]
    if len(languages) == 1:
        return Detected(languages[0], is_sure=True)
    words = re.findall(r"\w+", text.lower())
    if languages[0] == DEFAULT:
        if len(words) < _LEAST_WORDS:
            return Detected(DEFAULT, is_sure=False)
        english = sum(word in _ENGLISH for word in words)
        if english >= _ENOUGH and english >= _ENOUGH_SHARE * len(words):
            return Detected(DEFAULT, is_sure=True)
    language, chance = _ask(text, languages)
    return Detected(language, is_sure=True) if chance >= _SURE else Detected(languages[0], is_sure=False)


def detect_in(texts: Iterable[str]) -> Detected:
    """Return the language of texts that belong together."""
    return detect("\n".join(texts))


def is_code(text: str) -> bool:
    """Say whether a text is formed like a language code.

    >>> is_code("en"), is_code("pt-BR"), is_code("English")
    (True, True, False)
    """
    return _CODE.fullmatch(text) is not None


@lru_cache(maxsize=8)
def _model(languages: tuple[str, ...]) -> Any:
    """Return a model that knows only these languages; the table behind it is read once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(languages)
    return model


@lru_cache(maxsize=1024)
def _ask(text: str, languages: tuple[str, ...]) -> tuple[str, float]:
    language, chance = _model(languages).classify(text)
    return str(language), float(chance)
