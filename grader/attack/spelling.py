"""British and American spellings of English words."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OUR = "behavi|col|fav|lab|neighb|hon|hum|flav|harb|rum|vap|endeav|arm|parl|sav|vig"
_DOUBLED = "label|model|cancel|travel|signal|channel|level|fuel|total|tunnel|marvel|pedal|equal|dial"
_ENDINGS = r"(?=(?:e|ed|es|er|ers|ing|ation|ations|able)\b)"
_ISE = (
    "optim|minim|maxim|general|special|organ|regular|normal|real|recogn|util|summar|initial|quant|seral|serial|standard"
    "|custom|central|decentral|personal|visual|emphas|character|categor|token|vector|random|stabil|prior|memor|factor|final"
    "|modern|virtual|container|parallel|penal|symbol|synchron|local|global|critic|author|material|discret|item|parameter"
)
# (American pattern, British replacement), (British pattern, American replacement)
_TO_BRITISH = (
    (re.compile(rf"\b({_ISE})iz{_ENDINGS}", re.I), r"\1is"),
    (re.compile(r"(?<=l)yz(?=(?:e|ed|es|er|ers|ing)\b)", re.I), "ys"),
    (re.compile(rf"\b((?:{_OUR})o)(?=r)", re.I), r"\1u"),
    (re.compile(rf"\b(un)?({_DOUBLED})(?=(?:ed|ing|er|ers)\b)", re.I), r"\1\2l"),
    (re.compile(r"\b(cent|fib|lit|theat)er(?=s?\b)", re.I), r"\1re"),
    (re.compile(r"\b(catal|dial|anal)og(?=s?\b)", re.I), r"\1ogue"),
    (re.compile(r"\b(def|off|pret)ense(?=s?\b)", re.I), r"\1ence"),
    (re.compile(r"\b(g)ray(?=\b|s\b|scale)", re.I), r"\1rey"),
    (re.compile(r"\b(a)ging\b", re.I), r"\1geing"),
    (re.compile(r"\b(art)ifact", re.I), r"\1efact"),
    (re.compile(r"\b(judg)ment", re.I), r"\1ement"),
    (re.compile(r"\b(fulfil|enrol)l(?=s?\b|ment)", re.I), r"\1"),
    (re.compile(r"\b(s)keptic", re.I), r"\1ceptic"),
)
_TO_AMERICAN = (
    (re.compile(rf"\b({_ISE})is{_ENDINGS}", re.I), r"\1iz"),
    (re.compile(r"(?<=l)ys(?=(?:e|ed|er|ers|ing)\b)", re.I), "yz"),
    (re.compile(rf"\b((?:{_OUR})o)u(?=r)", re.I), r"\1"),
    (re.compile(rf"\b(un)?({_DOUBLED})l(?=(?:ed|ing|er|ers)\b)", re.I), r"\1\2"),
    (re.compile(r"\b(cent|fib|lit|theat)re(?=s?\b)", re.I), r"\1er"),
    (re.compile(r"\b(catal|dial|anal)ogue(?=s?\b)", re.I), r"\1og"),
    (re.compile(r"\b(def|off|pret)ence(?=s?\b)", re.I), r"\1ense"),
    (re.compile(r"\b(g)rey(?=\b|s\b|scale)", re.I), r"\1ray"),
    (re.compile(r"\b(a)geing\b", re.I), r"\1ging"),
    (re.compile(r"\b(art)efact", re.I), r"\1ifact"),
    (re.compile(r"\b(judg)ement", re.I), r"\1ment"),
    (re.compile(r"\b(fulfil|enrol)(?=s?\b|ment)", re.I), r"\1l"),
    (re.compile(r"\b(s)ceptic", re.I), r"\1keptic"),
)


def british(text: str) -> str:
    """Return an English text in British spelling.

    >>> british("Optimize the behavior of the labeled size; a catalog of artifacts.")
    'Optimise the behaviour of the labelled size; a catalogue of artefacts.'
    """
    return _rewritten(text, _TO_BRITISH)


def american(text: str) -> str:
    """Return an English text in American spelling.

    >>> american("The colour of the centre is analysed; more precise models are promised.")
    'The color of the center is analyzed; more precise models are promised.'
    """
    return _rewritten(text, _TO_AMERICAN)


def _rewritten(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text
