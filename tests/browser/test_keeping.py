"""Nothing typed is lost: reload, page change, closed tab, lost connection; and no browser sees another's drafts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from grader import Bank
from tests.browser.harness import Visit, Visitor, box

TEXT = "half a thou"


def typed(page: Page, text: str = TEXT) -> None:
    expect(box(page)).to_be_visible()
    page.wait_for_function("localStorage.getItem('viva.learner')")
    box(page).press_sequentially(text)


def saved(page: Page) -> None:
    """Wait until the server must have it: the debounce and a little more, without leaving the box."""
    page.wait_for_timeout(1_200)


def test_a_draft_survives_a_reload_at_once(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    page.reload()
    expect(box(page)).to_have_value(TEXT)
    page.reload()
    expect(box(page)).to_have_value(TEXT)


def test_the_server_has_it_without_the_box_being_left(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    saved(page)
    page.evaluate(
        "Object.keys(localStorage).filter(k => k.startsWith('viva.draft')).forEach(k => localStorage.removeItem(k))"
    )
    page.goto("about:blank")
    visit.open()
    expect(box(page)).to_have_value(TEXT)


def test_the_browser_alone_has_it_too(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    saved(page)
    visit.page.context.clear_cookies(name="viva_learner")
    page.evaluate("localStorage.removeItem('viva.learner')")
    page.reload()
    expect(box(page)).to_have_value(TEXT)


def test_without_cookies_the_id_in_the_browser_is_enough(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    saved(page)
    page.evaluate(
        "Object.keys(localStorage).filter(k => k.startsWith('viva.draft')).forEach(k => localStorage.removeItem(k))"
    )
    page.context.clear_cookies(name="viva_learner")
    page.reload()
    expect(box(page)).to_have_value(TEXT)


def test_a_draft_survives_a_change_of_page_and_of_question(visit: Visit, bank: Bank) -> None:
    page = visit.open("/?mode=browse")
    typed(page)
    page.get_by_role("link", name="About").click()
    expect(page.locator("h1")).to_have_text("About Viva")
    page.get_by_role("link", name="Study").click()
    expect(box(page)).to_have_value(TEXT)
    page.get_by_role("button", name="Surprise me").click()
    expect(page.locator("h1")).not_to_have_text(bank.questions[0].prompt)
    expect(box(page)).to_have_value("")
    visit.open(f"/?q={bank.questions[0].id}")
    expect(box(page)).to_have_value(TEXT)


def test_what_is_typed_while_the_connection_is_down_is_kept(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    saved(page)
    page.context.set_offline(True)
    box(page).press_sequentially("ght and more")
    page.wait_for_timeout(800)
    page.context.set_offline(False)
    page.reload()
    expect(box(page)).to_have_value("half a thought and more")


def test_an_emptied_box_stays_empty(visit: Visit) -> None:
    page = visit.open()
    typed(page)
    saved(page)
    box(page).fill("")
    page.reload()
    expect(box(page)).to_have_value("")
    saved(page)
    expect(box(page)).to_have_value("")


def test_other_browsers_see_nothing_of_it(visitor: Visitor) -> None:
    first, second = visitor(), visitor()
    typed(first.open(), "my secret words")
    saved(first.page)
    page = second.open()
    page.wait_for_function("localStorage.getItem('viva.learner')")
    saved(page)
    expect(box(page)).to_have_value("")
    assert b"my secret words" not in second.traffic.received()
    ids = [visit.page.evaluate("localStorage.getItem('viva.learner')") for visit in (first, second)]
    assert ids[0] != ids[1]
    assert all(len(one) == 32 for one in ids)


def test_typing_never_redraws_the_box(visit: Visit) -> None:
    page = visit.open()
    typed(page, "a")
    page.evaluate("document.querySelector('textarea').dataset.mine = 'yes'")
    for word in ("one ", "two ", "three "):
        box(page).press_sequentially(word)
        page.wait_for_timeout(600)
    assert page.evaluate("document.querySelector('textarea').dataset.mine") == "yes"
    expect(box(page)).to_have_value("aone two three ")
    expect(box(page)).to_be_focused()


def test_going_on_forgets_the_draft_of_what_was_judged(visit: Visit, bank: Bank) -> None:
    page = visit.open()
    typed(page, "my answer to this")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1")).to_have_text(bank.questions[1].prompt)
    page.wait_for_timeout(500)
    visit.open(f"/?q={bank.questions[0].id}")
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)
    expect(box(page)).to_have_value("")
