"""An exam as JSON and back: every state, at any moment."""

from __future__ import annotations

import json
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from grader.exam.errors import SavedExamError
from grader.exam.types import ExamState

FORMAT = "viva-exam"
VERSION = 1


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[ExamState]:
    return TypeAdapter(ExamState)


def to_json(state: ExamState) -> str:
    """Return a state as one line of JSON; ``from_json`` takes it back, equal."""
    return json.dumps({"format": FORMAT, "version": VERSION, "state": _adapter().dump_python(state, mode="json")})


def from_json(text: str) -> ExamState:
    """Read a state back. Raises SavedExamError (one line) for anything that ``to_json`` did not write, or another version did."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SavedExamError(f"the saved exam is no JSON: {error}") from None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise SavedExamError("this is no saved exam")
    if values.get("version") != VERSION:
        shown = str(values.get("version"))[:20]
        raise SavedExamError(f"the saved exam is of version {shown}; this program reads version {VERSION}")
    try:
        return _adapter().validate_python(values.get("state"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "state"
        raise SavedExamError(f"the saved exam is damaged at {where}: {first['msg']}".replace("\n", " ")) from None
