"""Make the pictures in docs/images from the real app: ``python -m tests.browser.picture [FOLDER]``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.install_browser import find_browser
from study.store import Store, file_url
from tests.browser.harness import CHROMIUM_ARGUMENTS, ROOT, Server, box, serve
from tests.browser.learner import AHEAD, LATER, QUIET, at_rest, come, go_on, say_sure, submit
from tests.study.history import LEARNER, make_history, trainer_for

IMAGES = ROOT / "docs" / "images"
NOW = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
"""The day on all pictures, so that making them again changes little."""
WEEKS = 6
CLOUD = (
    "A cloud scales up and down with demand, and you only pay for what you use, so a variable workload is cheap. "
    "Monitoring comes as a managed service. On the other hand every request travels over the network, which adds "
    "latency for real-time applications, and you depend on the provider. I am not sure about privacy."
)
CANARY = "Canary testing means that a new model is first given to a small group of the users only."
MORE = (
    " One watches how it performs there and compares that with the old model. "
    "If all is well it is rolled out to everybody step by step, otherwise one goes back."
)
DISTILLED = "A small student model is trained to give the same outputs as a large teacher model."
PRUNED = "Weights that matter little are removed from the network, which makes it smaller and faster."


def app(page: Page, server: Server) -> None:
    """A graded answer, as a whole; the picture in the README."""
    page.set_viewport_size({"width": 1180, "height": 860})
    page.goto(f"{server.url}/?q=cloud-deployment")
    submit(page, CLOUD)


def question(page: Page, server: Server) -> None:
    """A question with an answer that is begun, two hints, and how sure the learner is."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server.url}/?q=canary-testing")
    box(page).fill(CANARY)
    for number in (1, 2):
        page.get_by_role("button", name="Hint").click()
        expect(page.locator(".viva-hints li")).to_have_count(number)
        at_rest(page)
    say_sure(page, 70)


def result(page: Page, server: Server) -> None:
    """What an answer earned with a hint, point by point."""
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{server.url}/?q=canary-testing")
    box(page).fill(CANARY)
    page.get_by_role("button", name="Hint").click()
    expect(page.locator(".viva-hints li")).to_have_count(1)
    at_rest(page)
    submit(page, CANARY + " One watches how it performs there and compares that with the old model.", sure=70)


def again(page: Page, server: Server) -> None:
    """What a second try changed, when it comes back, and earlier attempts."""
    page.goto(f"{server.url}/?q=canary-testing")
    submit(page, CANARY, sure=70)
    page.get_by_role("button", name="Try again").click()
    expect(box(page)).to_have_value(CANARY)
    at_rest(page)
    submit(page, CANARY + MORE)
    page.get_by_text("Earlier attempts (1)").click()
    page.get_by_role("heading", name="Second try").evaluate("one => one.scrollIntoView({block: 'start'})")


def summary(page: Page, server: Server) -> None:
    """The end of a session of three questions."""
    page.set_viewport_size({"width": 1280, "height": 1100})
    page.locator(".st-key-study_session button").click()
    page.get_by_label("How many").fill("3")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".st-key-study_session")).to_contain_text("0 of 3")
    at_rest(page)
    for name, answer in (("canary-testing", CANARY + MORE), ("distillation", DISTILLED), ("pruning", PRUNED)):
        page.get_by_role("link", name="Questions").click()
        page.locator(f"a[href*='q={name}']").first.click()
        expect(page.locator("h1")).to_have_class("viva-question")
        at_rest(page)
        submit(page, answer, sure=70)
    go_on(page)
    expect(page.locator("h1")).to_have_text("Your session")


def progress(page: Page, server: Server) -> None:
    """The page of progress of somebody with some weeks behind them."""
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.context.add_cookies([{"name": "viva_learner", "value": LEARNER, "url": server.url}])
    page.evaluate("localStorage.clear()")
    page.goto(f"{server.url}/progress")
    expect(page.locator("[data-testid=stVegaLiteChart] svg")).to_have_count(5)


def phone(page: Page, server: Server) -> None:
    """The score and the answer on a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/?q=canary-testing")
    submit(page, CANARY)


SHOTS: dict[str, Callable[[Page, Server], None]] = {
    "app.png": app,
    "study-question.png": question,
    "study-result.png": result,
    "study-again.png": again,
    "study-summary.png": summary,
    "progress.png": progress,
    "study-phone.png": phone,
}


@contextmanager
def lived_in() -> Iterator[Server]:
    """Serve the app on the day of the pictures, to a learner with some weeks behind them among others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        store = Store.open(file_url(folder / "data" / "study.sqlite3"), now=NOW)
        make_history(trainer_for(store), end=NOW, days=7 * WEEKS, disputes=0)
        store.close()
        ahead = (NOW - datetime.now(UTC)).total_seconds()
        with serve(ROOT, folder, {**QUIET, AHEAD: str(ahead)}, app=LATER) as server:
            yield server


def make(folder: Path, browser: Browser) -> None:
    """Make all pictures in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with lived_in() as server:
        for name, act in SHOTS.items():
            touch = act is phone
            with come(browser, server, device_scale_factor=1.5, is_mobile=touch, has_touch=touch) as page:
                act(page, server)
                at_rest(page)
                page.mouse.move(0, 0)
                page.wait_for_timeout(700)  # until nothing fades in any more
                page.screenshot(path=folder / name)
            with Image.open(folder / name) as image:
                small = image.convert("RGB").quantize(192)
            small.save(folder / name, optimize=True)


def main(arguments: Sequence[str]) -> None:
    """Make the pictures of the documents, or the same elsewhere."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_ARGUMENTS)
        make(Path(arguments[0]) if arguments else IMAGES, browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
