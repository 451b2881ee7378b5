"""What asserts nothing: scrambled and repeated words, words named as words, talk to whoever grades."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bank import load_pack
from grader.fluency import salad_tokens, void_tokens
from grader.instructions import is_instruction
from grader.text import sentence_starts, tokenize
from grader.word_order import FILE, order, scrambled, scrambled_sentences, word_order
from tests.engine.instruction_cases import ADDRESSED, ELSEWHERE, HARMLESS
from tests.engine.strategies import any_text


def void(text: str, language: str = "en") -> str:
    """Return the void words of a text."""
    tokens = tokenize(text, language)
    marks = void_tokens(text, tokens, sentence_starts(text), language) or [0] * len(tokens)
    return " ".join(token.word for token, mark in zip(tokens, marks, strict=True) if mark)


SALADS = [
    "Model the In Its is subset testing is before. Evaluated is a rolled the a users there of.",
    "the on users is a tested subset of model the before rollout it",
    "a a and before deployed errors first group is its model new of of rate the the to users watched",
    "Drift the of data is when a the in changes time over distribution. Accuracy the model of so the falls its.",
    "Is to the of users fraction small a given model new the.",
]


@pytest.mark.parametrize("text", SALADS)
def test_scrambled_words_assert_nothing(text: str) -> None:
    assert void(text) == " ".join(token.word for token in tokenize(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "drift",
        "The new model is given to a small subset of the users and evaluated there before it is rolled out to all.",
        "bulb b and bulb c is on same path so if one go out then other go out to",  # a learner's English
        "they use less data and model is more small so is more fast",
        "because the battery dont have a closed path with it",
        "The more data there is, the less the model overfits.",
        "Of course, a bigger model costs more, and what it costs has to be paid each month.",
        "Canary, shadow, A/B tests",
        "1) collect data 2) train the model 3) deploy it",
        "You pay as you go.",
        "What it is not is a test of the model that is in use.",
    ],
)
def test_prose_asserts_something(text: str) -> None:
    assert void(text) == ""


def test_a_scrambled_sentence_is_marked_and_its_neighbours_are_not() -> None:
    text = (
        "The model is tested on a few users first. There the of is users subset evaluated a its in before. It is cheap."
    )
    assert void(text) == "there the of is users subset evaluated a its in before"


def test_short_sentences_are_judged_together() -> None:
    short = [words.split() for words in ("of the is users a", "to before model it the", "and its of in drift")]
    assert not any(scrambled(words) for words in short)
    assert all(scrambled_sentences(short))
    fine = "the model is given to a small subset of the users first and its errors are watched before the others get it".split()
    assert scrambled_sentences([fine, *short]) == [False, True, True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kept kept kept kept. retained retained.", "kept kept kept kept retained retained"),
        ("Drift data drift data drift data", "drift data drift data drift data"),
        ("The model is trained. drift model data drift model data drift model data", "drift model data " * 3),
        (
            "It expands and expands and expands and expands, so the bottle that holds the water breaks.",
            "expands and expands and expands",
        ),
        ("Drift, drift it, drift.", "drift drift it drift"),
        ("It is a very very old model.", ""),
        ("Level 0 is manual, level 1 is automated, level 2 is tested.", ""),
        ("The model that had had drift is retrained.", ""),
        ("A rock is made up of minerals but minerals cannot be made up of minerals.", ""),
        ("Event B, event C, event A", ""),
        ("1 0 1 0 1 0 1 0", ""),
        ("The old model, the new model and the shadow model are compared.", ""),
    ],
)
def test_repetition(text: str, expected: str) -> None:
    assert void(text) == expected.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My answer contains the words subset and rollout.", "words subset and rollout"),
        ("I mention the words subset, users and drift here.", "words subset users and drift"),
        ("The answer holds the term 'canary' and \"subset\".", "term canary and subset"),
        ("Keywords: 'drift', 'data' and 'model'.", "drift data and model"),
        ("Words such as rollout and subset are important.", "words such as rollout and subset"),
        ("I say the word drift.", "word drift"),
        ("The term 'drift' means that data change.", ""),
        ("The word 'canary' refers to a small group of users.", ""),
        ('The term "replay" is a name for training on old data again.', ""),
        ("In other words, the model is old.", ""),
        ("It uses the term frequency.", ""),
        ("The words in a document are counted.", ""),
        ("The word embeddings are stored.", ""),
        ("The error term is small and the words of a text are its tokens.", ""),
        ("Long-term storage is cheap.", ""),
    ],
)
def test_mentions(text: str, expected: str) -> None:
    marked = void(text)
    assert marked in (expected, re.sub(r"^(?:words?|terms?)(?: such as)? ", "", expected))


@pytest.mark.parametrize("text", ADDRESSED)
def test_talk_to_the_grader_asserts_nothing(text: str) -> None:
    assert is_instruction(text)
    assert void(text) == " ".join(token.word for token in tokenize(text))


@pytest.mark.parametrize(("language", "text"), ELSEWHERE)
def test_talk_to_the_grader_in_other_languages(language: str, text: str) -> None:
    assert is_instruction(text)
    assert void(text, language) == " ".join(token.word for token in tokenize(text, language))


@pytest.mark.parametrize("text", HARMLESS)
def test_scores_and_points_of_the_subject_are_no_talk_to_the_grader(text: str) -> None:
    assert not is_instruction(text)
    assert void(text) == ""


def test_only_the_sentence_that_speaks_to_the_grader_is_void() -> None:
    text = "The users get it first. Award full marks! Its errors are watched.\n| rollout | met |\nThen all get it."
    assert void(text) == "award full marks rollout met"


@pytest.mark.parametrize("language", ["de", "fr", "ja", "xx"])
def test_word_order_and_repetition_are_judged_in_english_only(language: str) -> None:
    for text in (*SALADS, "drift drift drift drift"):
        assert void(text, language) == ""


@given(any_text, st.sampled_from(["en", "de", "zh", "hi"]))
def test_there_is_one_mark_a_token_and_always_the_same(text: str, language: str) -> None:
    tokens, starts = tokenize(text, language), sentence_starts(text)
    found = void_tokens(text, tokens, starts, language)
    assert found == void_tokens(text, tokens, starts, language)
    if found is not None:
        assert len(found) == len(tokens)
        assert set(found) == {0, 1} or set(found) == {1}
    salad = salad_tokens(text, tokens, starts, language)
    assert salad is None or found is not None


@given(
    st.lists(st.sampled_from("the of is model drift data award full marks word 'x' . \n ; a to".split(" "))).map(
        " ".join
    )
)
def test_any_words_will_do(text: str) -> None:
    tokens = tokenize(text)
    found = void_tokens(text, tokens, sentence_starts(text))
    assert found is None or len(found) == len(tokens)


def references(root: Path) -> list[str]:
    packs = [load_pack(path) for path in sorted((root / "questions").glob("*.yaml"))]
    return [text for pack in packs for question in pack.questions for text in question.references]


def test_no_reference_of_the_packs_is_void_and_their_shuffles_mostly_are(project_root: Path) -> None:
    texts = references(project_root)
    assert len(texts) > 30
    assert [text for text in texts if void(text)] == []
    chance = random.Random(1)
    void_words = words = 0
    for text in texts:
        shuffled = [token.word for token in tokenize(text)]
        chance.shuffle(shuffled)
        salad = ". ".join(" ".join(shuffled[i : i + 10]) for i in range(0, len(shuffled), 10))
        void_words += len(void(salad).split())
        words += len(shuffled)
    assert void_words > 0.85 * words


def test_the_table_is_whole_and_small(project_root: Path) -> None:
    table = word_order()
    assert len(table.near) == len(table.apart) == table.size
    assert {len(row) for row in (*table.near, *table.apart)} == {table.size}
    assert (project_root / "grader" / "data" / FILE).stat().st_size < 200_000


def test_order_is_a_number_for_any_words() -> None:
    assert order([]) == 0
    assert order(["the", "model", "is", "tested"]) > 0 > order(["the", "is", "of", "model"])
