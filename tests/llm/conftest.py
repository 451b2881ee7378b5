"""Clients of the scripted server that are not Viva's: openai's own, and plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import openai
import pytest

from tests.openai_server import OpenAIServer


@pytest.fixture
def client(openai_server: OpenAIServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=openai_server.base_url, api_key="sk-any", max_retries=0, timeout=5) as made:
        yield made


@pytest.fixture
def http(openai_server: OpenAIServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=openai_server.base_url, timeout=5, trust_env=False) as made:
        yield made
