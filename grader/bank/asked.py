"""How many things a prompt asks for, and of what.

>>> requests("Describe two benefits and three drawbacks.")
[Request(count=2, noun='benefits', each=False, alone=True), Request(count=3, noun='drawbacks', each=False, alone=True)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from grader.bank.remarks import NUMBER, NUMBERS, number

# A verb that asks for things, a few words that may stand between, and the number itself.
_ASKED = re.compile(
    r"\b(?:name|list|give|state|mention|enumerate|describe|explain|identify|provide|cite|define|outline|discuss|tell|"
    r"suggest|propose|present|specify|indicate|recall|point\s+out|write\s+down|"
    r"what\s+are|which\s+are|are|what\s+is(?=\s+one\b))\s+"
    r"(?:(?:me|us|the|any|at\s+least|a\s+minimum\s+of|some|your|its|these|all|of|main|different|following)\s+){0,4}"
    rf"(?P<number>\d{{1,2}}(?![\d%.,]*\d|%)|{'|'.join(NUMBERS)})\b"
    r"(?!-|\s+(?:between|of\s+which|(?:sentences?|words?|lines?|pages?)\b))"
    r"(?=(?P<rest>[^.?!:;]{0,120}))",
    re.I,
)
_FURTHER = re.compile(
    rf"\b(?:and|or|plus)\s+(?:(?:at\s+least|also)\s+)?(?P<number>{NUMBER})\s+(?P<rest>[A-Za-z].*)", re.I
)
_PAIR = re.compile(r"(?P<first>[A-Za-z-]+(?:\s+[A-Za-z-]+)?)\s+(?:and|or)\s+(?:an?\s+)?(?P<second>[A-Za-z-]+)", re.I)
_NOUN_ENDS = re.compile(
    r"\s+(?:of|for|in|that|which|to|from|with|and|or|shown|on|at|by|when|where|why|about|between|compared|each|the|is|are)"
    r"\b|[,(]",
    re.I,
)
_NO_NOUN = re.compile(rf"{NUMBER}|at|also", re.I)
_VERBS = frozenset(
    "explain describe discuss give name state justify define compare why how what which their its the".split()
)
_ASKS_BEFORE = re.compile(
    r"\b(?:what|which|how|why)\b[^?]{0,300}\?|\b(?:explain|describe|discuss|define|compare|summari[sz]e)\s+(?!and\b)\w"
    r"|\b(?:what|how|why)\b[^?.]{0,200}\band\s*$",
    re.I,
)
# What comes next is about another number: "two uses and name one of ...", "in two sentences each".
_OTHER_NUMBER = re.compile(rf"\s*\b(?:and|or|in|with)\s+(?:\w+\s+){{0,2}}?(?={NUMBER}\b)", re.I)
_MOST_REQUESTS = 8
_OF_THEM = re.compile(r"^of\s+(?:(?:the|these|those|its|their|your|all)\s+)*", re.I)
_EACH = re.compile(r"\b(?:for|of|from|per|in|about)\s+(?:each|every|both)\b|\beach\b\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Request:
    """So many things of a kind.

    ``each`` where it wants so many for each of several other things; not ``alone`` where the prompt asks for
    something else before, so that a list in the answer may be about that.
    """

    count: int
    noun: str
    each: bool = False
    alone: bool = True


def asked_count(prompt: str) -> int | None:
    """Return how many things a prompt asks for first, None where it names no number.

    >>> [asked_count(prompt) for prompt in ("Can you name at least 5 metrics?", "What are the two types?", "Why 5G?")]
    [5, 2, None]
    """
    found = requests(prompt)
    return found[0].count if found else None


def requests(prompt: str) -> list[Request]:
    """Return what a prompt asks for by number, in order.

    >>> requests("What is a hedge? Give 1 advantage and disadvantage of it.")
    [Request(count=1, noun='advantage', each=False, alone=False), Request(count=1, noun='disadvantage', each=False, alone=False)]
    >>> requests("NAME one drawback for each of them.")
    [Request(count=1, noun='drawback', each=True, alone=True)]
    """
    found: list[Request] = []
    for match in islice(_ASKED.finditer(prompt), _MOST_REQUESTS):
        _add(found, number(match["number"]), match["rest"], prompt[: match.start()])
        further = _FURTHER.search(match["rest"])
        if further:
            _add(found, number(further["number"]), further["rest"], prompt[: match.start()])
    return found


def _add(found: list[Request], count: int, rest: str, before: str) -> None:
    if not count:
        return
    rest = _OF_THEM.sub("", _OTHER_NUMBER.split(rest.strip(), maxsplit=1)[0])
    each = bool(_EACH.search(rest))
    pair = _PAIR.match(rest)
    nouns = [pair["first"], pair["second"]] if pair else [_NOUN_ENDS.split(rest, maxsplit=1)[0].strip()]
    if pair and (_NO_NOUN.fullmatch(pair["second"]) or pair["second"].lower() in _VERBS):
        nouns = nouns[:1]
    for noun in nouns:
        # "What are the uses? Give two uses." asks once; and a question that is put before is about something else.
        same = noun.split()[-1:] and noun.split()[-1].lower().removesuffix("s") in before.lower()
        found.append(Request(count, noun, each, bool(same) or _ASKS_BEFORE.search(before) is None))
