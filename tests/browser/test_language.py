"""A German browser gets German pages, in words and to a screen reader; a choice outlives the visit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import Server, box


@pytest.fixture
def german(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(server.url)
    box(page).wait_for()  # a server that was just started takes its time for the first page
    yield page
    context.close()


def test_a_german_browser_gets_german_pages(german: Page) -> None:
    page = german
    expect(page.locator("html")).to_have_attribute("lang", "de", timeout=20_000)
    expect(page.get_by_role("link", name="Einstellungen")).to_be_visible()
    expect(page.locator("h1")).to_have_attribute("lang", "en")  # the question's own
    box(page).fill("Models in production are retrained automatically on fresh data.")
    hint = page.locator('[data-testid="InputInstructions"]')  # Streamlit's, in English alone
    expect(hint).to_be_attached()
    expect(hint).not_to_be_visible()
    page.get_by_role("button", name="Abgeben").click()
    expect(page.locator("#viva-score")).to_contain_text(" von 10 (wahrscheinlich ")
    expect(page.locator(".viva-feedback").first).to_contain_text("Du hast ")
    expect(page.locator(".viva-wording").first).to_have_attribute("lang", "en")


def test_the_choice_is_in_use_at_once_and_after_a_reload(german: Page) -> None:
    page = german
    page.get_by_role("link", name="Einstellungen").click()
    page.get_by_role("combobox", name="Sprache").click()
    page.get_by_role("option", name="English").click()
    expect(page.locator("h1")).to_have_text("Settings")
    expect(page.get_by_role("link", name="Questions")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.locator("h1")).to_have_text("Settings")
    expect(page.get_by_role("link", name="Questions")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
