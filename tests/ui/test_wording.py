"""What the engine says, in the language of the page: every reason that its code can give, and nothing that it did not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import grader
from grader.bank import Bank
from grader.feedback import flag_text
from grader.types import DENIED, NAMED_ONLY, QUOTE_NOT_FOUND, Point
from ui import texts
from ui.texts import CATALOGUES, Language
from ui.wording import feedback_text, flag_sentence, money, reason_text

REASONS = {key: text for key, text in CATALOGUES["en"].items() if key.startswith("reason.")}


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "OUTSIDE", "de")


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", ""),
        ("not found", "Nicht gefunden"),
        (DENIED, "Die Antwort verneint es"),
        (NAMED_ONLY, "Nur genannt, in einer Liste von Wörtern"),
        (QUOTE_NOT_FOUND, "Es zitierte Worte, die nicht in der Antwort stehen"),
        (
            f"not found; no judgment of the model: {QUOTE_NOT_FOUND}",
            "Nicht gefunden; kein Urteil des Modells: es zitierte Worte, die nicht in der Antwort stehen",
        ),
        (
            "little of it was found; the model's 'met' is not believed",
            "Nur wenig davon gefunden; dem Urteil des Modells, „getroffen“, wird nicht geglaubt",
        ),
        (
            "The loop is named; so is its cause. (judges: 2 met, 1 unmet)",
            "The loop is named; so is its cause. (Urteile: 2 getroffen, 1 fehlt)",
        ),
        ("(judges: 2 partial, 1 abstain)", "(Urteile: 2 teilweise, 1 nicht bewertet)"),
        ("Er nennt es. (on a second look; at first unmet)", "Er nennt es. (beim zweiten Hinsehen; zuerst: fehlt)"),
        (
            "its cause: no judgment of the model (cannot_assess: zu kurz); judged offline",
            "Its cause: kein Urteil des Modells (es konnte es nicht sagen: zu kurz); offline bewertet",
        ),
        (
            "Folge: the model says partial, which is not believed here; judged offline",
            "Folge: Das Urteil des Modells ist „teilweise“, dem wird hier nicht geglaubt; offline bewertet",
        ),
        ("What a model says; in its own words.", "What a model says; in its own words."),
    ],
)
def test_literal_reasons_in_german(reason: str, said: str) -> None:
    assert reason_text(reason) == said


def test_in_english_reasons_are_what_the_engine_says() -> None:
    assert reason_text("not found; the model's 'met' is not believed") == "Not found; the model's 'met' is not believed"
    assert reason_text(QUOTE_NOT_FOUND) == "It quoted words that are not in the answer"


@given(st.text(max_size=60).filter(str.strip))
def test_what_a_model_writes_is_told_whole(text: str) -> None:
    """Alone it stays as it is, but for what it takes from the engine; and where the engine puts it, it stays too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "OUTSIDE", "de")
        told = reason_text(text)
        placed = reason_text(f"{text}: found by the model, not offline")
    assert told == text[:1].upper() + text[1:]
    assert placed.endswith(": vom Modell gefunden, offline nicht")
    assert text[1:] in placed


# --- nothing missing

CODE = ("offline.py", "combine.py", "trust.py", "llm/votes.py", "llm/judge.py", "llm/reply.py")
JOINED_HERE = {"{}; {}", "cannot_assess: {}"}
"""Two reasons in one, and a short name with what follows: ui.wording takes these apart."""


def pattern(text: str) -> str:
    """Write a sentence with ``{}`` for what is filled in, without the place in front of a bracket."""
    return re.sub(r"'?\{\w*\}'?", "{}", text).removeprefix("{} ")


def said_in(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences of a module that reach a page: as a reason, a note, a doubt, or what is wrong with a reply."""
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call):
            told = [word.value for word in node.keywords if word.arg in {"reason", "why"}]
            told += (
                node.args[1:2] if isinstance(node.func, ast.Name) and node.func.id in {"_stand_in", "_Settled"} else []
            )
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            told = [node.value] if name in {"reason", "note", "obeyed"} or re.fullmatch("_[A-Z]+", name) else []
        for value in told:
            yield from filter(re.compile(r"[a-z{][a-z_ ,;:(){}']+").fullmatch, strings(value))


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the texts in an expression that are more than one word, those with places as one."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and " " in str(node.value).strip():
        yield str(node.value)
    elif not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from strings(child)
    elif isinstance(node.func, ast.Attribute):
        yield from strings(node.func.value)


def test_the_catalogue_has_every_reason_of_the_engine_and_no_other(project_root: Path) -> None:
    found = {DENIED, NAMED_ONLY}
    for name in CODE:
        said = set(said_in(ast.parse((project_root / "grader" / name).read_text(encoding="utf-8"))))
        assert said, name
        found |= said
    assert {pattern(text) for text in found - JOINED_HERE} == {pattern(text) for text in REASONS.values()}


# --- feedback, flags, money


def test_feedback_is_told_anew_in_german_and_as_kept_in_english(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    question = bank.questions[0]
    grade = grader.grade(question, question.references[0])
    reading = question.reading(grade.reading_id)
    assert feedback_text(reading, grade) == grade.feedback
    monkeypatch.setattr(texts, "OUTSIDE", "de")
    met, wanted = re.findall(r"\d+", grade.feedback)
    assert feedback_text(reading, grade) == f"Du hast {met} von {wanted} Punkten getroffen."
    by_hand = replace(grade, feedback="Well said, and see page 12.")
    assert feedback_text(reading, by_hand) == by_hand.feedback
    other = replace(reading, points=(*reading.points, Point("new", "It is new.")))
    assert feedback_text(other, grade) == grade.feedback


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["$1.50", "$0.0042", "$0.00", "an unknown price"]),
        ("de", ["1,50\u00a0$", "0,0042\u00a0$", "0,00\u00a0$", "Preis unbekannt"]),
    ],
)
def test_money_and_flags_take_the_languages_form(
    language: Language, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "OUTSIDE", language)
    assert [money(amount) for amount in (1.5, 0.0042, 0.0, None)] == said
    assert flag_sentence("blank") == flag_text("blank", language)
