"""The one door to the network: one attempt at a time, with an end to every wait and to every reply.

This is the only module that imports openai, and it does so when the first request is made. An address that redirects is
not followed: the key goes to nobody but the server that it was given for.
"""

# ruff: noqa: ASYNC109 - that every wait ends is this module's own business
from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from grader.llm.capability import OPTIONAL, Memory
from grader.llm.settings import Endpoint
from grader.llm.types import LlmFailure, Reply, Request
from grader.llm.wire import StatusFailure, chat_body, delta_of, failure_of, json_of, reply_of

if TYPE_CHECKING:
    import ssl

    import httpx2
    from openai import AsyncOpenAI

MOST_BYTES = 2_000_000  # a judgment of a hundred points has a hundredth of it
MOST_FILE_BYTES = 500_000_000
# A pool looks at all its connections for each request, so there are several small ones; their number has no limit.
_POOL = 8
# Sooner than uvicorn and its like, who hang up on an idle connection after five seconds, perhaps in the moment it is used.
_IDLE_SECONDS = 4.0
_CONNECT_SECONDS = 10.0
_FILE_SECONDS = 600.0
# What may follow the last word of a stream: its usage, and the end.
_MOST_AFTER = 4
_SECONDS = 60.0
# What a compressed body may have before it is unpacked: at gzip's best this becomes some sixty megabytes.
_MOST_PACKED = 64_000
_Found = TypeVar("_Found")


