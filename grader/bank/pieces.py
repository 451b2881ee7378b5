r"""A text or Markdown notes cut into the pieces that become points: list items, bold terms and sentences.

A list item is one piece, name and explanation together. So is a bold term with its explanation. What is left
is cut into sentences. Headings, bold lines and short lead-ins ("Advantages:") name the group of what follows.

>>> for piece in cut("**Pros**:\n- It is **fast**.\n- It is cheap."):
...     print(piece.group, piece.kind, piece.text)
Pros item It is fast.
Pros item It is cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from grader.text import normalize, sentence_starts, tokenize

MOST_POINTS = 12  # of prose; lists keep all their items
LEAD_IN_WORDS = 8
WRAPPED_LINE_CHARS = 60

_QUOTED = re.compile(r"^\s{0,3}(?:>\s?)+")
# A blank line, a thematic break, the line under a table's head, the edge of a code block.
_RULE = re.compile(r"|([-*_])(?:\s*\1){2,}|\|?[\s:|-]*-{3,}[\s:|-]*\|[\s:|-]*|```.*|~~~.*")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.*?)\s*#*\s*")
_ITEM = re.compile(
    r"(?P<indent>[ \t]*)"
    r"(?:[-*+\u2022\u25cf\u25e6\u25aa\u2023\u2013\u2014]|\d{1,3}[.)]|[a-z]\)|\((?:\d{1,3}|[A-Za-z]|[ivx]{2,4})\))"
    r"[ \t]+(?:\[[ xX]\][ \t]+)?(?P<body>\S.*)"
)
_BOLD = re.compile(r"\s*(?P<mark>\*\*|__)(?=\S)(?P<term>.+?)(?<=\S)(?P=mark)\s*(?P<rest>.*)", re.S)
_SEPARATOR = re.compile(r"\s*(?::|[-\u2013\u2014](?=\s))\s*")
_FUNCTION_WORDS = frozenset(
    "a an and are as at be been by can do does for from has have if in into is it its may more no not of on or over so "
    "such than that the their them then there these they this those to too was were when which while will with you "
    "your".split()
)
_INLINE = (
    (re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1", re.S), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"(`+)(.+?)\1", re.S), r"\2"),
    (re.compile(r"<br\s*/?>", re.I), " "),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|~>-])"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that becomes a point. ``term`` is the bold name that it begins with, if any."""

    text: str
    kind: Literal["item", "term", "sentence"]
    group: str | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    kind: Literal["heading", "item", "text"]
    text: str
    indent: int = 0


