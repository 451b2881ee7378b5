"""The schema of replies: strict, keyed by point, and without a place for marks."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from grader.llm.schema import PointVerdict, reply_schema


def test_the_schema_is_strict_at_every_level() -> None:
    schema = reply_schema(["a", "b-c"])
    point = schema["properties"]["b-c"]
    for level in (schema, point):
        assert level["type"] == "object"
        assert level["additionalProperties"] is False
        assert level["required"] == list(level["properties"])
    assert list(schema["properties"]) == ["a", "b-c"]
    assert point["properties"]["verdict"]["enum"] == ["met", "partial", "unmet", "cannot_assess"]
    assert point["properties"]["quote"]["type"] == point["properties"]["why"]["type"] == "string"


def test_it_uses_nothing_that_some_servers_do_not_follow() -> None:
    text = json.dumps(reply_schema(["a"]))
    assert not any(word in text for word in ("$ref", "$defs", "anyOf", "title", "maxLength", "minimum"))


def test_there_is_no_place_for_marks() -> None:
    assert set(PointVerdict.model_fields) == {"quote", "why", "verdict"}
    with pytest.raises(ValidationError, match="score"):
        PointVerdict.model_validate({"quote": "", "why": "", "verdict": "met", "score": 1})


def test_the_verdict_comes_last() -> None:
    assert list(reply_schema(["a"])["properties"]["a"]["properties"])[-1] == "verdict"