class Client:
    """Asks one endpoint. It opens its connections in the event loop that uses it first, and serves that loop alone.

    ``memory`` holds what the server turned out to refuse; give several clients of one address the same. ``chance``
    spreads retries. Every method raises ``LlmFailure`` for whatever the server or the network does, and nothing in it or behind it
    holds the key::

        async with Client(endpoint) as client:
            reply = await client.complete(request, timeout=60)
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        memory: Memory | None = None,
        most_bytes: int = MOST_BYTES,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.endpoint = endpoint
        self.chance = chance
        self.memory = memory or Memory(endpoint.address)
        self._most_bytes = most_bytes
        # Each with how many requests it works on.
        self._pools: list[list[Any]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; a request after that opens new ones."""
        pools, self._pools, self._loop = self._pools, [], None
        for sdk, _ in pools:
            await sdk.close()

    # --- chat

    async def complete(self, request: Request, *, timeout: float) -> Reply:
        """Return the reply to one attempt, in ``timeout`` seconds at most.

        A reply that the token limit cut off has the finish ``length``. Optional parameters that the server refuses are left out, in
        the same attempt, and from then on.
        """
        import httpx2

        options: Any = {"timeout": timeout, "security": {"bearer_auth": True}}

        async def attempt(sdk: AsyncOpenAI) -> Reply:
            async def send(body: dict[str, Any]) -> str:
                # Not by way of ``chat.completions``, which takes half a millisecond to walk through types that are known.
                raw = await sdk.post("/chat/completions", cast_to=httpx2.Response, body=body, options=options)
                return str(raw.text)

            text = await self._accepted(request, send)
            return reply_of(json_of(text), request, self._secrets)

        return await self._call(attempt, timeout, request.model)

    async def stream(self, request: Request, *, timeout: float) -> AsyncIterator[str]:
        """Yield the reply's text as it comes, in ``timeout`` seconds at most; what was cut off just ends."""
        end = asyncio.get_running_loop().time() + timeout

        def left() -> float:
            return end - asyncio.get_running_loop().time()

        async def begin(sdk: AsyncOpenAI) -> Any:
            async def send(body: dict[str, Any]) -> Any:
                return await sdk.chat.completions.create(**body, stream=True, timeout=timeout)

            return await self._accepted(request, send)

        chunks = await self._call(begin, timeout, request.model)
        has_text = False
        try:
            while True:
                chunk = await self._call(lambda _: anext(chunks, None), left(), request.model)
                if chunk is None:
                    break
                text, finish = delta_of(chunk.to_dict(warnings=False))
                has_text = has_text or bool(text.strip())
                if text:
                    yield text
                if finish:
                    # Read to its end, a stream leaves nothing half-read behind for the garbage collector of another thread.
                    with suppress(LlmFailure):
                        for _ in range(_MOST_AFTER):
                            if await self._call(lambda _: anext(chunks, None), min(left(), 1.0), request.model) is None:
                                break
                    break
        finally:
            await chunks.close()
        if not has_text:
            raise LlmFailure("empty_reply", "the reply holds no text")

    async def models(self, *, timeout: float = 20.0) -> list[str]:
        """Return the names of the models that the server lists, in its order."""
        told = await self._object(lambda sdk: sdk.models.with_raw_response.list(timeout=timeout), timeout)
        listed = told.get("data")
        models = listed if isinstance(listed, list) else []
        names = [model.get("id") for model in models if isinstance(model, dict)]
        return [name for name in names if isinstance(name, str) and name]

    # --- what the Batch API needs

    async def upload_file(self, content: bytes, name: str, *, timeout: float = _FILE_SECONDS) -> str:
        """Upload the requests of a batch, one JSON object a line; return the file's id."""
        told = await self._object(
            lambda sdk: sdk.files.with_raw_response.create(file=(name, content), purpose="batch", timeout=timeout),
            timeout,
        )
        file_id = told.get("id")
        if not isinstance(file_id, str) or not file_id:
            raise LlmFailure("server_error", "the server took the file and gave it no id")
        return file_id

    async def create_batch(
        self, file_id: str, *, metadata: Mapping[str, str] | None = None, timeout: float = _SECONDS
    ) -> Mapping[str, Any]:
        """Begin a batch of chat completions; return its object as the server sends it."""
        return await self._object(
            lambda sdk: sdk.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata=dict(metadata or {}),
                timeout=timeout,
            ),
            timeout,
        )

    async def get_batch(self, batch_id: str, *, timeout: float = _SECONDS) -> Mapping[str, Any]:
        """Return a batch's object: its ``status``, ``output_file_id``, ``error_file_id`` and ``request_counts``."""
        return await self._object(lambda sdk: sdk.batches.with_raw_response.retrieve(batch_id), timeout)

    async def cancel_batch(self, batch_id: str, *, timeout: float = _SECONDS) -> Mapping[str, Any]:
        """Cancel a batch; return its object."""
        return await self._object(lambda sdk: sdk.batches.with_raw_response.cancel(batch_id), timeout)

    async def file_content(self, file_id: str, *, timeout: float = _FILE_SECONDS) -> str:
        """Return the text of a file, such as the output of a batch."""

        async def attempt(sdk: AsyncOpenAI) -> str:
            return str((await sdk.files.with_raw_response.content(file_id, timeout=timeout)).text)

        return await self._call(attempt, timeout)

    # --- inside

    @property
    def _secrets(self) -> tuple[str, ...]:
        key = self.endpoint.api_key
        return () if key is None else (key.get_secret_value(),)

    async def _object(self, ask: Callable[[AsyncOpenAI], Awaitable[Any]], timeout: float) -> Mapping[str, Any]:
        async def attempt(sdk: AsyncOpenAI) -> Mapping[str, Any]:
            return json_of((await ask(sdk)).text)

        return await self._call(attempt, timeout)

    async def _accepted(self, request: Request, send: Callable[[dict[str, Any]], Awaitable[_Found]]) -> _Found:
        """Send a request, without the optional parameters that the server turns out to refuse."""
        import openai

        for _ in range(len(OPTIONAL) + 1):
            known = self.memory.get(request.model)
            body = chat_body(request, known, is_official=self.endpoint.is_official)
            try:
                return await send(body)
            except openai.APIStatusError as error:
                refused = self._status_failure(error, request.model).refused(body)
                if refused is None:
                    raise
            self.memory.update(request.model, lambda known, name=refused: known.without(name))  # type: ignore[misc]
        raise LlmFailure("bad_request", "the server refuses every form of this request")

    async def _call(
        self, attempt: Callable[[AsyncOpenAI], Awaitable[_Found]], timeout: float, model: str = ""
    ) -> _Found:
        """Run one attempt, and tell in ``LlmFailure`` whatever goes wrong."""
        import openai

        pool = self._opened()
        pool[1] += 1
        try:
            async with asyncio.timeout(max(timeout, 0.0)):
                return await attempt(pool[0])
        except (TimeoutError, openai.APITimeoutError):
            failure = LlmFailure("timeout", "no complete reply in time")
        except LlmFailure as error:
            failure = error.with_traceback(None)
        except openai.APIStatusError as error:
            failure = self._status_failure(error, model)
        except openai.APIConnectionError as error:
            failure = LlmFailure("no_server", _connection_told(error, self.endpoint.address))
        except (openai.OpenAIError, ValueError, RecursionError):
            failure = LlmFailure("server_error", "the server's reply does not follow the OpenAI protocol")
        finally:
            pool[1] -= 1
        # Raised out here, so that no error of the libraries, which know the key, hangs on it.
        failure.__context__ = None
        raise failure

    def _status_failure(self, error: Any, model: str) -> StatusFailure:
        response: httpx2.Response = error.response
        headers = {name.lower(): value for name, value in response.headers.items()}
        return failure_of(
            response.status_code, headers, response.text, model=model, secrets=self._secrets, now=datetime.now(UTC)
        )

    def _opened(self) -> list[Any]:
        """Return the pool that has the least to do, a new one where all are full."""
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop:
            raise RuntimeError("a Client serves the event loop that used it first, and no other")
        self._loop = loop
        pool = min(self._pools, key=lambda pool: pool[1], default=None)
        if pool is None or pool[1] >= _POOL:
            pool = [self._new(), 0]
            self._pools.append(pool)
        return pool

    def _new(self) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI, Omit

        if self._tls is None:
            self._tls = httpx2.create_ssl_context()
        http = httpx2.AsyncClient(
            verify=self._tls,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=_POOL, keepalive_expiry=_IDLE_SECONDS),
            timeout=httpx2.Timeout(_FILE_SECONDS, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            headers={"accept-encoding": "identity"},
            event_hooks={"request": [] if self._secrets else [_keyless], "response": [self._bounded]},
        )
        # The names of an account at OpenAI are nothing to others.
        account: dict[str, Any] = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
        return AsyncOpenAI(
            api_key=self._secrets[0] if self._secrets else "none",
            base_url=self.endpoint.address,
            max_retries=0,
            http_client=http,
            default_headers={} if self.endpoint.is_official else account,
        )

    async def _bounded(self, response: httpx2.Response) -> None:
        """Put a limit on the body of a response, before any of it is read."""
        most = MOST_FILE_BYTES if response.request.url.path.endswith("/content") else self._most_bytes
        if response.headers.get("content-encoding", "identity") != "identity":
            most = min(most, _MOST_PACKED)
        told = response.headers.get("content-length", "")
        if told.isdecimal() and int(told) > most:
            raise _too_large(most)
        response.stream = _stream_to(response.stream, most)


async def _keyless(request: httpx2.Request) -> None:
    # openai sends nothing without a key, so it has one that goes no further than here.
    request.headers.pop("authorization", None)


def _too_large(most: int) -> LlmFailure:
    return LlmFailure("too_large", f"the reply has more than {most:,} bytes")


def _stream_to(stream: Any, most: int) -> Any:
    """Return the stream of a body that fails where it goes on after ``most`` bytes."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for block in stream:
                size += len(block)
                if size > most:
                    raise _too_large(most)
                yield block

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()


def _connection_told(error: BaseException, address: str) -> str:
    import httpx2

    is_refused = isinstance(error.__cause__, httpx2.ConnectError)
    return f"no server answers at {address}" if is_refused else "the connection to the server was lost"
