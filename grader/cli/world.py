"""What enters at the command line's edge, as an argument for everything behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """When a command was given (aware, in UTC), and what the environment says; commands find it in ``context.obj``.

    ``clock`` tells the time anew, for a command that goes on for a while.
    """

    now: datetime
    environment: Mapping[str, str]
    clock: Callable[[], datetime]
