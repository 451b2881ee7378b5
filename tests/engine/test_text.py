"""Raw text to tokens: offsets, folding, sentences, and what counts as the same answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given

from grader.stem import stem_word, unify_spelling
from grader.text import (
    fold_word,
    hidden_characters,
    normalize,
    sentence_starts,
    tokenize,
)
from tests.engine.strategies import any_text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\n", []),
        ("...!? -- ***", []),
        ("😀🎉", []),
        ("The model drifts.", ["the", "model", "drifts"]),
        ("don't DON’T", ["don't", "don't"]),
        ("CI/CD and A/B", ["ci", "cd", "and", "a", "b"]),
        ("snake_case-word", ["snake", "case", "word"]),
        ("1,000.5 and -3 and 3-5", ["1,000.5", "and", "-3", "and", "3", "5"]),
        ("8bit k8s", ["8", "bit", "k8s"]),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]),
        ("Übergröße", ["ubergrosse"]),
        ("e\u0301clair éclair", ["eclair", "eclair"]),
        ("mo\u200bdel mo\u00addel", ["model", "model"]),
        ("mоdel", ["model"]),  # the first o is Cyrillic
        ("модель", ["модель"]),
        ("机器学习", ["机器", "器学", "学习"]),
        ("学", ["学"]),
        ("نموذج التعلم", ["نموذج", "التعلم"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("한국어 모델", ["한국어", "모델"]),
        ("a😀b", ["a", "b"]),
        ("<b>bold</b>", ["b", "bold", "b"]),
        ("nul\x00byte", ["nul", "byte"]),
        ("\ud800 lone", ["lone"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.word for token in tokenize(text)] == words


@given(any_text)
def test_tokens_stand_in_the_raw_text_in_order(text: str) -> None:
    before = 0
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= before
        assert token.word == fold_word(text[token.start : token.end])
        assert token.word
        before = token.start


@given(any_text)
def test_every_letter_and_digit_is_in_a_token(text: str) -> None:
    covered = {index for token in tokenize(text) for index in range(token.start, token.end)}
    plain = [index for index, character in enumerate(text) if character.isascii() and character.isalnum()]
    assert covered.issuperset(plain)


@given(any_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    for token in tokenize(text):
        assert fold_word(token.word) == token.word


@given(any_text)
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Model", "the  model "),
        ("a\tb", "a b"),
        ("a\u00a0b", "a b"),
        ("a\r\nb", "a\nb"),
        ("a\n\n\nb", "a\nb"),
        ("ＡＢＣ", "abc"),
        ("ﬁne", "fine"),
        ("e\u0301", "é"),
        ("don’t", "don't"),
        ("mo\u200bdel", "model"),
    ],
)
def test_equal_after_normalizing(a: str, b: str) -> None:
    assert normalize(a) == normalize(b)


@pytest.mark.parametrize(
    ("a", "b"), [("not a", "a"), ("a. b", "a b"), ("a\nb", "a b"), ("1.0", "10"), ("ab", "a b"), ("шум", "шар")]
)
def test_different_after_normalizing(a: str, b: str) -> None:
    assert normalize(a) != normalize(b)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [""]),
        ("One.", ["One."]),
        ("One. Two! Three? Four", ["One.", " Two!", " Three?", " Four"]),
        ("It costs 3.5 euros. Cheap.", ["It costs 3.5 euros.", " Cheap."]),
        ("Tools, e.g. Ray, etc. are fine.", ["Tools, e.g. Ray, etc. are fine."]),
        ("One; two", ["One;", " two"]),
        ("One\ntwo\r\nthree", ["One\n", "two\r\n", "three"]),
        ('He said "Yes." Then left.', ['He said "Yes."', " Then left."]),
        ("No. It melts.", ["No.", " It melts."]),
        ("一。二！三", ["一。", "二！", "三"]),
        ("واحد؟ اثنان", ["واحد؟", " اثنان"]),
        ("एक। दो", ["एक।", " दो"]),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    starts = sentence_starts(text)
    assert [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] == parts


@given(any_text)
def test_sentence_starts_ascend_within_the_text(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert all(a < b < len(text) for a, b in itertools.pairwise(starts))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("optimisation", "optimization"),
        ("organise", "organize"),
        ("analyse", "analyze"),
        ("behaviour", "behavior"),
        ("centre", "center"),
        ("catalogue", "catalog"),
        ("labelled", "labeled"),
        ("modelling", "modeling"),
        ("programme", "program"),
        ("defence", "defense"),
    ],
)
def test_british_and_american_words_have_one_stem(british: str, american: str) -> None:
    assert unify_spelling(british) == unify_spelling(american)
    assert stem_word(british) == stem_word(american)


@pytest.mark.parametrize("word", ["rise", "wise", "four", "hour", "sour", "full"])
def test_short_words_keep_their_spelling(word: str) -> None:
    assert unify_spelling(word) == word


def test_a_language_without_a_stemmer_keeps_the_word() -> None:
    assert stem_word("deployments", "xx") == "deployments"
    assert stem_word("Häuser".lower(), "de") == stem_word("häusern", "de")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("", False),
        ("plain", False),
        ("modèle naïve", False),
        ("модель", False),
        ("नमस्\u200dते", False),  # a joiner is proper spelling here
        ("😀\ufe0f", False),
        ("mo\u200bdel", True),
        ("mоdel", True),
        ("pаyment is fine", True),
    ],
)
def test_hidden_characters(text: str, hidden: bool) -> None:
    assert hidden_characters(text) is hidden
