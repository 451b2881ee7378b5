"""What goes wrong below the protocol: connections that break, bodies that never end, servers that say nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.openai_server.script import Drop, Endless, Hang, Huge, Script

_WAIT = 0.02
_BLOCK = 1 << 16

transports: dict[tuple[str, int], asyncio.Transport] = {}
"""The open connections by the client's address, so that one can be broken off."""


class Breakable(H11Protocol):
    """uvicorn's protocol, with connections that can be found again."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this only for sockets that it made itself; without it every reply waits 40 ms for an acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.client is not None:
            transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            transports.pop(self.client, None)
        super().connection_lost(exc)


async def gone(receive: Receive, script: Script, seconds: float | None = None) -> bool:
    """Wait till the client has gone or the test is over, at most so many seconds; say whether that is so."""

    async def disconnected() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    left = asyncio.ensure_future(disconnected())
    loop = asyncio.get_running_loop()
    end = None if seconds is None else loop.time() + seconds
    try:
        while end is None or loop.time() < end:
            if script.ended.is_set():
                return True
            wait = _WAIT if end is None else min(_WAIT, max(0.0, end - loop.time()))
            done, _ = await asyncio.wait({left}, timeout=wait)
            if done:
                return True
        return script.ended.is_set()
    finally:
        left.cancel()


def break_off(scope: Scope, *, reset: bool) -> None:
    """Close the connection of a request from below."""
    transport = transports.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort() if reset else transport.close()


class Fault(Response):
    """A response that is none, or not a proper one."""

    def __init__(self, fault: Drop | Endless | Hang | Huge, script: Script) -> None:
        super().__init__()
        self.fault = fault
        self.script = script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self.fault
        if isinstance(fault, Hang):
            await gone(receive, self.script)
            break_off(scope, reset=False)
        elif isinstance(fault, Drop):
            if fault.after is not None:
                await start(send, {"content-length": str(fault.after + 1000)})
                await send(
                    {"type": "http.response.body", "body": b'{"id": "'.ljust(fault.after, b"x"), "more_body": True}
                )
            break_off(scope, reset=fault.reset)
        elif isinstance(fault, Endless):
            await start(send, {"content-type": fault.content_type})
            while not await gone(receive, self.script, fault.interval):
                await send({"type": "http.response.body", "body": fault.chunk, "more_body": True})
            break_off(scope, reset=True)
            return
        else:
            await huge(fault, send)
            return
        # uvicorn holds it against an app to end without an answer, unless the client has gone.
        await gone(receive, self.script)


async def huge(fault: Huge, send: Send) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "@"}, "finish_reason": "stop"}
    whole = {
        "id": "chatcmpl-huge",
        "object": "chat.completion",
        "created": 0,
        "model": "test-model",
        "choices": [choice],
    }
    before, _, after = json.dumps(whole).encode().partition(b"@")
    headers = {"content-length": str(len(before) + fault.size + len(after))} if fault.is_sized else {}
    await start(send, headers)
    await send({"type": "http.response.body", "body": before, "more_body": True})
    for begin in range(0, fault.size, _BLOCK):
        block = b"x" * min(_BLOCK, fault.size - begin)
        await send({"type": "http.response.body", "body": block, "more_body": True})
    await send({"type": "http.response.body", "body": after})


async def start(send: Send, headers: Mapping[str, str]) -> None:
    all_headers = {"content-type": "application/json", **headers}
    pairs = [(name.encode(), value.encode()) for name, value in all_headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": pairs})


async def wait(request: Request, script: Script, seconds: float) -> None:
    """Be slow: wait before an answer, though not for a client that has gone."""
    if seconds > _WAIT * 50:
        await gone(request.receive, script, seconds)
    elif seconds > 0:
        await asyncio.sleep(seconds)
