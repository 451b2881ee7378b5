"""A PostgreSQL of one's own for the tests: on loopback, in a folder of its own, gone when they end."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def why_not() -> str | None:
    """Say what is missing for a PostgreSQL here, or None."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    missing = [name for name in ("initdb", "postgres") if shutil.which(name) is None]
    return f"PostgreSQL is not installed: no {' and no '.join(missing)}" if missing else None


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a new server. It refuses to run as root, so root hands it to somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="viva-postgresql-"))
    somebody: dict[str, int] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        somebody = {"user": user.pw_uid, "group": user.pw_gid}
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    start = ["postgres", "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder)]
    try:
        subprocess.run(
            ["initdb", "-D", str(data), "-U", "viva", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **somebody,  # type: ignore[call-overload]
        )
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(start, stdout=log, stderr=log, cwd=folder, **somebody)  # type: ignore[call-overload]
        try:
            url = f"postgresql+psycopg://viva:secret@127.0.0.1:{port}/postgres"
            _wait(url, folder / "log")
            yield url
        finally:
            # The quick way to stop: without waiting for who is still connected.
            server.send_signal(signal.SIGINT)
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, log: Path) -> None:
    """Wait until the server answers."""
    psycopg = importlib.import_module("psycopg")
    for _ in range(200):
        try:
            psycopg.connect(url.replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL does not start: {log.read_text(errors='replace')}")
