"""Study with a model, on the real wire: who judged, what it wrote, and what the page does when the model does not."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from grader import Bank
from grader.types import Question
from tests.llm_real.llama import free_port
from tests.openai_server import Answer, Hang, OpenAIServer, Raw, Received, Say, Script, Status, rubric_reply
from tests.openai_server.rubric import points_told
from tests.ui.conftest import Open
from tests.ui.model_world import KEY, WORDS, everything, judge, page, submit
from ui import judging, services
from ui.markup import esc

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> ![i](https://evil.example/i.png) "
    "[l](javascript:alert(3)) **bold** <b>b</b> :red[r]"
)


@pytest.fixture
def server(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> OpenAIServer:
    openai_server.script = Script(always=judge)
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("VIVA_MODEL", "test-model")
    return openai_server


def full_answer(question: Question) -> str:
    return next(sample.answer for sample in question.samples if sample.kind == "full")


def run(open_app: Open, bank: Bank) -> AppTest:
    return submit(open_app(), full_answer(bank.questions[0]))


def test_a_model_judges_and_then_writes(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    shown = page(run(open_app, bank))
    assert "Judged by a language model (test-model), checked against your words." in shown
    assert "of 10" in shown
    assert WORDS in shown
    assert "Written by test-model about your answer" in shown
    assert "Judging took " in shown
    assert [request.streams for request in server.script.received][-1] is True
    assert KEY not in shown


def test_the_offline_score_is_there_before_the_model_says_anything(
    server: OpenAIServer, open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "attend", lambda _: None)
    shown = page(run(open_app, bank))
    offline = services.grade(bank.questions[0], full_answer(bank.questions[0]))
    assert f"{offline.score * 10:.1f}".removesuffix(".0") + " of 10" in shown
    assert "Judging with test-model" in shown
    assert "viva-words" not in shown


def test_words_are_written_once_and_kept(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    at = run(open_app, bank)
    asked = len(server.script.received)
    for _ in range(3):
        at.run()
    at.switch_page("ui/about_page.py").run()
    at.switch_page("ui/study_page.py").run()
    assert WORDS in page(at)
    assert len(server.script.received) == asked


def test_feedback_is_told_no_more_than_labels_of_what_is_missing(
    server: OpenAIServer, open_app: Open, bank: Bank
) -> None:
    question = bank.questions[0]
    submit(open_app(), "I do not know the levels, but they are about how ready one is.")
    told = json.dumps(server.script.last.body)
    assert server.script.last.streams
    assert [point.text for point in question.readings[0].points if point.text in told] == []


def test_offline_only_asks_nobody(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    at = open_app("settings")
    at.radio(key="settings_who").set_value("offline")
    at.button(key="settings_save").click().run()
    assert "All answers are judged offline at the moment." in page(at)
    at.switch_page("ui/study_page.py").run()
    shown = page(submit(at, full_answer(bank.questions[0])))
    assert "Judged offline, on this computer." in shown
    assert "viva-words" not in shown
    assert server.script.received == []


def test_without_a_model_the_page_is_as_it_was(open_app: Open, bank: Bank) -> None:
    shown = page(run(open_app, bank))
    assert "Judged offline, on this computer." in shown
    assert "viva-words" not in shown
    assert "viva-quiet" not in shown


def score_block(shown: str) -> str:
    return shown.partition('<h2 id="viva-score"')[2].partition("</div>")[0]


def test_a_dead_endpoint_is_one_quiet_notice(open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    without = page(run(open_app, bank))
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free_port()}/v1")
    monkeypatch.setenv("VIVA_MODEL", "any")
    shown = page(run(open_app, bank))
    assert score_block(shown) == score_block(without)
    assert "Judged offline, on this computer." in shown
    assert shown.count("The model did not judge this answer") == shown.count("viva-quiet") == 1
    assert "viva-flags" not in shown
    assert "viva-words" not in shown


@pytest.mark.parametrize(
    "fault",
    [
        Status(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
        Status(429, "You exceeded your current quota", code="insufficient_quota"),
        Raw(b"<html>nothing here</html>", content_type="text/html"),
        Say("I will not do that."),
        Say(None, refusal="No."),
    ],
    ids=["key", "quota", "html", "prose", "refusal"],
)
def test_a_model_that_fails_leaves_the_offline_score(
    server: OpenAIServer, open_app: Open, bank: Bank, fault: Answer
) -> None:
    server.script.always = fault
    at = run(open_app, bank)
    shown = page(at)
    assert "Judged offline, on this computer." in shown
    assert shown.count("The model did not judge this answer") == 1
    assert KEY.encode() not in everything(at)
    at.button(key="study_again").click().run()
    assert at.text_area[0].value == full_answer(bank.questions[0])


def test_a_model_that_never_answers_is_given_up(
    server: OpenAIServer, open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script.always = Hang()
    monkeypatch.setattr(judging, "_MORE_SECONDS", -119.5)
    shown = page(run(open_app, bank))
    assert "The model did not judge this answer, so the score was worked out offline. It took too long." in shown


def test_who_goes_on_is_not_held_up_and_the_request_ends(
    server: OpenAIServer, open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script.always = Hang()
    monkeypatch.setattr(judging, "attend", lambda _: None)
    at = run(open_app, bank)
    work = at.session_state[judging.RESULT].work
    at.button(key="study_next").click().run()
    assert work.future.cancelled()
    assert esc(bank.questions[1].prompt) in page(at)


@pytest.mark.parametrize("fault", [Status(500), Say("You begin", stop_after=1), Say("")], ids=["500", "cut", "empty"])
def test_feedback_that_fails_leaves_the_score_and_says_nothing(
    server: OpenAIServer, open_app: Open, bank: Bank, fault: Answer
) -> None:
    server.script.always = lambda request: fault if request.streams else judge(request)
    shown = page(run(open_app, bank))
    assert "Judged by a language model (test-model)" in shown
    assert ("Written by" in shown) == ("You begin" in shown)
    assert "viva-lines" not in shown
    assert "viva-quiet" not in shown


def test_what_a_model_writes_is_text_and_nothing_else(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    def hostile(request: Received) -> Answer:
        if request.streams:
            return Say(HOSTILE)
        verdict = {"verdict": "unmet", "quote": HOSTILE, "why": HOSTILE}
        return rubric_reply(request, {point["id"]: verdict for point in points_told(request)}, extra={HOSTILE: 1})

    server.script.always = hostile
    at = run(open_app, bank)
    shown = page(at)
    assert shown.count(esc("<script>alert(1)</script>")) >= 2
    assert "**bold**" in shown
    for markup in ("<script", "<img", "<a ", "<b>"):
        assert markup not in shown
    assert not any("bold" in str(element.value) for element in at.markdown)


def test_where_the_two_differ_is_said_in_plain_words(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    server.script.always = lambda request: judge(request) if request.streams else rubric_reply(request)
    shown = page(run(open_app, bank))
    assert "The two ways of grading disagree here; a person should look at it." in shown
    assert "Where the two ways of grading differ" in shown
    assert "found offline, not by the model" in shown


def test_a_point_says_who_judged_it_where_that_differs(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    first = bank.questions[0].points[0].id

    def one_without(request: Received) -> Answer:
        if request.streams or first not in {point["id"] for point in points_told(request)}:
            return judge(request)
        return rubric_reply(request, {first: {"verdict": "cannot_assess", "quote": "", "why": "unclear"}})

    server.script.always = one_without
    shown = page(run(open_app, bank))
    total = len(bank.questions[0].readings[0].points)
    assert f"Judged offline: 1 of {total} points." in shown
    assert shown.count("judged offline, on this computer") == 1
    assert "it could not tell: unclear" in shown
    assert "cannot_assess" not in shown


def test_an_address_that_is_none_is_a_notice_and_judged_offline(
    open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://nowhere")
    at = run(open_app, bank)
    assert page(at).count("The model did not judge this answer") == 1
    assert "of 10" in page(at)


def test_a_fault_of_ours_is_logged_and_the_score_stays(
    server: OpenAIServer, open_app: Open, bank: Bank, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("internal detail")

    monkeypatch.setattr(services, "model", broken)
    with caplog.at_level(logging.ERROR):
        shown = page(run(open_app, bank))
    assert esc("What happened is in the server's log.") in shown
    assert "internal detail" not in shown
    assert "internal detail" in caplog.text


def test_the_key_is_in_no_log_and_no_file(
    server: OpenAIServer, open_app: Open, bank: Bank, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        at = run(open_app, bank)
    assert server.script.last.api_key == KEY
    assert KEY not in caplog.text
    assert KEY.encode() not in everything(at)
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert "replies.sqlite3" in {path.name for path in files}
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
