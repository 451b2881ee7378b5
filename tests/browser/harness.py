"""What browser tests, and the picture in the README, share: the served app, a visit to it, and what it sent."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Dialog, Locator, Page, Request, WebSocket

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Server:
    """The running app."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]


@dataclass
class Traffic:
    """All that a page asked for and received."""

    requests: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("websocket", self._websocket)
        page.on("dialog", self._dialog)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _websocket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", self._frame)

    def _frame(self, frame: bytes | str) -> None:
        self.frames.append(frame if isinstance(frame, bytes) else frame.encode())

    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.requests if urlsplit(url).scheme in {"http", "https", "ws", "wss"}}

    def received(self) -> bytes:
        return b"\n".join(self.frames)


@dataclass
class Visit:
    """One browser: its page, its traffic, its address."""

    page: Page
    traffic: Traffic
    url: str

    def open(self, path: str = "") -> Page:
        self.page.goto(self.url + path)
        return self.page


def box(page: Page) -> Locator:
    """Return the answer box. While a new question is drawn, the page shows the old one's box as well, marked as stale."""
    return page.locator('[data-testid="stElementContainer"][data-stale="false"] textarea')


def own_tracebacks(log: str) -> list[str]:
    """Return the project's files that stand in tracebacks of a server's log.

    Streamlit's server logs some of its own, where a browser leaves in the middle of a connection.
    """
    files = (Path(name) for name in re.findall(r'File "([^"]+)"', log))
    return [str(file) for file in files if file.is_relative_to(ROOT) and ".venv" not in file.parts]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def serve(
    project: Path, folder: Path, environment: Mapping[str, str] | None = None, *, app: str = "app.py"
) -> Iterator[Server]:
    """Start the app as a learner does, with what it keeps in ``folder``, and stop it afterwards.

    Whatever secrets this machine has for Streamlit, the app has none.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--secrets.files", str(folder / "secrets.toml")]
    ours = {"VIVA_DATA_DIR": str(folder / "data"), "VIVA_CACHE_DIR": "", "PYTHONUNBUFFERED": "1"}
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=project,
            env={**os.environ, **ours, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log)
            yield Server(url, log, process)
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise RuntimeError(f"the app did not start:\n{log.read_text(errors='replace')}")


Visitor = Callable[..., Visit]
