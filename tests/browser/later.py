"""The app on another day: ``app.py`` with its clock put forward (or back) by so many seconds, for tests and pictures only.

Serve it in place of app.py (``harness.serve(..., app=LATER)``), with the seconds in VIVA_TESTS_SECONDS_AHEAD.
"""

from __future__ import annotations

import os
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ui import services

AHEAD = timedelta(seconds=float(os.environ.get("VIVA_TESTS_SECONDS_AHEAD", "0")))


def moved() -> datetime:
    """Return the time that the app takes it to be."""
    return datetime.now(UTC) + AHEAD


services.now = moved
runpy.run_path(str(Path(__file__).resolve().parents[2] / "app.py"), run_name="__main__")
