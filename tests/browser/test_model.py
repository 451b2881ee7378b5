"""With a model behind the page: the offline score at once, the model's in its place, then its words; and the settings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from grader import Bank
from tests.browser.harness import Server, Visit, Visitor, box, own_tracebacks, serve
from tests.browser.test_looks import CONTRAST, OVERFLOW
from tests.openai_server import Answer, Hang, OpenAIServer, Received, Say, Script, honest_reply
from tests.openai_server.rubric import default_reply, points_told

KEY = "sk-secret-0123456789abcdef"
HOSTILE = (
    "Well said. <img src=https://evil.example/i.png> ![i](https://evil.example/m.png) [l](https://evil.example) **b**"
)


def judge(request: Received) -> Answer:
    if request.streams:
        return Say(HOSTILE, delay=0.3, between=0.04)
    if not points_told(request):
        return default_reply(request)
    reply = honest_reply(request)
    return Say(reply.text, delay=0.6)


@pytest.fixture(scope="module")
def server(
    project_root: Path, tmp_path_factory: pytest.TempPathFactory, _openai_server: OpenAIServer
) -> Iterator[Server]:
    environment = {"OPENAI_BASE_URL": _openai_server.base_url, "VIVA_MODEL": "test-model"}
    with serve(project_root, tmp_path_factory.mktemp("with-model"), environment) as running:
        yield running


@pytest.fixture(autouse=True)
def _judges(openai_server: OpenAIServer) -> None:
    openai_server.script = Script(always=judge)


def answer(bank: Bank) -> str:
    return next(sample.answer for sample in bank.questions[0].samples if sample.kind == "partial")


def test_the_score_comes_first_then_the_models_then_its_words(visit: Visit, bank: Bank, server: Server) -> None:
    page = visit.open(f"/?q={bank.questions[0].id}")
    box(page).fill(answer(bank))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".viva-waits")).to_contain_text("Judging with test-model")
    expect(page.locator("#viva-score")).to_contain_text("of 10 (likely")
    expect(page.locator("#viva-score")).to_be_focused()
    expect(page.locator("li.viva-point").first).to_be_visible()
    assert page.locator(".viva-words").count() == 0

    expect(page.locator(".viva-judged")).to_contain_text("Judged by a language model (test-model)")
    expect(page.locator("#viva-score")).to_be_focused()
    words = page.locator(".viva-words .viva-feedback")
    expect(page.locator(".viva-words")).to_contain_text("test-model is writing")
    expect(words).to_contain_text("Well said.")
    assert words.inner_text() != HOSTILE
    expect(words).to_have_text(HOSTILE)
    expect(page.locator(".viva-words")).to_contain_text("Written by test-model")
    assert page.locator(".stMain :is(.viva-words a, .viva-words img, .viva-words strong)").count() == 0
    assert visit.traffic.hosts() == {urlsplit(server.url).netloc}


def test_who_goes_on_does_not_wait_for_the_model(visit: Visit, bank: Bank, openai_server: OpenAIServer) -> None:
    openai_server.script.always = Hang()
    page = visit.open(f"/?q={bank.questions[0].id}")
    box(page).fill("An answer that nobody will judge")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".viva-waits")).to_be_visible()
    begun = time.monotonic()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1")).to_have_text(bank.questions[1].prompt)
    expect(box(page)).to_be_focused()
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_settings_and_a_models_result_look_right(
    visitor: Visitor, bank: Bank, openai_server: OpenAIServer, server: Server, width: int, scheme: str
) -> None:
    visit = visitor(width, 800, scheme, touch=width < 640)
    page = visit.open("/settings")
    page.get_by_label("Key", exact=True).fill(KEY)
    assert page.get_by_label("Key", exact=True).get_attribute("autocomplete") == "off"
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The connection works.")).to_be_visible()
    assert openai_server.script.last.api_key == KEY
    expect(page.get_by_label("Key", exact=True)).to_have_value("")
    page.wait_for_timeout(600)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(CONTRAST) == {}
    assert KEY.encode() not in visit.traffic.received()
    assert KEY not in page.url + str(page.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie]"))
    assert KEY not in server.log.read_text(errors="replace")

    visit.open(f"/?q={bank.questions[0].id}")
    box(page).fill(f"{answer(bank)} {width}")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".viva-waits")).to_be_visible()
    expect(page.locator(".viva-words")).to_contain_text("Written by test-model")
    page.wait_for_timeout(300)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(CONTRAST) == {}
    assert own_tracebacks(server.log.read_text(errors="replace")) == []
