"""The catalogues: every key that the code asks for is there, nothing lies around unused, and both languages say the same."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Set
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import pytest

from ui import texts
from ui.texts import CATALOGUES, Language, day, language_of, moment, number, percent, t

ENGLISH, GERMAN = CATALOGUES["en"], CATALOGUES["de"]
ENGINE = "reason."
"""What the engine says; tests/ui/test_wording.py holds that none of it is missing."""
SAME_IN_BOTH = frozenset({"app.name", "about.version"})
KEY = re.compile(r"[a-z]+\.[a-z0-9_]*[a-z0-9]")
BEGINNING = re.compile(r"[a-z]+\.[a-z0-9_]*")


def places(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def sources(project_root: Path) -> list[tuple[Path, ast.Module]]:
    """The code that shows texts, or names the texts that are to be shown."""
    paths = [
        project_root / "app.py",
        *(path for name in ("ui", "study") for path in (project_root / name).rglob("*.py")),
    ]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(paths)]


def asked_for(project_root: Path) -> tuple[Set[str], Set[str]]:
    """Return the keys that stand in the code, and the beginnings of those that it puts together."""
    parts = {key.partition(".")[0] for key in ENGLISH}
    keys, beginnings = set(), set()
    for path, tree in sources(project_root):
        # In the package study, "study.…" is a module or a file.
        here = parts - {"study"} if project_root / "study" in path.parents else parts
        for node in ast.walk(tree):
            first = node.values[0] if isinstance(node, ast.JoinedStr) else node
            said = first.value if isinstance(first, ast.Constant) else None
            if not isinstance(said, str) or said.partition(".")[0] not in here:
                continue
            if isinstance(node, ast.Constant) and KEY.fullmatch(said):
                keys.add(said)
            elif isinstance(node, ast.JoinedStr) and BEGINNING.fullmatch(said):
                beginnings.add(said)
    return keys, beginnings


def test_no_text_is_missing_and_none_unused(project_root: Path) -> None:
    used, beginnings = asked_for(project_root)
    assert used - ENGLISH.keys() == set()
    assert all(any(key.startswith(beginning) for key in ENGLISH) for beginning in beginnings)
    spare = {key for key in ENGLISH.keys() - used if not key.startswith((ENGINE, *beginnings))}
    assert {key for key in spare if key.removesuffix("_one") == key or key.removesuffix("_one") not in used} == set()


def test_what_the_code_says_on_a_page_stands_in_the_catalogues(project_root: Path) -> None:
    found: dict[str, object] = {}
    for path, tree in sources(project_root):
        if project_root / "study" not in path.parents:
            found |= {f"{path.name}:{node.lineno}": node.value for node in sentences(tree)}
    assert found == {}


def sentences(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the strings of some words, without what is for readers of the code or of the log, and without markup."""
    aside: set[int] = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_log = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("_log.")
        if is_docstring or is_log or isinstance(node, ast.Raise | ast.Assert):
            aside |= {id(part) for part in ast.walk(node)}
        words = node.value if isinstance(node, ast.Constant) and id(node) not in aside else None
        if isinstance(words, str) and re.search(r"\b[A-Za-z][a-z]+(?: [a-z]{2,}){2,}", re.sub(r"<[^>]*>?", "", words)):
            yield cast("ast.Constant", node)


def test_a_sentence_in_the_code_is_found() -> None:
    code = (
        '''"""It says what it does."""\nst.html("<p>Show all the questions</p>")\n_log.info("it was all shown here")'''
    )
    assert [node.value for node in sentences(ast.parse(code))] == ["<p>Show all the questions</p>"]


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert list(GERMAN) == list(ENGLISH)
    assert {key: places(text) for key, text in GERMAN.items()} == {key: places(text) for key, text in ENGLISH.items()}


def test_no_text_is_left_in_english() -> None:
    same = {key for key, text in GERMAN.items() if text == ENGLISH[key]}
    worded = {key for key in same if any(piece.strip(" ,:.()") for piece, *_ in string.Formatter().parse(ENGLISH[key]))}
    assert worded == SAME_IN_BOTH


def test_values_are_filled_in_and_unknown_keys_are_errors() -> None:
    assert t("study.position", number=2, total=1031) == "Question 2 of 1,031"
    assert t("questions.count", count=2) == "2 questions"
    assert t("questions.count", count=1) == "1 question"
    with pytest.raises(KeyError):
        t("no.such.key")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("den", "en"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browsers_language_is_taken_where_there_is_a_catalogue(locale: str | None, expected: Language) -> None:
    assert language_of(locale) == expected


@pytest.fixture(params=["en", "de"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Language:
    monkeypatch.setattr(texts, "language", lambda: request.param)
    found: Language = request.param
    return found


def test_numbers_and_dates_take_the_languages_form(spoken: Language) -> None:
    evening = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
    zone = timezone(timedelta(hours=1))
    said = [
        *(number(value) for value in (7.5, 7.0, 0, 1234.56, -2)),
        *(number(0.25, 2), number(12345678, 0), percent(0.805), percent(0.805, 1)),
        *(day(date(2026, 3, 9)), day(date(2026, 12, 24), year=False), moment(evening, zone)),
        t("result.score", score=7.5, marks=10),
        t("study.position", number=2, total=1031),
    ]
    expected: dict[Language, list[str]] = {
        "en": [
            *("7.5", "7", "0", "1,234.6", "-2"),
            *("0.25", "12,345,678", "80\u00a0%", "80.5\u00a0%"),
            *("9 Mar 2026", "24 Dec", "4 Nov 2026, 00:30"),
            *("7.5 of 10", "Question 2 of 1,031"),
        ],
        "de": [
            *("7,5", "7", "0", "1.234,6", "-2"),
            *("0,25", "12.345.678", "80\u00a0%", "80,5\u00a0%"),
            *("9. März 2026", "24. Dez.", "4. Nov. 2026, 00:30 Uhr"),
            *("7,5 von 10", "Frage 2 von 1.031"),
        ],
    }
    assert said == expected[spoken]
