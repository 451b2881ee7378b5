#!/usr/bin/env python3
"""Make sure that there is a Chromium for the browser tests; --find prints where it is.

``python scripts/install_browser.py`` installs one only where none is found; ``--find`` never installs. The
search goes by VIVA_CHROMIUM, the usual names on PATH, the usual places on a Mac and Playwright's own download.
Exit status 1 and one line on stderr where there is none in the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

VARIABLE = "VIVA_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# The fonts are for screenshots: letters and emoji instead of boxes.
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-noto-color-emoji")


class BrowserError(Exception):
    """No browser can be had; the message says what to do."""


def find_browser() -> str | None:
    """Return the path of a Chromium that starts, or None. BrowserError if VIVA_CHROMIUM names one that does not."""
    named = os.environ.get(VARIABLE)
    if named:
        path = shutil.which(named)
        if path is None or not _starts(path):
            raise BrowserError(f"{VARIABLE} is {named!r}, which is not a browser that starts")
        return path
    return next((path for path in _candidates() if _starts(path)), None)


def install_browser() -> str:
    """Return the path of a Chromium, installing one where there is none. BrowserError if that fails."""
    found = find_browser()
    problems: list[str] = []
    for step in (_by_apt, _by_playwright):
        if found is not None:
            break
        problems += step()
        found = find_browser()
    if found is None:
        tried = f" ({'; '.join(problems)})" if problems else ""
        raise BrowserError(f"no Chromium found and none could be installed{tried}: install one, or set {VARIABLE}")
    return found


def _candidates() -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            yield path
    yield from (place for place in MAC_PLACES if os.access(place, os.X_OK))
    # Asked in a process of its own, since Playwright's client does not start within a running event loop.
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = _run([sys.executable, "-c", code], seconds=60)
    if answer.returncode == 0 and os.access(answer.stdout.strip(), os.X_OK):
        yield answer.stdout.strip()


def _starts(path: str) -> bool:
    """Tell a browser from a stub: Ubuntu's chromium-browser may only say that it wants a snap."""
    return _run([path, "--version"], seconds=30).returncode == 0


def _by_apt() -> list[str]:
    apt = shutil.which("apt-get")
    if apt is None:
        return []
    prefix: list[str] = []
    if not _is_root():
        sudo = shutil.which("sudo")
        if sudo is None or _run([sudo, "-n", "true"], seconds=30).returncode != 0:
            return ["apt-get needs root, and sudo asks for a password"]
        prefix = [sudo, "-n"]
    print("Installing Chromium for the browser tests (once)", file=sys.stderr)
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq", "-o", "DPkg::Lock::Timeout=120"]
    # A failed update is no end: the lists that are there may do.
    _run([*command, "update"], seconds=300)
    return _problem("apt-get", _run([*command, "install", "-y", "--no-install-recommends", *PACKAGES], seconds=1200))


def _by_playwright() -> list[str]:
    options = ["--with-deps"] if _is_root() and shutil.which("apt-get") else []
    command = [sys.executable, "-m", "playwright", "install", *options, "chromium"]
    return _problem("playwright", _run(command, seconds=1200))


def _is_root() -> bool:
    geteuid: Callable[[], int] | None = getattr(os, "geteuid", None)
    return geteuid is not None and geteuid() == 0


def _problem(who: str, done: subprocess.CompletedProcess[str]) -> list[str]:
    if done.returncode == 0:
        return []
    lines = [line.strip() for line in f"{done.stderr}\n{done.stdout}".splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("E: ") or "error" in line.lower()]
    return [f"{who}: {(telling or lines or [f'exit status {done.returncode}'])[0]}"]


def _run(command: Sequence[str], *, seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def main(arguments: Sequence[str]) -> int:
    """Find or install a browser, print its path, and return the exit status."""
    only_find = list(arguments) == ["--find"]
    if arguments and not only_find:
        print("usage: install_browser.py [--find]", file=sys.stderr)
        return 2
    try:
        path = find_browser() if only_find else install_browser()
    except BrowserError as error:
        print(f"install_browser: {error}", file=sys.stderr)
        return 1
    if path is None:
        print(f"install_browser: no Chromium found ({VARIABLE} can name one)", file=sys.stderr)
        return 1
    if only_find:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
