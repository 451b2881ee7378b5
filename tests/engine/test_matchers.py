"""Word matchers: what a person would expect, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given

from grader.matchers import NAMES, REGISTRY, Word, acronym, antonym, fuzzy, keyword, match_word, numeric, semantic
from grader.matchers.word import number_value, word_of
from grader.text import fold_word, tokenize
from tests.engine.strategies import any_text

LONG = "pneumonoultramicroscopic" * 200


def word(text: str, language: str = "en") -> Word:
    return word_of(fold_word(text), language)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("model", "models"),
        ("deployment", "deploying"),
        ("memory", "memories"),
        ("optimization", "optimised"),
        ("behaviour", "behavior"),
        ("colour", "color"),
        ("centre", "center"),
        ("catalogue", "catalog"),
        ("labelled", "labeling"),
        ("licence", "license"),
        ("neighbour", "neighbors"),
        ("RÉSUMÉ", "resume"),
        ("学习", "学习"),
        ("модель", "МОДЕЛЬ"),
        ("कक्षा", "कक्षा"),
        ("😀", "😀"),
        (LONG, LONG),
    ],
)
def test_keyword_takes_forms_of_one_word_for_equal(term: str, said: str) -> None:
    assert keyword.match(word(term), word(said)) == 1.0


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("aerobic", "anaerobic"),
        ("anaerobic", "aerobic"),
        ("training", "straining"),
        ("stable", "unstable"),
        ("model", "modern"),
        ("general", "generate"),
        ("cat", "cats eye"),
        ("rain", "train"),
        ("art", "start"),
        ("", "model"),
        ("model", ""),
        ("学习", "学生"),
        ("модель", "морковь"),
        (LONG, "pneumonia"),
        ("model", LONG),
    ],
)
def test_keyword_finds_nothing_in_other_words(term: str, said: str) -> None:
    assert keyword.match(word(term), word(said)) == 0.0


@pytest.mark.parametrize(
    ("term", "said"), [("scalability", "scales"), ("automation", "automate"), ("sensitivity", "sensitive")]
)
def test_keyword_knows_derivations(term: str, said: str) -> None:
    assert 0.0 < keyword.match(word(term), word(said)) <= 1.0


def test_keyword_derives_only_in_english() -> None:
    assert keyword.match(word("scalability", "de"), word("scales", "de")) == 0.0
    assert keyword.match(word("häuser", "de"), word("häusern", "de")) == 1.0


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("drift", "drfit"),
        ("model", "modle"),
        ("batch", "bacth"),
        ("training", "trainign"),
        ("inference", "infrence"),
        ("precision", "recision"),
        ("quantization", "quantizaton"),
        ("quantization", "qantizaton"),
        ("catastrophic", "catastophic"),
        ("обучение", "обучаение"),
    ],
)
def test_fuzzy_forgives_a_typing_error(term: str, said: str) -> None:
    assert fuzzy.match(word(term), word(said)) == 0.95


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("data", "dtaa"),  # short words are too close to one another
        ("data", "date"),
        ("cost", "cots"),
        ("model", "modal"),  # a word of its own
        ("casual", "causal"),
        ("inference", "interference"),
        ("training", "straining"),
        ("rising", "raising"),
        ("stable", "unstable"),
        ("aerobic", "anaerobic"),
        ("necessary", "unnecessary"),
        ("drift", "dfrti"),  # two swaps in a short word
        ("catastrophic", "katastrofik"),
        ("quantization", "qntizaton"),
        ("12345", "12346"),
        ("学习", "学生"),
        ("", ""),
        ("model", ""),
        ("", "model"),
        ("model", "😀"),
        (LONG, "model"),
    ],
)
def test_fuzzy_forgives_no_other_word(term: str, said: str) -> None:
    assert fuzzy.match(word(term), word(said)) == 0.0


@pytest.mark.parametrize("prefix", ["un", "in", "non", "dis", "anti", "mis", "a"])
def test_fuzzy_never_takes_a_negating_prefix_for_an_error(prefix: str) -> None:
    assert fuzzy.match(word("quxblorted"), word(prefix + "quxblorted")) == 0.0
    assert fuzzy.match(word(prefix + "quxblorted"), word("quxblorted")) == 0.0


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("machine", "ML"),
        ("learning", "ML"),
        ("integration", "CI"),
        ("delivery", "CD"),
        ("quantization", "QAT"),
        ("artificial", "AI"),
        ("kubernetes", "k8s"),
        ("k8s", "Kubernetes"),
        ("params", "parameters"),
        ("parameters", "params"),
    ],
)
def test_acronym_stands_for_its_words(term: str, said: str) -> None:
    assert acronym.match(word(term), word(said)) == 0.95


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("ML", "machine"),  # one word of the phrase is not the acronym
        ("QAT", "quantization"),
        ("banana", "AI"),
        ("machine", "mls"),
        ("", ""),
        ("machine", ""),
        ("机器", "ML"),
        (LONG, "ML"),
    ],
)
def test_acronym_stands_for_nothing_else(term: str, said: str) -> None:
    assert acronym.match(word(term), word(said)) == 0.0


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("5", "five"),
        ("fifty", "50"),
        ("0", "zero"),
        ("1,000", "1000"),
        ("3.5", "3,5"),
        ("0.5", "half"),
        ("5", "5.0"),
        ("-5", "−5"),
        ("３", "3"),
        ("٥", "5"),
    ],
)
def test_equal_numbers(term: str, said: str) -> None:
    assert numeric.match(word(term), word(said)) == 1.0


@pytest.mark.parametrize(
    ("term", "said"),
    [("8", "16"), ("5", "-5"), ("5", "50"), ("0", ""), ("", ""), ("five", "fifteen"), ("1.2.3", "1.2"), ("5", "model")],
)
def test_unequal_numbers(term: str, said: str) -> None:
    assert numeric.match(word(term), word(said)) == 0.0


def test_number_words_are_english() -> None:
    assert number_value("ten", "en") == 10.0
    assert number_value("ten", "nl") is None
    assert number_value("0") == 0.0


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("increase", "decreases"),
        ("rises", "falls"),
        ("sudden", "gradually"),
        ("supervised", "unsupervised"),
        ("aerobic", "anaerobic"),
        ("always", "never"),
        ("cheap", "expensive"),
        ("remember", "forgets"),
        ("manual", "automatic"),
    ],
)
def test_antonyms_both_ways(term: str, said: str) -> None:
    assert antonym.match(word(term), word(said)) == -1.0
    assert antonym.match(word(said), word(term)) == -1.0
    assert match_word(word(term), word(said)) == (-1.0, NAMES.index("antonym"))


@pytest.mark.parametrize(
    ("term", "said"),
    [("sudden", "abrupt"), ("increase", "increases"), ("banana", "apple"), ("", ""), ("高", "低"), (LONG, "low")],
)
def test_no_antonyms(term: str, said: str) -> None:
    assert antonym.match(word(term), word(said)) == 0.0


@pytest.mark.parametrize(("term", "said"), [("teacher", "student"), ("input", "output"), ("training", "inference")])
def test_counterparts_are_neither_opposite_nor_kindred(term: str, said: str) -> None:
    assert antonym.match(word(term), word(said)) == 0.0
    assert antonym.contrast(word(term), word(said))
    assert semantic.match(word(term), word(said)) == 0.0


@pytest.mark.parametrize(("term", "said"), [("abrupt", "sudden"), ("car", "automobile"), ("grey", "gray")])
def test_semantic_sees_synonyms_but_never_as_the_word_itself(term: str, said: str) -> None:
    assert 0.4 < semantic.match(word(term), word(said)) <= 0.9


@pytest.mark.parametrize(
    ("term", "said"),
    [("abrupt", "banana"), ("5", "6"), ("five", "six"), ("", ""), ("qxzvw", "qxzvw"), (LONG, "model"), ("model", "😀")],
)
def test_semantic_sees_no_kinship(term: str, said: str) -> None:
    assert semantic.match(word(term), word(said)) == 0.0


def test_the_registry_names_each_matcher_once() -> None:
    assert tuple(name for name, _ in REGISTRY) == NAMES
    assert len(set(NAMES)) == len(NAMES)


@given(any_text, any_text)
def test_strengths_are_bounded_and_repeatable(one: str, other: str) -> None:
    for a in tokenize(one)[:4]:
        for b in tokenize(other)[:4]:
            strength, matcher = match_word(word_of(a.word), word_of(b.word))
            assert -1.0 <= strength <= 1.0
            assert 0 <= matcher < len(NAMES)
            assert match_word(word_of(a.word), word_of(b.word)) == (strength, matcher)
        assert match_word(word_of(a.word), word_of(a.word))[0] == 1.0
