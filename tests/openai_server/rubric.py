"""Valid replies to any rubric request, read off the JSON schema that came with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.openai_server.script import Received, Say

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
    score, an id that nobody asked for); ``options`` go to ``Say``. Where there is no schema, the reply is keyed by
    the ids of ``verdicts`` alone, in the same shape as the last schema-bound one: a flat object.
    """
    given = dict(verdicts or {})
    schema = request.schema
    if schema is None:
        filled: Any = {key: as_verdict(verdict) for key, verdict in given.items()}
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
