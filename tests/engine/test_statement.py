"""What a wording of a point comes down to: terms, weights, polarity, initials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from grader.lexicon import lexicon
from grader.statement import (
    QUESTION_WORD_WEIGHT,
    Statement,
    compile_statement,
    content_tokens,
    is_function_word,
    phrase_vector,
)
from grader.text import tokenize
from tests.engine.strategies import any_text


def compiled(text: str, asked: tuple[str, ...] = (), language: str = "en") -> Statement:
    found = compile_statement(text, point=0, is_alias=False, language=language, question_stems=asked)
    assert found is not None
    return found


def weight_of(statement: Statement, stem: str) -> float:
    [index] = [i for i, term in enumerate(statement.terms) if term.stem == stem]
    return float(statement.weights[index])


@pytest.mark.parametrize("text", ["", "  ", "...", "😀", "\x00"])
def test_a_wording_without_words_is_none(text: str) -> None:
    assert compile_statement(text, point=0, is_alias=True, language="en", question_stems=()) is None


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The heart pumps blood.", ["heart", "pumps", "blood"]),
        ("The heart, the HEART and hearts", ["heart"]),
        ("It is what it is", ["it", "is", "what"]),  # nothing but grammar: better than nothing
        ("8 bit", ["8", "bit"]),
        ("机器学习", ["机器", "器学", "学习"]),
    ],
)
def test_terms_are_the_words_of_content_each_once(text: str, terms: list[str]) -> None:
    assert [term.text for term in compiled(text).terms] == terms


def test_rare_words_weigh_more_than_common_ones() -> None:
    statement = compiled("The chlorophyll of a good plant absorbs light.")
    assert weight_of(statement, "chlorophyl") > weight_of(statement, "good")


def test_words_of_the_question_weigh_little() -> None:
    plain, asked = compiled("Chlorophyll absorbs photons."), compiled("Chlorophyll absorbs photons.", ("chlorophyl",))
    ratio = (weight_of(asked, "chlorophyl") / weight_of(asked, "photon")) / (
        weight_of(plain, "chlorophyl") / weight_of(plain, "photon")
    )
    assert ratio == pytest.approx(QUESTION_WORD_WEIGHT, rel=1e-4)


def test_weights_of_a_telling_wording_sum_to_one_and_of_an_everyday_one_to_less() -> None:
    assert float(compiled("Chlorophyll absorbs photons.").weights.sum()) == pytest.approx(1.0, abs=1e-5)
    assert float(compiled("new").weights.sum()) < 0.9


@given(any_text)
def test_weights_are_positive_and_sum_to_at_most_one(text: str) -> None:
    statement = compile_statement(text, point=0, is_alias=False, language="en", question_stems=())
    assert (statement is None) == (not tokenize(text))
    if statement is not None:
        assert (statement.weights > 0).all()
        assert float(statement.weights.sum()) <= 1.0 + 1e-5
        assert len(statement.weights) == len(statement.signs) == len(statement.doubted) == len(statement.terms)
        norm = float(np.linalg.norm(statement.vector))
        assert norm == pytest.approx(1.0, abs=1e-4) or norm == 0.0


def test_polarity_of_terms() -> None:
    statement = compiled("The cache does not guarantee fresh data, but it saves time.")
    signs = {term.text: int(sign) for term, sign in zip(statement.terms, statement.signs, strict=True)}
    assert signs == {"cache": 1, "guarantee": -1, "fresh": -1, "data": -1, "saves": 1, "time": 1}
    assert [term.text for term, doubt in zip(statement.terms, statement.doubted, strict=True) if doubt] == ["cache"]


@pytest.mark.parametrize(("text", "soft"), [("It has limited memory.", True), ("It has memory.", False)])
def test_soft_negatives(text: str, soft: bool) -> None:
    assert compiled(text).soft is soft


def test_initials_of_neighbouring_words_are_acronyms() -> None:
    acronyms = compiled("Elastic weight consolidation protects weights").acronyms
    assert acronyms["ewc"] == (0, 1, 2)
    assert "we" not in acronyms


def test_function_words() -> None:
    assert is_function_word("the")
    assert not is_function_word("heart")
    tokens = tokenize("the heart of the matter")
    assert [token.word for token in content_tokens(tokens)] == ["heart", "matter"]
    assert content_tokens(tokenize("of the")) == tokenize("of the")
    assert content_tokens([]) == []


def test_phrase_vectors() -> None:
    assert not phrase_vector((), ()).any()
    assert not phrase_vector(("qxzvwq",), (1.0,)).any()
    assert float(np.linalg.norm(phrase_vector(("heart", "blood"), (1.0, 0.5)))) == pytest.approx(1.0, abs=1e-5)


def test_lexicon_weights_are_in_range() -> None:
    weights = [lexicon().weight(stem) for stem in ("the", "model", "chlorophyl", "qxzvwq", "", "学习")]
    assert all(0.08 <= weight <= 1.0 for weight in weights)
    assert lexicon().weight("qxzvwq") == 1.0
    assert lexicon().vector("qxzvwq") is None
    assert "heart" in lexicon()
    assert "qxzvwq" not in lexicon()
