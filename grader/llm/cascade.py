"""The asker before an endpoint: it tries again, holds back, rests, and finds out how this server wants to be asked for JSON.

A strict schema comes first, then any JSON object, then plain text. A step down is taken for good when the server says that it does
not take the format, or when it fails, or ignores what was asked, and the next step then works; a server that is merely ill is not
thought to be unable.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from grader.llm.client import Client
from grader.llm.limiter import Limiter
from grader.llm.retry import Retries, persist
from grader.llm.settings import LlmSettings
from grader.llm.types import MODES, FailureKind, LlmFailure, Mode, Reply, Request, Usage
from grader.llm.wire import StatusFailure

# After these a server is left alone for a while: at once, or when so many in a row came to nothing.
_REST_SECONDS = 30.0
_REST_AFTER: Mapping[FailureKind, int] = {"bad_key": 1, "no_quota": 1, "unknown_model": 1, "no_server": 3, "timeout": 3}
# A status by which servers say, some of them by mistake, that they cannot do what a request asks for.
_UNABLE = frozenset({400, 404, 405, 415, 422, 500, 501})
# How many of the latest replies may be no JSON before plain text is tried, and how often a server must fail to be thought unable.
_LATEST, _MOST_INVALID = 6, 2
_TIMES_UNABLE = 2
_MOST_BRACES = 20


class EndpointAsker:
    """Asks one endpoint for replies; for the event loop of its client.

    ``settings`` bound the time of a single attempt and of everything together. ``sleep`` and ``clock`` are for tests.
    """

    def __init__(
        self,
        client: Client,
        settings: LlmSettings,
        *,
        limiter: Limiter | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self.settings = settings
        self.limiter = limiter or Limiter()
        self._memory = client.memory
        self._retries = Retries(settings.max_retries)
        self._sleep, self._clock = sleep, clock
        self._failed: Counter[FailureKind] = Counter()
        self._resting: tuple[float, LlmFailure] | None = None
        self._invalid: deque[bool] = deque(maxlen=_LATEST)
        self._unable: Counter[tuple[str, Mode]] = Counter()

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Return the reply, or raise ``LlmFailure`` after ``deadline`` seconds at the latest.

        The usage of the reply counts every request that was sent for it.
        """
        self._awake()
        seconds = min(self.settings.answer_deadline, float("inf") if deadline is None else max(deadline, 0.0))
        try:
            async with asyncio.timeout(seconds):
                reply = await self._descend(request, self._clock() + seconds)
        except TimeoutError:
            failure = LlmFailure("timeout", f"no complete reply in {seconds:.0f} seconds")
        except LlmFailure as error:
            failure = error
        else:
            self._failed.clear()
            return reply
        self._tire(failure)
        raise failure from None

    async def stream(self, request: Request, *, deadline: float | None = None) -> AsyncIterator[str]:
        """Yield the pieces of one reply as they come; one attempt, since half a text cannot be taken back."""
        self._awake()
        seconds = min(self.settings.answer_deadline, float("inf") if deadline is None else max(deadline, 0.0))
        try:
            async for piece in self.client.stream(request, timeout=seconds):
                yield piece
        except LlmFailure as failure:
            self._tire(failure)
            raise

    def note_invalid(self, mode: Mode) -> None:
        """Hear that a reply in this mode was no valid JSON about what was asked; after some of these the next mode is tried."""
        self._note_invalid(self.settings.model, mode)

    def mode(self, model: str) -> Mode:
        """Return the mode that this model of this server is asked in now."""
        return self._memory.get(model).mode

    # --- rest

    def _awake(self) -> None:
        """Raise the failure that the server rests for, while it does."""
        if self._resting is not None:
            until, failure = self._resting
            if self._clock() < until:
                raise LlmFailure(failure.kind, str(failure))
            self._resting = None

    def _tire(self, failure: LlmFailure) -> None:
        most = _REST_AFTER.get(failure.kind)
        if most is None:
            return
        self._failed[failure.kind] += 1
        if self._failed[failure.kind] >= most:
            self._resting = self._clock() + _REST_SECONDS, failure

    # --- the modes

    async def _descend(self, request: Request, end: float) -> Reply:
        """Ask in the strictest mode that is thought to work, then in the ones below."""
        tally: Counter[str] = Counter()
        if request.schema is None:
            reply = await self._send(replace(request, mode="text"), end, self._retries, tally)
            return _with_requests(reply, reply.usage, tally)
        known = self._memory.get(request.model)
        mode = max(known.mode, request.mode, key=MODES.index)
        usage, first, is_sure = Usage(), None, True
        while True:
            is_proven = (known.is_proven and mode == known.mode) or mode == MODES[-1]
            retries = self._retries if is_proven else replace(self._retries, most=min(1, self._retries.most))
            try:
                reply = await self._send(replace(request, mode=mode), end, retries, tally)
            except LlmFailure as failure:
                first = first or failure
                if mode == MODES[-1] or not _may_step(failure, is_proven=is_proven):
                    raise first from None
                if isinstance(failure, StatusFailure) and failure.is_about_format:
                    self._step(request.model, mode)
                else:
                    is_sure = is_sure and failure.kind != "server_error"
                mode = MODES[MODES.index(mode) + 1]
                continue
            usage += reply.usage
            is_valid = _is_about(reply.text, request.schema)
            if is_valid:
                self._invalid.append(False)
                self._prove(request.model, mode, is_sure=is_sure)
            if is_valid or is_proven or reply.finish == "length":
                return _with_requests(reply, usage, tally)
            self._note_invalid(request.model, mode)
            mode = MODES[MODES.index(mode) + 1]

    def _note_invalid(self, model: str, mode: Mode) -> None:
        self._invalid.append(True)
        if sum(self._invalid) >= _MOST_INVALID:
            self._invalid.clear()
            self._step(model, mode)

    def _step(self, model: str, mode: Mode) -> None:
        self._memory.update(model, lambda known: known.below(mode))

    def _prove(self, model: str, mode: Mode, *, is_sure: bool) -> None:
        """Note that a mode works; one above it that failed like a server that is ill is given a second chance."""
        known = self._memory.get(model)
        if not is_sure:
            self._unable[model, mode] += 1
            if self._unable[model, mode] < _TIMES_UNABLE:
                return
        if not known.is_proven and MODES.index(mode) >= MODES.index(known.mode):
            self._memory.update(model, lambda known: known.proven(mode))

    async def _send(self, request: Request, end: float, retries: Retries, tally: Counter[str]) -> Reply:
        """Return the reply in one mode, and count in ``tally`` the requests that it took."""
        since = self._clock()

        async def attempt() -> Reply:
            async with self.limiter.turn(since):
                tally["sent"] += 1
                left = end - self._clock()
                return await self.client.complete(request, timeout=min(self.settings.request_timeout, left))

        return await persist(
            attempt, retries=retries, end=end, chance=self.client.chance, sleep=self._sleep, clock=self._clock
        )


def _with_requests(reply: Reply, usage: Usage, tally: Counter[str]) -> Reply:
    return replace(reply, usage=replace(usage, requests=tally["sent"]))


def _may_step(failure: LlmFailure, *, is_proven: bool) -> bool:
    """Whether a failure may be due to the way in which JSON was asked for."""
    if not isinstance(failure, StatusFailure):
        return False
    if failure.is_about_format:
        return True
    is_other = failure.kind == "too_long" or (failure.kind == "unknown_model" and "does not know" in str(failure))
    return failure.status in _UNABLE and not is_proven and not is_other


def _is_about(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a text holds a JSON object with something that the schema asks for."""
    wanted = set(schema.get("properties", ()))
    decoder, begin = json.JSONDecoder(), text.find("{")
    for _ in range(_MOST_BRACES):
        if begin < 0:
            return False
        try:
            found, _ = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and (not wanted or wanted & found.keys()):
            return True
        begin = text.find("{", begin + 1)
    return False
