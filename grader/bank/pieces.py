r"""A text or Markdown notes cut into the pieces that become points: list items, bold terms, lines and sentences.

A list item is one piece, name and explanation together. So is a bold term with its explanation, and so is each
of several lines that are a short statement each. What is left is cut into sentences. Headings, bold lines and
lead-ins ("Advantages:") name the group of what follows.

>>> for piece in cut("**Pros**:\n- It is **fast**.\n- It is cheap."):
...     print(piece.group, piece.kind, piece.text)
Pros item It is fast.
Pros item It is cheap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from grader.bank.lines import FUNCTION_WORDS, LONG_LEAD_IN_WORDS, Block, blocks, is_lead_in
from grader.bank.marks import is_bold_title, split_term, strip_marks
from grader.bank.remarks import announces, is_extra, is_to_graders, restated
from grader.text import normalize, sentence_starts, tokenize

MOST_POINTS = 12  # of prose; lists keep all their items
_LONGEST_LINE_WORDS = 40
_BETWEEN = frozenset({"or", "and", "and/or"})

Kind = Literal["item", "term", "line", "sentence"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that becomes a point. ``term`` is the bold name that it begins with, if any.

    ``section`` is the group of the whole list where ``group`` is that of a list within it, and ``depth`` how many
    items the piece lies below. An ``extra`` is no requirement. ``others`` say the same in other words.
    """

    text: str
    kind: Kind
    group: str | None = None
    term: str | None = None
    section: str | None = None
    depth: int = 0
    extra: bool = False
    others: tuple[str, ...] = ()


def cut(text: str, language: str = "en") -> list[Piece]:
    """Cut a text into pieces, one for each point to come, in the order of the text.

    No word is lost but those that speak to the grader; what is said twice is one piece, and what has no words is none.
    """
    distinct: dict[tuple[str, str | None], Piece] = {}
    found = [block for block in blocks(text) if tokenize(block.text, language)]
    pieces = [piece for piece in _pieces(found, language) if tokenize(piece.text, language)]
    for piece in _without_remarks(pieces):
        distinct.setdefault((normalize(piece.text), piece.group), piece)
    return _limit(list(distinct.values()))


def _without_remarks(pieces: list[Piece]) -> list[Piece]:
    """Drop what speaks to the grader, and tell examples and repetitions from statements; something always stays."""
    kept: list[Piece] = []
    for piece in pieces:
        loose = piece.kind in {"sentence", "line"}
        if loose and (is_to_graders(piece.text) or piece.text.strip(" .,:").lower() in _BETWEEN):
            continue
        again = restated(piece.text) if loose else None
        if again and kept and kept[-1].group == piece.group and kept[-1].kind == piece.kind:
            kept[-1] = replace(kept[-1], others=(*kept[-1].others, again))
        else:
            kept.append(replace(piece, extra=loose and bool(kept) and is_extra(piece.text)))
    return kept or pieces


def _pieces(found: list[Block], language: str) -> Iterator[Piece]:
    """Give each block its group and cut paragraphs into sentences; a heading over nothing is a piece itself."""
    section: str | None = None
    inside: Literal["nothing", "text", "items"] = "nothing"  # what the section has in it so far
    nested: list[tuple[int, str]] = []
    named: set[str | None] = set()  # the groups that have pieces
    above: list[int] = []
    for index, block in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        if block.kind == "item":
            nested = [(indent, name) for indent, name in nested if indent < block.indent]
            above = [indent for indent in above if indent < block.indent]
            piece = Piece("", "item", nested[-1][1] if nested else section, section=section, depth=len(above))
            above.append(block.indent)
            inside = "items"
            has_list = following is not None and following.kind == "item" and following.indent > block.indent + 1
            said, announced = _announcement(block.text, language) if has_list else (block.text, None)
            if announced is not None:
                # A name over nothing but a finer name would be lost if it did not stand before that.
                outer = f"{piece.group}: " if piece.group is not None and piece.group not in named else ""
                nested.append((block.indent, outer + announced))
            if said:
                named.add(piece.group)
                yield _term_piece(said, piece)
            continue
        nested, above = [], []
        text = block.text
        over_list = following is not None and following.kind == "item" and len(block.lines) == 1
        title = block.kind == "heading" or is_bold_title(text) or is_lead_in(text)
        title = title or (over_list and _announces_list(text, language))
        if title and following is not None and following.kind != "heading" and not is_bold_title(following.text):
            # A title right below another one is the finer of the two.
            outer = f"{section}: " if section is not None and inside == "nothing" else ""
            section, inside = outer + _title(text), "nothing"
            continue
        name: str | None = None
        if not title and following is not None and (following.kind != "text" or _statements(following, True, language)):
            text, name = _long_lead_in(block, language)
        if text:
            if inside == "items" or (title and inside != "nothing"):
                section = None
            named.add(section)
            announced_lines = inside == "nothing" and section is not None
            inside = "text"
            if name is None and _statements(block, announced_lines, language):
                yield from (Piece(strip_marks(line), "line", section, section=section) for line in block.lines)
            else:
                yield from _sentence_pieces(text, section, language)
        if name is not None and following is not None and following.kind != "heading":
            section, inside = name, "nothing"


