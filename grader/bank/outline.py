r"""Plain reference answers to points and questions, without anyone having to write a pack.

>>> for point in points_from_text("**Pros**:\n- It is fast.\n- It is cheap (no licence)."):
...     print(point.id, point.group, point.text, point.aliases)
it-is-fast Pros It is fast. ()
it-is-cheap-no-licence Pros It is cheap (no licence). ('It is cheap',)
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence

from grader.bank.asked import requests
from grader.bank.counts import with_counts
from grader.bank.lines import label
from grader.bank.marks import plain_text
from grader.bank.pieces import Piece, cut
from grader.bank.remarks import either, is_extra, without_marks
from grader.bank.slug import slugify, unique
from grader.errors import InputError
from grader.grammar import UNSPACED
from grader.language import detect_in
from grader.statement import content_tokens
from grader.text import normalize, sentence_starts, tokenize
from grader.types import Point, PointKind, Question, Reading

MAX_REFERENCE_CHARS = 50_000
MOST_ENUMERATED = 50

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
    return _points(cut(without_marks(text), language), naming=False, language=language)


def question_from_reference(
    prompt: str,
    references: Sequence[str],
    *,
    id: str | None = None,
    language: str | None = None,
    topic: str = "",
    tags: tuple[str, ...] = (),
) -> Question:
    r"""Return a question whose points come from plain reference answers; each of these is a reading of its own.

    The reading that serves an answer best counts, so an answer need not be like all the references. Equal
    references count once. Where the prompt asks for N things and a reference lists N or more, any N of them
    earn full marks. Without an ``id`` the question gets one made of its content; without a ``language`` it is
    detected. Raises InputError for a reference that has no words or more than MAX_REFERENCE_CHARS characters.

    >>> question = question_from_reference("Name two fruits.", ["- Apple\n- Pear\n- Plum"])
    >>> question.required_count, [point.id for point in question.points]
    (2, ['apple', 'pear', 'plum'])
    """
    distinct = list({normalize(reference): reference for reference in references}.values())
    if not distinct:
        raise InputError("a question needs a reference answer")
    language = language or detect_in([prompt, *distinct]).language
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


def _content_id(prompt: str, references: Sequence[str]) -> str:
    content = "\0".join([prompt, *references])
    return f"adhoc-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _reading(prompt: str, reference: str, id: str, language: str) -> Reading:
    """Make the reading of one reference, with a count where the prompt asks for one and the reference lists so many."""
    pieces = cut(without_marks(reference), language)
    asked = requests(prompt)
    if asked:
        pieces = _enumerated(pieces, asked[0].count)
    counted = with_counts(pieces, asked)
    naming = bool(_NAMING.search(prompt)) and not _EXPLAINING.search(prompt)
    return Reading(
        id=id,
        points=_points(counted.pieces, naming=naming, language=language),
        references=(plain_text(reference),),
        required_count=counted.count,
        count_group=counted.group,
        outlined=True,
    )


def _enumerated(pieces: list[Piece], count: int) -> list[Piece]:
    """Cut a reference that is one enumeration in a sentence ("batch, online and streaming") into its items."""
    if len(pieces) != 1 or pieces[0].kind != "sentence":
        return pieces
    text = _LEAD_IN.sub("", pieces[0].text)
    parts = [part.strip(" .!") for part in _COMMA_OR_AND.split(text) if part.strip(" .!")]
    if not max(count, 2) <= len(parts) <= MOST_ENUMERATED or any(len(part.split()) > 4 for part in parts):
        return pieces
    return [Piece(part, "item") for part in parts]


def _points(pieces: Iterable[Piece], *, naming: bool, language: str) -> tuple[Point, ...]:
    """Return one point per piece, with ids that are unique among them."""
    taken: set[str] = set()
    points = []
    for piece in pieces:
        slug = unique(slugify(piece.term or piece.text, default="point"), taken)
        kind: PointKind = "bonus" if piece.extra else "required"
        weight = _weight(piece.text, language) if piece.kind == "sentence" else 1.0
        points.append(Point(slug, piece.text, weight, kind, _aliases(piece, naming), piece.group))
    return tuple(points)


def _weight(text: str, language: str) -> float:
    """Return the weight of a sentence of prose: the more it says, the more, by the root of its words of content.

    Up to twelve words weigh 1, as an item of a list does; at most 2.5. Scripts without spaces have no words to count.
    """
    if language in UNSPACED:
        return 1.0
    words = len({token.stem for token in content_tokens(tokenize(text, language), language)})
    return round(min(2.5, max(1.0, math.sqrt(words / 12.0))), 1)


def _aliases(piece: Piece, naming: bool) -> tuple[str, ...]:
    """Return what says a piece as well.

    That is its text without the aside or the examples that end it, either of two clauses that it leaves the choice
    between, what the reference says in other words, and its name if only names are asked.
    """
    aliases = []
    match = _ASIDE.fullmatch(piece.text) if piece.kind != "sentence" else None
    if match and tokenize(match["head"]):
        aliases.append(match["head"])
    name = piece.term or (label(piece.text) if piece.kind == "item" else None)
    if naming and name is not None:
        aliases.append(name)
    aliases.extend(either(piece.text) or ())
    aliases.append(_without_examples(piece.text))
    aliases.extend(piece.others)
    return tuple(alias for alias in dict.fromkeys(aliases) if alias != piece.text)


def _without_examples(text: str) -> str:
    """Return a text without the sentences at its end that only give examples."""
    starts = sentence_starts(text)
    while len(starts) > 1 and is_extra(text[starts[-1] :].lstrip()):
        text = text[: starts.pop()].rstrip()
    return text
