"""What all tests share: the bank, Hypothesis profiles, no network, and no browser test lost without a word."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from scripts.install_browser import BrowserError, find_browser

if TYPE_CHECKING:
    from grader import Bank
    from tests.openai_server import OpenAIServer

ROOT = Path(__file__).resolve().parents[1]
BROWSER_TESTS = ROOT / "tests" / "browser"
LLM_TESTS = ROOT / "tests" / "llm_real"
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
HAS_PLAYWRIGHT = importlib.util.find_spec("playwright") is not None

# Times differ from machine to machine, so no example has a deadline; in CI the examples are the same every time.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


# --- fixtures


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The project's own questions, read once and only where a test asks for them."""
    import grader

    return grader.load_bank()


@pytest.fixture(scope="session")
def _openai_server() -> Iterator[OpenAIServer]:
    from tests.openai_server import OpenAIServer

    with OpenAIServer() as server:
        yield server


@pytest.fixture
def openai_server(_openai_server: OpenAIServer) -> Iterator[OpenAIServer]:
    """A scripted OpenAI-compatible server on loopback, one for the whole run, with a fresh ``script`` for each test."""
    from tests.openai_server import Script

    _openai_server.script = Script()
    yield _openai_server
    _openai_server.script.ended.set()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium to drive. Without one the test is skipped, and in CI it fails."""
    try:
        path = find_browser()
    except BrowserError as error:
        pytest.fail(str(error))
    if path is None:
        pytest.skip("no Chromium: `make test` installs one, VIVA_CHROMIUM names one")
    return path


# --- browser tests: marked by their folder, left out only aloud, and never in CI; real models: only where they are named


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name a server for tests/llm_real; `make test-endpoint` does."""
    group = parser.getgroup("viva")
    group.addoption(
        "--endpoint", metavar="URL", help="run tests/llm_real against this server; needs --force-enable-socket"
    )
    group.addoption("--endpoint-model", metavar="NAME", help="the model that it has")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say at the top what is left out."""
    said = [] if HAS_PLAYWRIGHT else ["browser tests left out: Playwright is not installed (`make test` installs it)"]
    return said if names_llm_tests(config) else [*said, "tests/llm_real left out: `make test-llm` runs it"]


def names_llm_tests(config: pytest.Config) -> bool:
    """Say whether tests/llm_real, or something in it, was asked for by name."""
    named = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    return any(path.resolve().is_relative_to(LLM_TESTS) for path in named)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave tests/browser out where its modules could not even be imported, and tests/llm_real where nobody named it."""
    if collection_path == LLM_TESTS and not names_llm_tests(config):
        return True
    if HAS_PLAYWRIGHT or not collection_path.is_relative_to(BROWSER_TESTS):
        return None
    if IN_CI:
        raise pytest.UsageError("CI is set and Playwright is not installed: the browser tests cannot run")
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser, so that ``-m "not browser"`` works without a thought, and run it last.

    From the first browser on, Playwright has an event loop that runs in the main thread, beside which no other can. In CI, whose
    machines are busy, a browser test has one more try; pytest's closing line counts those that needed it.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
            if IN_CI:
                item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=1))
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER_TESTS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped browser test into a failed one in CI, whoever skipped it."""
    report = yield
    if IN_CI and report.skipped and item.get_closest_marker("browser") is not None:
        report.outcome = "failed"
        report.longrepr = f"a browser test may not be skipped in CI: {report.longrepr}"
    return report


# --- no network: pytest-socket guards connect() in test functions; this guards doctests, datagrams and look-ups too


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for the whole run, at the interpreter's own seam; a server that was named is elsewhere."""
    if config.getoption("--endpoint") is None:
        sys.addaudithook(_only_loopback)
        # Whoever works with a model must not have it asked by the tests.
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_MODEL"):
            os.environ.pop(name, None)


def _only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if isinstance(host, str) and not _is_local(host):
        raise RuntimeError(f"a test tried to reach {host!r}; tests talk to this machine only")


def _is_local(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    # Servers look up the wildcard address to bind it.
    return address.is_loopback or address.is_unspecified
