"""What the engine says, in the language of the page. Grades are kept in English; a page tells them anew from their judgments.

The texts of the table [reason] are, in English, what the engine writes, and so the patterns by which its reasons are known. What is
not known, a model's own words above all, stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from grader.feedback import describe, flag_text
from grader.llm.cost import dollars
from grader.types import QUOTE_NOT_FOUND, Grade, Reading
from ui.texts import CATALOGUES, language, t

# What a model says where it cannot tell.
CANNOT_ASSESS = "cannot_assess"
_CODES = ((QUOTE_NOT_FOUND, "result.no_quote"), (CANNOT_ASSESS, "result.cannot_tell"))
_VERDICTS = frozenset({"met", "partial", "unmet", "abstain"})
# These stand behind another reason, in brackets.
_BEHIND = ("reason.judges", "reason.second_look")
_AND = "; "


def feedback_text(reading: Reading, grade: Grade) -> str:
    """Return what a grade says in sentences. Words that are not the engine's, such as a person's, stay as they are."""
    spoken = language()
    if spoken == "en" or {point.id for point in reading.points} - {judgment.point_id for judgment in grade.judgments}:
        return grade.feedback
    if describe(reading, grade.judgments, grade.flags) != grade.feedback:
        return grade.feedback
    return describe(reading, grade.judgments, grade.flags, spoken)


def flag_sentence(flag: str) -> str:
    """Return one plain sentence for a flag."""
    return flag_text(flag, language())


def reason_text(reason: str) -> str:
    """Return a judgment's reason or a grade's note, with short names put into words, beginning with a capital."""
    said = reason if language() == "en" else _translated(reason)
    for code, key in _CODES:
        said = said.replace(code, t(key))
    return said[:1].upper() + said[1:]


def money(amount: float | None) -> str:
    """Put an amount of dollars into words."""
    if amount is None:
        return t("settings.spent_unknown")
    figure = dollars(amount).removeprefix("$")
    return t("settings.spent_money", amount=figure.replace(".", ",") if language() == "de" else figure)


def _translated(reason: str) -> str:
    known = _known(reason)
    if known is not None:
        return known
    for place in (match.start() for match in re.finditer(_AND, reason)):
        behind = _known(reason[place + len(_AND) :])
        if behind is not None:
            return f"{_translated(reason[:place])}{_AND}{behind}"
    return reason


def _known(reason: str) -> str | None:
    for key, pattern in _patterns():
        found = pattern.fullmatch(reason)
        if found is not None:
            values = found.groupdict()
            front = values.pop("front", None)
            said = t(key, **{name: _value(name, text) for name, text in values.items()})
            return f"{_translated(front)} {said}" if front else said
    return None


def _value(name: str, text: str) -> str:
    if name == "verdict":
        return _verdict(text)
    if name == "votes":
        return ", ".join(_vote(vote) for vote in text.split(", "))
    return _translated(text) if name == "said" else text


def _vote(vote: str) -> str:
    count, _, verdict = vote.partition(" ")
    return f"{count} {_verdict(verdict)}"


def _verdict(name: str) -> str:
    return t(f"verdict.{name}").lower() if name in _VERDICTS else name


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the keys of the table [reason] with what each looks like, those with fewer places first."""
    english = {key: text for key, text in CATALOGUES["en"].items() if key.startswith("reason.")}
    return tuple(
        (key, re.compile(("(?P<front>.*?) ?" if key in _BEHIND else "") + _pattern(text), re.DOTALL))
        for key, text in sorted(english.items(), key=lambda item: item[1].count("{"))
    )


def _pattern(text: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text))
