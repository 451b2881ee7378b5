"""Where a quote stands in a raw answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.llm.quotes import find_quote

ANSWER = (
    "The Data has\u00a0changed,\n  they say. "
    "It doesn\u2019t \u201cfit\u201d any more \u2013 really\u2026 A mo\u200bdel; \ufb01ne."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The Data has", ["The Data has"]),
        ("the data HAS changed", ["The Data has\u00a0changed"]),
        ("changed, they say", ["changed,\n  they say"]),
        ("It doesn't", ["It doesn\u2019t"]),
        ('"fit" any more - really', ["fit\u201d any more \u2013 really"]),
        ("'data has changed.'", ["Data has\u00a0changed"]),
        ("  data has changed\u2026 ", ["Data has\u00a0changed"]),
        ("The data ... any more", ["The Data", "any more"]),
        ("The data [...] any more \u2026 model", ["The Data", "any more", "mo\u200bdel"]),
        ("really... A model", ["really", "A mo\u200bdel"]),
        ("model; fine", ["mo\u200bdel; \ufb01ne"]),
        ("changed,\\n they say", ["changed,\n  they say"]),
        ("any more ... The data", []),  # not in this order
        ("data changed", []),
        ("ata has", []),  # within a word
        ("chang", []),
        ("it does not", []),
        ("", []),
        ("...", []),
        ('"."', []),
        ("\u2014", []),
        ("The ... Data ... has ... changed ... they ... say ... It", []),  # shreds are no quote
    ],
)
def test_quotes(quote: str, found: list[str]) -> None:
    assert [ANSWER[first:last] for first, last in find_quote(ANSWER, quote)] == found


@pytest.mark.parametrize(
    ("answer", "quote", "found"),
    [
        ("模型随着时间变差。", "随着时间", "随着时间"),
        ("Модель устарела, ЁЛКА.", "модель УСТАРЕЛА", "Модель устарела"),
        ("STRASSE und Straße", "strasse und strasse", "STRASSE und Straße"),
        ("ＦＵＬＬ width", "full width", "ＦＵＬＬ width"),
        ("one two one", "one", "one"),
        ("cats and cat", "cat", "cat"),
    ],
)
def test_every_script(answer: str, quote: str, found: str) -> None:
    [(first, last)] = find_quote(answer, quote)
    assert answer[first:last] == found


def test_a_word_is_found_where_it_stands_alone() -> None:
    assert find_quote("cats and cat", "cat") == ((9, 12),)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_found_slices_out_of_the_raw_answer(answer: str, first: int, size: int) -> None:
    spans = find_quote(answer, answer[first : first + size])
    assert all(0 <= start < end <= len(answer) for start, end in spans)
    assert list(spans) == sorted(spans)


@given(
    st.lists(st.sampled_from(["data", "Model", "Straße", "模型", "don\u2019t", "mo\u200bdel"]), min_size=1, max_size=8),
    st.data(),
)
def test_any_run_of_words_is_found(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    assert find_quote("\n ".join(words), " ".join(words[first:last]).upper()) != ()


def test_a_long_hostile_answer_takes_no_time() -> None:
    assert find_quote("a" * 20_000, "a" * 4_000 + "b") == ()
    assert find_quote("a " * 10_000, "a a ... b") == ()
