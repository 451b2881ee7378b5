"""A calibration as the bytes of its file, and a file that appears whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from grader.calibration import Calibration
from grader.errors import InputError

MADE_BY = "viva calibrate"


def content(calibration: Calibration) -> bytes:
    """Return the file of a calibration: JSON without its digest, which is one of these bytes."""
    data = calibration.model_dump(mode="json", exclude={"digest"})
    return (json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def digest(raw: bytes) -> str:
    """Return what load_calibration calls such a file.

    >>> len(digest(b""))
    8
    """
    return hashlib.sha256(raw).hexdigest()[:8]


def require_target(target: Path, source: Path) -> None:
    """Refuse, before any work, what could not be written or would take the place of the marks. Raises InputError."""
    try:
        if target.exists():
            if target.samefile(source):
                raise InputError(f"{target}: the calibration would overwrite the marks; name another file")
            if not target.is_file():
                raise InputError(f"{target}: is no file that could be written")
        elif not target.resolve().parent.is_dir():
            raise InputError(f"{target}: cannot be written: there is no such folder")
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror or error}") from None
    except ValueError:
        raise InputError(f"{str(target)!r}: is no name that a file can have") from None


def write_whole(target: Path, raw: bytes) -> None:
    """Write a file at once, by way of another one beside it. Raises InputError where it cannot be written."""
    # Through a link, so that the link stays one.
    final = target.resolve()
    part = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.replace(final)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
