"""How long a learner waits from the click on Submit to the score, beside a bare Streamlit page that answers a click.

    python -m benchmarks.page [--rounds N] [--json [FILE]]

The bare page runs twice: with Streamlit's settings as they come, which is what the target is about, and with Viva's own, which
leave out Streamlit's garbage collection after every run (``runner.postScriptGC``). All run here, each with a server of its own,
before one real Chromium, and take turns, a click each; in which order is by lot. The clock runs in the browser: from the click to
the first frame that shows the score (or the bare page's answer). Each answer is typed in whole, its draft is saved, and the page
is at rest before the click. Questions and answers are the bank's own, a partial answer each; the first rounds, in which both
servers warm up, do not count.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import streamlit
from playwright.sync_api import Page, expect, sync_playwright
from rich.console import Console

import grader
from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.llm_throughput import load
from grader.types import Question
from scripts.install_browser import find_browser
from tests.browser.harness import CHROMIUM_ARGUMENTS, box, serve

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_JSON = Path(__file__).parent / "results" / "page.json"
BARE = "benchmarks/bare_page.py"
TARGET = 1.5
ROUNDS = 60
WARM_UP = 6
DRAWS = 10_000
_SEED = 20_261_124
# Longer than the keeper waits before it sends a draft, so that none is under way at the click.
_REST_MS = 700
# Streamlit's first start asks for an address and opens a browser.
_QUIET = {"STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}

_CLOCK = """([selector, before]) => {
  window.timed = new Promise((resolve) => {
    let start = null;
    addEventListener("click", () => { start = performance.now(); }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      const shown = document.querySelector(selector);
      if (start === null || shown === null || shown.textContent === before) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""
_AT_REST = """() => document.querySelector(".stApp")?.getAttribute("data-test-script-state") === "notRunning" """


@dataclass(frozen=True)
class Report:
    """What a run found: milliseconds, and the ratios of the medians, each with its 95 % interval.

    ``bare`` has Streamlit's settings as they come, ``bare_tuned`` those of Viva.
    """

    signature: str
    date: str
    machine: str
    streamlit: str
    load: Sequence[float]
    rounds: int
    viva: dict[str, float]
    bare: dict[str, float]
    bare_tuned: dict[str, float]
    ratio: Sequence[float]
    ratio_tuned: Sequence[float]


def timed_click(page: Page, shown: str) -> float:
    """Click Submit; return the milliseconds until what ``shown`` selects is there, or is another than before."""
    found = page.locator(shown)
    before = found.text_content() if found.count() else None
    page.evaluate(_CLOCK, [shown, before])
    page.get_by_role("button", name="Submit").click()
    return float(page.evaluate("window.timed"))


def rest(page: Page) -> None:
    """Wait until nothing is under way."""
    page.wait_for_timeout(_REST_MS)
    page.wait_for_function(_AT_REST)


def partial_answer(question: Question) -> str:
    """Return a sample answer that earns a part, so that there are passages to show; else any."""
    return next((sample.answer for sample in question.samples if sample.kind == "partial"), question.samples[0].answer)


class Viva:
    """The app before a learner who answers one question after the other."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._questions = {question.prompt: question for question in grader.load_bank().questions}
        # Question after question, with no end to the day's work.
        page.goto(f"{url}/?mode=browse")

    def click(self) -> float:
        """Answer the question on the page, and go on to the next; return the milliseconds from Submit to the score."""
        expect(box(self.page)).to_have_value("")
        question = self._questions[self.page.locator("h1").inner_text()]
        box(self.page).fill(partial_answer(question))
        rest(self.page)
        taken = timed_click(self.page, "#viva-score")
        rest(self.page)
        self.page.get_by_role("button", name="Next").click()
        expect(self.page.locator("h1")).not_to_have_text(question.prompt)
        rest(self.page)
        return taken


class Bare:
    """The page to compare with."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        expect(page.locator("#answer")).to_be_visible()

    def click(self) -> float:
        """Return the milliseconds from the click to the answer."""
        rest(self.page)
        return timed_click(self.page, "#answer")


def clicks(rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return the milliseconds of Viva, of the bare page and of the bare page with Viva's settings, one of each a round."""
    lot = random.Random(_SEED)
    with ExitStack() as stack:
        own, plain, tuned = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3))
        shutil.copy(ROOT / BARE, plain)
        servers = [
            stack.enter_context(serve(ROOT, own)),
            stack.enter_context(serve(plain, plain, _QUIET, app=Path(BARE).name)),
            stack.enter_context(serve(ROOT, tuned, app=BARE)),
        ]
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_ARGUMENTS)
        stack.callback(browser.close)
        pages = [browser.new_context(viewport={"width": 1280, "height": 900}).new_page() for _ in servers]
        turns = (
            Viva(pages[0], servers[0].url),
            Bare(pages[1], servers[1].url),
            Bare(pages[2], servers[2].url),
        )
        taken: tuple[list[float], list[float], list[float]] = [], [], []
        for _ in range(WARM_UP + rounds):
            order = [0, 1, 2]
            lot.shuffle(order)
            for which in order:
                taken[which].append(turns[which].click())
    return taken[0][WARM_UP:], taken[1][WARM_UP:], taken[2][WARM_UP:]


def ratio_with_interval(ours: Sequence[float], bares: Sequence[float]) -> tuple[float, float, float]:
    """Return the ratio of the medians and its 95 % interval, a bootstrap that draws rounds with replacement.

    >>> ratio_with_interval([30.0, 30.0, 30.0], [20.0, 20.0, 20.0])
    (1.5, 1.5, 1.5)
    """
    pairs = np.array([ours, bares])
    drawn = pairs[:, np.random.default_rng(_SEED).integers(0, len(ours), (DRAWS, len(ours)))]
    above, below = np.median(drawn, axis=2)
    low, high = np.percentile(above / below, [2.5, 97.5])
    return float(np.median(ours) / np.median(bares)), float(low), float(high)


def measure(rounds: int) -> Report:
    """Run everything."""
    before = load()
    ours, bares, tuned = clicks(rounds)
    return Report(
        signature=grader.default_grader().signature,
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        streamlit=streamlit.__version__,
        load=[before, load()],
        rounds=rounds,
        viva=_spread(ours),
        bare=_spread(bares),
        bare_tuned=_spread(tuned),
        ratio=[round(value, 3) for value in ratio_with_interval(ours, bares)],
        ratio_tuned=[round(value, 3) for value in ratio_with_interval(ours, tuned)],
    )


def _spread(values: Sequence[float]) -> dict[str, float]:
    quarters = np.percentile(values, [25, 50, 75])
    return dict(
        zip(("quarter", "median", "three_quarters"), (round(float(value), 1) for value in quarters), strict=True)
    )


def show(console: Console, report: Report) -> None:
    """Print what a run found."""
    rows = (
        ("Viva, Submit to score", report.viva),
        ("bare page, click to answer", report.bare),
        ("bare page with Viva's settings", report.bare_tuned),
    )
    for name, found in rows:
        spread = f"half of them {found['quarter']:.0f} to {found['three_quarters']:.0f}"
        console.print(f"{name}: median {found['median']:.0f} ms ({spread})", highlight=False)
    verdict = "reached" if report.ratio[0] <= TARGET else "missed"
    console.print(f"ratio {_told(report.ratio)}; target {TARGET}: {verdict}", highlight=False)
    console.print(f"ratio to the bare page with Viva's settings {_told(report.ratio_tuned)}", highlight=False)
    console.print(
        f"{report.rounds} rounds, a click each; Streamlit {report.streamlit}; load {report.load}", highlight=False
    )


def _told(ratio: Sequence[float]) -> str:
    value, low, high = ratio
    return f"{value:.2f} (95 % interval {low:.2f} to {high:.2f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"rounds; their median counts ({ROUNDS})"
    )
    add_json_option(parser, DEFAULT_JSON)
    args = parser.parse_args(arguments)
    if args.rounds < 1:
        parser.error("--rounds is at least 1")
    if find_browser() is None:
        print("error: no Chromium found: `make setup-browser` installs one, VIVA_CHROMIUM names one", file=sys.stderr)
        return 2
    report = measure(args.rounds)
    show(Console(), report)
    if args.json:
        write_figures(args.json, asdict(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
