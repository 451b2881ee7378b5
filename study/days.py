"""The learner's days: local, and beginning at an hour of their choice, so that a late evening still belongs to its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_ONE = timedelta(days=1)


def day_start(day: date, zone: tzinfo, starts_at: int) -> datetime:
    """Return the moment, in UTC, at which the learner's ``day`` begins: ``starts_at`` o'clock (0..23) in ``zone``.

    An hour that the clocks skip begins where they jump; one that they repeat begins the first time.

    >>> from zoneinfo import ZoneInfo
    >>> day_start(date(2026, 3, 29), ZoneInfo("Europe/Berlin"), 4).isoformat()
    '2026-03-29T02:00:00+00:00'
    """
    return datetime.combine(day, time(starts_at), zone).astimezone(UTC)


def day_end(day: date, zone: tzinfo, starts_at: int) -> datetime:
    """Return the moment, in UTC, at which the learner's next day begins; a day may have 23 or 25 hours."""
    return day_start(day + _ONE, zone, starts_at)


def day_of(now: datetime, zone: tzinfo, starts_at: int) -> date:
    """Return the learner's day that ``now`` (aware) belongs to.

    >>> from zoneinfo import ZoneInfo
    >>> day_of(datetime(2026, 1, 2, 2, 59, tzinfo=UTC), ZoneInfo("Europe/Berlin"), 4)
    datetime.date(2026, 1, 1)
    """
    day = now.astimezone(zone).date()
    # By the bounds and not by the hour on the clock: that shows some hours twice, and in some places a whole date never.
    while now < day_start(day, zone, starts_at):
        day -= _ONE
    while now >= day_end(day, zone, starts_at):
        day += _ONE
    return day
