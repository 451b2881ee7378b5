"""Polarity: who denies what, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given

from grader.matchers.negation import Polarity, polarity
from grader.text import sentence_starts, tokenize
from tests.engine.strategies import any_text


def polarity_of(text: str) -> tuple[list[str], Polarity]:
    tokens = tokenize(text)
    return [token.word for token in tokens], polarity(text, tokens, sentence_starts(text))


@pytest.mark.parametrize(
    ("text", "denied", "asserted"),
    [
        ("The model drifts.", "", "model drifts"),
        ("The model does not drift.", "drift", ""),
        ("The model doesn't drift.", "drift", ""),
        ("The model doesn’t drift.", "drift", ""),
        ("The model doesnt drift.", "drift", ""),
        ("THE MODEL DOES NOT DRIFT.", "drift", ""),
        ("It cannot scale.", "scale", ""),
        ("It never forgets old tasks.", "forgets old tasks", ""),
        ("Nobody needs servers.", "needs servers", ""),
        ("It fails to converge.", "converge", ""),
        ("It runs without servers.", "servers", ""),
        ("Without labels, accuracy rises.", "labels", "accuracy rises"),
        ("Costs do not fall. Speed rises.", "fall", "speed rises"),
        ("It does not learn, but it remembers.", "learn", "remembers"),
        ("Not batch but streaming.", "batch", "streaming"),
        ("It isn't noise, it is drift.", "noise", "drift"),
        ("Not only cheap but also fast.", "", "cheap fast"),
        ("It is not just cheap.", "", "cheap"),
        ("Neither cost nor speed improves.", "cost speed improves", ""),
        ("It shows no drift nor noise.", "drift noise", ""),
        ("It is not true that costs fall, and speed rises.", "costs fall speed rises", ""),
        ("It's false that drift occurs.", "drift occurs", ""),
        ("It is a myth that costs fall.", "costs fall", ""),
        ("Nobody says that models forget.", "models forget", ""),
        ("I don't think that drift matters.", "drift matters", ""),
        ("Use rehearsal instead of retraining.", "retraining", "rehearsal"),
        ("We prune rather than distil.", "distil", "prune"),
        ("Unlike pruning, distillation needs a teacher.", "pruning", "distillation teacher"),
        ("It is not impossible to train.", "", "train"),
        ("It is a myth that models never drift.", "", "drift"),
        ("There is no doubt that drift occurs.", "", "drift occurs"),
        ("Das Modell lernt nicht schnell.", "schnell", ""),
        ("Le modèle ne dérive pas.", "derive", ""),
        ("Модель не учится.", "учится", ""),
        ("Drift, no: accuracy.", "", "accuracy"),
        ("The mapping to the labels is no longer the same over time.", "same", "mapping labels time"),
        ("The distribution does not stay constant in production.", "constant", "distribution production"),
        ("It is not the model that drifts.", "model drifts", ""),
    ],
)
def test_who_denies_what(text: str, denied: str, asserted: str) -> None:
    words, found = polarity_of(text)
    assert all(found.signs[words.index(word)] == -1 for word in denied.split()), (words, found.signs)
    assert all(found.signs[words.index(word)] == 1 for word in asserted.split()), (words, found.signs)


def test_what_stands_before_a_denial_is_doubted() -> None:
    words, found = polarity_of("Pruning does not help. It costs time.")
    assert [word for word, doubt in zip(words, found.doubted, strict=True) if doubt] == ["pruning", "does"]


@pytest.mark.parametrize(
    ("text", "soft"),
    [
        ("It has limited scalability.", "it has limited scalability"),
        ("It lacks memory, and it is cheap.", "it lacks memory"),
        ("It is cheap.", ""),
        ("", ""),
    ],
)
def test_soft_negatives_mark_their_clause_and_deny_nothing(text: str, soft: str) -> None:
    words, found = polarity_of(text)
    assert all(sign == 1 for sign in found.signs)
    marked = " ".join(word for word, is_soft in zip(words, found.soft, strict=True) if is_soft)
    assert marked == soft


@given(any_text)
def test_polarity_has_one_entry_a_token(text: str) -> None:
    words, found = polarity_of(text)
    assert len(found.signs) == len(found.doubted) == len(found.soft) == len(words)
    assert set(found.signs) <= {-1, 1}
    assert set(found.doubted) | set(found.soft) <= {0, 1}
