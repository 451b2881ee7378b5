"""A grade in words: about the answer, concrete, and kind. The wordings stand in data/feedback.toml, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from grader.data import FOLDER
from grader.types import Judgment, Reading

MODEL_FLAGS = ("llm_failed", "needs_review", "llm_extras")
"""The flags that only a grade bears for which a model was asked."""


@dataclass(frozen=True, slots=True)
class _Wordings:
    sentences: Mapping[str, str]
    flags: Mapping[str, str]

    def say(self, name: str, count: int, **values: object) -> str:
        """Return a sentence, in the form for one where there is one and ``count`` is one."""
        one = self.sentences.get(f"{name}_one") if count == 1 else None
        return (one or self.sentences[name]).format(count=count, **values)


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, _Wordings]:
    found = tomllib.loads((FOLDER / "feedback.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {name: _Wordings(flags=texts.pop("flags"), sentences=texts) for name, texts in found.items()}
    )


def _wordings(language: str) -> _Wordings:
    return _languages().get(language) or _languages()["en"]


def flag_text(flag: str, language: str = "en") -> str:
    """Return one plain sentence for a flag; in English where there are no wordings for ``language``.

    >>> flag_text("blank")
    'There is nothing to grade yet.'
    >>> flag_text("blank", "de")
    'Hier gibt es noch nichts zu bewerten.'
    """
    return _wordings(language).flags[flag]


def flag_names() -> tuple[str, ...]:
    """Return the names of all flags there are."""
    return tuple(_wordings("en").flags)


def languages() -> tuple[str, ...]:
    """Return the languages that there are wordings for, English first."""
    return tuple(_languages())


def describe(reading: Reading, judgments: Sequence[Judgment], flags: Sequence[str], language: str = "en") -> str:
    """Say in one to three sentences what is there, what is missing, and what would earn it; never the wording itself.

    In English where there are no wordings for ``language``. Labels are told as they stand in the pack.
    """
    words = _wordings(language)
    if "blank" in flags:
        return words.flags["blank"]
    by_id = {judgment.point_id: judgment for judgment in judgments}
    required = [point for point in reading.points if point.kind == "required"]
    met = [point for point in required if by_id[point.id].verdict == "met"]
    half = [point for point in required if by_id[point.id].verdict == "partial"]
    missing = [point for point in required if by_id[point.id].verdict not in ("met", "partial")]
    wanted = len(required)
    if reading.required_count is not None:
        wanted -= sum(reading.counted(point) for point in required) - reading.required_count
    parts = [words.say("covered", wanted, met=min(len(met), wanted))]
    if len(met) < wanted and half:
        parts.append(_named(words, "half", [point.label for point in half if point.label], len(half)))
    if len(met) + len(half) < wanted and missing:
        names = [point.label for point in missing if point.label]
        parts.append(_named(words, "missing", names, wanted - len(met) - len(half)))
    if "contradiction" in flags or "misconception" in flags:
        parts.append(words.flags["contradiction" if "contradiction" in flags else "misconception"])
    return " ".join(parts)


def _named(words: _Wordings, name: str, labels: Sequence[str], count: int) -> str:
    """Name points by their labels, and count them where they have none."""
    if not labels:
        return words.say(f"{name}_counted", count)
    return words.say(name, len(labels), names=_list(words, labels))


def _list(words: _Wordings, names: Sequence[str], most: int = 4) -> str:
    shown = [words.sentences["label"].format(name=name) for name in names[:most]]
    if len(names) > most:
        shown.append(words.say("more", len(names) - most))
    return ", ".join(shown[:-1]) + (words.sentences["and"] if len(shown) > 1 else "") + shown[-1]
