"""Make docs/images/app.png, the picture in the README: ``python -m tests.browser.picture``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

import grader
from scripts.install_browser import find_browser
from tests.browser.harness import CHROMIUM_ARGUMENTS, box, serve

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "app.png"
QUESTION = "cloud-deployment"
ANSWER = (
    "A cloud scales up and down with demand, and you only pay for what you use, so a variable workload is cheap. "
    "Monitoring comes as a managed service. On the other hand every request travels over the network, which adds "
    "latency for real-time applications, and you depend on the provider. I am not sure about privacy."
)


def main() -> None:
    """Answer a question in part, and photograph the result."""
    question = grader.load_bank().get(QUESTION)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT, Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1180, "height": 860}, device_scale_factor=1.5)
        page.goto(f"{server.url}/?q={question.id}")
        box(page).fill(ANSWER)
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.wait_for_timeout(500)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    with Image.open(PICTURE) as image:
        small = image.convert("RGB").quantize(192)
    small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
