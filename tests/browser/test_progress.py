"""The page of progress in a real browser: pictures are drawn here, ask nobody, fit a phone, and lead to practice."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from study.store import Store
from tests.browser.harness import Server, Visit, Visitor
from tests.study.history import make_history, trainer_for

LIVED = "1a" * 16
PICTURES = 5
OVERFLOW = "document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"


@pytest.fixture(scope="module", autouse=True)
def _lived(server: Server) -> None:
    """Give one learner of the running app some weeks behind them."""
    now = datetime.now(UTC)
    folder = server.log.parent / "data"
    folder.mkdir(exist_ok=True)
    store = Store.open(f"sqlite:///{folder / 'study.sqlite3'}", now=now)
    make_history(trainer_for(store), LIVED, end=now, days=25)
    store.close()


def come(visit: Visit) -> None:
    visit.page.context.add_cookies([{"name": "viva_learner", "value": LIVED, "url": visit.url}])
    visit.open("/progress")
    expect(visit.page.locator("[data-testid=stVegaLiteChart] svg")).to_have_count(PICTURES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "touch"), [(360, True), (1280, False)])
def test_pictures_are_drawn_without_asking_anybody(visitor: Visitor, width: int, touch: bool, scheme: str) -> None:
    visit = visitor(width, 800, scheme, touch=touch)
    come(visit)
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate(OVERFLOW) <= 0
    assert visit.traffic.hosts() == {urlsplit(visit.url).netloc}
    marks = visit.page.locator("[data-testid=stVegaLiteChart] svg path").count()
    assert marks > 100


def test_a_weak_point_is_one_click_from_practice(visit: Visit) -> None:
    come(visit)
    link = visit.page.locator(".st-key-progress_next [data-testid=stPageLink] a[href*='focus=']").first
    wanted = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    link.click()
    expect(visit.page.locator("[data-testid=stMain] textarea")).to_be_visible()
    assert parse_qs(urlsplit(visit.page.url).query)["q"] == wanted["q"]


def test_the_figures_of_a_picture_come_as_a_file(visit: Visit) -> None:
    come(visit)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Memory as CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("topic,question,point,recall,last_review,due")
    assert len(text.splitlines()) > 50
