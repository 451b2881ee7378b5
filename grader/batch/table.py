"""Tables of answers as CSV: what a spreadsheet saves is read, and what is written can be opened in one.

UTF-8 with or without byte order mark; comma, semicolon or tab between the cells. A file is checked as a whole
before its first row is used, so a fault in the last line costs no time and leaves nothing half done.
"""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from grader.errors import TableError

if TYPE_CHECKING:
    from _csv import Reader

MAX_CELL_CHARS = 16_000_000
DELIMITERS = ",;\t"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file that has been checked: what its cells are divided by, and the names of its columns."""

    path: Path
    header: tuple[str, ...]
    delimiter: str
    has_bom: bool

    def column(self, name: str) -> int | None:
        """Return the place of a column, whatever the case of its name; None where there is none."""
        names = [column_name(title) for title in self.header]
        return names.index(name) if name in names else None

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows below the header, without blank lines. Newlines within cells stay as they are."""
        yield from (row for _, row in self.numbered_rows())

    def numbered_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the same rows, each with the line at which it begins; the header begins at line 1."""
        with _reading(self.path, self.delimiter) as reader:
            next(reader)
            yield from ((line, row) for line, row in reader if row)


def column_name(title: str) -> str:
    """Return a column's name for comparison.

    >>> column_name(" Question_ID ")
    'question_id'
    """
    return title.strip().casefold()


def open_table(path: Path, known: Iterable[str]) -> Table:
    """Check a CSV file from end to end and return it; ``known`` are columns that tell which delimiter is used.

    Raises TableError, one line that names the file and, where there is one, the line and column: no such file,
    empty, not UTF-8, NUL characters, quotation marks that do not match, a ``known`` column that stands twice.
    """
    try:
        if path.is_dir():
            raise TableError(f"{path}: is a folder")
        has_bom = _check_characters(path)
        delimiter, header = _delimiter(path, frozenset(known))
        _check_quotes(path, delimiter)
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise TableError(f"{str(path)!r}: is no name that a file can have") from None
    names = [column_name(title) for title in header]
    for name in known:
        if names.count(name) > 1:
            raise TableError(f"{path}:1: the column {name!r} stands twice")
    return Table(path, header, delimiter, has_bom)


def _check_characters(path: Path) -> bool:
    """Read the file once for what is no text; return whether it begins with a byte order mark."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = _Place(path)
    has_bom, blank = False, True
    with path.open("rb") as file:
        start = file.read(3)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise TableError(f"{path}:1: the file is in UTF-16; save it as CSV UTF-8")
        has_bom = start == codecs.BOM_UTF8
        chunk = b"" if has_bom else start
        while chunk := chunk or file.read(_CHUNK_BYTES):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                place.pass_over(error.object[: error.start].decode("utf-8"))
                told = f"the file is not UTF-8 (byte 0x{error.object[error.start]:02x}); save it as CSV UTF-8"
                raise TableError(f"{place}: {told}") from None
            if "\0" in text:
                place.pass_over(text[: text.index("\0")])
                raise TableError(f"{place}: the file has a NUL character in it, so it is no text")
            place.pass_over(text)
            blank = blank and not text.strip()
            chunk = b""
    if decoder.getstate()[0]:
        raise TableError(f"{place}: the file ends in the middle of a character")
    if blank:
        raise TableError(f"{path}: the file is empty")
    return has_bom


class _Place:
    """Where in a file a reader stands; as text, ``file:line:column`` of the next character."""

    def __init__(self, path: Path) -> None:
        self._path, self._line, self._column = path, 1, 1

    def pass_over(self, text: str) -> None:
        lines = text.count("\n")
        self._line += lines
        self._column = len(text) - text.rindex("\n") if lines else self._column + len(text)

    def __str__(self) -> str:
        return f"{self._path}:{self._line}:{self._column}"


