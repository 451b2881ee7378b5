"""What a learner does on the study page, step by step; each step waits until the page shows what it came to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from grader import Bank
from tests.browser.harness import Server, box

SCORE = "#viva-score"
LATER = "tests/browser/later.py"
"""The app whose clock can be moved, in place of app.py."""
AHEAD = "VIVA_TESTS_SECONDS_AHEAD"
DAY = 24 * 60 * 60
# A module that is written to while the app runs would be loaded a second time, and its classes would be others.
QUIET = {"STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"}


@contextmanager
def come(chromium: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """Open the app in a browser of its own, and close that again: a server does not stop while one is there."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(20_000)
    page = context.new_page()
    try:
        page.goto(server.url)
        box(page).or_(page.locator("#viva-state")).first.wait_for()  # a server that was just started takes its time
        yield page
    finally:
        context.close()


def learner_of(page: Page) -> str:
    """Return the id that the browser has given itself."""
    return str(page.wait_for_function("localStorage.getItem('viva.learner')").json_value())


def sample(bank: Bank, question_id: str, kind: str) -> str:
    """Return a graded sample answer of the packs."""
    return next(one.answer for one in bank.get(question_id).samples if one.kind == kind)


def at_rest(page: Page) -> None:
    """Wait until the server has drawn all of the page."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def asked(page: Page, prompt: str) -> None:
    """Wait until a question is asked and its box is there to be typed into."""
    expect(page.locator("h1")).to_have_text(prompt)
    expect(box(page)).to_be_visible()
    at_rest(page)


def say_sure(page: Page, percent: int, label: str = "How sure are you?") -> None:
    """Say how sure one is, with the keys of the slider: its first place says nothing, then come steps of ten."""
    slider = page.get_by_role("slider", name=label)
    slider.focus()
    slider.press("Home")
    for _ in range(percent // 10 + 1):
        slider.press("ArrowRight")
    expect(page.get_by_test_id("stSliderThumbValue")).to_have_text(re.compile(rf"^{percent}\s?%$"))


def submit(page: Page, text: str, *, sure: int | None = None) -> None:
    """Write an answer, hand it in, and wait until all of its result is there."""
    box(page).fill(text)
    if sure is not None:
        say_sure(page, sure)
    page.locator(".st-key-study_submit button").click()
    judged(page)


def judged(page: Page) -> None:
    """Wait until the score stands there and what is drawn after it."""
    expect(page.locator(SCORE)).to_be_visible()
    expect(page.locator(".st-key-study_reference")).to_be_visible()
    at_rest(page)


def go_on(page: Page) -> None:
    """Go to what comes next."""
    page.locator(".st-key-study_next button").click()
    expect(page.locator(SCORE)).to_have_count(0)
    at_rest(page)


def due(page: Page) -> Locator:
    """Return the place that says how much there is to do."""
    return page.locator(".viva-due")


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"))
