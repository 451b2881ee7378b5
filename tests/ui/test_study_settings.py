"""The study load, exams and one's own data: what is set is kept, what is kept can be taken along, brought in and deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from grader import Bank
from study import StudySettings
from tests.ui.study_world import ANNA, click, page, records, reviews, sample, submit
from ui import keeper, services
from ui.data_settings import exported
from ui.markup import esc
from ui.texts import day

Open = Callable[..., AppTest]
BERTA = "b" * 32
AS_IT_IS = keeper.learner


@pytest.fixture(autouse=True)
def anna(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: ANNA)


def box(at: AppTest, start: str) -> str:
    """Return the key of the box whose key begins so."""
    elements = [*at.number_input, *at.select_slider, *at.toggle, *at.selectbox]
    return next(str(one.key) for one in elements if str(one.key).startswith(start))


def test_what_is_set_is_kept_and_in_use(open_app: Open) -> None:
    at = open_app("settings")
    at.number_input(key=box(at, "load_new_")).set_value(2)
    at.number_input(key=box(at, "load_daily_")).set_value(20)
    at.select_slider(key=box(at, "load_retention_")).set_value(0.85)
    at.toggle(key=box(at, "load_sure_")).set_value(False)
    click(at, "load_save")
    assert "Saved, and in use at once." in page(at)
    kept = services.trainer().settings(ANNA)
    assert kept == StudySettings(new_per_day=2, daily_load=20, desired_retention=0.85, ask_confidence=False)
    study = open_app()
    assert "2 new" in page(study)
    assert list(study.select_slider) == []
    assert open_app("settings").number_input(key=box(at, "load_new_")).value == 2


def test_fitting_without_enough_reviews_is_one_clear_line(open_app: Open) -> None:
    at = click(open_app("settings"), "load_fit")
    assert "This could not be worked out." in page(at)
    assert "400 reviews" in page(at)


def test_an_exam_says_what_it_takes_a_day(open_app: Open, bank: Bank) -> None:
    at = open_app("settings")
    on = services.now().date() + timedelta(days=20)
    at.text_input(key="plan_name").set_value("My <b>exam</b>")
    at.date_input(key="plan_date").set_value(on)
    at.multiselect(key="plan_packs").set_value([bank.packs[0].id])
    click(at, "plan_add")
    [plan] = services.trainer().plans(ANNA)
    assert (plan.learner, plan.name, plan.exam_on, plan.deck.packs) == (ANNA, "My <b>exam</b>", on, (bank.packs[0].id,))
    shown = page(at)
    assert esc(f"My <b>exam</b>, {day(on)}") in shown
    assert "20 days are left." in shown
    assert f"{len(bank.packs[0].questions)} questions are new, 1 a day." in shown
    assert "your daily load has room for that" in shown
    click(at, f"plan_end_{plan.id}")
    assert services.trainer().plans(ANNA) == ()


def test_everything_is_deleted_only_when_that_is_typed(open_app: Open, bank: Bank) -> None:
    submit(open_app(), sample(bank.questions[0], "partial"))
    replies = services.models().path
    replies.parent.mkdir(parents=True, exist_ok=True)
    replies.write_bytes(b"what a model quoted of an answer")
    at = click(open_app("settings"), "data_delete")
    assert "Type “delete” first." in page(at)
    assert len(records(bank.questions[0])) == 1
    at.text_input(key="data_delete_typed").set_value(" Delete ")
    click(at, "data_delete")
    assert "Everything of yours is deleted." in page(at)
    assert records(bank.questions[0]) == ()
    assert reviews() == ()
    assert not replies.exists()
    assert services.draft_store().load(ANNA, bank.questions[0].id) is None
    assert "Nothing due · 5 new" in page(at.switch_page("ui/study_page.py").run())


def test_an_export_is_brought_in_elsewhere_and_twice_is_once(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(open_app(), sample(bank.questions[0], "partial"))
    content = exported(ANNA)
    assert BERTA.encode() not in content
    monkeypatch.setattr(keeper, "learner", lambda: BERTA)
    at = open_app("settings")
    for said in ("Records added: ", "Records added: 0."):
        at.file_uploader(key="data_import_file").set_value(("viva-export.jsonl", content, "application/jsonl")).run()
        click(at, "data_import")
        assert "Imported." in page(at)
        assert said in page(at)
    [record] = records(bank.questions[0], BERTA)
    assert record.answer.text == sample(bank.questions[0], "partial")
    assert len(reviews(BERTA)) == 5


def test_a_file_that_is_no_export_is_one_clear_line(open_app: Open) -> None:
    at = open_app("settings")
    for content in (b"\xff\xfe", b'{"type": "other"}\n', b""):
        at.file_uploader(key="data_import_file").set_value(("x.jsonl", content, "application/jsonl")).run()
        click(at, "data_import")
        assert "Nothing was imported." in page(at)


def test_a_code_from_another_browser_goes_on_there(open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(open_app(), "my words")
    monkeypatch.setattr(keeper, "learner", AS_IT_IS)
    at = open_app("settings")
    at.session_state["viva_learner"] = BERTA
    at.run()
    at.text_input(key="data_code").set_value("no code")
    click(at, "data_code_use")
    assert "This is no code." in page(at)
    at.text_input(key="data_code").set_value("AAAA " * 8)
    click(at, "data_code_use")
    assert "This browser goes on with that code." in page(at)
    assert at.session_state["viva_learner"] == ANNA
    assert at.session_state["viva_adopt"] == ANNA


def test_nobody_has_nothing_to_take_along(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "learner", lambda: None)
    assert "This browser has not said yet who you are." in page(open_app("settings"))