def _delimiter(path: Path, known: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter under which the header has most of the known columns, or else most columns at all."""
    found: list[tuple[int, int, str, tuple[str, ...]]] = []
    for delimiter in DELIMITERS:
        # Under a wrong delimiter the quotation marks need not match.
        with _reading(path, delimiter, strict=False) as reader:
            _, titles = next(reader, (1, []))
        names = {column_name(title) for title in titles}
        found.append((len(names & known), len(titles), delimiter, tuple(titles)))
    _, _, delimiter, header = max(found, key=lambda item: item[:2])
    if not any(title.strip() for title in header):
        raise TableError(f"{path}:1: the first line must name the columns")
    return delimiter, header


def _check_quotes(path: Path, delimiter: str) -> None:
    with _reading(path, delimiter) as reader:
        for _ in reader:
            pass


@contextmanager
def _reading(path: Path, delimiter: str, *, strict: bool = True) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """Open a table; a csv error, whenever it comes, names the line at which the faulty row begins."""
    # The limit belongs to the whole process, and its standard value is less than a long answer.
    limit = csv.field_size_limit(MAX_CELL_CHARS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield _rows(csv.reader(file, delimiter=delimiter, strict=strict), path)
    finally:
        csv.field_size_limit(limit)


def _rows(reader: Reader, path: Path) -> Iterator[tuple[int, list[str]]]:
    begun = 1
    try:
        for row in reader:
            yield begun, row
            begun = reader.line_num + 1
    except csv.Error as error:
        told = {
            "unexpected end of data": "a quotation mark is opened and never closed",
            f"field larger than field limit ({MAX_CELL_CHARS})": f"a cell has more than {MAX_CELL_CHARS:,} characters",
        }.get(str(error), f"the quotation marks do not match ({error})")
        raise TableError(f"{path}:{begun}: {told}") from None


@contextmanager
def writing(table: Table, target: Path, added: Sequence[str]) -> Iterator[WriteRow]:
    """Write ``table`` anew at ``target``, with columns ``added`` to it; the file appears whole, or not at all.

    Yields a function that takes the cells of a row and those of the added columns. Delimiter and byte order mark
    are those of ``table``. Raises TableError where ``target`` is the table itself or cannot be written.
    """
    with _refusing(target):
        if target.exists():
            if target.samefile(table.path):
                raise TableError(f"{target}: the result would overwrite the answers; name another file")
            if not target.is_file():
                raise TableError(f"{target}: is no file that could be written")
        # Through a link, so that the link stays one.
        final = target.resolve()
        part = final.with_name(f".{final.name}.{os.getpid()}.part")
        file = part.open("w", encoding="utf-8-sig" if table.has_bom else "utf-8", newline="")
    try:
        writer = WriteRow(file, table, target)
        writer(table.header, free_names(table.header, added))
        yield writer
        with _refusing(target):
            file.close()
            part.replace(final)
    finally:
        with suppress(OSError):
            file.close()
        part.unlink(missing_ok=True)


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TableError(f"{target}: cannot be written: {error.strerror or error}") from None


class WriteRow:
    """Writes rows: the cells that came in, then those that are added, under their columns."""

    def __init__(self, file: TextIO, table: Table, target: Path) -> None:
        # With CR LF, carriage returns within cells get quoted too; with LF alone they would split a row in two.
        self._writer = csv.writer(file, delimiter=table.delimiter, lineterminator="\r\n")
        self._width = len(table.header)
        self._target = target

    def __call__(self, cells: Sequence[str], added: Sequence[str]) -> None:
        """Write one row; missing cells stay empty, and ``added`` is made safe for spreadsheets."""
        kept = [*cells[: self._width], *[""] * (self._width - len(cells))]
        with _refusing(self._target):
            self._writer.writerow([*kept, *map(spreadsheet_safe, added)])


def spreadsheet_safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe comes before what could begin one.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("0.5"), spreadsheet_safe("-x")
    ("'=1+1", '0.5', "'-x")
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def free_names(header: Sequence[str], added: Sequence[str]) -> list[str]:
    """Return names for added columns; one that the table has already gets a number: ``score_2``, ``score_3``.

    >>> free_names(["id", "Score"], ["score", "low"])
    ['score_2', 'low']
    """
    taken = {column_name(title) for title in header}
    names = []
    for name in added:
        free, number = name, 2
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free)
        names.append(free)
    return names
