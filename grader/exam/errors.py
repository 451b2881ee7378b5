"""What an exam can refuse."""

from __future__ import annotations

from grader.errors import InputError, VivaError


class IllegalEvent(VivaError):  # noqa: N818 - it is the event that is at fault, as the specification calls it
    """An event that an exam does not take as it stands; the exam is as it was. One clear line."""


class SavedExamError(InputError):
    """A saved exam that cannot be read."""
