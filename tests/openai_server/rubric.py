"""Valid replies to any rubric request, read off the JSON schema that came with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.openai_server.script import Received, Say, text_of

Verdict = str | tuple[str, str] | Mapping[str, Any]
"""``"unmet"``, ``("met", "the quoted words")``, or the whole object that stands in the reply as it is."""


def rubric_reply(
    request: Received,
    verdicts: Mapping[str, Verdict] | None = None,
    *,
    default: Verdict = "unmet",
    extra: Mapping[str, Any] | None = None,
    **options: Any,
) -> Say:
    """Return a reply that has a verdict for every point of the request's schema: those given, else ``default``.

    Raises ``KeyError`` for a verdict on a point that the schema does not have. ``extra`` goes to the top of the object (a
    score, an id that nobody asked for); ``options`` go to ``Say``. Where there is no schema, the points are those that
    the messages name.
    """
    given = dict(verdicts or {})
    schema = request.schema
    if schema is None:
        ids = [point["id"] for point in points_told(request)] or list(given)
        filled: Any = {name: as_verdict(given.get(name, default)) for name in ids}
    else:
        unknown = set(given) - set(point_ids(schema))
        if unknown:
            raise KeyError(f"the schema has no point {sorted(unknown)}; it has {point_ids(schema)}")
        filled = fill(schema, schema, given, default)
    return Say(json.dumps({**filled, **(extra or {})}, ensure_ascii=False), **options)


def default_reply(request: Received) -> Say:
    """Return what the server says where no test told it: valid JSON where that is asked for, else a sentence."""
    if request.schema is not None:
        return rubric_reply(request)
    return Say("{}" if request.mode == "object" else "Everything is fine.")


def honest_reply(request: Received) -> Say:
    """Judge as a fair if simple examiner would: a point is met where a sentence of the answer has most of its words."""
    answer = json.loads(request.last)["answer"]
    verdicts: dict[str, Verdict] = {}
    for point in points_told(request):
        wordings = [_words(wording) for wording in (point["text"], *point.get("also_said_as", ()))]
        shares = [
            (max(len(wanted & _words(sentence)) / max(1, len(wanted)) for wanted in wordings), sentence)
            for sentence in re.split(r"(?<=[.!?;])\s+|\n+", answer)
        ]
        share, best = max(shares, key=lambda pair: pair[0])
        verdict = "met" if share >= 0.6 else "partial" if share >= 0.4 else "unmet"
        verdicts[point["id"]] = (verdict, best.strip() if verdict != "unmet" else "")
    return rubric_reply(request, verdicts)


def points_told(request: Received) -> list[dict[str, Any]]:
    """Return the points as the first message names them, in JSON on its last line; none where it is no rubric's."""
    try:
        told = json.loads(text_of(request.messages[0]).rpartition("\n")[2])
        return list(told["points"])
    except (ValueError, TypeError, KeyError):
        return []


def _words(text: str) -> set[str]:
    """The words of a text that are long enough to mean something, without their ends."""
    return {word[:5] for word in re.findall(r"\w{4,}", text.lower())}


def point_ids(schema: Mapping[str, Any]) -> list[str]:
    """Return the names of the properties that are judged: objects with a verdict."""
    return [name for name, part in _objects(schema, schema) if "verdict" in part.get("properties", {})]


def as_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return the object that stands for a verdict in a reply."""
    if isinstance(verdict, str):
        return {"verdict": verdict, "quote": "", "why": f"Scripted: {verdict}."}
    if isinstance(verdict, tuple):
        return {"verdict": verdict[0], "quote": verdict[1], "why": f"Scripted: {verdict[0]}."}
    return dict(verdict)


def fill(part: Any, schema: Mapping[str, Any], given: Mapping[str, Verdict], default: Verdict, name: str = "") -> Any:
    """Return the simplest value that a part of a schema allows, with verdicts in their places."""
    part = _resolved(part, schema)
    if "const" in part:
        return part["const"]
    if "enum" in part:
        return part["enum"][0]
    if "anyOf" in part:
        return fill(part["anyOf"][0], schema, given, default, name)
    kind = part.get("type")
    kind = kind[0] if isinstance(kind, Sequence) and not isinstance(kind, str) else kind
    properties = part.get("properties", {})
    if "verdict" in properties:
        made = as_verdict(given.get(name, default))
        if isinstance(given.get(name, default), Mapping):
            return made
        return {
            key: made[key] if key in made else fill(value, schema, given, default) for key, value in properties.items()
        }
    if kind == "object" or properties:
        return {key: fill(value, schema, given, default, key) for key, value in properties.items()}
    simple: dict[str | None, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0, "array": []}
    return simple.get(kind)


def _objects(part: Any, schema: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, value in _resolved(part, schema).get("properties", {}).items():
        found.append((name, _resolved(value, schema)))
        found += _objects(value, schema)
    return found


def _resolved(part: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    while isinstance(part, dict) and "$ref" in part:
        found: Any = schema
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part if isinstance(part, dict) else {}
