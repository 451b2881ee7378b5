"""The Embedder protocol: any encoder fits, the shipped one repeats itself exactly and remembers a bounded number."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import grader
import grader.embedding
from grader import OfflineGrader
from grader.embedding import Embedder, UseEmbedder, default_embedder
from grader.types import Point, Question
from tests.engine.material import HEART, OWN_QUESTIONS


class LetterEmbedder:
    """Counts letters: an honest encoder of eight dimensions, quick enough to be made again and again."""

    def __init__(self, languages: str = "en") -> None:
        self.languages = languages.split()
        self.asked: list[str] = []

    @property
    def signature(self) -> str:
        return "letters-1"

    def covers(self, language: str) -> bool:
        return language in self.languages

    def encode(self, phrases: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += phrases
        counts = np.array(
            [[phrase.count(letter) + 0.01 for letter in "aeionrst"] for phrase in phrases], dtype=np.float32
        )
        vectors: npt.NDArray[np.float32] = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return vectors


BLATT = Question.simple(
    id="blatt",
    prompt="Was macht ein Blatt?",
    points=(
        Point("sugar", "Das Blatt bildet Zucker aus Licht und Wasser.", aliases=("es stellt Traubenzucker her",)),
        Point("oxygen", "Das Blatt gibt Sauerstoff ab."),
    ),
    references=("Das Blatt bildet Zucker aus Licht und Wasser. Es gibt Sauerstoff ab.",),
    language="de",
)


class CountingModel:
    """Stands where the encoder's model stands, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, phrase: str) -> list[float]:
        self.asked.append(phrase)
        return [float(len(phrase)), 1.0]


@pytest.fixture
def counted() -> tuple[UseEmbedder, CountingModel]:
    embedder, model = UseEmbedder(), CountingModel()
    embedder._model = model
    return embedder, model


def test_any_encoder_fits_the_protocol() -> None:
    letters: Embedder = LetterEmbedder()
    for question in OWN_QUESTIONS:
        for reading in question.readings:
            grade = grader.grade(question, reading.references[0], grader=OfflineGrader(embedder=letters))
            assert grade.score > 0.5
            assert "embedder:letters-1" in grade.signature


def test_a_language_that_the_encoder_lacks_is_graded_without_it() -> None:
    letters = LetterEmbedder("fr")
    assert grader.grade(BLATT, BLATT.references[0], grader=OfflineGrader(embedder=letters)).score > 0.5
    assert letters.asked == []


@pytest.mark.parametrize("language", ["en", "en-GB"])
def test_english_needs_no_encoder(language: str) -> None:
    letters = LetterEmbedder("en en-GB")
    question = dataclasses.replace(HEART, language=language)
    judge = OfflineGrader(embedder=letters)
    for answer in (*HEART.references, "It pumps blood.", "Le sang", ""):
        assert grader.grade(question, answer, grader=judge) == dataclasses.replace(
            grader.grade(question, answer), signature=judge.signature
        )
    assert letters.asked == []


def test_english_loads_no_model_and_german_does() -> None:
    shipped: Any = UseEmbedder()
    judge = OfflineGrader(embedder=shipped)
    assert grader.grade(HEART, HEART.references[0], grader=judge).score > 0.9
    assert shipped._model is None
    assert grader.grade(BLATT, BLATT.references[0], grader=judge).score > 0.9
    assert shipped._model is not None


def test_what_belongs_to_a_question_is_encoded_once() -> None:
    letters = LetterEmbedder("de")
    judge = OfflineGrader(embedder=letters)
    judge.judge(BLATT, BLATT.readings[0], "Es bildet Zucker.")
    # Its wordings, its references and the answer.
    assert len(letters.asked) > sum(1 + len(point.aliases) for point in BLATT.points)
    letters.asked.clear()
    judge.judge(BLATT, BLATT.readings[0], "Es bildet Zucker.")
    assert letters.asked == ["es bildet zucker"]


def test_case_and_spacing_do_not_reach_the_encoder() -> None:
    one, other = LetterEmbedder("de"), LetterEmbedder("de")
    OfflineGrader(embedder=one).judge(BLATT, BLATT.readings[0], "Es bildet Zucker.")
    OfflineGrader(embedder=other).judge(BLATT, BLATT.readings[0], "  ES   BILDET\tZUCKER. ")
    assert one.asked == other.asked != []


def test_the_shipped_encoder_repeats_itself_whatever_stands_beside() -> None:
    phrases = ["the heart pumps blood", "valves", "сердце", "心脏", "x"]
    together = default_embedder().encode(phrases)
    alone = np.stack([UseEmbedder().encode([phrase])[0] for phrase in phrases[:2]])
    assert together.shape == (5, 512)
    assert together.dtype == np.float32
    assert np.array_equal(together[:2], alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-3)


def test_kindred_sentences_lie_closer_than_unrelated_ones() -> None:
    near, far, base = default_embedder().encode(
        ["blood is driven round by the heart", "tomatoes like sun", "the heart pumps blood"]
    )
    assert float(near @ base) > float(far @ base) + 0.2


@pytest.mark.parametrize(
    ("language", "covered"), [("en", True), ("de", True), ("ja", True), ("fi", False), ("", False)]
)
def test_languages(language: str, covered: bool) -> None:
    assert UseEmbedder().covers(language) is covered


def test_a_phrase_is_encoded_once(counted: tuple[UseEmbedder, CountingModel]) -> None:
    embedder, model = counted
    first, again = embedder.encode(["a", "bb", "a"]), embedder.encode(["bb"])
    assert model.asked == ["a", "bb"]
    assert np.array_equal(first[1], again[0])


def test_the_memory_is_bounded_and_forgets_the_oldest(
    counted: tuple[UseEmbedder, CountingModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader.embedding, "_CACHE_SIZE", 3)
    embedder, model = counted
    embedder.encode(["a", "b", "c"])
    embedder.encode(["a"])  # now the youngest
    embedder.encode(["d"])
    assert len(embedder._known) == 3
    embedder.encode(["a", "c", "d"])
    assert model.asked == ["a", "b", "c", "d"]
    embedder.encode(["b"])
    assert model.asked == ["a", "b", "c", "d", "b"]


def test_nothing_is_loaded_before_it_is_needed() -> None:
    embedder: Any = UseEmbedder()
    assert embedder.signature.startswith("use-")
    assert embedder._model is None
