"""What may not happen: a request to elsewhere, an answer that acts, a reference that is seen too early."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from grader import Bank
from tests.browser.harness import Server, Visit, box, own_tracebacks

HOSTILE = """<script>alert(1); fetch('https://evil.example/s')</script>
<img src="https://evil.example/i.png" onerror="alert(2)"><svg onload=alert(3)></svg>
<style>@import url(https://evil.example/c.css); body { display: none }</style>
<a href="https://evil.example">a</a> <iframe src="https://evil.example"></iframe>
![i](https://evil.example/m.png) [l](javascript:alert(4)) **bold** $x^2$ :red[r] `c`
"><b onmouseover=alert(5)>hover</b> &lt;i&gt; \u202eover"""


def test_nothing_is_asked_of_another_host(visit: Visit, server: Server) -> None:
    page = visit.open()
    box(page).fill("An answer about models in production")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_visible()
    page.get_by_text("Reference answer").first.click()
    for path in ("/questions", "/about"):
        visit.open(path)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_timeout(500)
    assert len(visit.traffic.requests) > 10
    assert visit.traffic.hosts() == {urlsplit(server.url).netloc}


def test_a_hostile_answer_is_text_and_nothing_else(visit: Visit, server: Server) -> None:
    page = visit.open()
    box(page).fill(HOSTILE + "\nThe model keeps learning from new data.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_visible()
    shown = page.locator(".viva-answer").inner_text()
    for part in ("<script>alert(1)", '<img src="https://evil.example/i.png"', "**bold**", "![i](https", "&lt;i&gt;"):
        assert part in shown
    inside = ".viva-answer :not(mark):not(sup)"
    assert page.locator(inside).count() == 0
    page.locator(".viva-answer").hover()
    page.wait_for_timeout(500)
    assert page.locator(".stMain :is(script, iframe, img, svg[onload])").count() == 0
    assert visit.traffic.dialogs == []
    assert visit.traffic.hosts() == {urlsplit(server.url).netloc}


def test_nothing_of_the_reference_arrives_before_an_answer(visit: Visit, bank: Bank) -> None:
    page = visit.open("/questions")
    expect(page.locator("h1")).to_be_visible()
    for question in (*bank.questions[:2], bank.questions[-1]):
        visit.open(f"/?q={question.id}")
        expect(page.locator("h1")).to_have_text(question.prompt)
        box(page).press_sequentially("typing")
        page.wait_for_timeout(900)
        page.get_by_role("button", name="All questions").click()
        expect(page.get_by_role("combobox", name="Topic")).to_be_visible()
    content = page.content().encode()
    received = visit.traffic.received() + content
    prompts = " ".join(question.prompt for question in bank.questions)
    leaked = []
    for question in bank.questions:
        hidden = [sample.answer for sample in question.samples]
        for reading in question.readings:
            hidden += reading.references
            for point in reading.points:
                hidden += [point.text, *(alias for alias in point.aliases if len(alias) > 15)]
        leaked += [text for text in hidden if text not in prompts and text.encode() in received]
    assert b"viva-question" in received
    assert leaked == []

    # The watch itself sees what comes after an answer.
    page.keyboard.press("Escape")
    box(page).fill("an answer, to see the reference afterwards")
    box(page).press("Control+Enter")
    expect(page.get_by_text("Reference answer")).to_be_visible()
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
    reference = bank.questions[-1].readings[0].references[0]
    assert reference.split("'")[0][:40].encode() in visit.traffic.received()


def test_the_log_holds_no_answer_and_no_traceback_of_ours(visit: Visit, server: Server) -> None:
    page = visit.open()
    box(page).fill("my very private words")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#viva-score")).to_be_visible()
    log = server.log.read_text(errors="replace")
    assert "private words" not in log
    assert own_tracebacks(log) == []
