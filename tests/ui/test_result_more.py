"""When something comes back, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ui.result_more import back_text

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(minutes=-5), "Due again now."),
        (timedelta(seconds=1), "Again in a minute."),
        (timedelta(minutes=10), "Again in 10 minutes."),
        (timedelta(hours=3), "Again in 3 hours."),
        (timedelta(hours=15, minutes=59), "Again in 16 hours."),
        (timedelta(hours=16), "Again tomorrow."),
        (timedelta(days=3), "Again in 3 days."),
    ],
)
def test_minutes_hours_and_days_of_the_learners_own(later: timedelta, said: str) -> None:
    assert back_text(NOON + later, NOON, UTC, 4) == said


def test_a_day_is_that_of_the_learners_zone() -> None:
    assert back_text(NOON + timedelta(hours=8), NOON, ZoneInfo("Asia/Tokyo"), 4) == "Again tomorrow."
