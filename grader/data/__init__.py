"""Word lists and tables that the engine reads, as files; the lists' own first lines say what they hold."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def data_lines(name: str) -> list[str]:
    """Return the lines of a list in this folder, without comments and blanks.

    >>> data_lines("acronyms.txt")[0].split()[0]
    'acc'
    """
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def data_words(name: str) -> frozenset[str]:
    """Return the words of a list in this folder."""
    return frozenset(" ".join(data_lines(name)).split())
