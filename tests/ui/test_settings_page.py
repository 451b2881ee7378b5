"""Settings: which model judges in this visit, whether it answers, and where a key does not go."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from grader import Bank
from grader.errors import InputError
from tests.llm_real.llama import free_port
from tests.openai_server import Hang, OpenAIServer, Script, Status
from tests.ui.conftest import Open
from tests.ui.model_world import KEY, WORDS, everything, judge, page, submit
from ui import models, services
from ui.markup import esc
from ui.models import Choice, set_up

SERVER = {"OPENAI_API_KEY": "sk-of-the-server", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "VIVA_MODEL": "theirs"}


@pytest.fixture
def server(openai_server: OpenAIServer) -> OpenAIServer:
    openai_server.script = Script(always=judge)
    return openai_server


def typed(at: AppTest, button: str = "settings_save", **values: str) -> AppTest:
    for name, value in values.items():
        at.text_input(key=f"settings_{name}").set_value(value)
    return at.button(key=button).click().run()


def test_without_a_model_it_says_so(open_app: Open) -> None:
    at = open_app("settings")
    shown = page(at)
    assert "No model is set up, so all answers are judged offline." in shown
    assert "What leaves this computer" in shown
    assert "No model was asked yet." in shown
    assert "Nothing is kept yet." in shown
    assert "nothing to test" in page(typed(at, "settings_test"))


def test_what_is_typed_judges_in_this_visit_and_in_no_other(server: OpenAIServer, open_app: Open) -> None:
    at = typed(open_app("settings"), address=server.base_url, model="test-model", key=KEY)
    assert f"Answers are judged by test-model at {server.base_url}." in page(at)
    at.switch_page("ui/study_page.py").run()
    assert WORDS in page(submit(at, "There are five levels, from manual work to full automation."))
    assert server.script.last.api_key == KEY
    other = open_app("settings")
    assert "No model is set up" in page(other)
    assert [box.value for box in other.text_input if str(box.key).startswith("settings_")] == ["", "", ""]


def test_a_key_is_taken_and_never_comes_back(
    server: OpenAIServer, open_app: Open, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.script.api_key = KEY
    with caplog.at_level(logging.DEBUG):
        at = typed(open_app("settings"), "settings_test", address=server.base_url, model="test-model", key=KEY)
        assert "The connection works." in page(at)
        box = at.text_input(key="settings_key")
        assert (box.value, box.placeholder, box.autocomplete) == ("", "A key is held for this visit", "off")
        at.switch_page("ui/study_page.py").run()
        submit(at, "There are five levels, from manual work to full automation.")
        at.switch_page("ui/settings_page.py").run()
    assert KEY.encode() not in everything(at)
    assert KEY not in caplog.text
    assert KEY not in str(at.query_params)
    assert KEY not in repr(at.session_state._state.filtered_state)
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    at.button(key="settings_forget").click().run()
    assert at.text_input(key="settings_key").placeholder == "No key"
    assert "does not work" in page(typed(at, "settings_test"))


def test_a_key_stays_with_its_address(server: OpenAIServer, open_app: Open) -> None:
    at = typed(open_app("settings"), address="http://127.0.0.1:9/v1", model="m", key=KEY)
    typed(at, "settings_test", address=server.base_url)
    assert {request.api_key for request in server.script.received} == {None}


def test_the_keys_of_the_server_go_to_no_address_that_was_typed() -> None:
    typed = set_up(Choice(base_url="http://127.0.0.1:2/v1", model="mine"), SERVER)
    assert typed is not None
    assert (typed[0].api_key, typed[1].model) == (None, "mine")
    same = set_up(Choice(base_url="http://127.0.0.1:1", judges=3, few_shot=False), SERVER)
    assert same is not None
    assert same[0].api_key == SecretStr("sk-of-the-server")
    assert (same[1].model, same[1].judges, same[1].few_shot) == ("theirs", 3, False)
    own = set_up(Choice(key=SecretStr("sk-mine")), SERVER)
    assert own is not None
    assert own[0].api_key == SecretStr("sk-mine")
    assert set_up(Choice(), {}) is None
    with pytest.raises(InputError, match="looks like"):
        set_up(Choice(base_url="nonsense"), SERVER)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"address": "ftp://x"}, "“Address”: an address looks like http://127.0.0.1:11434/v1"),
        ({"address": "http://me:secret@host"}, "the key goes into “Key”"),
        ({"key": "two words"}, "“Key”: the key holds a space"),
        ({"address": "<script>alert(1)</script>"}, "an address looks like"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_taken(open_app: Open, values: dict[str, str], told: str) -> None:
    at = typed(open_app("settings"), **values)
    shown = page(at)
    assert "This cannot be used." in shown
    assert esc(told) in shown
    assert "<script" not in shown
    assert "No model is set up" in shown


def test_a_test_says_in_words_what_is_wrong(server: OpenAIServer, open_app: Open) -> None:
    at = typed(open_app("settings"), "settings_test", address=f"http://127.0.0.1:{free_port()}/v1", model="m")
    assert "The connection does not work." in page(at)
    assert "no server answers" in page(at).lower()
    assert "OPENAI_" not in page(at)
    typed(at, "settings_test", address=server.base_url, model="gone")
    assert "test-model" in page(at)
    server.script.api_key = "sk-another"
    assert "“Key”" in page(typed(at, "settings_test", model="test-model", key=KEY))
    server.script = Script(always=Status(429, "You exceeded your quota", code="insufficient_quota"))
    assert "does not work" in page(typed(at, "settings_test"))


def test_a_test_that_never_ends_is_given_up(
    server: OpenAIServer, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script.always = Hang()
    monkeypatch.setattr(models, "TEST_SECONDS", 0.4)
    at = typed(open_app("settings"), "settings_test", address=server.base_url, model="test-model")
    assert "No answer in 0.4 seconds." in page(at)


def test_judges_and_examples_are_as_chosen(server: OpenAIServer, open_app: Open) -> None:
    at = open_app("settings")
    at.number_input(key="settings_judges").set_value(3)
    at.toggle(key="settings_few_shot").set_value(False)
    typed(at, address=server.base_url, model="test-model")
    model = services.model(Choice(base_url=server.base_url, model="test-model", judges=3, few_shot=False))
    assert model is not None
    at.switch_page("ui/study_page.py").run()
    submit(at, "There are five levels, from manual work to full automation.")
    asked = [request for request in server.script.received if not request.streams]
    assert len(asked) >= 3
    at.switch_page("ui/settings_page.py").run()
    assert (at.number_input(key="settings_judges").value, at.toggle(key="settings_few_shot").value) == (3, False)


def test_tokens_are_counted_and_replies_cleared(server: OpenAIServer, open_app: Open, bank: Bank) -> None:
    at = typed(open_app("settings"), address=server.base_url, model="gpt-4o")
    server.script.any_model = True
    at.switch_page("ui/study_page.py").run()
    assert "Judging took " in page(submit(at, "There are five levels."))
    assert ", $0." in page(at)
    at.switch_page("ui/settings_page.py").run()
    assert "requests, about " in page(at)
    assert "1 reply is kept" in page(at)
    at.button(key="settings_clear").click().run()
    assert "All remembered replies are gone." in page(at)
    assert "Nothing is kept yet." in page(at)
    asked = len(server.script.received)
    at.switch_page("ui/study_page.py").run()
    at.button(key="study_again").click().run()
    submit(at, "There are five levels.")
    assert len(server.script.received) > asked + 1


def test_the_environment_and_the_secrets_set_a_model_up(
    server: OpenAIServer, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"OPENAI_BASE_URL": server.base_url, "VIVA_MODEL": "of-the-secrets", "OPENAI_API_KEY": KEY}
    monkeypatch.setattr(services, "secrets", lambda: held)
    at = open_app("settings")
    assert f"judged by of-the-secrets at {server.base_url}" in page(at)
    assert at.text_input(key="settings_key").placeholder == "The server has one"
    monkeypatch.setenv("VIVA_MODEL", "of-the-environment")
    assert "judged by of-the-environment" in page(at.run())
    assert KEY.encode() not in everything(at)


def test_a_server_that_is_set_up_wrong_is_said_and_mended_here(
    server: OpenAIServer, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://nowhere")
    at = open_app("settings")
    assert "the model is not set up right: OPENAI_BASE_URL" in page(at)
    assert f"at {server.base_url}." in page(typed(at, address=server.base_url, model="test-model"))


def test_about_tells_what_leaves(server: OpenAIServer, open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing you write leaves this server" in page(open_app("about"))
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    shown = page(open_app("about"))
    assert f"A language model at {server.base_url} judges here." in shown
    assert "Nothing you write leaves this server" not in shown
    assert "no usage statistics" in shown
