"""Which language a text is in, and what it counts as where that is doubtful."""

from __future__ import annotations

import pytest
from hypothesis import given

import grader
from grader.language import DEFAULT, Detected, detect, detect_in, is_code
from tests.engine.language_cases import CASES, LanguageCase
from tests.engine.strategies import any_text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.language)
def test_a_question_with_its_reference_tells_its_language(case: LanguageCase) -> None:
    assert detect_in([case.prompt, case.reference]) == Detected(case.language, is_sure=True)
    assert detect(case.unrelated).language == case.language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("42 + 1 = 43", "en"),
        ("Paris", "en"),
        ("Rio de Janeiro", "en"),
        ("Apple\nPear\nPlum", "en"),
        ("Homo sapiens, Canis lupus, Felis catus", "en"),
        ("docker run --rm -it python:3.11 bash", "en"),
        ("The word 猫 means cat in Japanese.", "en"),
        ("Wer schrieb das Buch mit dem Titel 'What Is Life'? Es war Erwin Schrödinger.", "de"),
        ("GPUでTransformerモデルをfine-tuneする", "ja"),
        ("機械学習モデルの精度", "ja"),
        ("ﾃﾞｰﾀの分布", "ja"),
        ("用GPU训练Transformer模型可以节省时间", "zh"),
        ("데이터의 분포가 변한다", "ko"),
        ("Η κατανομή αλλάζει", "el"),
        ("Привет", "ru"),
        ("مرحبا", "ar"),
        ("Розподіл даних змінюється з часом, і точність моделі падає.", "uk"),
        ("توزیع داده‌ها با گذشت زمان تغییر می‌کند و دقت مدل کم می‌شود.", "fa"),
        ("Fördelningen av data förändras med tiden och modellens noggrannhet sjunker.", "sv"),
        ("Rozkład danych zmienia się z czasem i dokładność modelu spada.", "pl"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect(text).language == language


def test_what_cannot_be_told_is_said_to_be_doubtful() -> None:
    assert detect("Drift") == detect("12") == Detected(DEFAULT, is_sure=False)


def test_every_english_text_of_the_packs_counts_as_english() -> None:
    questions = grader.load_bank().questions
    texts = {text for q in questions for r in q.readings for p in r.points for text in (q.prompt, p.text, *p.aliases)}
    assert [text for text in texts if detect(text).language != DEFAULT] == []


@given(any_text)
def test_any_text_has_a_language_and_always_the_same(text: str) -> None:
    found = detect(text)
    assert is_code(found.language)
    assert detect(text) == found
