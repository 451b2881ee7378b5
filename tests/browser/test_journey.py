"""What a learner does, in a real Chromium: pick, answer, submit, read the score, go on; and by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from grader import Bank
from grader.types import Question
from tests.browser.harness import Visit, box

SCORE = "#viva-score"


def sample(question: Question, kind: str = "full") -> str:
    return next(sample.answer for sample in question.samples if sample.kind == kind)


def test_pick_answer_submit_read_reload_and_find_the_draft(visit: Visit, bank: Bank) -> None:
    question = bank.packs[-1].questions[0]
    page = visit.open("/questions")
    page.get_by_role("link", name=question.prompt, exact=False).first.click()
    expect(page.locator("h1")).to_have_text(question.prompt)
    assert f"q={question.id}" in page.url

    box(page).fill(sample(question))
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(SCORE)).to_contain_text("of 10 (likely")
    expect(page.locator(".viva-judged")).to_contain_text("offline")
    # What stands below the score arrives after it.
    expect(page.locator("mark").first).to_be_visible()
    expect(page.locator("li.viva-point").first).to_be_visible()
    assert page.locator(".viva-answer").inner_text().replace("\n", "") != ""

    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1")).not_to_have_text(question.prompt)
    second = page.locator("h1").inner_text()
    box(page).press_sequentially("Half an answ")
    page.reload()
    expect(page.locator("h1")).to_have_text(second)
    expect(box(page)).to_have_value("Half an answ")


def test_ctrl_enter_submits_and_n_goes_on(visit: Visit, bank: Bank) -> None:
    page = visit.open()
    expect(box(page)).to_be_focused()
    page.keyboard.type("I am not sure about this one, honestly")
    page.keyboard.press("Control+Enter")
    expect(page.locator(SCORE)).to_be_focused()
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text(bank.questions[1].prompt)
    expect(box(page)).to_be_focused()
    page.keyboard.type("nnn")
    expect(box(page)).to_have_value("nnn")
    assert page.locator("h1").inner_text() == bank.questions[1].prompt


def test_everything_can_be_reached_by_tab(visit: Visit) -> None:
    page = visit.open()
    box(page).fill("some answer about models")
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="How sure are you?")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Submit")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(SCORE)).to_be_focused()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    reached = []
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText"))
    assert any("I was right" in name for name in reached)
    assert any("Good" in name for name in reached)
    assert any("Reference" in name for name in reached)
    assert any("Next" in name for name in reached)
    assert any("Try again" in name for name in reached)


def test_a_screen_reader_meets_score_then_answer_then_points(visit: Visit, bank: Bank) -> None:
    question = bank.questions[0]
    page = visit.open(f"/?q={question.id}")
    box(page).fill(sample(question))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    headings = page.locator("h1, h2, h3").all_inner_texts()
    assert headings[0] == question.prompt
    assert headings[1].startswith(page.locator(SCORE).inner_text()[:3])
    assert headings[2:4] == ["Your answer", "Points"]
    for row in page.locator("li.viva-point").all():
        assert row.locator(".viva-verdict").inner_text().strip()[2:]
        assert row.locator(".viva-wording").inner_text()


def test_try_again_keeps_the_answer(visit: Visit) -> None:
    page = visit.open()
    box(page).fill("my first try")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Try again").click()
    expect(box(page)).to_have_value("my first try")
    expect(box(page)).to_be_focused()


def test_an_empty_answer_is_one_clear_message(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("There is nothing to judge yet.")).to_be_visible()
    expect(box(page)).to_be_visible()
    box(page).press("Control+Enter")
    page.wait_for_timeout(500)
    expect(box(page)).to_be_focused()


def test_too_long_an_answer_is_one_clear_message_and_stays(visit: Visit) -> None:
    page = visit.open()
    text = "word " * 20_000
    box(page).fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("100,000 characters; the limit is 50,000")).to_be_visible()
    assert box(page).input_value() == text


def test_an_unknown_question_is_said(visit: Visit, bank: Bank) -> None:
    page = visit.open("/?q=no-such-question")
    expect(page.get_by_text("There is no question “no-such-question” here.")).to_be_visible()
    expect(page.locator("h1")).to_have_text(bank.questions[0].prompt)
