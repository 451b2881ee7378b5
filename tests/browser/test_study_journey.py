"""A learner's first two days, in a real browser: ten answers with all that goes with them, a night in which browser and server
are closed, and what is due the day after; then the same history elsewhere, until nothing is left of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader import Bank
from study.drafts import DraftStore
from tests.browser.first_day import BEGUN, DRAFTS, MORE, NEW, Night, live_through, records
from tests.browser.harness import Server, box, own_tracebacks, serve
from tests.browser.learner import (
    AHEAD,
    DAY,
    LATER,
    QUIET,
    asked,
    at_rest,
    come,
    due,
    go_on,
    judged,
    learner_of,
    overflow,
    sample,
    submit,
)

PICTURES = 5


@pytest.fixture(scope="module")
def night(project_root: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser, bank: Bank) -> Night:
    """The first day of a new learner, lived through to its end."""
    return live_through(project_root, tmp_path_factory.mktemp("learner"), chromium, bank)


def test_the_first_day_is_kept_as_it_was(night: Night) -> None:
    found = night.records
    told = [(one.answer.question_id, one.answer.mode, one.answer.confidence) for one in found]
    assert told == [
        (NEW[0], "study", 80),
        (NEW[1], "study", 60),
        (NEW[2], "study", 100),
        (NEW[2], "again", None),
        (NEW[3], "study", 90),
        (NEW[4], "study", 30),
        *((name, "study", None) for name in MORE[:4]),
    ]
    first, _, third, again = found[:4]
    assert [hint.level for hint in first.answer.hints] == [1]
    assert first.latest.aided_score < first.latest.grade.score
    assert again.answer.first_try == third.answer.id
    assert again.latest.grade.score > third.latest.grade.score
    assert [one.answer.sitting == first.answer.sitting for one in found] == [True] * 3 + [False] + [True] * 2 + [
        False
    ] * 4
    assert all(one.answer.duration_ms is not None for one in found)
    assert own_tracebacks(night.log) == []


# --- the day after


@pytest.fixture(scope="module")
def morning(project_root: Path, night: Night) -> Iterator[Server]:
    """The app, started anew on the same data folder a day later."""
    with serve(project_root, night.folder, {**QUIET, AHEAD: str(DAY)}, app=LATER) as server:
        yield server
    assert own_tracebacks(server.log.read_text(errors="replace")) == []


def come_back(chromium: Browser, server: Server, night: Night) -> AbstractContextManager[Page]:
    """Open the app with what the browser remembers. Its drafts stay behind: their home is the server."""
    return come(chromium, server, storage_state={"cookies": night.browser["cookies"], "origins": []})


def test_what_is_due_comes_first_and_what_was_begun_is_there(
    morning: Server, night: Night, chromium: Browser, bank: Bank
) -> None:
    with come_back(chromium, morning, night) as page:
        asked(page, bank.get(NEW[2]).prompt)
        expect(page.locator(".viva-where")).to_contain_text("you were sure, and it was missing")
        expect(due(page)).to_have_text("9 due · 5 new")
        page.get_by_role("link", name="Questions").click()
        page.get_by_role("radio", name="Due").click()
        expect(page.get_by_text("9 questions.")).to_be_visible()
        page.goto(f"{morning.url}/?q={MORE[4]}")
        asked(page, bank.get(MORE[4]).prompt)
        expect(box(page)).to_have_value(BEGUN)

        page.goto(morning.url)
        asked(page, bank.get(NEW[2]).prompt)
        submit(page, sample(bank, NEW[2], "full"), sure=80)
        expect(page.get_by_text("Earlier attempts (2)")).to_be_visible()
        expect(due(page)).to_have_text("8 due · 5 new")
        go_on(page)
        expect(page.locator("h1")).not_to_have_text(bank.get(NEW[2]).prompt)


def test_progress_shows_what_to_do_and_pictures(morning: Server, night: Night, chromium: Browser) -> None:
    with come_back(chromium, morning, night) as page:
        page.get_by_role("link", name="Progress").click()
        expect(page.locator("[data-testid=stVegaLiteChart] svg")).to_have_count(PICTURES)
        expect(page.locator(".st-key-progress_next")).to_contain_text("questions are due today")
        at_rest(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Scores as CSV").click()
        assert len(waiting.value.path().read_text(encoding="utf-8-sig").splitlines()) == 2
        page.get_by_role("button", name="No", exact=True).first.click()
        expect(page.get_by_text("The wording stays out of the pack.")).to_be_visible()
        at_rest(page)
        link = page.locator(".st-key-progress_next a[href*='focus=']").first
        wanted = link.get_attribute("href") or ""
        link.click()
        expect(box(page)).to_be_visible()
        assert re.findall("q=[^&]*", page.url) == re.findall("q=[^&]*", wanted)


def test_on_a_phone(morning: Server, chromium: Browser, bank: Bank) -> None:
    """The main path at 360 pixels, with fingers: nothing is wider than the window."""
    with come(chromium, morning, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True) as page:
        asked(page, bank.get(NEW[0]).prompt)
        page.get_by_role("button", name="Hint").tap()
        expect(page.locator(".viva-hints li")).to_have_count(1)
        at_rest(page)
        assert overflow(page) <= 0
        box(page).fill(sample(bank, NEW[0], "partial"))
        page.get_by_role("button", name="Submit").tap()
        judged(page)
        assert overflow(page) <= 0
        page.get_by_role("button", name="I was right").first.tap()
        expect(page.get_by_role("button", name="Take that back")).to_have_count(1)
        at_rest(page)
        page.get_by_text("Reference answer").tap()
        expect(page.locator(".viva-reference").first).to_be_visible()
        at_rest(page)
        assert overflow(page) <= 0
        page.get_by_role("button", name="Next").tap()
        asked(page, bank.get(NEW[1]).prompt)


# --- elsewhere, in German, until nothing is left


def test_a_history_goes_elsewhere_and_can_be_deleted(
    morning: Server, night: Night, chromium: Browser, bank: Bank, project_root: Path, tmp_path: Path
) -> None:
    with come_back(chromium, morning, night) as page:
        page.get_by_role("link", name="Settings").click()
        page.get_by_text("Your data").click()
        taken = tmp_path / "taken.jsonl"
        download(page, "Export", taken)
    assert {name for name, _ in lines_of(taken, night.learner)} >= {
        "answer",
        "review",
        "dispute",
        "proposal",
        "sitting",
    }

    with (
        serve(project_root, tmp_path, {**QUIET, AHEAD: str(DAY)}, app=LATER) as server,
        come(chromium, server, locale="de-DE") as page,
    ):
        expect(due(page)).to_have_text("Nichts fällig · 5 neu")
        here = learner_of(page)
        page.get_by_role("link", name="Einstellungen").click()
        page.get_by_text("Deine Daten").click()
        page.locator("input[type=file]").set_input_files(taken)
        page.get_by_role("button", name="Importieren").click()
        expect(page.get_by_text("Importiert.", exact=True)).to_be_visible()
        again = tmp_path / "again.jsonl"
        download(page, "Exportieren", again)
        assert lines_of(again, here) == lines_of(taken, night.learner)

        page.get_by_role("link", name="Lernen").click()
        expect(due(page)).to_contain_text("fällig · 5 neu")
        page.get_by_role("link", name="Fortschritt").click()
        expect(page.locator("[data-testid=stVegaLiteChart] svg")).to_have_count(PICTURES)
        at_rest(page)
        delete_everything(page)
        page.get_by_role("link", name="Lernen").click()
        expect(due(page)).to_have_text("Nichts fällig · 5 neu")
    assert own_tracebacks(server.log.read_text(errors="replace")) == []
    nothing_is_left(tmp_path / "data", bank)


def download(page: Page, name: str, path: Path) -> None:
    at_rest(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    waiting.value.save_as(path)


def lines_of(path: Path, learner: str) -> list[tuple[str, str]]:
    """Return the records of an export with their types, without the learner's name; what opens and shuts with the page left out."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").replace(learner, "LEARNER").splitlines()]
    passing = {"viva-export", "end", "opening", "settings"}
    return [(line["type"], json.dumps(line, sort_keys=True)) for line in lines if line["type"] not in passing]


def delete_everything(page: Page) -> None:
    page.get_by_role("link", name="Einstellungen").click()
    page.get_by_text("Deine Daten").click()
    page.get_by_role("button", name="Alles löschen").click()
    expect(page.get_by_text("Nichts wurde gelöscht.")).to_be_visible()
    at_rest(page)
    page.get_by_label("Tippe zur Bestätigung").fill("löschen")
    page.get_by_role("button", name="Alles löschen").click()
    expect(page.get_by_text("Alles von dir ist gelöscht.")).to_be_visible()
    at_rest(page)


def nothing_is_left(folder: Path, bank: Bank) -> None:
    """Look for the answers in the files themselves, not only in the tables."""
    assert records(folder.parent) == ()
    assert DraftStore(folder / DRAFTS).drafts() == []
    written = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    answers = [sample(bank, NEW[0], "full"), sample(bank, MORE[1], "partial"), BEGUN]
    assert [text for text in answers if text[:40].encode() in written] == []
