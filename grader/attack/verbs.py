"""English verbs, negated."""

from __future__ import annotations

import re

_HELPERS = re.compile(r"\b(?:is|are|was|were|can|could|will|would|should|must|may|might)\b", re.IGNORECASE)
# Verbs that are hardly ever nouns, so that a negation before them is grammar: base form, from which the third person is made.
_VERBS = (
    "absorb adapt add allow apply arrive avoid become begin bring carry catch choose combine come compare consist contain "
    "convert create decide define degrade depend deploy describe destroy detect determine eliminate enable ensure evaluate "
    "exist explain extend follow forget generate get give go grow happen hold improve include involve keep learn let limit "
    "lower make mean measure need occur pay perform preserve prevent produce protect prove provide pump reach receive reduce "
    "reflect remain remember remove replace require retain run save scale select send serve show simulate speed split stay "
    "stop store suffer take tell turn use vary weigh write"
).split()


def _third_person(verb: str) -> str:
    if verb.endswith(("ch", "sh", "ss", "x", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "s"


_SINGULAR = {_third_person(verb): verb for verb in _VERBS}
_PLURAL = frozenset(_VERBS)
_WORD = re.compile(r"[A-Za-z]+")


def with_negated_verb(sentence: str) -> str:
    """Return an English sentence with its first verb negated; an empty text where no verb is known for sure.

    >>> with_negated_verb("The model is retrained."), with_negated_verb("It keeps old data."), with_negated_verb("Hm.")
    ('The model is not retrained.', 'It does not keep old data.', '')
    """
    for match in list(_WORD.finditer(sentence))[1:]:
        word = match[0].lower()
        before, after = sentence[: match.start()], sentence[match.end() :]
        if _HELPERS.fullmatch(word):
            return f"{before}{match[0]} not{after}"
        if word in _SINGULAR:
            return f"{before}does not {_SINGULAR[word]}{after}"
        if word in _PLURAL and before.rstrip().lower().endswith(("s", "we", "you", "they", "people", "data")):
            return f"{before}do not {match[0]}{after}"
    return ""
