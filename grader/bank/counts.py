"""Which pieces of a reference are alternatives to one another, and how many of them are wanted.

>>> oak, ash, fir = (Piece(text, "item") for text in ("Oak", "Ash", "Fir"))
>>> with_counts([oak, ash, fir], [Request(2, "trees")]).count
2
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from grader.bank.asked import Request
from grader.bank.pieces import Piece
from grader.bank.remarks import choice
from grader.text import fold_word, sentence_starts, tokenize

LIST_GROUP = "list"
_HEAD_WORDS = 6


@dataclass(frozen=True, slots=True)
class Counted:
    """Pieces with what a Reading holds of counts: any ``count`` of all, or of those in ``group``."""

    pieces: list[Piece]
    count: int | None = None
    group: str | None = None


def with_counts(pieces: list[Piece], asked: Sequence[Request]) -> Counted:
    """Return the pieces with the count that follows from what was asked and from what the lists say of themselves.

    A reading has one count. Where several lists have one each, a choice of one is a single piece with the others as
    its other wordings, and lists that want more are counted together.
    """
    wanted = _by_list(pieces, asked)
    if not wanted:
        return _whole_list(pieces, asked)
    pieces = _with_names(pieces, asked)
    pieces = _merged(pieces, wanted)
    wanted = {section: count for section, count in wanted.items() if len(_members(pieces, section)) >= count}
    folded = len(wanted) > 1
    if folded:
        for section in [section for section, count in wanted.items() if count == 1]:
            pieces = _one_of(pieces, _members(pieces, section))
            del wanted[section]
    if not wanted:
        return _whole_list(pieces, asked) if not folded else Counted(pieces)
    return _named([piece for section in wanted for piece in _members(pieces, section)], pieces, sum(wanted.values()))


def _by_list(pieces: list[Piece], asked: Sequence[Request]) -> dict[str, int]:
    """Return how many are wanted of each named list; lists that want all are not in it."""
    sections = list(dict.fromkeys(piece.section for piece in pieces if piece.section and _in_list(piece)))
    wanted: dict[str, int] = {}
    for section in sections:
        count = choice(section)
        if count is not None:
            wanted[section] = count
    open_sections = [section for section in sections if section not in wanted]
    for request in asked:
        named = [section for section in open_sections if section not in wanted and _names(section, request.noun)]
        named = [section for section in named if len(_members(pieces, section)) >= request.count]
        if request.each and len(open_sections) > 1:
            named = open_sections
        # "The two kinds" of which the lists tell are the lists, and no two of what stands in them.
        if len(named) == 1 or (named and request.each):
            wanted.update(dict.fromkeys(named, request.count))
    return wanted


def _with_names(pieces: list[Piece], asked: Sequence[Request]) -> list[Piece]:
    """Put the names of the lists among the pieces where they are themselves what was asked for.

    "Name the two kinds and one use of each" of two lists with a name each wants both names.
    """
    sections = list(dict.fromkeys(piece.section for piece in pieces if piece.section and _in_list(piece)))
    if not any(request.each for request in asked) or not any(
        request.count == len(sections) and not request.each for request in asked
    ):
        return pieces
    named: list[Piece] = []
    for piece in pieces:
        if piece.section in sections:
            sections.remove(piece.section)
            named.append(Piece(piece.section, "term"))
        named.append(piece)
    return named


def _whole_list(pieces: list[Piece], asked: Sequence[Request]) -> Counted:
    """Apply the first number that was asked for to all that a reference lists."""
    if not asked:
        return Counted(pieces)
    count = asked[0].count
    listed = _listed(pieces, count)
    if len(listed) > count and not asked[0].alone:
        return Counted(pieces)
    groups = {piece.section for piece in listed}
    if len(groups) > 1 and len(groups) == count and None not in groups:
        return Counted(pieces)
    merged = _merged(pieces, groups)
    if len(listed) >= count and len(_listed(merged, count)) >= count:
        pieces, listed = merged, _listed(merged, count)
    if len(listed) < count or (len(listed) < _required(pieces) and len({piece.group for piece in listed}) > 1):
        return Counted(pieces)
    return _named(listed, pieces, count)


def _with_heads(pieces: list[Piece], chosen: set[Piece]) -> list[Piece]:
    """Let the first sentence of a listed item say it: where some of many are asked for, the others go on to explain."""
    return [
        replace(piece, others=(*piece.others, *_head(piece.text)))
        if piece in chosen and piece.kind == "item"
        else piece
        for piece in pieces
    ]


def _head(text: str) -> tuple[str, ...]:
    starts = sentence_starts(text)
    head = text[: starts[1]].strip() if len(starts) > 1 else ""
    return (head,) if len(tokenize(head)) >= _HEAD_WORDS else ()


def _named(listed: list[Piece], pieces: list[Piece], count: int) -> Counted:
    """Return a count of ``listed``, under a name of their own where others stand beside them."""
    counted = {piece for piece in listed if not piece.extra}
    beside = {piece for piece in pieces if piece not in counted}
    pieces = _with_heads(pieces, counted)
    if len(counted) >= _required(pieces):
        return Counted(pieces, count)
    groups = {piece.group for piece in counted}
    if len(groups) == 1 and None not in groups and not any(piece.group in groups for piece in beside):
        return Counted(pieces, count, next(iter(groups)))
    named = [piece if piece in beside else replace(piece, group=LIST_GROUP) for piece in pieces]
    return Counted(named, count, LIST_GROUP)


def _required(pieces: list[Piece]) -> int:
    return sum(not piece.extra for piece in pieces)


def _in_list(piece: Piece) -> bool:
    return piece.kind in {"item", "line"} and not piece.extra


def _listed(pieces: list[Piece], count: int) -> list[Piece]:
    """Return the pieces that a writer set as a list: items and statement lines, bold terms, sentences of one shape."""
    items = [piece for piece in pieces if _in_list(piece)]
    terms = [piece for piece in pieces if piece.kind == "term"]
    return items or terms or _alike(pieces, count)


def _alike(pieces: list[Piece], count: int) -> list[Piece]:
    """Return sentences that are no more than entries of a list: nearly all begin with one word, such as "to"."""
    sentences = [piece for piece in pieces if piece.kind == "sentence" and not piece.extra]
    if len(sentences) <= max(count, 2):
        return []
    first = [piece.text.split(maxsplit=1)[0].lower() for piece in sentences]
    commonest = max(first, key=first.count)
    same = first.count(commonest) >= 0.75 * len(first) and commonest in {"to", "by", "for"}
    gerunds = sum(word.endswith("ing") for word in first) >= 0.75 * len(first)
    return sentences if same or gerunds else []


def _members(pieces: list[Piece], section: str | None) -> list[Piece]:
    return [piece for piece in pieces if piece.section == section and _in_list(piece)]


def _names(section: str, noun: str) -> bool:
    """Say whether the name of a list has the noun in it that was asked for, in the singular or the plural."""
    words = {_stem(word) for word in section.replace("/", " ").split()}
    return bool(noun) and _stem(noun.rsplit(maxsplit=1)[-1]) in words


def _stem(word: str) -> str:
    return fold_word(word.strip(".,:;()*'\"")).removesuffix("s")


def _merged(pieces: list[Piece], sections: Collection[str | None]) -> list[Piece]:
    """Join what lies below an item of a counted list to the item, which counts once and may be said without it."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged and merged[-1].kind == "item" and merged[-1].section == piece.section else None
        named = piece.group != piece.section
        if piece.section not in sections or piece.kind != "item" or piece.depth == 0:
            merged.append(piece)
        elif named and (last is None or last.group != piece.group):
            said = f"{_name(piece)}: {piece.text}"
            merged.append(replace(piece, text=said, others=(said,), term=_name(piece)))
        elif last is None:
            merged.append(piece)
        else:
            # Below a name each entry says enough, together with it; below a statement the statement itself does.
            others = (*last.others, f"{_name(piece)}: {piece.text}") if named else last.others or (last.text,)
            merged[-1] = replace(last, text=f"{last.text} {piece.text}", others=others)
    return [replace(piece, group=piece.section) if piece.section in sections else piece for piece in merged]


def _name(piece: Piece) -> str:
    return (piece.group or "").removeprefix(f"{piece.section}: ")


def _one_of(pieces: list[Piece], members: list[Piece]) -> list[Piece]:
    """Return the pieces with ``members`` in one, of which each wording is enough."""
    first, rest = members[0], set(members[1:])
    others = (*first.others, *(wording for piece in members[1:] for wording in (piece.text, *piece.others)))
    return [replace(piece, others=others) if piece is first else piece for piece in pieces if piece not in rest]
