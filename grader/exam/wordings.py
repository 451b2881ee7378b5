"""The examiner's sentences in words; they stand in wordings.toml, by language and manner."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from grader.exam.types import Manner, Phrase


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[Manner, Mapping[str, str]]]:
    """Return all wordings by language, manner and name."""
    found: Mapping[str, Mapping[Manner, Mapping[str, str]]] = tomllib.loads(
        Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8")
    )
    return found


def said(phrases: Sequence[Phrase], manner: Manner = "neutral", language: str = "en") -> str:
    """Put phrases into words, in English where there are none in ``language``.

    The part of a key before the dot says who else has it: "focus.ask" is self-study's too.

    >>> said([Phrase("focus.covered", {"label": "the cost"}), Phrase("focus.ask", {"first": "the risk"})])
    'You have covered the cost. What can you say about the risk?'
    """
    languages = catalogue()
    words = languages.get(language, languages["en"])[manner]
    return " ".join(_sentence(words, phrase) for phrase in phrases)


def _sentence(words: Mapping[str, str], phrase: Phrase) -> str:
    name = phrase.key.rpartition(".")[2]
    one = words.get(f"{name}_one") if phrase.values.get("count") == 1 else None
    text = (one or words[name]).format(**phrase.values)
    # A label may open the sentence.
    return text[:1].upper() + text[1:]
