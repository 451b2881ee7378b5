"""What a reference answer says to its grader instead of to the learner: marks, choices, notes; and examples.

>>> without_marks("It grows (1 pt). It sheds [2 marks].")
'It grows. It sheds.'
>>> choice("One of the following reasons is sufficient:")
1
"""

from __future__ import annotations

import re

NUMBERS = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(),
        start=1,
    )
}
NUMBER = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"

_MARKS = re.compile(
    r"(?<![ \t])[ \t]*[(\[][ \t]?\+?\d{1,3}(?:[.,]\d{1,3})?[ \t]?(?:p|pts?|points?|marks?|credits?)\.?[ \t]?[)\]]", re.I
)
# Quarters in brackets without a unit are marks only where several stand in one text.
_QUARTERS = re.compile(r"(?<![ \t])[ \t]*\(\d?\.(?:25|5|50|75|0)\)")
_CHOICE = re.compile(
    rf"\b(?:(?P<number>{NUMBER})|any(?:[ ](?P<any>{NUMBER}))?|either)\s+(?:one\s+)?of\s+(?:the\s+|these\s+|those\s+)?"
    r"(?:following|below|these|reasons\s+below|possible)\b|\bany\s+(?P<bare>" + NUMBER + r")\s+of\b",
    re.I,
)
_SAMPLES = re.compile(r"\b(?:possible|acceptable|valid|sample|correct|example)\s+(?:\w+\s+){0,2}answers?\b", re.I)
_ANNOUNCES = re.compile(
    r"\b(?:following|below|as\s+follows|possible|examples?|acceptable)\b"
    r"|\b(?:are|is|includes?|contains?|namely|(?:consists?|composed|made)\s+(?:up\s+)?of)\s*:$",
    re.I,
)
_ANNOUNCING_WORDS = 20
_CREDIT = r"(?:marks?|points?|pts?|credits?)"
_TO_GRADERS = re.compile(
    r"\b(?:granted|awarded|deducted|given)\s+(?:a\s+)?(?:\d|full\b|half\b|partial\b|no\b|" + _CREDIT + r"\b)"
    r"|\b(?:full|half|partial|no)\s+" + _CREDIT + r"\b(?!\s+card)"
    r"|\b(?:considered|counted|regarded|accepted)\s+(?:as\s+)?(?:(?:fully|partially|also)\s+)?correct\b"
    r"|\b(?:answers?|responses?|students?|justifications?|explanations?|reasons?)\s[^.;]{0,60}"
    r"\b(?:should|must|can|may|will)\s(?:also\s)?be\s(?:given|accepted|considered|omitted|mentioned)\b",
    re.I,
)
_ALSO_RIGHT = re.compile(r"\b(?:is|are|would be)\s+also\s+(?:acceptable|accepted|fine|okay)\b", re.I)
_EXAMPLE = re.compile(
    r"\(?(?:for\s+(?:example|instance)\b|e\.\s?g\.|as\s+an\s+example\b|an?\s+example\s+(?:is|of|would)\b"
    r"|(?:this|it)\s+is\s+(?:also|sometimes|often)\s+(?:called|known|referred)\b|also\s+(?:called|known)\b|alternatively\s+to\b"
    r"|it\s+(?:is|would\s+be)\s+also\s+(?:valid|sufficient|acceptable|correct)\b)",
    re.I,
)
_RESTATED = re.compile(
    r"(?:alternatively,?(?:\s+(?:you|one)\s+(?:can|could|may|might)\s+say\s+that|(?<=,))|in\s+other\s+words|put\s+differently"
    r"|that\s+is\s+to\s+say|i\.\s?e\.)[,:]?\s+",
    re.I,
)
_OR_CLAUSE = re.compile(
    r"(?P<left>.{12,}?\S)[,;]?\s+or\s+(?P<right>[A-Z][a-z]+(?:\s+[\w-]+){0,3}\s+"
    r"(?:must|is|are|can|has|have|should|will|needs?|may)\b.{6,})",
    re.S,
)


def number(text: str) -> int:
    """Return the value of a number in digits or as a word.

    >>> number("Two"), number("12")
    (2, 12)
    """
    word = text.lower()
    return NUMBERS.get(word) or int(word)


def without_marks(text: str) -> str:
    """Return a text without the marks that it gives in brackets, such as ``(1 pt)``."""
    text = _MARKS.sub("", text)
    return _QUARTERS.sub("", text) if len(_QUARTERS.findall(text)) > 1 else text


def choice(text: str) -> int | None:
    """Return how many of what follows a lead-in wants ("one of the following"), None where it wants all.

    >>> choice("Any two of the following:"), choice("Possible answers include:"), choice("The following reasons:")
    (2, 1, None)
    """
    match = _CHOICE.search(text)
    if match is not None:
        found = match["number"] or match["any"] or match["bare"]
        return number(found) if found else 1
    return 1 if _SAMPLES.search(text) else None


def announces(text: str) -> bool:
    """Say whether a sentence does nothing but announce what stands below it.

    >>> announces("The following are the tasks of a gardener in spring and in autumn:")
    True
    >>> announces("An oak in a garden with a high wall needs much more than a pine does: light")
    False
    """
    if not text.rstrip("*_ ").endswith(":") or len(text.split()) > _ANNOUNCING_WORDS:
        return False
    return _ANNOUNCES.search(text.rstrip("*_ ")) is not None or choice(text) is not None


def is_to_graders(text: str) -> bool:
    """Say whether a sentence is about the grading and not about the subject.

    >>> is_to_graders("Note: a drawing can be granted 0.5 as well."), is_to_graders("A permit is granted.")
    (True, False)
    """
    return _TO_GRADERS.search(text) is not None


def is_extra(text: str) -> bool:
    """Say whether a sentence only gives an example or another name, or what is right as well.

    >>> is_extra("For example, an oak."), is_extra("A pine is also acceptable."), is_extra("An oak is a tree.")
    (True, True, False)
    """
    return _EXAMPLE.match(text) is not None or _ALSO_RIGHT.search(text) is not None


def restated(text: str) -> str | None:
    """Return what a sentence says that puts the one before it into other words, None where it does not.

    >>> restated("In other words, it never sheds.")
    'it never sheds.'
    """
    match = _RESTATED.match(text)
    return text[match.end() :] if match else None


def either(text: str) -> tuple[str, str] | None:
    """Return the two whole clauses between which a sentence leaves the choice, None where it is one statement.

    Only an "or" before a capital, a subject and a verb joins two clauses for certain.

    >>> either("There must be light from above or Lamps must stand beside the plants.")
    ('There must be light from above', 'Lamps must stand beside the plants.')
    >>> either("Oak or pine is fine.") is None
    True
    """
    match = _OR_CLAUSE.fullmatch(text)
    return (match["left"], match["right"]) if match else None
