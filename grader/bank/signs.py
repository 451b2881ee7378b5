r"""The signs that list items begin with: bullets, numbers and letters, with a space behind them or without.

>>> find_item("2)foo"), find_item("1.5 metres")
(Item(indent=0, mark='2)', body='foo'), None)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_FILLED, _HOLLOW = "-*+\u2022\u25cf\u25aa\u25a0\u2023\u2013\u2014", "\u25e6\u25cb\u25a1\u25ab"
_NUMERAL = r"\d{1,3}[.)]|[A-Za-z]\)|[ivx]{2,4}\)|\((?:\d{1,3}|[A-Za-z]|[ivx]{2,4})\)"
_ITEM = re.compile(
    rf"(?P<indent>[ \t]*)(?P<mark>[{_FILLED}{_HOLLOW}]|{_NUMERAL})[ \t]+(?:\[[ xX]\][ \t]+)?(?P<body>\S.*)"
)
# Without a space only what cannot be a decimal ("1.5"), a version ("1.x.2"), a range ("1-3") or a minus sign.
_TIGHT_ITEM = re.compile(
    r"(?P<indent>[ \t]*)"
    r"(?:(?P<bullet>[\u2022\u25cf\u25aa\u25a0\u2023\u25e6\u25cb\u25a1\u25ab])(?=\S)"
    r"|(?P<numeral>\d{1,2}[.)]|[A-Za-z]\)|[ivx]{2,4}\)|\((?:\d{1,2}|[A-Za-z]|[ivx]{2,4})\))(?=[^\W\d_])(?!\w+\.\w)"
    r"|(?P<dashed>\d{1,2}[ \t]?[-\u2013])[ \t]+(?=[^\W\d_])(?!(?:and|or|to)\b))"
    r"(?P<body>\S.*)"
)
_TIGHT_HYPHEN = re.compile(r"(?P<indent>[ \t]*)(?P<mark>-)(?P<body>[^\W\d_]{2}.*)")
_INLINE_BULLET = re.compile(r"(?:^|(?<=\s))[\u2022\u25cf\u25aa\u25a0\u25e6\u25cb](?=\s*[^\W\d_])")
_INLINE_NUMBER = re.compile(r"(?:^|(?<=\s))\(?(?P<number>\d{1,2})[.)](?=\s*[^\W\d_])(?!\S*\.\w)")
_ROMAN = re.compile(r"[ivx]{1,4}\)|\([ivx]{1,4}\)")


@dataclass(frozen=True, slots=True)
class Item:
    """A line that begins with a list sign, in its parts; ``indent`` in columns."""

    indent: int
    mark: str
    body: str


def find_item(line: str, *, hyphens: bool = False) -> Item | None:
    """Return a line as a list item, None where it is none; with ``hyphens`` a word right behind a hyphen is one."""
    spaced = _ITEM.fullmatch(line) or (_TIGHT_HYPHEN.fullmatch(line) if hyphens else None)
    found = spaced or _TIGHT_ITEM.fullmatch(line)
    if found is None:
        return None
    groups = found.groupdict()
    mark = groups.get("mark") or groups.get("bullet") or groups.get("numeral") or groups["dashed"]
    body, indent = found["body"].strip(), len(found["indent"].expandtabs(4))
    inner = _TIGHT_ITEM.fullmatch(body) if mark[0].isdigit() else None
    if inner is not None and inner["numeral"]:  # "4.a)first" opens the list in the fourth item
        mark, body = inner["numeral"], inner["body"].strip()
    return Item(indent, mark, body)


def has_tight_hyphens(lines: Iterable[str]) -> bool:
    """Say whether several lines begin with a hyphen and a word; a single one may be a minus or an option."""
    return sum(_TIGHT_HYPHEN.fullmatch(line) is not None for line in lines) > 1


def kind_of(mark: str) -> str:
    """Return what tells one list from another that lies in it: ``number``, ``letter``, ``roman``, ``hollow``, a bullet.

    >>> kind_of("2)"), kind_of("(ii)"), kind_of("b)"), kind_of("\u25cb")
    ('number', 'roman', 'letter', 'hollow')
    """
    if mark in _HOLLOW:
        return "hollow"
    if _ROMAN.fullmatch(mark):
        return "roman"
    if any(char.isalpha() for char in mark):
        return "letter"
    return "number" if any(char.isdigit() for char in mark) else mark


def unfolded(line: str) -> list[str]:
    """Return the items of a list that stands in one line, each as a line; any other line as it is.

    >>> unfolded("1. Sow early. 2. Water often. 3. Reap."), unfolded("Version 1. It is 2. rate.")
    (['1. Sow early.', '2. Water often.', '3. Reap.'], ['Version 1. It is 2. rate.'])
    """
    bullets = [match.start() for match in _INLINE_BULLET.finditer(line)]
    if len(bullets) > 1:
        return _parts(line, bullets)
    starts: list[int] = []
    for match in _INLINE_NUMBER.finditer(line):
        first = not starts and not line[: match.start()].rstrip(" :")
        if int(match["number"]) == len(starts) + 1 and (
            starts or first or line[: match.start()].rstrip().endswith(":")
        ):
            starts.append(match.start())
    return _parts(line, starts) if len(starts) > 1 else [line]


def _parts(line: str, starts: list[int]) -> list[str]:
    edges = [*starts, len(line)] if not line[: starts[0]].strip() else [0, *starts, len(line)]
    edges[0] = 0
    return [line[begin:end].rstrip() for begin, end in pairwise(edges)]
