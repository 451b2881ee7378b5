"""Keys: each clicks what it stands for, none does while one types, and all single ones can be switched off."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from grader import Bank
from tests.browser.harness import Visit, box

TYPED = "nhrdu1234? c"


def answered(page: Page) -> None:
    """Submit an answer that misses points, and wait until all of the result is there."""
    expect(box(page)).to_be_visible()
    box(page).fill("The model gets worse over time.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_focused()
    expect(page.get_by_text("Reference answer")).to_be_visible()
    at_rest(page)


def at_rest(page: Page) -> None:
    """Wait until the page is drawn whole, and a key may follow the one before."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(600)


def test_no_key_does_anything_while_one_types(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    expect(box(page)).to_be_focused()
    page.keyboard.type(TYPED)
    expect(box(page)).to_have_value(TYPED)
    page.wait_for_timeout(600)
    expect(box(page)).to_have_value(TYPED)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)


def test_escape_leaves_the_box_and_h_gives_a_hint(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    expect(box(page)).to_be_focused()
    page.keyboard.type("half a thought")
    page.keyboard.press("Escape")
    expect(box(page)).not_to_be_focused()
    page.keyboard.press("h")
    expect(page.locator(".viva-hints")).to_be_visible()
    expect(box(page)).to_have_value("half a thought")


def test_r_opens_the_reference_and_n_goes_on(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    answered(page)
    page.keyboard.press("r")
    expect(page.locator(".viva-reference").first).to_be_visible()
    at_rest(page)
    page.keyboard.press("r")
    expect(page.locator(".viva-reference").first).not_to_be_visible()
    for pressed in ("Control+n", "Alt+n", "Meta+n", "Shift+N"):
        page.keyboard.press(pressed)
    page.wait_for_timeout(600)
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)
    page.keyboard.press("n")
    expect(page.locator("h1")).not_to_have_text(bank.questions[0].prompt)
    expect(box(page)).to_be_focused()


def test_numbers_rate_and_u_undoes(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    answered(page)
    own = page.get_by_role("button", name="Easy")
    page.keyboard.press("4")
    expect(own).to_have_attribute("kind", "primary")
    at_rest(page)
    page.keyboard.press("u")
    expect(own).to_have_attribute("kind", "secondary")


def test_d_disputes_the_point_that_has_the_focus_and_no_other(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    answered(page)
    buttons = page.get_by_role("button", name="I was right")
    expect(buttons.nth(1)).to_be_visible()
    before = buttons.count()
    page.keyboard.press("d")
    page.wait_for_timeout(800)
    expect(buttons).to_have_count(before)
    buttons.nth(1).focus()
    page.keyboard.press("d")
    expect(buttons).to_have_count(before - 1)
    expect(page.locator(".st-key-study_dispute_1").get_by_role("button", name="I was right")).to_be_visible()


def test_a_question_mark_lists_the_keys_and_they_can_be_switched_off(visit: Visit, bank: Bank) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    answered(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("next question")
    page.keyboard.press("n")
    dialog.get_by_text("Single keys", exact=True).click()
    page.wait_for_timeout(400)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # The browser hears of it when the page is drawn anew.
    page.wait_for_function("localStorage.getItem('viva.keys') === 'off'")
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)
    page.keyboard.press("n")
    page.wait_for_timeout(600)
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)

    page = visit.open("/about")
    switch = page.get_by_role("switch", name="Single keys").or_(page.get_by_role("checkbox", name="Single keys"))
    expect(switch).not_to_be_checked()
    page.get_by_text("Single keys", exact=True).click()
    expect(switch).to_be_checked()
    page.wait_for_function("localStorage.getItem('viva.keys') === 'on'")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_r_and_c_do_not_do_what_streamlit_has_them_do(visit: Visit, bank: Bank) -> None:
    page = visit.open("/about")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function("localStorage.getItem('viva.learner')")
    page.wait_for_timeout(600)
    before = len(visit.traffic.frames)
    page.keyboard.press("r")
    page.keyboard.press("c")
    page.wait_for_timeout(800)
    assert len(visit.traffic.frames) == before
    expect(page.get_by_role("dialog")).to_have_count(0)
