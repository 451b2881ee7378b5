"""Answers as they come from files and standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.engine import MAX_ANSWER_CHARS
from grader.errors import InputError


def well_formed(option: str, text: str) -> str:
    """Return the text of an option. Raises InputError where the shell handed over bytes that are not UTF-8."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError(f"{option}: the text is not UTF-8")
    return text


def read_answer(name: str) -> str:
    """Return the text of an answer file, or of standard input for ``-``. Raises InputError, naming file and line."""
    shown = "standard input" if name == "-" else name
    most = 4 * MAX_ANSWER_CHARS
    try:
        if name == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(most + 1)
    except OSError as error:
        raise InputError(f"{shown}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise InputError(f"{name!r}: is no name that a file can have") from None
    if len(data) > most:
        raise InputError(f"{shown}: the answer has more than {MAX_ANSWER_CHARS:,} characters")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{shown}:{line}: the answer is not UTF-8 (byte 0x{data[error.start]:02x})") from None
