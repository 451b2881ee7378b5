"""The page of progress under AppTest: nothing yet, a history with links and pictures, and passages to say yes or no to."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from grader import PackError
from study import StoreError
from study.store import Store
from tests.study.history import LEARNER, make_history, trainer_for
from tests.ui.conftest import Open
from ui import proposals, services


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    now = services.now()
    store = Store.open(f"sqlite:///{folder / 'study.sqlite3'}", now=now)
    make_history(trainer_for(store), end=now, days=24)
    store.close()
    return folder


@pytest.fixture
def progress(open_app: Open, lived: Path, data_dir: Path) -> AppTest:
    """The page of a learner with some weeks behind them."""
    shutil.copytree(lived, data_dir)
    return opened(open_app)


def opened(open_app: Open) -> AppTest:
    at = open_app()
    at.session_state["viva_learner"] = LEARNER
    return at.switch_page("ui/progress_page.py").run()


def html(at: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in at.html)


def links(at: AppTest) -> list[str]:
    return [element.proto.query_string for element in at.get("page_link")]


def test_before_the_first_answer_there_is_a_way_to_it(open_app: Open) -> None:
    at = opened(open_app)
    assert not at.exception
    assert "There is nothing to show yet." in html(at)
    assert len(links(at)) == 1
    assert len(at.get("vega_lite_chart")) == 0


def test_a_visitor_without_an_id_sees_the_same(open_app: Open) -> None:
    at = open_app("progress")
    assert not at.exception
    assert "There is nothing to show yet." in html(at)


def test_what_to_do_comes_first_and_then_the_pictures(progress: AppTest) -> None:
    assert not progress.exception
    page = html(progress)
    order = (
        "What to do next",
        "Weakest points",
        "What you remember",
        "Scores",
        "How sure you are",
        "Time",
        "Where you",
    )
    places = [page.index(title) for title in order]
    assert places == sorted(places)
    assert "You studied on" in page


def test_each_weak_point_links_to_its_practice(progress: AppTest) -> None:
    weak = [query for query in links(progress) if "focus=" in query]
    assert weak
    trainer = services.trainer()
    for query in weak:
        names = dict(part.split("=") for part in query.split("&"))
        points = [point.id for reading in trainer.questions[names["q"]].readings for point in reading.points]
        assert names["focus"] in points


def test_every_picture_has_a_text_alternative_that_can_be_read_too(progress: AppTest) -> None:
    charts = [element.proto for element in progress.get("vega_lite_chart")]
    assert len(charts) == 5
    page = html(progress)
    for chart in charts:
        assert any(character.isdigit() for character in chart.alt)
        assert chart.alt.split(".")[0].replace("“", "") in page.replace("“", "")
    assert len(progress.get("download_button")) == 5


def test_scores_of_one_topic(progress: AppTest) -> None:
    box = progress.selectbox(key="progress_topic")
    topics = [option for option in box.options if option != "All topics"]
    assert topics == sorted(topics)
    box.set_value(topics[0]).run()
    assert not progress.exception
    assert "Scores" in html(progress)


def test_no_is_taken_at_once_and_the_passage_goes(progress: AppTest) -> None:
    buttons = [button for button in progress.button if (button.key or "").startswith("progress_no_")]
    buttons[0].click().run()
    assert not progress.exception
    assert "The wording stays out of the pack." in html(progress)
    assert buttons[0].key not in {button.key for button in progress.button}


def test_yes_puts_it_into_the_pack_and_reads_the_packs_anew(progress: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(proposals, "accept", lambda _store, name, *_, **__: asked.append(name))
    before = services.bank()
    buttons = [button for button in progress.button if (button.key or "").startswith("progress_yes_")]
    buttons[0].click().run()
    assert asked == [(buttons[0].key or "").removeprefix("progress_yes_")]
    assert "The wording is in the pack now." in html(progress)
    assert services.bank() is not before


@pytest.mark.parametrize(
    ("address", "may"), [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), (None, False)]
)
def test_packs_are_written_to_from_this_machine_only(
    progress: AppTest, monkeypatch: pytest.MonkeyPatch, address: str | None, may: bool
) -> None:
    get = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else get(name))
    progress.run()
    assert may is any((button.key or "").startswith("progress_yes_") for button in progress.button)
    assert may is not ("viva study aliases" in html(progress))


def test_a_pack_that_cannot_take_it_is_said(progress: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PackError("drift.md: Markdown packs <b>stay</b>")

    monkeypatch.setattr(proposals, "accept", refuse)
    next(button for button in progress.button if (button.key or "").startswith("progress_yes_")).click().run()
    page = html(progress)
    assert "The pack was not changed." in page
    assert "&lt;b&gt;stay" in page


def test_what_a_wording_would_change_is_told_when_asked(progress: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    effect = SimpleNamespace(tried=6, fixed=("a", "b"), broken=())
    monkeypatch.setattr(proposals, "effect_of", lambda *_: effect)
    next(button for button in progress.button if (button.key or "").startswith("progress_try_")).click().run()
    assert "Of 6 answers judged by a person, 2 would be judged right only with it, and 0 only without it." in html(
        progress
    )


def test_a_database_that_cannot_be_read_is_said(progress: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise StoreError("study.sqlite3: <i>gone</i>")

    monkeypatch.setattr(services, "trainer", fail)
    progress.run()
    assert not progress.exception
    assert "Your progress cannot be read at the moment." in html(progress)
    assert "&lt;i&gt;gone" in html(progress)
