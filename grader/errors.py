"""What can go wrong, as one tree; the text of each error is one line that says what and where.

VivaError
├── InputError              an answer or a request that cannot be graded as it is
├── UnknownQuestionError    no question has this id
├── PackError               a question pack is malformed: names file, line and field
└── TableError              a CSV of answers cannot be read: names file, line and column
"""

from __future__ import annotations


class VivaError(Exception):
    """Base of all errors that a user can mend; ``str(error)`` is one line."""


class InputError(VivaError):
    """An answer or a request that cannot be graded as it is."""


class UnknownQuestionError(VivaError):
    """No question in the bank has this id."""


class PackError(VivaError):
    """A question pack is malformed.

    >>> str(PackError("two points share the id 'cost'", "packs/cloud.yaml", 12, "points.1.id"))
    "packs/cloud.yaml:12: points.1.id: two points share the id 'cost'"
    """

    def __init__(
        self, message: str, path: str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.message, self.path, self.line, self.field = message, path, line, field
        place = ":".join(str(part) for part in (path, line) if part is not None)
        super().__init__(": ".join(part for part in (place, field, message) if part))


class TableError(VivaError):
    """A table of answers cannot be read."""
