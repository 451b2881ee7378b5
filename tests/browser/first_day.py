"""The first day of a new learner, step by step; each step checks what the page says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, expect

from grader import Bank
from study import AnswerRecord, Store
from study.drafts import DraftStore
from study.store import file_url
from tests.browser.harness import box, serve
from tests.browser.learner import LATER, QUIET, asked, at_rest, come, due, go_on, judged, learner_of, sample, submit

NEW = ("mlops-readiness-levels", "mlops-components", "mlops-metrics", "cloud-deployment", "on-premise-deployment")
MORE = (
    "continual-learning-definition",
    "catastrophic-forgetting",
    "continual-learning-strategies",
    "full-retraining",
    "rehearsal-methods",
)
BEGUN = "Rehearsal methods keep some of the old examples and"
DATABASE, DRAFTS = "study.sqlite3", "drafts.sqlite3"


@dataclass(frozen=True)
class Night:
    """What is left when the browser is closed and the server has stopped: a data folder, and what the browser remembers."""

    folder: Path
    browser: StorageState
    learner: str
    records: tuple[AnswerRecord, ...]
    log: str


def live_through(project_root: Path, folder: Path, chromium: Browser, bank: Bank) -> Night:
    """Live through the first day to its end, and close browser and server."""
    with serve(project_root, folder, QUIET, app=LATER) as server, come(chromium, server) as page:
        expect(due(page)).to_have_text("Nothing due · 5 new")
        start_a_session(page)
        take_a_hint_rate_and_undo(page, bank)
        dispute(page, bank)
        be_wrong_and_try_again(page, bank)
        end_the_session(page, bank)
        practise_anyway(page, bank, DraftStore(folder / "data" / DRAFTS))
        learner = learner_of(page)
        state = page.context.storage_state()
    return Night(folder, state, learner, records(folder, learner), server.log.read_text(errors="replace"))


def start_a_session(page: Page) -> None:
    page.locator(".st-key-study_session button").click()
    page.get_by_label("How many").fill("5")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".st-key-study_session")).to_contain_text("0 of 5")
    at_rest(page)


def take_a_hint_rate_and_undo(page: Page, bank: Bank) -> None:
    """A hint costs part of its point, and says so; an own rating stands until it is taken back."""
    asked(page, bank.get(NEW[0]).prompt)
    box(page).fill(sample(bank, NEW[0], "partial"))
    page.get_by_role("button", name="Hint").click()
    hints = page.locator(".viva-hints li")
    expect(hints).to_have_count(1)
    expect(hints.first).to_contain_text("This point then counts 80 %.")
    expect(box(page)).to_have_value(sample(bank, NEW[0], "partial"))
    at_rest(page)
    submit(page, sample(bank, NEW[0], "full"), sure=80)
    expect(page.locator("#viva-score")).to_contain_text("9.6 of 10 with hints")
    expect(page.locator("#viva-score")).to_contain_text("10 without them")
    expect(page.locator(".st-key-study_session")).to_contain_text("1 of 5")

    rated = page.locator(".viva-rated")
    expect(rated).to_contain_text("Points rated by the score: Good 4, Hard 1.")
    page.get_by_role("button", name="Easy").click()
    expect(rated).to_contain_text("Points rated by you: Easy 5.")
    page.get_by_role("button", name="Undo rating").click()
    expect(rated).to_contain_text("Points rated by the score: Good 4, Hard 1.")
    at_rest(page)
    go_on(page)


def dispute(page: Page, bank: Bank) -> None:
    """One click says that an answer makes a point after all; a reload shows the result again, with what was said."""
    asked(page, bank.get(NEW[1]).prompt)
    submit(page, sample(bank, NEW[1], "partial"), sure=60)
    page.get_by_role("button", name="I was right").first.click()
    expect(page.get_by_role("button", name="Take that back")).to_have_count(1)
    expect(page.get_by_text("You say that your answer makes this point.")).to_be_visible()
    at_rest(page)
    page.reload()
    judged(page)
    expect(page.get_by_text("You say that your answer makes this point.")).to_be_visible()
    expect(page.get_by_role("button", name="Take that back")).to_have_count(1)
    go_on(page)


def be_wrong_and_try_again(page: Page, bank: Bank) -> None:
    """What was gained by a second try is said point by point."""
    asked(page, bank.get(NEW[2]).prompt)
    submit(page, sample(bank, NEW[2], "wrong"), sure=100)
    expect(page.get_by_text(re.compile(r"^With this point: [\d.]+ of 10$")).first).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(box(page)).to_have_value(sample(bank, NEW[2], "wrong"))
    at_rest(page)
    submit(page, sample(bank, NEW[2], "full"))
    expect(page.get_by_role("heading", name="Second try")).to_be_visible()
    expect(page.get_by_text("Gained:").first).to_be_visible()
    expect(page.get_by_text("A second try leaves the schedule as it is")).to_be_visible()
    expect(page.get_by_text("Earlier attempts (1)")).to_be_visible()
    go_on(page)


def end_the_session(page: Page, bank: Bank) -> None:
    asked(page, bank.get(NEW[3]).prompt)
    submit(page, sample(bank, NEW[3], "full"), sure=90)
    go_on(page)
    asked(page, bank.get(NEW[4]).prompt)
    submit(page, sample(bank, NEW[4], "denial"), sure=30)
    page.get_by_role("button", name="To the summary").click()
    expect(page.locator("h1")).to_have_text("Your session")
    facts = page.locator(".viva-facts")
    expect(facts.get_by_text("answers", exact=True)).to_be_visible()
    expect(facts.get_by_text("mean score", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Missed: practise now")).to_be_visible()
    expect(page.get_by_role("link", name=bank.get(NEW[4]).prompt)).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h1")).to_have_text("Done for now")
    at_rest(page)


def practise_anyway(page: Page, bank: Bank, drafts: DraftStore) -> None:
    """Beyond what was planned: another pack, four answers, and one that is begun and left."""
    page.get_by_role("button", name="Practise anyway").click()
    asked(page, bank.questions[0].prompt)
    page.locator(".st-key-study_what button").click()
    page.get_by_role("combobox", name="Pack").click()
    page.get_by_role("option", name="Continual learning", exact=True).click()
    asked(page, bank.get(MORE[0]).prompt)
    page.keyboard.press("Escape")
    for question_id, kind in zip(MORE, ("full", "partial", "keywords", "wrong"), strict=False):
        asked(page, bank.get(question_id).prompt)
        submit(page, sample(bank, question_id, kind))
        go_on(page)
    asked(page, bank.get(MORE[4]).prompt)
    page.wait_for_function("localStorage.getItem('viva.learner')")
    box(page).fill(BEGUN)
    page.locator("h1").click()  # who leaves the box has it saved
    until_kept(page, drafts, MORE[4])


def until_kept(page: Page, drafts: DraftStore, question_id: str) -> None:
    """Wait until the server has what was typed: from then on, browser and server may go."""
    who = learner_of(page)
    for _ in range(100):
        draft = drafts.load(who, question_id)
        if draft is not None and draft.text == BEGUN:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the draft was not kept within ten seconds")


def records(folder: Path, learner: str | None = None) -> tuple[AnswerRecord, ...]:
    store = Store.open(file_url(folder / "data" / DATABASE), now=datetime.now(UTC))
    try:
        with store.reading() as tx:
            return tuple(sorted(tx.answers(learner), key=lambda record: record.answer.at))
    finally:
        store.close()
