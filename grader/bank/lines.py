r"""The lines of a text read into blocks: headings, list items with the lines that go on with them, and paragraphs.

>>> for block in blocks("Pros:\n1)fast\n2)cheap, since\nit needs no licence"):
...     print(block.kind, block.lines)
text ('Pros:',)
item ('fast',)
item ('cheap, since it needs no licence',)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from grader.bank.marks import HEADING, QUOTED, RULE, split_term
from grader.bank.signs import find_item, has_tight_hyphens, kind_of, unfolded

LEAD_IN_WORDS = 8
LONG_LEAD_IN_WORDS = 14  # of a line by itself, right above a list
WRAPPED_LINE_CHARS = 60
WIDEST_WRAP = 160  # a longer line was not broken by hand or by an editor, so its neighbours were not either
SHORT_LINE_CHARS = 45

FUNCTION_WORDS = frozenset(
    "a an and are as at be been by can do does for from has have if in into is it its may more no not of on or over so "
    "such than that the their them then there these they this those to too was were when which while will with you "
    "your".split()
)
_LABEL = re.compile(r"(?P<label>[^\W\d_][^.,;:!?()]{1,60})\s?:(?=\s*[^\W\d_])")
_LABEL_WORDS = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. ``lines`` are whole: where one was wrapped, its parts are one line again."""

    kind: Literal["heading", "item", "text"]
    lines: tuple[str, ...]
    indent: int = 0

    @property
    def text(self) -> str:
        """The lines as one text, each ended by a line feed."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class _Row:
    """A raw line: what it looks like by itself."""

    kind: Literal["heading", "item", "text", "table", "rule"]
    text: str
    width: int
    indent: int = 0
    mark: str = ""


def blocks(text: str) -> Iterator[Block]:
    """Read a text into blocks, in order; blank lines and rules are none. No word is lost."""
    rows = _rows(text)
    widths = _widths(rows)
    current: Block | None = None
    levels: list[tuple[int, str, int]] = []
    explained = False  # an item above had its explanation in the line below it
    for index, row in enumerate(rows):
        if row.kind == "rule":
            continue
        before = rows[index - 1] if index else row
        following = rows[index + 1] if index + 1 < len(rows) else None
        if current is not None and row.kind == "text":
            joined = _join(current, before, row, following, widths[index], explained)
            if joined is not None:
                explained |= current.kind == "item" and before.kind == "item"
                current = joined
                continue
        last = current
        if current is not None:
            yield current
        if row.kind == "item":
            asks = last is not None and last.text.endswith(":")
            current = Block("item", (row.text,), _level(levels, row, asks))
            continue
        levels.clear()
        explained = False
        current = Block("heading" if row.kind == "heading" else "text", (row.text,))
    if current is not None:
        yield current


def is_lead_in(text: str) -> bool:
    """Say whether a line is short and ends in a colon, so that it announces what follows.

    >>> is_lead_in("Advantages :"), is_lead_in("Advantages")
    (True, False)
    """
    return text.rstrip("*_ ").endswith(":") and len(text.split()) <= LEAD_IN_WORDS


def label(text: str) -> str | None:
    """Return the few words before the colon that a statement begins with, None where there are none.

    >>> label("Oak tree: a broad one"), label("At noon there is no shade, as here: none")
    ('Oak tree', None)
    """
    match = _LABEL.match(text)
    if match is None or not text[0].isupper() or len(match["label"].split()) > _LABEL_WORDS:
        return None
    return match["label"].strip()


def _rows(text: str) -> list[_Row]:
    lines = [line for raw in text.splitlines() for line in unfolded(QUOTED.sub("", raw.rstrip()))]
    hyphens = has_tight_hyphens(lines)
    rows: list[_Row] = []
    code = False
    for line in lines:
        code ^= line.lstrip().startswith(("```", "~~~"))
        rows.append(_row(line, code, hyphens))
    titles = [index for index in range(len(rows) - 1) if _over_items(rows, index)]
    if len(titles) > 1:
        # One line over a list may be the answer itself; several are names of lists.
        for index in titles:
            rows[index] = replace(rows[index], kind="heading")
    return rows


def _row(line: str, code: bool, hyphens: bool) -> _Row:
    stripped, width = line.strip(), len(line)
    if RULE.fullmatch(stripped):
        return _Row("rule", "", 0)
    if not code:
        heading = HEADING.fullmatch(line)
        if heading:
            return _Row("heading", heading["title"], width)
        item = find_item(line, hyphens=hyphens)
        if item is not None:
            return _Row("item", item.body, width, item.indent, item.mark)
    if line.startswith("|"):
        return _Row("table", re.sub(r"\s+\|\s+", ": ", stripped.strip("|").strip()), width)
    return _Row("text", stripped, width, len(line) - len(line.lstrip()))


def _over_items(rows: list[_Row], index: int) -> bool:
    """Say whether a line looks like the name of the list right below it."""
    row = rows[index]
    return (
        row.kind == "text"
        and rows[index + 1].kind == "item"
        and row.indent == 0
        and row.text[0].isupper()
        and (row.text[-1].isalnum() or row.text[-1] == ")")
        and len(row.text.split()) <= _LABEL_WORDS
        and (index == 0 or rows[index - 1].kind == "rule" or not _unfinished(rows[index - 1].text))
        and split_term(row.text) is None
    )


def _widths(rows: list[_Row]) -> list[int]:
    """Return for each row the width of the longest line around it, between blank lines."""
    widths = [row.width for row in rows]
    begun = 0
    for index in range(len(rows) + 1):
        if index == len(rows) or rows[index].kind == "rule":
            most = max(widths[begun:index], default=0)
            widths[begun:index] = [most] * (index - begun)
            begun = index + 1
    return widths


def _level(levels: list[tuple[int, str, int]], row: _Row, announced: bool) -> int:
    """Return how deep an item lies; besides the indent, a hollow bullet or a list after a colon lies deeper."""
    kind = kind_of(row.mark)
    while levels and levels[-1][0] > row.indent:
        levels.pop()
    for index, (indent, known, depth) in enumerate(levels):
        if (indent, known) == (row.indent, kind):
            del levels[index + 1 :]
            return depth
    if levels and levels[-1][0] == row.indent:
        hollow = kind == "hollow" and levels[-1][1] != "hollow"
        depth = levels[-1][2] + 2 if hollow or announced else levels[-1][2]
        if depth == levels[-1][2]:
            levels.pop()
    else:
        depth = max(row.indent, levels[-1][2] + row.indent - levels[-1][0]) if levels else row.indent
    levels.append((row.indent, kind, depth))
    return depth


def _join(block: Block, before: _Row, row: _Row, following: _Row | None, width: int, explained: bool) -> Block | None:
    """Return the block with a line more, None where the line begins another block."""
    text, blank = row.text, before.kind == "rule"
    if block.kind == "heading" or before.kind == "table":
        return None
    if block.kind == "item" and row.indent:
        return _longer(block, text)
    if blank or split_term(text) is not None or is_lead_in(block.text):
        return None
    if is_lead_in(text) or _announces_list(row, following) or (label(text) is not None and not _unfinished(block.text)):
        return None
    if block.kind == "item":
        named = len(block.text.split()) <= _LABEL_WORDS
        named = named and (explained or (following is not None and following.kind == "item"))
        ended = block.text.endswith((".", "!", "?", ";"))
        return _longer(block, text) if named or ended or _wraps(before, row, width) else None
    if _wraps(before, row, width):
        return _longer(block, text)
    return replace(block, lines=(*block.lines, text))


def _announces_list(row: _Row, following: _Row | None) -> bool:
    """Say whether a whole line stands right above a list and ends in a colon."""
    listed = following is not None and following.kind == "item"
    return listed and row.text.endswith(":") and row.text[0].isupper() and len(row.text.split()) <= LONG_LEAD_IN_WORDS


def _longer(block: Block, text: str) -> Block:
    return replace(block, lines=(*block.lines[:-1], f"{block.lines[-1]} {text}"))


def _wraps(before: _Row, row: _Row, width: int) -> bool:
    """Say whether the line before was broken only because it was full, or has no end yet."""
    if _unfinished(before.text) or not _begins(row.text):
        return True
    first = row.text.split(maxsplit=1)[0]
    ended = before.text.endswith((".", "!", "?", ":", ";"))
    if width > WIDEST_WRAP or width < WRAPPED_LINE_CHARS or (not ended and first.lower() in FUNCTION_WORDS):
        return False
    # A line that was broken for its length had no room for the word that comes next.
    return before.width + 1 + len(first) > 0.9 * width


def _begins(text: str) -> bool:
    """Say whether a line can be the beginning of a statement: by a letter, not a small one, or by a digit or bracket."""
    return (text[0].isalpha() and not text[0].islower()) or text[0].isdigit() or text[0] in "\"'(\u201c\u2018[`*_"


def _unfinished(text: str) -> bool:
    """Say whether a line cannot be the end of a statement: after a comma, an operator, an article or a preposition."""
    words = text.split()
    last = words[-1].lower() if words else ""
    return text.endswith((",", "+", "=", "/", "(", "&", " *", " -", "\u00d7")) or last in _JOINING


_JOINING = frozenset("a an and as at by for from in into its of on or over than that the their to with your".split())
