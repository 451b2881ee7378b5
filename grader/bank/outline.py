r"""Plain reference answers to points and questions, without anyone having to write a pack.

>>> for point in points_from_text("**Pros**:\n- It is fast.\n- It is cheap (no licence)."):
...     print(point.id, point.group, point.text, point.aliases)
it-is-fast Pros It is fast. ()
it-is-cheap-no-licence Pros It is cheap (no licence). ('It is cheap',)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.bank.pieces import Piece, cut, plain_text
from grader.bank.slug import slugify, unique
from grader.errors import InputError
from grader.text import normalize, tokenize
from grader.types import Point, Question, Reading

MAX_REFERENCE_CHARS = 50_000
LIST_GROUP = "list"
MOST_ENUMERATED = 50

_NUMBERS = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(),
        start=1,
    )
}
# A verb that asks for things, a few words that may stand between, and the number itself.
_ASKED = re.compile(
    r"\b(?:name|list|give|state|mention|enumerate|describe|explain|identify|provide|cite|define|outline|discuss|tell|"
    r"what\s+are|which\s+are|are)\s+"
    r"(?:(?:me|us|the|any|at\s+least|a\s+minimum\s+of|some|your|its|these|all|of|main|different|following)\s+){0,4}"
    rf"(?P<number>\d{{1,2}}(?![\d%.,]*\d|%)|{'|'.join(_NUMBERS)})\b(?!-|\s+(?:between|of\s+which))",
    re.I,
)
_NAMING = re.compile(r"\b(?:name|list|enumerate|mention|cite|identify)\b", re.I)
_EXPLAINING = re.compile(r"\b(?:explain|describe|define|discuss|compare|justify|why|how|what\s+(?:does|do|is))\b", re.I)
_ASIDE = re.compile(r"(?P<head>.*\S)\s*\((?P<aside>[^()]+)\)[.!]?")
_LEAD_IN = re.compile(r"^[^:,;]{1,80}:\s+")
_COMMA_OR_AND = re.compile(r"\s*(?:[,;]\s*(?:and|or)\b|[,;]|\b(?:and|or)\b|&)\s*", re.I)


def points_from_text(text: str, language: str = "en") -> tuple[Point, ...]:
    """Return the points of a reference answer, in the order of the text; none of its words is lost.

    ``text`` is prose or Markdown. Ids are slugs of the words, so they stay while the wording stays. The result
    is empty only where the text has no words.

    >>> [point.text for point in points_from_text("Weights become integers. Memory use falls!")]
    ['Weights become integers.', 'Memory use falls!']
    """
    return _points(cut(text, language), naming=False)


def question_from_reference(
    prompt: str,
    references: Sequence[str],
    *,
    id: str | None = None,
    language: str = "en",
    topic: str = "",
    tags: tuple[str, ...] = (),
) -> Question:
    r"""Return a question whose points come from plain reference answers; each of these is a reading of its own.

    The reading that serves an answer best counts, so an answer need not be like all the references. Equal
    references count once. Where the prompt asks for N things and a reference lists N or more, any N of them
    earn full marks. Without an ``id`` the question gets one made of its content. Raises InputError for a
    reference that has no words or more than MAX_REFERENCE_CHARS characters.

    >>> question = question_from_reference("Name two fruits.", ["- Apple\n- Pear\n- Plum"])
    >>> question.required_count, [point.id for point in question.points]
    (2, ['apple', 'pear', 'plum'])
    """
    distinct = list({normalize(reference): reference for reference in references}.values())
    if not distinct:
        raise InputError("a question needs a reference answer")
    readings = []
    for number, reference in enumerate(distinct, start=1):
        if len(reference) > MAX_REFERENCE_CHARS:
            raise InputError(f"the reference answer has {len(reference):,} characters; at most {MAX_REFERENCE_CHARS:,}")
        reading_id = "main" if len(distinct) == 1 else f"reference-{number}"
        reading = _reading(prompt, reference, reading_id, language)
        if not reading.points:
            raise InputError("the reference answer has no words")
        readings.append(reading)
    return Question(
        id=_content_id(prompt, distinct) if id is None else id,
        prompt=prompt,
        readings=tuple(readings),
        topic=topic,
        tags=tags,
        language=language,
    )


def asked_count(prompt: str) -> int | None:
    """Return how many things a prompt asks for, None where it names no number.

    >>> [asked_count(prompt) for prompt in ("Can you name at least 5 metrics?", "What are the two types?", "Why 5G?")]
    [5, 2, None]
    """
    match = _ASKED.search(prompt)
    if match is None:
        return None
    number = match["number"].lower()
    return (_NUMBERS.get(number) or int(number)) or None


def _content_id(prompt: str, references: Sequence[str]) -> str:
    content = "\0".join([prompt, *references])
    return f"adhoc-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _reading(prompt: str, reference: str, id: str, language: str) -> Reading:
    """Make the reading of one reference, with a count where the prompt asks for one and the reference lists so many."""
    pieces = cut(reference, language)
    count = asked_count(prompt)
    group: str | None = None
    if count is not None:
        pieces = _enumerated(pieces, count)
        listed = _listed(pieces)
        groups = {piece.group for piece in listed}
        if len(listed) < count or (len(listed) < len(pieces) and len(groups) > 1):
            count = None
        elif len(listed) < len(pieces):
            # Others stand beside the list, so the count must name the list.
            if groups == {None} or any(piece.group in groups for piece in pieces if piece not in listed):
                group = LIST_GROUP
                pieces = [replace(piece, group=group) if piece in listed else piece for piece in pieces]
            else:
                group = next(iter(groups))
    naming = bool(_NAMING.search(prompt)) and not _EXPLAINING.search(prompt)
    return Reading(
        id=id,
        points=_points(pieces, naming=naming),
        references=(plain_text(reference),),
        required_count=count,
        count_group=group,
    )


def _listed(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces that a writer set as a list: its items, or bold terms where there are no items."""
    items = [piece for piece in pieces if piece.kind == "item"]
    return items or [piece for piece in pieces if piece.kind == "term"]


def _enumerated(pieces: list[Piece], count: int) -> list[Piece]:
    """Cut a reference that is one enumeration in a sentence ("batch, online and streaming") into its items."""
    if len(pieces) != 1 or pieces[0].kind != "sentence":
        return pieces
    text = _LEAD_IN.sub("", pieces[0].text)
    parts = [part.strip(" .!") for part in _COMMA_OR_AND.split(text) if part.strip(" .!")]
    if not max(count, 2) <= len(parts) <= MOST_ENUMERATED or any(len(part.split()) > 4 for part in parts):
        return pieces
    return [Piece(part, "item") for part in parts]


def _points(pieces: Iterable[Piece], *, naming: bool) -> tuple[Point, ...]:
    """Return one point per piece, with ids that are unique among them."""
    taken: set[str] = set()
    points = []
    for piece in pieces:
        slug = unique(slugify(piece.term or piece.text, default="point"), taken)
        points.append(Point(id=slug, text=piece.text, aliases=_aliases(piece, naming), group=piece.group))
    return tuple(points)


def _aliases(piece: Piece, naming: bool) -> tuple[str, ...]:
    """Return what says a piece as well: its text without the aside that ends it, its name if only names are asked."""
    aliases = []
    match = _ASIDE.fullmatch(piece.text) if piece.kind != "sentence" else None
    if match and tokenize(match["head"]):
        aliases.append(match["head"])
    if naming and piece.term is not None and piece.term != piece.text:
        aliases.append(piece.term)
    return tuple(aliases)
