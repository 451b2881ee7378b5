"""The model that judges in a session: the server's own or one that was typed in, for this session alone.

What is typed stays in the session's memory. A key that the server has goes to the server's own address and to no other, since
anyone who sees the page can type an address.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet, finalize

import streamlit as st
from pydantic import SecretStr

from grader.errors import InputError
from grader.llm.cache import Cache, clear
from grader.llm.capability import Memory
from grader.llm.client import Client
from grader.llm.loop import Background
from grader.llm.settings import BASE_URL, KEY, MODEL, Endpoint, LlmSettings, from_environment
from grader.offline import OfflineGrader
from grader.session import Session, join
from grader.types import Usage

MOST_JUDGES = 5
"""Fewer than the command line allows: someone is waiting."""
TEST_SECONDS = 45
"""The longest that a test of a connection lasts; what it asks has limits of its own below that."""
_CHOICE, _OWN, _SPENT = "viva_model_choice", "viva_model_own", "viva_model_spent"
_STEP_SECONDS = 0.1
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What this session's settings page was told; an empty text means the server's own."""

    is_offline: bool = False
    base_url: str = ""
    model: str = ""
    key: SecretStr | None = None
    judges: int = 1
    few_shot: bool = True

    @property
    def is_own(self) -> bool:
        """Whether it names another model, address or key than the server's."""
        return bool(self.base_url or self.model or self.key)


def set_up(choice: Choice, server: Mapping[str, str]) -> tuple[Endpoint, LlmSettings] | None:
    """Return where the model is and how it is asked; None where neither a key nor an address is known.

    ``server`` holds the server's own key, address and model, by their names in the environment. Raises ``InputError``, one line.
    """
    given = dict(server)
    own = from_environment({BASE_URL: choice.base_url})
    if own is not None and own[0].address != _address(server):
        given = {BASE_URL: choice.base_url}
    if choice.key is not None:
        given[KEY] = choice.key.get_secret_value()
    if choice.model:
        given[MODEL] = choice.model
    return from_environment(given, judges=choice.judges, few_shot=choice.few_shot)


def _address(server: Mapping[str, str]) -> str | None:
    try:
        found = from_environment(server)
    except InputError:
        return None
    return None if found is None else found[0].address


class Model:
    """One model at one address: its connections, and the grader before them, which is put together when first wanted."""

    def __init__(self, models: Models, endpoint: Endpoint, settings: LlmSettings, offline: OfflineGrader) -> None:
        self.endpoint, self.settings = endpoint, settings
        self.cache = models.cache
        self.loop = models.loop
        self.memory = Memory(endpoint.address, self.cache)
        self.client = Client(endpoint, memory=self.memory)
        self._offline = offline
        self._lock = asyncio.Lock()
        self._session: Session | None = None

    @property
    def name(self) -> str:
        """The model's name, empty as long as nobody knows it."""
        return self.settings.model if self._session is None else self._session.settings.model

    async def session(self) -> Session:
        """Return the grader and what stands behind it; one that has no model to ask says so and is not kept."""
        async with self._lock:
            if self._session is not None:
                return self._session
            made = await join(self.client, self.settings, loop=self.loop, offline=self._offline, cache=self.cache)
            if made.failure is None:
                self._session = made
            return made


class Models:
    """What all sessions share: one event loop, one file of remembered replies, and the models of the server's own endpoint."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.loop = Background()
        self._cache: Cache | None = None
        self._shared: dict[tuple[Endpoint, LlmSettings], Model] = {}
        self._all: WeakSet[Model] = WeakSet()
        self._orphans: deque[Client] = deque()
        self._lock = threading.RLock()

    @property
    def cache(self) -> Cache:
        """The remembered replies; the file is made when a model is first set up."""
        with self._lock:
            if self._cache is None:
                self._cache = Cache(self.path)
            return self._cache

    def shared(self, endpoint: Endpoint, settings: LlmSettings, offline: OfflineGrader) -> Model:
        """Return the one model for all sessions that use the server's own endpoint in the same way."""
        with self._lock:
            found = self._shared.get((endpoint, settings))
            if found is None:
                found = self._shared[endpoint, settings] = self.own(endpoint, settings, offline)
            return found

    def own(self, endpoint: Endpoint, settings: LlmSettings, offline: OfflineGrader) -> Model:
        """Return a model of a session's own; whoever holds it keeps it alive, nothing here does."""
        self._tidy()
        model = Model(self, endpoint, settings, offline)
        self._all.add(model)
        # Noted only: whoever happens to collect a session that ended is not to wait for connections, nor for locks.
        finalize(model, self._orphans.append, model.client)
        return model

    def _tidy(self) -> list[Future[None]]:
        """Begin to close the connections of models that nobody holds any more."""
        closing = []
        while self._orphans:
            closing.append(self.loop.start(self._orphans.popleft().close()))
        return closing

    def forget_replies(self) -> int:
        """Remove all remembered replies; return how many bytes that frees. Raises OSError."""
        with self._lock:
            if self._cache is not None:
                self._cache.close()
            self._cache = None
            self._shared.clear()
            return clear(self.path)

    def close(self) -> None:
        """Close what is open; what still runs is canceled."""
        closing = [self.loop.start(model.client.close()) for model in list(self._all)]
        wait([*closing, *self._tidy()], timeout=_CLOSE_SECONDS)
        self.loop.close()
        if self._cache is not None:
            self._cache.close()


# --- this session


def choice() -> Choice:
    """Return what this session chose."""
    found: Choice = st.session_state.get(_CHOICE, Choice())
    return found


def choose(chosen: Choice) -> None:
    """Take over what this session chooses."""
    st.session_state[_CHOICE] = chosen


def model_of(chosen: Choice, models: Models, server: Mapping[str, str], offline: OfflineGrader) -> Model | None:
    """Return the model that a choice means, whoever judges; None where none is set up. Raises ``InputError``."""
    found = set_up(chosen, server)
    if found is None:
        return None
    if not chosen.is_own:
        return models.shared(*found, offline)
    own: Model | None = st.session_state.get(_OWN)
    if own is None or (own.endpoint, own.settings) != found or own.cache is not models.cache:
        own = st.session_state[_OWN] = models.own(*found, offline)
    return own


def spent() -> Usage:
    """Return what asking models took in this session, as far as it is known."""
    found: Usage = st.session_state.get(_SPENT, Usage())
    return found


def spend(usage: Usage | None) -> None:
    """Count what asking a model took."""
    if usage is not None:
        st.session_state[_SPENT] = spent() + usage


def waiting(future: Future[Any], until: float) -> Iterator[None]:
    """Yield again and again as long as a future is not done; at ``until``, by ``time.monotonic``, it is canceled.

    Streamlit gets a word in all the while: where something was clicked, or the browser has gone, it leaves from here.
    """
    while not wait([future], timeout=_STEP_SECONDS).done:
        if time.monotonic() > until:
            future.cancel()
            return
        st.session_state.get(_CHOICE)  # whoever reads the session's state lets Streamlit interrupt
        yield
