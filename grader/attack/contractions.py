"""English contractions: ``do not`` and ``don't`` say the same."""

from __future__ import annotations

import re

_NEGATED = {
    "cannot": "can't", "can not": "can't", "will not": "won't", "shall not": "shan't",
    **{f"{verb} not": f"{verb}n't" for verb in (
        "do does did is are was were has have had would could should must need".split()
    )},
}  # fmt: skip
_PRONOUNS = {
    **{f"{who} is": f"{who}'s" for who in "it he she that there what who".split()},
    **{f"{who} are": f"{who}'re" for who in "they we you".split()},
    **{f"{who} will": f"{who}'ll" for who in "it they we you he she".split()},
    **{f"{who} have": f"{who}'ve" for who in "they we you".split()},
}
_SHORT = {**_NEGATED, **_PRONOUNS}
_LONG = {short: long for long, short in reversed(_SHORT.items())}
# No contraction at the end of a clause ("that is what it is") nor before a negation, which would be contracted itself.
_CONTRACT = re.compile(rf"\b(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b(?=\s+(?!not\b)\w)", re.I)
_EXPAND = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _LONG), key=len, reverse=True))})\b", re.I)


def contracted(text: str) -> str:
    """Return an English text with contractions.

    >>> contracted("It is fast and does not scale. That is what it is.")
    "It's fast and doesn't scale. That's what it is."
    """
    return _CONTRACT.sub(lambda match: _like(match[0], _SHORT[match[0].lower()]), text)


def expanded(text: str) -> str:
    """Return an English text without contractions.

    >>> expanded("It can\u2019t scale, and they won't wait.")
    'It cannot scale, and they will not wait.'
    """
    return _EXPAND.sub(lambda match: _like(match[0], _LONG[match[0].lower()]), text.replace("\u2019", "'"))


def _like(model: str, text: str) -> str:
    return text[0].upper() + text[1:] if model[0].isupper() else text
