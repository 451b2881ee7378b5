"""Text files as they come from people: read whole, within limits, in UTF-8, with errors that name the line."""

from __future__ import annotations

from pathlib import Path

from grader.errors import PackError

MAX_PACK_BYTES = 5_000_000


def read_text(path: Path) -> str:
    r"""Return the text of a pack file without byte order mark and with ``\n`` line ends.

    Raises PackError, with the line where there is one: no such file, no file but a folder, over MAX_PACK_BYTES,
    empty, not UTF-8, or with NUL characters in it.
    """
    name = str(path)
    try:
        if not path.is_file():
            raise PackError("is not a file" if path.exists() else "there is no such file", name)
        with path.open("rb") as file:
            data = file.read(MAX_PACK_BYTES + 1)
    except OSError as error:
        raise PackError(f"cannot be read: {error.strerror or error}", name) from None
    except ValueError:
        raise PackError("is no name that a file can have", repr(name)) from None
    if len(data) > MAX_PACK_BYTES:
        raise PackError(f"the file is larger than {MAX_PACK_BYTES:,} bytes", name)
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    """Return UTF-8 bytes as text; see read_text for what is refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PackError("the file is in UTF-16; save it as UTF-8", name, 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PackError(
            f"the file is not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8", name, line
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PackError("the file has a NUL character in it, so it is no text", name, line)
    if not text.strip():
        raise PackError("the file is empty", name)
    return text.replace("\r\n", "\n").replace("\r", "\n")
