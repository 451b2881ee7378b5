"""A learner's days: local, from an hour of their choice, with 23 and 25 hours where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.days import day_end, day_of, day_start

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # jumps at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # had no 30 December 2011
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Africa/Casablanca",
)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-02T02:59:59+00:00", date(2026, 1, 1)),  # 03:59 in Berlin: still yesterday evening
        ("2026-01-02T03:00:00+00:00", date(2026, 1, 2)),
        ("2026-03-29T01:59:59+00:00", date(2026, 3, 28)),  # 03:59, an hour after the clocks went forward
        ("2026-03-29T02:00:00+00:00", date(2026, 3, 29)),
        ("2026-10-25T02:59:59+00:00", date(2026, 10, 24)),  # 03:59 after they went back
        ("2026-10-25T03:00:00+00:00", date(2026, 10, 25)),
    ],
)
def test_a_day_begins_at_four(moment: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(moment), BERLIN, 4) == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 23), (date(2026, 3, 29), 24), (date(2026, 10, 24), 25), (date(2026, 7, 1), 24)],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    assert day_end(day, BERLIN, 4) - day_start(day, BERLIN, 4) == timedelta(hours=hours)


@given(
    st.integers(946_684_800, 2_114_380_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(ZONES),
    st.integers(0, 23),
)
def test_every_moment_lies_in_its_day(now: datetime, zone_name: str, starts_at: int) -> None:
    zone = ZoneInfo(zone_name)
    day = day_of(now, zone, starts_at)
    assert day_start(day, zone, starts_at) <= now < day_end(day, zone, starts_at)
    assert day_end(day, zone, starts_at) == day_start(day + timedelta(days=1), zone, starts_at)
