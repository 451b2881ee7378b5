"""What the tests of the scripted server share: a request, a rubric's schema, and the check against openai's own types."""

from __future__ import annotations

from typing import Any

import pydantic

POINT = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["met", "partial", "unmet", "cannot_assess"]},
        "quote": {"type": "string"},
        "why": {"type": "string"},
    },
    "required": ["verdict", "quote", "why"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "points": {
            "type": "object",
            "properties": {"cost": {"$ref": "#/$defs/Point"}, "speed": {"$ref": "#/$defs/Point"}},
            "required": ["cost", "speed"],
            "additionalProperties": False,
        }
    },
    "required": ["points"],
    "additionalProperties": False,
    "$defs": {"Point": POINT},
}
FORMAT: Any = {"type": "json_schema", "json_schema": {"name": "rubric", "schema": SCHEMA, "strict": True}}
ASKED: Any = {"model": "test-model", "messages": [{"role": "user", "content": "Say it."}]}


def strictly(shape: type[pydantic.BaseModel], data: bytes | str) -> Any:
    """Parse JSON as one of openai's types, with no field of a wrong type, none missing, and none that it does not know."""
    parsed = shape.model_validate_json(data, strict=True)
    assert unknown(parsed) == []
    return parsed


def unknown(value: Any) -> list[str]:
    if isinstance(value, pydantic.BaseModel):
        inner = [name for field in type(value).model_fields for name in unknown(getattr(value, field))]
        return [*(value.model_extra or {}), *inner]
    if isinstance(value, list):
        return [name for part in value for name in unknown(part)]
    return []


def events(text: str) -> list[str]:
    parts = text.split("\n\n")
    assert parts.pop() == ""
    assert all(part.startswith("data: ") for part in parts)
    return [part.removeprefix("data: ") for part in parts]
