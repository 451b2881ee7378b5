"""The baselines: what each one sees, that the best reference counts, and that none is left out without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import encoders
from benchmarks.baselines import (
    EncoderCosine,
    Values,
    baselines,
    log_words,
    tfidf_cosine,
    token_set_ratio,
    token_sort_ratio,
)
from benchmarks.corpora import Row
from benchmarks.encoders import Vectors

ROW = Row("beetle", "beetle", "train", "q", "beetle/q", "Why?", ("The data changes.", "It drifts away."), "", 1.0, None)


def rows(*answers: str) -> list[Row]:
    return [replace(ROW, answer=answer) for answer in answers]


class Letters:
    """A sentence encoder for tests: how often each letter occurs."""

    name = "letters"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        counts = np.array([[text.lower().count(chr(97 + k)) for k in range(26)] for text in texts], dtype=np.float32)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        unit: Vectors = np.divide(counts, lengths, out=np.zeros_like(counts), where=lengths > 0)
        return unit


@pytest.mark.parametrize("values", [token_sort_ratio, token_set_ratio, tfidf_cosine, EncoderCosine(Letters())])
def test_a_reference_said_again_has_the_largest_value(values: Values) -> None:
    first, second, other, nothing = values(rows("the data changes", "it drifts away", "a boat at sea", "!?"))
    assert first == pytest.approx(1.0, abs=1e-6)
    assert second == pytest.approx(1.0, abs=1e-6)
    assert 0.0 <= nothing <= other < 1.0


def test_words_are_counted_in_logarithms() -> None:
    assert log_words(rows("", "one", "one two three")).tolist() == pytest.approx([0.0, np.log(2), np.log(4)])


def test_sorted_words_know_length_and_sets_of_words_do_not() -> None:
    sort, subset = (values(rows("data"))[0] for values in (token_sort_ratio, token_set_ratio))
    assert sort < 0.5
    assert subset == 1.0


def test_stems_meet_in_tfidf() -> None:
    assert tfidf_cosine(rows("data change", "a boat"))[0] > 0.5


def test_each_text_is_encoded_once() -> None:
    encoder = Letters()
    cosine = EncoderCosine(encoder)
    cosine(rows("a", "b", "a"))
    cosine(rows("b", "c"))
    assert sorted(encoder.seen) == sorted({"a", "b", "c", *ROW.references})


def test_every_baseline_is_measured_or_missed_aloud() -> None:
    found, missing = baselines()
    names = [baseline.name for baseline in found] + [line.partition(":")[0] for line in missing]
    assert sorted(names) == [
        "MiniLM cosine", "USE cosine", "WordLlama cosine", "answer length", "one mark for all",
        "tf-idf cosine", "token_set_ratio", "token_sort_ratio",
    ]  # fmt: skip
    assert all("left out, " in line for line in missing)


@pytest.mark.parametrize("name", encoders.ENCODERS)
def test_an_encoder_gives_unit_vectors_by_meaning_whatever_stands_beside(name: str) -> None:
    try:
        encoder = encoders.ENCODERS[name](1)
    except encoders.UnavailableError as reason:
        pytest.skip(str(reason))
    texts = [
        "The cat sits on the mat.",
        "Stock prices fell sharply last week, and nobody knows why.",
        "A cat is on the mat.",
    ]
    vectors = encoder.encode(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 0.3
    assert encoder.encode(texts[:1])[0] == pytest.approx(vectors[0], abs=1e-4)
