"""From the text of a reply to a verdict per point. What is not there, or not what was asked for, is never made up."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from grader.llm.schema import ModelVerdict
from grader.llm.types import LlmFailure

_MOST_CHARS = 200_000
_MOST_STARTS = 40
_MOST_QUOTE, _MOST_WHY = 4_000, 300
_VERDICTS = frozenset(get_args(ModelVerdict))
_FIELDS = frozenset({"quote", "why", "verdict"})
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)
_TWICE = "\x00twice"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says of one point. ``verdict`` is None where nothing can be read; ``why`` then says what is wrong."""

    verdict: ModelVerdict | None
    quote: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a reply says of each point asked about, in their order; ``extras`` are names of fields that nobody asked for."""

    said: tuple[Said, ...]
    extras: tuple[str, ...] = ()


def read_reply(text: str, ids: Sequence[str]) -> Verdicts:
    """Read strict JSON, JSON in a code fence, or JSON inside prose; ``ids`` are the points asked about.

    A point that is missing, named twice or malformed has no verdict. Raises ``LlmFailure("invalid_reply")`` where there is no
    object with any of the points, or where there are several that differ.

    >>> text = 'Sure! {"cost": {"quote": "it is cheap", "why": "Said.", "verdict": "met"}}'
    >>> read_reply(text, ["cost", "speed"]).said
    (Said(verdict='met', quote='it is cheap', why='Said.'), Said(verdict=None, quote='', why='missing from the reply'))
    """
    if len(text) > _MOST_CHARS:
        raise LlmFailure("invalid_reply", f"the reply has {len(text):,} characters, far more than the points need")
    known = frozenset(ids)
    candidates: list[dict[str, Any]] = []
    for found in _objects(text):
        inner = _unwrapped(found, known)
        if inner is not None and inner not in candidates:
            candidates.append(inner)
    if not candidates:
        raise LlmFailure("invalid_reply", "the reply holds no JSON object about the points")
    if len(candidates) > 1:
        raise LlmFailure("invalid_reply", "the reply holds several sets of verdicts that differ")
    [content] = candidates
    extras = [name for name in content if name not in known and name != _TWICE]
    said = []
    for point_id in ids:
        if point_id in content.get(_TWICE, ()):
            said.append(Said(None, why="named twice in the reply"))
        elif point_id not in content:
            said.append(Said(None, why="missing from the reply"))
        else:
            said.append(_read(content[point_id]))
            if isinstance(content[point_id], dict):
                extras += [name for name in content[point_id] if name not in _FIELDS]
    return Verdicts(tuple(said), tuple(dict.fromkeys(_plain(name, 40) for name in extras)))


def _read(value: Any) -> Said:
    if not isinstance(value, dict) or _TWICE in value:
        return Said(None, why="not an object of quote, why and verdict")
    verdict, quote, why = value.get("verdict"), value.get("quote", ""), value.get("why", "")
    if not isinstance(verdict, str) or verdict.strip().lower() not in _VERDICTS:
        return Said(None, why="not a verdict")
    if not isinstance(quote, str) or len(quote) > _MOST_QUOTE:
        return Said(None, why="not a quote")
    reason = _plain(why, _MOST_WHY) if isinstance(why, str) else ""
    known: ModelVerdict = verdict.strip().lower()  # type: ignore[assignment]
    return Said(known, quote, reason)


def _plain(text: str, most: int) -> str:
    """Return a text as one short line of visible characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "\u2026"


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text: the whole of it, else what stands in fences, else what stands in the prose."""
    whole = _parsed(text.strip())
    if whole is not None:
        yield whole
        return
    text = _THOUGHT.sub(" ", text)
    fenced = [found for match in _FENCE.finditer(text) if (found := _parsed(match.group(1).strip())) is not None]
    if fenced:
        yield from fenced
        return
    decoder = json.JSONDecoder(object_pairs_hook=_pairs)
    place = text.find("{")
    for _ in range(_MOST_STARTS):
        if place < 0:
            return
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            place = text.find("{", place + 1)
            continue
        if isinstance(found, dict):
            yield found
        place = text.find("{", end)


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object that remembers which of its names stood there twice."""
    content = dict(pairs)
    content.pop(_TWICE, None)
    if len(content) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        content[_TWICE] = frozenset(name for name, count in counts.items() if count > 1)
    return content


def _unwrapped(found: dict[str, Any], known: frozenset[str]) -> dict[str, Any] | None:
    """Return the object that is keyed by points: the found one, or the only one inside it ({"verdicts": {...}})."""
    if not known.isdisjoint(found):
        return found
    inner = [value for value in found.values() if isinstance(value, dict)]
    return inner[0] if len(inner) == 1 and not known.isdisjoint(inner[0]) else None