def _sentence_pieces(text: str, section: str | None, language: str) -> Iterator[Piece]:
    if split_term(text):
        first, *others = _sentences(text, language)
        yield _term_piece(first, Piece("", "term", section, section=section))
    else:
        others = _sentences(strip_marks(text), language)
    yield from (Piece(strip_marks(sentence), "sentence", section, section=section) for sentence in others)


def _announcement(text: str, language: str) -> tuple[str, str | None]:
    """Return what an item over a list says itself, and the name that it gives to the list, if it gives one."""
    if is_bold_title(text) or (len(text.split()) <= 5 and text[-1].isalnum()):
        return "", _title(text)
    if not text.endswith(":"):
        return text, None
    sentences = _sentences(text, language)
    if len(sentences) > 1:
        # What the item says stands by itself, and what lies below it goes with it.
        return (" ".join(sentences[:-1]) if announces(sentences[-1]) else text), None
    return "", _title(text)


def _announces_list(text: str, language: str) -> bool:
    """Say whether a line right above a list is no more than its announcement."""
    short = len(text.split()) <= LONG_LEAD_IN_WORDS
    return short and text.rstrip("*_ ").endswith(":") and len(_sentences(text, language)) == 1


def _long_lead_in(block: Block, language: str) -> tuple[str, str | None]:
    """Return a paragraph without the sentence at its end that only announces what stands below, and that as a name."""
    if not block.text.rstrip("*_ ").endswith(":"):
        return block.text, None
    sentences = _sentences(block.text, language)
    if not announces(sentences[-1]):
        return block.text, None
    return " ".join(sentences[:-1]), _title(sentences[-1])


def _statements(block: Block, announced: bool, language: str) -> bool:
    """Say whether each line of a block is a statement by itself, which makes the block a list without marks."""
    if block.kind != "text" or len(block.lines) < 2 or split_term(block.text):
        return False
    if any(len(line.split()) > _LONGEST_LINE_WORDS for line in block.lines):
        return False
    if any(len(_sentences(line, language)) > 1 or line.startswith("|") for line in block.lines):
        return False
    unended = not any(line.endswith((".", "!", "?", ";")) for line in block.lines)
    if any(_is_fragment(line, language) for line in block.lines) and not (announced or unended):
        return False
    return announced or unended or len(block.lines) > 2


def _term_piece(text: str, piece: Piece) -> Piece:
    """Return ``piece`` with a text, and with the bold term that it begins with."""
    split = split_term(text)
    if split is None:
        return replace(piece, text=strip_marks(text))
    term, explanation = split
    return replace(piece, text=f"{term}: {explanation}" if explanation else term, term=term)


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
    words = [token.word for token in tokenize(text, language) if token.word not in FUNCTION_WORDS]
    return len(words) < 2


def _limit(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring sentences where a long text has more of them than an examiner would tick off."""
    wanted = [piece for piece in pieces if not piece.extra]
    sentences = sum(piece.kind == "sentence" for piece in wanted)
    allowed = max(4, MOST_POINTS - (len(wanted) - sentences))
    if sentences <= allowed:
        return pieces
    limited: list[Piece] = []
    for (kind, _, extra), members in groupby(pieces, key=lambda piece: (piece.kind, piece.group, piece.extra)):
        run = list(members)
        if kind != "sentence" or extra:
            limited.extend(run)
            continue
        share = max(1, allowed * len(run) // sentences)
        for index in range(share):
            part = run[index * len(run) // share : (index + 1) * len(run) // share]
            # Other words for a part do not say the whole.
            others = part[0].others if len(part) == 1 else ()
            limited.append(replace(part[0], text=" ".join(piece.text for piece in part), others=others))
    return limited
