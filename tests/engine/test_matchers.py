"""Word matchers: what a person would expect, case by case."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.matchers import NAMES, REGISTRY, Word, acronym, antonym, fuzzy, keyword, match_word, numeric, semantic
from grader.matchers.index import TermIndex
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
    [("8", "16"), ("5", "-5"), ("5", "50"), ("five", "6"), ("3.5", "35"), ("0", "10")],
)
def test_another_number_speaks_against_a_number(term: str, said: str) -> None:
    assert numeric.match(word(term), word(said)) == -1.0
    assert match_word(word(term), word(said)) == (-1.0, NAMES.index("number"))


@pytest.mark.parametrize(
    ("term", "said"),
    [("0", ""), ("", ""), ("five", "fifteen"), ("1.2.3", "1.2"), ("5", "model"), ("model", "5"), (LONG, "5")],
)
def test_what_is_no_number_says_nothing_of_one(term: str, said: str) -> None:
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


# --- the index of terms

# Numbers, typing errors, acronyms, opposites, counterparts, derivations, other scripts and what is no word at all.
WORDS = (
    "5 five 50 1,000 1000 thousand -5 half 0.5 0 1.2.3 ٥ 3 k8s kubernetes "
    "quantization quantizaton qantizaton training trainign straining trainer drift drfit model modle modal models modern "
    "ml machine learning qat ai artificial ci integration cd delivery params parameters parameter "
    "increase increases decrease sudden gradual abrupt supervised unsupervised aerobic anaerobic always never stable unstable "
    "teacher student input output inference interference scalability scales scale general generate generation car automobile "
    "memory memories behaviour behavior a an x qx qxzvw quxblorted unquxblorted not "
    "häuser häusern haus résumé resume модель модели морковь обучение обучаение 学习 学生 कक्षा ได้ 😀 é"
).split()
WORDS += [LONG, LONG[:-1], ""]


def indexed(terms: Sequence[Word], words: Sequence[Word]) -> list[dict[int, tuple[float, int]]]:
    rows = []
    for places, strengths, matchers in TermIndex(terms).match(words):
        assert len(places) == len(set(places)) == len(strengths) == len(matchers)
        rows.append(dict(zip(places, zip(strengths, matchers, strict=True), strict=True)))
    return rows


def one_by_one(terms: Sequence[Word], words: Sequence[Word]) -> list[dict[int, tuple[float, int]]]:
    return [
        {place: found for place, term in enumerate(terms) if (found := match_word(term, said))[0] != 0.0}
        for said in words
    ]


def same(one: list[dict[int, tuple[float, int]]], other: list[dict[int, tuple[float, int]]]) -> bool:
    """Say whether rows are alike: the same places and matchers, and strengths as equal as float32 is."""
    return len(one) == len(other) and all(
        a.keys() == b.keys()
        and all(a[place][1] == b[place][1] and abs(a[place][0] - b[place][0]) < 1e-5 for place in a)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_the_index_finds_what_pair_by_pair_is_found(language: str) -> None:
    words = [word(text, language) for text in WORDS if text]
    assert same(indexed(words, words), one_by_one(words, words))


some_words = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(WORDS), st.sampled_from(("en", "en", "de", "ru"))),
        st.tuples(any_text.map(lambda text: next(iter(text.split()), "x")), st.just("en")),
    ).map(lambda pair: word(*pair)),
    max_size=6,
)


@given(some_words, some_words)
def test_the_index_is_the_law_of_match_word(terms: list[Word], words: list[Word]) -> None:
    assert same(indexed(terms, words), one_by_one(terms, words))


def test_an_empty_index_finds_nothing() -> None:
    assert indexed([], [word("model"), word("modle"), word("5")]) == [{}, {}, {}]
    assert indexed([word("model")], []) == []


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
