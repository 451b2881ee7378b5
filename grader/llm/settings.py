"""Where the model is and how it is asked: what the environment says, and what belongs to the signature of a grade."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from grader.errors import InputError

OFFICIAL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-5.4-mini"
"""What the official endpoint is asked for where nobody named a model: cheap, and without an announced end."""

KEY, BASE_URL, MODEL = "OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_MODEL"

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Endpoint(BaseModel):
    """An address that speaks the OpenAI protocol, and the key that opens it; the key never shows, whoever prints or dumps this.

    ``base_url`` is None for the official endpoint. An address without a path gets ``/v1``, as every server has it there.

    >>> Endpoint(base_url="http://127.0.0.1:11434/", api_key=None).base_url
    'http://127.0.0.1:11434/v1'
    >>> print(Endpoint(api_key=SecretStr("sk-1234")))
    base_url=None
    """

    # A message of pydantic quotes what it was given, which may be the key.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: str | None = None
    api_key: SecretStr | None = Field(default=None, repr=False, exclude=True)

    @field_validator("base_url")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        if given is None or not given.strip():
            return None
        told = "an address looks like http://127.0.0.1:11434/v1"
        try:
            parts = urlsplit(given.strip())
            port = parts.port
        except ValueError:
            raise ValueError(told) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or not given.isprintable():
            raise ValueError(told)
        if parts.username is not None or parts.password is not None:
            # It would stand in every log line of the HTTP client.
            raise ValueError("an address holds no name or password: the key goes into OPENAI_API_KEY")
        if parts.query or parts.fragment:
            raise ValueError("an address ends with its path: no ? and no #")
        path = parts.path.rstrip("/")
        return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"

    @field_validator("api_key")
    @classmethod
    def _key(cls, given: SecretStr | None) -> SecretStr | None:
        key = "" if given is None else given.get_secret_value().strip()
        if not key:
            return None
        # Anything else cannot stand in a header, and the error of the HTTP client would quote it.
        if not all("!" <= character <= "~" for character in key):
            raise ValueError("the key holds a space or a character that no key has")
        return SecretStr(key)

    @property
    def address(self) -> str:
        """The base URL that requests go to."""
        return self.base_url or OFFICIAL

    @property
    def is_official(self) -> bool:
        """Whether this is OpenAI's own endpoint."""
        host = urlsplit(self.address).hostname or ""
        return host == "api.openai.com" or host.endswith(".api.openai.com")


class LlmSettings(BaseModel):
    """How a model is asked; all of it is in the signature, and so in the cache's keys.

    ``model`` may be empty where the endpoint is not the official one: ``grader.llm.probe.settled`` fills in the only model that
    the server has. Times are in seconds, lengths in characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    prompt: str = "judge-1"
    second_prompt: str = "second-look-1"
    temperature: float | None = Field(default=0.0, ge=0, le=2)
    seed: int | None = None
    max_output_tokens: Count = 2000
    judges: Annotated[int, Field(ge=1, le=15)] = 1
    second_look: bool = True
    few_shot: bool = True
    support: Annotated[float, Field(ge=0, le=1)] = 0.35
    """How well a quoted passage must match its point, offline, for the model's word to stand."""
    max_answer_chars: Count = 20_000
    max_request_chars: Count = 100_000
    request_timeout: Seconds = 60.0
    answer_deadline: Seconds = 120.0
    max_retries: Annotated[int, Field(ge=0, le=20)] = 4

    @property
    def digest(self) -> str:
        """A digest of every field, so that none can be left out.

        >>> LlmSettings(model="a").digest == LlmSettings(model="a").digest != LlmSettings(model="b").digest
        True
        """
        fields = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(fields.encode()).hexdigest()[:8]

    @property
    def signature(self) -> str:
        """The model's name and the digest, as a part of a grade's signature."""
        return f"model:{self.model or '?'}|settings:{self.digest}"


def from_environment(
    env: Mapping[str, str], secrets: Mapping[str, Any] | None = None, **changes: Any
) -> tuple[Endpoint, LlmSettings] | None:
    """Return where the model is and how it is asked, or None where neither a key nor an address is given.

    ``env`` wins over ``secrets`` (Streamlit's, with the same names); an empty value counts as none. ``changes`` are settings
    other than the defaults. Raises ``InputError`` with one line that never holds the key.

    >>> endpoint, settings = from_environment({"OPENAI_BASE_URL": "http://127.0.0.1:8080"})
    >>> endpoint.base_url, settings.model
    ('http://127.0.0.1:8080/v1', '')
    >>> from_environment({"VIVA_MODEL": "gpt-5.4-mini"}) is None
    True
    """
    key, base_url, model = (_setting(name, env, secrets) for name in (KEY, BASE_URL, MODEL))
    if key is None and base_url is None:
        return None
    try:
        endpoint = Endpoint(base_url=base_url, api_key=None if key is None else SecretStr(key))
        named = changes.pop("model", None) or model or (DEFAULT_MODEL if endpoint.is_official else "")
        return endpoint, LlmSettings(model=named, **changes)
    except ValidationError as error:
        failure = InputError(_told(error))
    raise failure  # out here, so that pydantic's error does not hang on it


def _setting(name: str, env: Mapping[str, str], secrets: Mapping[str, Any] | None) -> str | None:
    for source in (env, secrets or {}):
        value = source.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _told(error: ValidationError) -> str:
    """Return the first complaint with the name that the person knows."""
    names = {"base_url": BASE_URL, "api_key": KEY, "model": MODEL}
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(names.get(str(part), str(part)) for part in first["loc"])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
