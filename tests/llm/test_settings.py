"""Where the model is and how it is asked: what the environment says, what is signed, and what never shows."""

from __future__ import annotations

import copy
import json

import pytest
from pydantic import SecretStr, ValidationError

from grader.errors import InputError
from grader.llm.settings import DEFAULT_MODEL, OFFICIAL, Endpoint, LlmSettings, from_environment
from tests.llm.told import everything_told

KEY = "sk-very-secret-0123456789"


# --- the environment


def test_without_key_and_address_there_is_no_model() -> None:
    assert from_environment({}) is None
    assert from_environment({"OPENAI_API_KEY": "  ", "OPENAI_BASE_URL": "", "VIVA_MODEL": "m"}, {}) is None


def test_a_key_alone_means_the_official_endpoint_and_a_default_model() -> None:
    found = from_environment({"OPENAI_API_KEY": KEY})
    assert found is not None
    endpoint, settings = found
    assert (endpoint.base_url, endpoint.address, endpoint.is_official) == (None, OFFICIAL, True)
    assert endpoint.api_key is not None
    assert endpoint.api_key.get_secret_value() == KEY
    assert settings.model == DEFAULT_MODEL


def test_an_address_alone_means_a_local_server_without_key_or_default_model() -> None:
    found = from_environment({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})
    assert found is not None
    endpoint, settings = found
    assert (endpoint.api_key, endpoint.is_official, settings.model) == (None, False, "")


def test_the_environment_wins_over_the_secrets() -> None:
    secrets = {"OPENAI_API_KEY": "other", "VIVA_MODEL": "theirs", "OPENAI_BASE_URL": "http://here:1/v1", "more": {}}
    found = from_environment({"OPENAI_API_KEY": KEY, "VIVA_MODEL": "mine"}, secrets)
    assert found is not None
    assert found[0].api_key == SecretStr(KEY)
    assert found[0].base_url == "http://here:1/v1"
    assert found[1].model == "mine"


def test_secrets_alone_are_enough_and_odd_values_are_none() -> None:
    found = from_environment({}, {"OPENAI_API_KEY": KEY, "VIVA_MODEL": 7})
    assert found is not None
    assert found[1].model == DEFAULT_MODEL


def test_changes_reach_the_settings() -> None:
    found = from_environment({"OPENAI_API_KEY": KEY}, judges=3, few_shot=False)
    assert found is not None
    assert (found[1].judges, found[1].few_shot) == (3, False)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"OPENAI_BASE_URL": "localhost:8080"}, "OPENAI_BASE_URL: an address looks like http://127.0.0.1:11434/v1"),
        ({"OPENAI_BASE_URL": "ftp://x/v1"}, "OPENAI_BASE_URL: an address looks like http://127.0.0.1:11434/v1"),
        ({"OPENAI_BASE_URL": "http://[::1/v1"}, "OPENAI_BASE_URL: an address looks like http://127.0.0.1:11434/v1"),
        ({"OPENAI_BASE_URL": "http://a:99999/v1"}, "OPENAI_BASE_URL: an address looks like http://127.0.0.1:11434/v1"),
        ({"OPENAI_BASE_URL": f"http://me:{KEY}@x/v1"}, "OPENAI_BASE_URL: an address holds no name or password"),
        ({"OPENAI_BASE_URL": f"http://x/v1?key={KEY}"}, "OPENAI_BASE_URL: an address ends with its path"),
        ({"OPENAI_API_KEY": KEY + "\nx"}, "OPENAI_API_KEY: the key holds a space or a character that no key has"),
        ({"OPENAI_API_KEY": KEY + "é"}, "OPENAI_API_KEY: the key holds a space or a character that no key has"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_without_the_key(given: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        from_environment(given)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)
    assert KEY not in everything_told(caught.value)


# --- the endpoint


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
        ("https://host/api/openai/v1/", "https://host/api/openai/v1"),
        (" http://[::1]:1/v1 ", "http://[::1]:1/v1"),
        ("", OFFICIAL),
        (None, OFFICIAL),
    ],
)
def test_addresses_are_made_whole(given: str | None, address: str) -> None:
    assert Endpoint(base_url=given).address == address


@pytest.mark.parametrize(
    ("address", "official"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://evilapi.openai.com/v1", False),
    ],
)
def test_only_openai_is_official(address: str, official: bool) -> None:
    assert Endpoint(base_url=address).is_official is official


def test_the_key_never_shows() -> None:
    endpoint = Endpoint(base_url="http://x/v1", api_key=SecretStr(KEY))
    shown = [repr(endpoint), str(endpoint), f"{endpoint.model_dump()}", endpoint.model_dump_json(), f"{endpoint!r:>9}"]
    shown += [json.dumps(endpoint.model_dump(mode="json")), repr(copy.copy(endpoint)), repr(vars(endpoint))]
    shown += [repr(endpoint.model_dump(round_trip=True)), repr(list(endpoint))]
    assert not [text for text in shown if KEY in text]
    with pytest.raises(ValidationError) as caught:
        Endpoint.model_validate({"api_key": SecretStr(KEY), "base_url": f"nonsense{KEY}", "extra": KEY})
    assert KEY not in everything_told(caught.value)


# --- what is signed


CHANGES = {
    "model": "other",
    "prompt": "judge-9",
    "second_prompt": "second-look-9",
    "temperature": None,
    "seed": 7,
    "max_output_tokens": 9,
    "judges": 3,
    "second_look": False,
    "few_shot": False,
    "support": 0.9,
    "max_answer_chars": 9,
    "max_request_chars": 9,
    "request_timeout": 9.0,
    "answer_deadline": 9.0,
    "max_retries": 9,
}


def test_every_setting_is_in_the_signature() -> None:
    assert set(CHANGES) == set(LlmSettings.model_fields)
    digests = {LlmSettings(**{name: value}).digest for name, value in CHANGES.items()}  # type: ignore[arg-type]
    assert len(digests | {LlmSettings().digest}) == len(CHANGES) + 1


def test_the_signature_names_the_model_and_holds_for_equal_settings() -> None:
    assert LlmSettings(model="a").signature == LlmSettings(model="a").signature
    assert LlmSettings(model="a").signature.startswith("model:a|settings:")


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        LlmSettings.model_validate({"judge": 3})
    with pytest.raises(ValidationError):
        LlmSettings(request_timeout=float("inf"))
