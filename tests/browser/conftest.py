"""The real app on a free port of this machine, with a data folder of its own, and a real Chromium before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.harness import CHROMIUM_ARGUMENTS, Server, Traffic, Visit, Visitor, serve


@pytest.fixture(scope="session")
def server(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(project_root, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, server: Server) -> Iterator[Visitor]:
    """Make visits: each call is another browser, with storage and cookies of its own."""
    contexts: list[BrowserContext] = []

    def make(width: int = 1280, height: int = 900, scheme: str = "light", *, touch: bool = False) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        traffic = Traffic()
        traffic.watch(page)
        return Visit(page, traffic, server.url)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visit(visitor: Visitor) -> Visit:
    return visitor()
