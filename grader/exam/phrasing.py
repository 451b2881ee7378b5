"""How points are spoken of without giving them away: names from labels, and the question for what is missing.

Self-study and the oral exam share this. What is said comes back as keys with values, so that each can say it in its own words and
in the learner's language: "You have covered the definition. What can you say about its causes?"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.exam.types import Phrase
from grader.grammar import function_words
from grader.stem import primary
from grader.text import tokenize
from grader.types import Point, Question, Reading

_LISTED = ("focus.ask", "focus.ask_two", "focus.ask_three")
_PREPOSITIONS = frozenset(
    "after at before behind below beside between beyond by during for from in into of on onto over past since through to "
    "toward towards under until up upon with within without".split()
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is asked in place of the whole question.

    ``covered`` says what the learner has already, ``under`` names the heading that all of what is wanted stands under; each is None
    where there is no such thing.
    """

    covered: Phrase | None
    under: Phrase | None
    asked: Phrase

    @property
    def sentences(self) -> tuple[Phrase, ...]:
        """The one to three sentences, in the order in which they are read."""
        return tuple(one for one in (self.covered, self.under, self.asked) if one is not None)


def follow_up(
    question: Question, reading: Reading, had: Sequence[Point], wanted: Sequence[Point], language: str = "en"
) -> FollowUp:
    """Ask for the points ``wanted``, after a word on those that the learner ``had``; both from ``reading``.

    Points of ``had`` without a label are passed over, and so are misconceptions; one that is wanted without a label makes the
    question a general one. ``language`` is that of the page. Raises ``ValueError`` where nothing is wanted.
    """
    if not wanted:
        raise ValueError(f"question {question.id!r}: a follow-up asks for at least one point")
    groups = {group_name(question, reading, point) for point in wanted}
    # One heading for all is said once, and not behind every label.
    common = groups.pop() if len(groups) == 1 and all(point.label for point in wanted) else None
    under = None if common is None else Phrase("focus.under", {"group": quoted(common, language)})
    names = []
    for point in wanted:
        if not point.label:
            return FollowUp(_covered(question, had, language), None, Phrase("focus.ask_rest", {"count": len(wanted)}))
        group = group_name(question, reading, point) if common is None else None
        name = _name(question, point.label, len(wanted) > 1, language)
        names.append(name if group is None else f"{name} ({group})")
    return FollowUp(_covered(question, had, language), under, _asked(names))


def _covered(question: Question, had: Sequence[Point], language: str) -> Phrase | None:
    known = sorted((point for point in had if point.kind != "misconception"), key=lambda point: -point.weight)
    labels = [point.label for point in known if point.label]
    if not labels:
        return None
    label = _name(question, labels[0], len(labels) > 1, language)
    if len(labels) == 1:
        return Phrase("focus.covered", {"label": label})
    return Phrase("focus.covered_more", {"label": label, "count": len(labels) - 1})


def _asked(names: Sequence[str]) -> Phrase:
    if len(names) > len(_LISTED):
        return Phrase("focus.ask_many", {"labels": "; ".join(names), "count": len(names)})
    places = ("first", "second", "third")
    return Phrase(_LISTED[len(names) - 1], dict(zip(places, names, strict=False)))


def _name(question: Question, label: str, among_others: bool, language: str) -> str:
    """Return a label for a list; one that holds a comma of its own is kept together by quotation marks."""
    return quoted(label, language) if among_others and "," in label else label_text(question, label, language)


def label_text(question: Question, label: str, language: str) -> str:
    """Return a label as it stands in a sentence of the page: bare where that reads well, else in quotation marks.

    It reads well in an English sentence about an English question, unless it begins with a preposition ("after the release").
    """
    first = label.split(maxsplit=1)[0].lower() if label.strip() else ""
    bare = primary(language) == "en" and primary(question.language) == "en" and first not in _PREPOSITIONS
    return label if bare else quoted(label, language)


def quoted(text: str, language: str) -> str:
    """Put a text in the quotation marks of the page's language.

    >>> quoted("pros", "de"), quoted("pros", "en")
    ('„pros“', '“pros”')
    """
    return f"„{text}“" if primary(language) == "de" else f"“{text}”"


def group_name(question: Question, reading: Reading, point: Point) -> str | None:
    """Return the heading that a point stands under, where it may be told; None where there is none, or it gives something away.

    A group that only marks what is counted is no heading.
    """
    if not point.group or point.group == reading.count_group:
        return None
    named = stems_of(question, point.group) - stems_of(question, question.prompt, point.label or "")
    wordings = (text for one in reading.points for text in (one.text, *one.aliases))
    return None if named & stems_of(question, *wordings, *reading.references) else point.group


def stems_of(question: Question, *texts: str) -> frozenset[str]:
    """Return the stems of all words of content in some texts, in the language of a question."""
    grammatical = function_words(question.language)
    return frozenset(
        token.stem for text in texts for token in tokenize(text, question.language) if token.word not in grammatical
    )
