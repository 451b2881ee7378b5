"""The pages in German: in a German browser, by choice, at once, and with no English left on any of them."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from study import StoreBusy, StudySettings
from study.trainer import Trainer
from ui import services, texts
from ui.texts import CATALOGUES

ENGLISH, GERMAN = CATALOGUES["en"], CATALOGUES["de"]
ANNA = "a" * 32
ANSWER = "Models in production are retrained automatically on fresh data."
Speak = Callable[[str], AppTest]
in_full = import_module("google.protobuf.text_format").MessageToString  # it ships no types


@pytest.fixture
def speak(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> Speak:
    """Start the app in a browser of a language."""

    def start(locale: str) -> AppTest:
        # A test looks at the labels of choices from outside the session.
        monkeypatch.setattr(texts, "OUTSIDE", texts.language_of(locale))
        at = AppTest.from_file(str(project_root / "app.py"), default_timeout=60)
        at.context = {"locale": locale, "timezone": "Europe/Berlin"}
        at.session_state["viva_learner"] = ANNA
        return at.run()

    return start


def everything(at: AppTest) -> str:
    """All that is on the page: texts, labels, help, placeholders, options."""
    assert not at.exception
    said = [in_full(proto, as_utf8=True) for node in at._tree if (proto := getattr(node, "proto", None)) is not None]
    page = re.sub(r"<style>.*?</style>", "", "\n".join(said), flags=re.DOTALL).replace("\\'", "'")
    assert not any(catalogue["error.page"] in page for catalogue in CATALOGUES.values())
    return page


def english_on(at: AppTest) -> set[str]:
    """The English texts that are on the page, by their keys: whole ones of several words, and the pieces around places."""
    page = everything(at)
    found = set()
    for key, text in ENGLISH.items():
        pieces = [piece.strip() for piece, *_ in string.Formatter().parse(text)]
        if any(len(piece.split()) > 2 and piece in page for piece in pieces):
            found.add(key)
    return found


@pytest.mark.parametrize("page", sorted(path.stem for path in (Path(__file__).parents[2] / "ui").glob("*_page.py")))
def test_no_english_is_left_on_a_page(speak: Speak, page: str) -> None:
    at = speak("de-DE")
    assert english_on(at.switch_page(f"ui/{page}.py").run()) == set()


def test_an_answer_is_told_in_german(speak: Speak) -> None:
    at = speak("de-DE")
    at.text_area[0].set_value(ANSWER)
    at.button(key="study_submit").click().run()
    page = everything(at)
    assert GERMAN["verdict.unmet"] in page
    assert re.search(r"Du hast \d von \d Punkten getroffen\.", page)
    assert re.search(r"\(wahrscheinlich \d+(,\d)? bis \d+(,\d)?\)", page)
    assert "Nicht gefunden" in page
    assert english_on(at) == set()


def test_the_choice_is_in_use_at_once_and_stays(speak: Speak, monkeypatch: pytest.MonkeyPatch) -> None:
    at = speak("fr-FR")
    assert ENGLISH["study.placeholder"] in everything(at)
    at.switch_page("ui/settings_page.py").run()
    at.selectbox(key="settings_language").set_value("de").run()
    monkeypatch.setattr(texts, "OUTSIDE", "de")
    assert GERMAN["settings.who"] in everything(at)
    assert english_on(at) == set()
    assert GERMAN["study.placeholder"] in everything(at.switch_page("ui/study_page.py").run())
    another = speak("en-US")
    assert GERMAN["study.placeholder"] in everything(another)
    monkeypatch.setattr(texts, "OUTSIDE", "de")
    another.switch_page("ui/settings_page.py").run()
    assert another.selectbox(key="settings_language").value == "de"
    another.selectbox(key="settings_language").set_value("auto").run()
    assert ENGLISH["settings.who"] in everything(another)


def test_a_choice_without_the_database_changes_nothing_else(speak: Speak, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = StudySettings(new_per_day=7)
    services.trainer().save_settings(ANNA, kept, services.now())
    with monkeypatch.context() as patch:
        patch.setattr(services, "trainer", busy)
        at = speak("en-US").switch_page("ui/settings_page.py").run()
        at.selectbox(key="settings_language").set_value("de").run()
        patch.setattr(texts, "OUTSIDE", "de")
        assert GERMAN["settings.who"] in everything(at)
    assert services.trainer().settings(ANNA) == kept
    monkeypatch.setattr(texts, "OUTSIDE", "de")
    del at.session_state["viva_history_trouble"]  # as if some seconds had passed
    at.switch_page("ui/study_page.py").run()
    assert services.trainer().settings(ANNA) == kept.model_copy(update={"language": "de"})


def busy() -> Trainer:
    raise StoreBusy("the database is busy")
