"""The server in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

import uvicorn

from tests.openai_server.app import App
from tests.openai_server.faults import Breakable
from tests.openai_server.script import Script


class OpenAIServer:
    """A server on 127.0.0.1, as a context manager. ``script`` is what a test writes to and reads from.

    Setting ``script`` begins anew: what the one before left hanging ends, and files and batches are forgotten.
    """

    def __init__(self, script: Script | None = None, *, port: int = 0) -> None:
        self._app = App(script or Script())
        self._socket = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self._app.asgi,
            http=Breakable,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            backlog=1024,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="openai-server", daemon=True
        )

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def script(self) -> Script:
        return self._app.script

    @script.setter
    def script(self, script: Script) -> None:
        self._app.begin(script)

    def start(self) -> OpenAIServer:
        """Start, and return when it answers."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the scripted server did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stop, and let nothing hang."""
        self.script.ended.set()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def serve(self) -> None:
        """Serve in the thread that calls, till Ctrl-C."""
        self._server.run([self._socket])

    def __enter__(self) -> OpenAIServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
