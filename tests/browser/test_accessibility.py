"""axe-core on every page in every state, light and dark, wide and narrow: nothing serious or critical."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from grader import Bank
from tests.browser.harness import Visit, box

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What Streamlit draws itself and we cannot reach, each with the reason.
DISABLED: dict[str, str] = {}
GRAVE = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 360)
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
IS_DARK = """() => {
  const [red, green, blue] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\\d+/g).map(Number);
  return red + green + blue < 384;
}"""


def axe_source() -> str:
    """Return axe-core, as the wheel of axe-playwright-python brings it."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what axe finds serious or critical: the rule, what it asks for, and where."""
    at_rest(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    rules = {name: {"enabled": False} for name in DISABLED}
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": rules, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:4]
    ]


def at_rest(page: Page) -> None:
    """Wait until the whole page stands and nothing fades in any more."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=20_000)
    expect(page.locator("h1, h2").first).to_be_visible()
    page.wait_for_timeout(700)


def partial_answer(bank: Bank) -> str:
    return next(sample.answer for sample in bank.questions[0].samples if sample.kind == "partial")


def asked(visit: Visit, bank: Bank) -> Page:
    page = visit.open(f"/?q={bank.questions[0].id}")
    expect(box(page)).to_be_visible()
    return page


def answered(visit: Visit, bank: Bank) -> Page:
    page = asked(visit, bank)
    box(page).fill(partial_answer(bank))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_visible()
    expect(page.get_by_text("Reference answer")).to_be_visible()
    return page


# --- the states


def start(visit: Visit, bank: Bank) -> Page:
    return visit.open()


def unknown(visit: Visit, bank: Bank) -> Page:
    page = visit.open("/?q=there-is-none")
    expect(page.locator(".viva-message")).to_be_visible()
    return page


def answering(visit: Visit, bank: Bank) -> Page:
    page = asked(visit, bank)
    page.get_by_role("button", name="Hint").click()
    at_rest(page)
    return page


def refused(visit: Visit, bank: Bank) -> Page:
    page = asked(visit, bank)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("There is nothing to judge yet.")).to_be_visible()
    return page


def result(visit: Visit, bank: Bank) -> Page:
    page = answered(visit, bank)
    page.get_by_text("Reference answer").click()
    return page


def disputed(visit: Visit, bank: Bank) -> Page:
    page = answered(visit, bank)
    page.get_by_role("button", name="I was right").first.click()
    at_rest(page)
    return page


def choosing(visit: Visit, bank: Bank) -> Page:
    page = asked(visit, bank)
    page.get_by_role("button", name="All questions").click()
    expect(page.get_by_role("combobox", name="Topic")).to_be_visible()
    return page


def keys(visit: Visit, bank: Bank) -> Page:
    page = visit.open("/about")
    at_rest(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def questions(visit: Visit, bank: Bank) -> Page:
    return visit.open("/questions")


def nothing_found(visit: Visit, bank: Bank) -> Page:
    page = visit.open("/questions")
    page.get_by_role("textbox").first.fill("zzzz")
    page.keyboard.press("Enter")
    expect(page.locator(".viva-message")).to_be_visible()
    return page


def progress_empty(visit: Visit, bank: Bank) -> Page:
    return visit.open("/progress")


def progress(visit: Visit, bank: Bank) -> Page:
    answered(visit, bank)
    page = visit.open("/progress")
    at_rest(page)
    page.wait_for_timeout(1_500)
    return page


def settings(visit: Visit, bank: Bank) -> Page:
    return visit.open("/settings")


def about(visit: Visit, bank: Bank) -> Page:
    return visit.open("/about")


STATES: tuple[Callable[[Visit, Bank], Page], ...] = (
    *(start, unknown, answering, refused, result, disputed, choosing),
    *(keys, questions, nothing_found, progress_empty, progress, settings, about),
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_grave(visit: Visit, bank: Bank, state: Callable[[Visit, Bank], Page]) -> None:
    page = state(visit, bank)
    found: dict[tuple[int, str], object] = {}
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found[width, scheme] = violations(page)
        assert page.evaluate(IS_DARK) is (scheme == "dark")
        if state is keys:  # axe cannot tell what a text in a dialog stands on
            assert page.get_by_role("dialog").get_by_text("next question").count() == 1
            assert page.evaluate(CONTRAST) == {}
    assert found == {look: [] for look in found}


def test_axe_sees_what_is_wrong(visit: Visit) -> None:
    page = visit.open("/about")
    at_rest(page)
    page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:,\"><button></button>')"
    )
    assert {line.split()[0] for line in violations(page)} == {"image-alt", "button-name"}
