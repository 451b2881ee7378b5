"""How it looks, as far as a machine can say: AA contrast in both themes, and no page wider than its window."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from grader import Bank
from tests.browser.harness import Visitor, box

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
OVERFLOW = "document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"


def partial_answer(bank: Bank) -> str:
    samples = bank.questions[0].samples
    return " ".join(sample.answer for sample in samples if sample.kind in {"partial", "wrong"})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(visitor: Visitor, bank: Bank, scheme: str) -> None:
    visit = visitor(1280, 900, scheme)
    page = visit.open(f"/?q={bank.questions[0].id}")
    expect(box(page)).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("There is nothing to judge yet.")).to_be_visible()
    assert page.evaluate(CONTRAST) == {}
    box(page).fill(partial_answer(bank))
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.get_by_text("Reference answer").click()
    page.wait_for_timeout(600)
    assert page.locator("mark").count() > 0
    assert page.evaluate(CONTRAST) == {}
    for path in ("/questions", "/about"):
        visit.open(path)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_timeout(600)
        assert page.evaluate(CONTRAST) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "touch"), [(360, True), (768, False), (1440, False)])
def test_no_page_scrolls_sideways(visitor: Visitor, bank: Bank, width: int, touch: bool, scheme: str) -> None:
    visit = visitor(width, 780, scheme, touch=touch)
    page = visit.open(f"/?q={bank.questions[0].id}")
    box(page).fill(partial_answer(bank) + " " + "long" * 100)
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    answer = page.locator(".viva-answer").bounding_box()
    points = page.locator("ol.viva-points").first.bounding_box()
    assert answer is not None
    assert points is not None
    assert (points["x"] > answer["x"] + answer["width"] / 2) == (width > 640)
    for path in ("/questions", "/about"):
        visit.open(path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
