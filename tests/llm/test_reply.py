"""From the text of a reply to verdicts: whatever it is, nothing is made up."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.llm.reply import Said, read_reply
from grader.llm.types import LlmFailure

MET = {"quote": "it is cheap", "why": "Said.", "verdict": "met"}
UNMET = {"quote": "", "why": "Not there.", "verdict": "unmet"}
BOTH = {"a": MET, "b": UNMET}
READ = (Said("met", "it is cheap", "Said."), Said("unmet", "", "Not there."))
TEXT = json.dumps(BOTH)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\n {TEXT} \n",
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}\n```",
        f"Here you are:\n\n```json\n{TEXT}\n```\nGood luck!",
        f"My verdicts: {TEXT} I hope this helps.",
        f"{{not JSON}} {TEXT}",
        f"<think>Perhaps {json.dumps({'a': UNMET, 'b': UNMET})}?</think>{TEXT}",
        f"{TEXT}\n{TEXT}",
        json.dumps({"verdicts": BOTH}),
        json.dumps({"score": 100, "verdicts": BOTH}),
    ],
)
def test_json_is_found_wherever_it_stands(text: str) -> None:
    assert read_reply(text, ["a", "b"]).said == READ


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Everything is fine.",
        "null",
        "[]",
        '"a"',
        "{}",
        "[" * 100_000,
        '{"a":' * 50_000,
        "{" * 100_000,
        '{"c": {"verdict": "met"}}',
        '{"score": 100}',
        TEXT[:-20],
        '{"a": ' + "9" * 5_000 + "}",
        json.dumps(BOTH) + " " * 200_000,
        f"{TEXT} or rather {json.dumps({'a': UNMET, 'b': UNMET})}",
        "<think>" + TEXT,
    ],
)
def test_a_reply_without_verdicts_is_a_failure(text: str) -> None:
    with pytest.raises(LlmFailure) as caught:
        read_reply(text, ["a", "b"])
    assert caught.value.kind == "invalid_reply"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "not an object of quote, why and verdict"),
        ("met", "not an object of quote, why and verdict"),
        (["met"], "not an object of quote, why and verdict"),
        ({}, "not a verdict"),
        ({"verdict": True}, "not a verdict"),
        ({"verdict": "yes"}, "not a verdict"),
        ({"verdict": 1}, "not a verdict"),
        ({"verdict": "met", "quote": 5}, "not a quote"),
        ({"verdict": "met", "quote": ["a"]}, "not a quote"),
        ({"verdict": "met", "quote": "x" * 5_000}, "not a quote"),
    ],
)
def test_a_malformed_point_has_no_verdict_and_the_others_have_theirs(value: Any, why: str) -> None:
    found = read_reply(json.dumps({"a": value, "b": UNMET}), ["a", "b"])
    assert found.said == (Said(None, why=why), READ[1])


def test_a_missing_point_has_no_verdict() -> None:
    assert read_reply(json.dumps({"a": MET}), ["a", "b"]).said == (READ[0], Said(None, why="missing from the reply"))


def test_a_point_that_is_named_twice_has_no_verdict() -> None:
    text = f'{{"a": {json.dumps(MET)}, "b": {json.dumps(UNMET)}, "b": {json.dumps(MET)}}}'
    assert read_reply(text, ["a", "b"]).said == (READ[0], Said(None, why="named twice in the reply"))
    twice = '{"a": {"verdict": "met", "verdict": "unmet", "quote": "", "why": ""}, "b": ' + json.dumps(UNMET) + "}"
    assert read_reply(twice, ["a", "b"]).said[0].verdict is None


def test_fields_that_nobody_asked_for_are_named_and_count_for_nothing() -> None:
    text = json.dumps({"a": {**MET, "score": 1, "credit": 2}, "b": UNMET, "c": MET, "score": 100, "x" * 99: 1})
    found = read_reply(text, ["a", "b"])
    assert found.said == READ
    assert found.extras[:4] == ("c", "score", "x" * 39 + "\u2026", "credit")


def test_verdicts_may_be_written_large() -> None:
    assert read_reply('{"a": {"verdict": " Met ", "quote": "q"}}', ["a"]).said == (Said("met", "q", ""),)


def test_a_reason_is_one_short_visible_line() -> None:
    text = json.dumps({"a": {**MET, "why": "one\n\ttwo\u202e\x00" + "x" * 1_000}})
    [said] = read_reply(text, ["a"]).said
    assert said.why.startswith("one two xxx")
    assert len(said.why) == 300
    assert said.why.isprintable()


@given(st.text(max_size=200))
def test_any_text_is_read_or_fails(text: str) -> None:
    with contextlib.suppress(LlmFailure):
        assert len(read_reply(text, ["a"]).said) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["met", "unmet"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "verdict", "quote", "why", "score"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_fails(value: Any) -> None:
    try:
        [said] = read_reply(json.dumps(value), ["a"]).said
    except LlmFailure:
        return
    assert said.verdict in (None, "met", "partial", "unmet", "cannot_assess")
    if said.verdict is None:
        assert said.why
