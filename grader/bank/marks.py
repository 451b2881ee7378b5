r"""Markdown's marks: taken off a text, and read where they name something.

>>> split_term("**Oak**: a *broad* tree")
('Oak', 'a broad tree')
"""

from __future__ import annotations

import re

QUOTED = re.compile(r"^\s{0,3}(?:>\s?)+")
# A blank line, a thematic break, the line under a table's head, the edge of a code block.
RULE = re.compile(r"|([-*_])(?:\s*\1){2,}|\|?[\s:|-]*-{3,}[\s:|-]*\|[\s:|-]*|```.*|~~~.*")
HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.*?)\s*#*\s*")
_BOLD = re.compile(r"\s*(?P<mark>\*\*|__)(?=\S)(?P<term>.+?)(?<=\S)(?P=mark)\s*(?P<rest>.*)", re.S)
_SEPARATOR = re.compile(r"\s*(?::|[-\u2013\u2014](?=\s))\s*")
_INLINE = (
    (re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1", re.S), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"(`+)(.+?)\1", re.S), r"\2"),
    (re.compile(r"<br\s*/?>", re.I), " "),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|~>-])"), r"\1"),
)


def plain_text(text: str) -> str:
    r"""Return Markdown as plain text: marks go, words, lines and list signs stay.

    >>> plain_text("**Pros**:\n- [fast](x.html) and `cheap`")
    'Pros:\n- fast and cheap'
    """
    lines = []
    for line in text.splitlines():
        if line.strip() and RULE.fullmatch(line.strip()):
            continue
        heading = HEADING.fullmatch(line)
        lines.append(f"{strip_marks(heading['title'])}:" if heading else strip_marks(line).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def strip_marks(text: str) -> str:
    """Remove the Markdown marks inside a line: emphasis, code, links, escapes, the sign of a quotation.

    >>> strip_marks("> *Very* **low** cost, see [here](http://x.org); 2 * 3 * 4, snake_case_name")
    'Very low cost, see here; 2 * 3 * 4, snake_case_name'
    """
    text = QUOTED.sub("", text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text


def split_term(text: str) -> tuple[str, str] | None:
    """Return a bold term and its explanation (which may be empty); None if the text does not begin with a term."""
    match = _BOLD.fullmatch(text)
    if match is None:
        return None
    term, rest = match["term"], match["rest"]
    separator = _SEPARATOR.match(rest)
    if separator is None and rest.strip(" .") and not term.endswith(":"):
        return None
    explanation = rest[separator.end() :] if separator else rest
    if not explanation.strip(" ."):
        explanation = ""
    return strip_marks(term).rstrip(" :"), strip_marks(explanation).strip()


def is_bold_title(text: str) -> bool:
    """Say whether a text is nothing but a bold name.

    >>> is_bold_title("**Pros**:"), is_bold_title("**Oak**: a tree")
    (True, False)
    """
    split = split_term(text)
    return split is not None and not split[1]
