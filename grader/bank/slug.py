"""Ids made of words: lower case, letters and digits of any script, single hyphens between them."""

from __future__ import annotations

import re

from grader.text import fold_word

_RUN = re.compile(r"[^\W_]+")
_SLUG = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
MOST_CHARS = 80


def is_slug(text: str) -> bool:
    """Say whether ``text`` can be an id.

    >>> is_slug("a-b-2"), is_slug("A b"), is_slug("a--b"), is_slug("")
    (True, False, False, False)
    """
    return len(text) <= MOST_CHARS and text == text.lower() and _SLUG.fullmatch(text) is not None


def slugify(text: str, *, words: int = 6, default: str = "item") -> str:
    """Return an id made of the first words of ``text``; ``default`` where it has none.

    >>> slugify("Manual Process (Level 0)"), slugify("  !"), slugify("Größe")
    ('manual-process-level-0', 'item', 'grosse')
    """
    parts = [part for run in _RUN.findall(text) for part in _RUN.findall(fold_word(run))][:words]
    slug = "-".join(parts)[:MOST_CHARS].strip("-").lower()
    return slug if is_slug(slug) else default


def unique(id: str, taken: set[str]) -> str:
    """Return ``id``, numbered if it is taken already, and add the result to ``taken``.

    >>> taken = {"cost"}
    >>> unique("cost", taken), unique("cost", taken), unique("speed", taken)
    ('cost-2', 'cost-3', 'speed')
    """
    result, number = id, 2
    while result in taken:
        result, number = f"{id}-{number}", number + 1
    taken.add(result)
    return result
