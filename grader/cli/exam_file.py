"""An exam in a file: written anew after every event, so that nothing is lost whatever ends the program."""

from __future__ import annotations

import os
from pathlib import Path

from grader.errors import InputError
from grader.exam.errors import SavedExamError
from grader.exam.saved import from_json, to_json
from grader.exam.types import ENDED, ExamState

DEFAULT = Path("viva-exam.json")
_MOST_BYTES = 64_000_000


def load_exam(path: Path) -> ExamState:
    """Read an exam. Raises InputError (one line) for a file that cannot be read, and for one that is no saved exam."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
        return from_json(data.decode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is no saved exam") from None
    except SavedExamError as error:
        raise InputError(f"{path}: {error}") from None


def save_exam(path: Path, state: ExamState) -> None:
    """Write an exam: all of it or nothing. Raises InputError (one line) where it cannot be written; the old file stays."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(to_json(state) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"{path}: the exam cannot be saved: {error.strerror or error}") from None


def check_free(path: Path) -> None:
    """Raise InputError where a file holds an exam that is not over, or anything that is no exam: it would be lost."""
    if path.exists() and load_exam(path).phase not in ENDED:
        raise InputError(
            f"{path} holds an exam that is not over: go on with --resume {path}, or name another file with --save"
        )