def plain_text(text: str) -> str:
    r"""Return Markdown as plain text: marks go, words, lines and list signs stay.

    >>> plain_text("**Pros**:\n- [fast](x.html) and `cheap`")
    'Pros:\n- fast and cheap'
    """
    lines = []
    for line in text.splitlines():
        if line.strip() and _RULE.fullmatch(line.strip()):
            continue
        heading = _HEADING.fullmatch(line)
        lines.append(f"{strip_marks(heading['title'])}:" if heading else strip_marks(line).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def strip_marks(text: str) -> str:
    """Remove the Markdown marks inside a line: emphasis, code, links, escapes, the sign of a quotation.

    >>> strip_marks("> *Very* **low** cost, see [here](http://x.org); 2 * 3 * 4, snake_case_name")
    'Very low cost, see here; 2 * 3 * 4, snake_case_name'
    """
    text = _QUOTED.sub("", text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text


def cut(text: str, language: str = "en") -> list[Piece]:
    """Cut a text into pieces, one for each point to come, in the order of the text.

    No word is lost; what is said twice is one piece, and what has no words is none.
    """
    distinct: dict[tuple[str, str | None], Piece] = {}
    blocks = [block for block in _blocks(text) if tokenize(block.text, language)]
    for piece in _pieces(blocks, language):
        if tokenize(piece.text, language):
            distinct.setdefault((normalize(piece.text), piece.group), piece)
    return _limit(list(distinct.values()))


def _blocks(text: str) -> Iterator[_Block]:
    """Read lines into headings, list items (with the lines that continue them) and paragraphs."""
    current: _Block | None = None
    blank, code = True, False
    for raw in text.splitlines():
        line = _QUOTED.sub("", raw.rstrip())
        code ^= line.lstrip().startswith(("```", "~~~"))
        heading, item = (None, None) if code else (_HEADING.fullmatch(line), _ITEM.fullmatch(line))
        indented = line[:1] in {" ", "\t"}
        if _RULE.fullmatch(line.strip()):
            blank = True
            continue
        new = _block(line, heading, item)
        wraps = new.kind == "text" and not line.startswith("|")
        if current is not None and wraps and _continues(current, new.text, blank, indented):
            current = replace(current, text=f"{current.text} {new.text}")
        else:
            if current is not None:
                yield current
            current = new
        blank = False
    if current is not None:
        yield current


def _block(line: str, heading: re.Match[str] | None, item: re.Match[str] | None) -> _Block:
    if heading:
        return _Block("heading", heading["title"])
    if item:
        return _Block("item", item["body"].strip(), len(item["indent"].expandtabs(4)))
    if line.startswith("|"):
        return _Block("text", re.sub(r"\s+\|\s+", ": ", line.strip().strip("|").strip()))
    return _Block("text", line.strip())


def _continues(block: _Block, line: str, blank: bool, indented: bool) -> bool:
    """Say whether ``line`` goes on with the block above it (a wrapped line) instead of beginning another one."""
    if block.kind == "heading":
        return False
    if block.kind == "item" and indented:
        return True
    if blank or _split_term(line) is not None or _lead_in(block.text) or (block.kind == "item" and _lead_in(line)):
        return False
    ended = block.text.endswith((".", "!", "?", ":", ";"))
    return block.kind == "item" or line[0].islower() or ended or len(block.text) >= WRAPPED_LINE_CHARS


def _pieces(blocks: list[_Block], language: str) -> Iterator[Piece]:
    """Give each block its group and cut paragraphs into sentences; a heading over nothing is a piece itself."""
    section: str | None = None
    inside: Literal["nothing", "text", "items"] = "nothing"  # what the section has in it so far
    nested: list[tuple[int, str]] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind == "item":
            nested = [(indent, name) for indent, name in nested if indent < block.indent]
            group = nested[-1][1] if nested else section
            inside = "items"
            if following and following.kind == "item" and following.indent > block.indent + 1 and _is_title(block.text):
                nested.append((block.indent, _title(block.text)))
            else:
                yield _term_piece(block.text, "item", group)
            continue
        nested = []
        title = block.kind == "heading" or _bold_title(block.text) or _lead_in(block.text)
        if title and following is not None and following.kind != "heading" and not _bold_title(following.text):
            # A title right below another one is the finer of the two.
            outer = f"{section}: " if section is not None and inside == "nothing" else ""
            section, inside = outer + _title(block.text), "nothing"
            continue
        if inside == "items" or (title and inside != "nothing"):
            section = None
        inside = "text"
        if _split_term(block.text):
            first, *others = _sentences(block.text, language)
            yield _term_piece(first, "term", section)
        else:
            others = _sentences(strip_marks(block.text), language)
        yield from (Piece(strip_marks(sentence), "sentence", section) for sentence in others)


def _term_piece(text: str, kind: Literal["item", "term"], group: str | None) -> Piece:
    split = _split_term(text)
    if split is None:
        return Piece(strip_marks(text), kind, group)
    term, explanation = split
    return Piece(f"{term}: {explanation}" if explanation else term, kind, group, term)


def _split_term(text: str) -> tuple[str, str] | None:
    """Return a bold term and its explanation (which may be empty); None if the text does not begin with a term."""
    match = _BOLD.fullmatch(text)
    if match is None:
        return None
    term, rest = match["term"], match["rest"]
    separator = _SEPARATOR.match(rest)
    if separator is None and rest.strip(" .") and not term.endswith(":"):
        return None
    explanation = rest[separator.end() :] if separator else rest
    if not explanation.strip(" ."):
        explanation = ""
    return strip_marks(term).rstrip(" :"), strip_marks(explanation).strip()


def _bold_title(text: str) -> bool:
    split = _split_term(text)
    return split is not None and not split[1]


def _lead_in(text: str) -> bool:
    return text.rstrip("*_ ").endswith(":") and len(text.split()) <= LEAD_IN_WORDS


def _is_title(text: str) -> bool:
    return _bold_title(text) or text.endswith(":") or (len(text.split()) <= 5 and text[-1].isalnum())


def _title(text: str) -> str:
    return strip_marks(text).strip().rstrip(":").rstrip()


def _sentences(text: str, language: str) -> list[str]:
    """Cut a paragraph into sentences; one of fewer than two content words joins its neighbour."""
    starts = sentence_starts(text)
    parts = [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    joined: list[str] = []
    for part in parts:
        if joined and (_is_fragment(part, language) or _is_fragment(joined[-1], language)):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def _is_fragment(text: str, language: str) -> bool:
    words = [token.word for token in tokenize(text, language) if token.word not in _FUNCTION_WORDS]
    return len(words) < 2


def _limit(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring sentences where a long text has more of them than an examiner would tick off."""
    sentences = sum(piece.kind == "sentence" for piece in pieces)
    allowed = max(4, MOST_POINTS - (len(pieces) - sentences))
    if sentences <= allowed:
        return pieces
    limited: list[Piece] = []
    for (kind, _), members in groupby(pieces, key=lambda piece: (piece.kind, piece.group)):
        run = list(members)
        if kind != "sentence":
            limited.extend(run)
            continue
        share = max(1, allowed * len(run) // sentences)
        for index in range(share):
            part = run[index * len(run) // share : (index + 1) * len(run) // share]
            limited.append(replace(part[0], text=" ".join(piece.text for piece in part)))
    return limited
