"""The lines of an export: what record each one is, and how it is read back.

The first line is a head, the last one says how many records stand between, so that a file cut short is known for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from study.drafts import is_learner_id
from study.errors import ImportProblem
from study.records import (
    AliasProposal,
    AnswerRecord,
    Dispute,
    FittedParameters,
    LoggedReview,
    Opening,
    Plan,
    Sitting,
    StudySettings,
)
from study.serial import plain, restored

HEAD, END = "viva-export", "end"
VERSION = 1

MAX_LINE_CHARS = 20_000_000
"""No record comes near to it; what does is another kind of file."""

# What a reader may take for the end of a line, what an editor may drop or turn round, and what no file can hold.
_AWKWARD = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """The settings of one learner."""

    learner: str
    settings: StudySettings


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft; ``at`` is the browser's clock in milliseconds."""

    learner: str
    question_id: str
    text: str
    at: int


Line = (
    SettingsLine
    | FittedParameters
    | Plan
    | Sitting
    | AnswerRecord
    | LoggedReview
    | Dispute
    | AliasProposal
    | Opening
    | DraftLine
)
# In the order in which they stand in a file: what a record refers to comes before it.
KINDS: dict[str, type[Line]] = {
    "settings": SettingsLine,
    "parameters": FittedParameters,
    "plan": Plan,
    "sitting": Sitting,
    "answer": AnswerRecord,
    "review": LoggedReview,
    "dispute": Dispute,
    "proposal": AliasProposal,
    "opening": Opening,
    "draft": DraftLine,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


def name_of(record: Line) -> str:
    """Return the ``type`` of a record's line."""
    return _NAMES[type(record)]


def write_line(values: dict[str, Any]) -> str:
    r"""Return one line of JSON with its line end; nothing in it ends a line, turns its direction or is no character.

    >>> write_line({"text": "a\u2028b \ud800 ü"})
    '{"text": "a\\u2028b \\ud800 ü"}\n'
    """
    text = json.dumps(values, ensure_ascii=False)
    return _AWKWARD.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def head_line(now: datetime) -> str:
    """Return the first line of an export made at ``now``."""
    return write_line({"type": HEAD, "version": VERSION, "at": now.isoformat()})


def end_line(records: int) -> str:
    """Return the last line of an export of so many records."""
    return write_line({"type": END, "records": records})


def record_line(record: Line) -> str:
    """Return the line of a record."""
    return write_line({"type": name_of(record), **plain(record)})


def read_lines(lines: Iterable[str]) -> Iterator[tuple[int, Line]]:
    """Yield the records of an export with the numbers of their lines, from 2 on; blank lines are passed over.

    Raises ImportProblem, which names the line, for what is no export, is from a later version, broken or cut short.
    """
    said: int | None = None
    found = number = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        values = _object(number, line)
        kind = values.pop("type", None)
        if number == 1:
            _check_head(kind, values)
        elif said is not None:
            raise _problem(number, "something stands after the line that ends the export")
        elif kind == END:
            said = values["records"] if isinstance(values.get("records"), int) else -1
            if said != found:
                raise _problem(number, f"the file tells of {said} records and has {found}")
        elif isinstance(kind, str) and kind in KINDS:
            yield number, _record(number, KINDS[kind], values)
            found += 1
        else:
            raise _problem(number, f"no record is of the type {_short(kind)}; these are: {', '.join(KINDS)}")
    if number == 0:
        raise ImportProblem("the file is empty; an export begins with a line of its own")
    if said is None:
        raise _problem(number, "the file ends here, but the line that ends an export is missing: it was cut short")


def _object(number: int, line: str) -> dict[str, Any]:
    if len(line) > MAX_LINE_CHARS:
        raise _problem(number, f"longer than {MAX_LINE_CHARS:,} characters")
    try:
        # An editor may have put a byte order mark before the first line.
        values = json.loads(line.removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        told = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise _problem(number, f"is no JSON ({told})" if number > 1 else "this is no export of Viva") from None
    if not isinstance(values, dict):
        raise _problem(number, "must be a JSON object" if number > 1 else "this is no export of Viva")
    return values


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _check_head(kind: object, values: dict[str, Any]) -> None:
    version = values.get("version")
    if kind != HEAD or not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _problem(1, "this is no export of Viva")
    if version > VERSION:
        told = f"this export has version {version}, and this release reads up to {VERSION}; update Viva and try again"
        raise _problem(1, told)


def _record(number: int, kind: type[Line], values: dict[str, Any]) -> Line:
    try:
        record = restored(kind, values)
    except (ValueError, RecursionError) as error:
        raise _problem(number, f"{_NAMES[kind]}: {error}") from None
    unknown = _unknown(values, plain(record))
    if unknown is not None:
        raise _problem(number, f"{_NAMES[kind]}: {unknown[:60]!r} is no field of it")
    trouble = _trouble(record)
    if trouble is not None:
        raise _problem(number, f"{_NAMES[kind]}: {trouble}")
    return record


def _unknown(given: object, known: object) -> str | None:
    """Return a key that was given and would be lost, None where there is none."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                return str(key)
            lost = _unknown(value, known[key])
            if lost is not None:
                return lost
    elif isinstance(given, list) and isinstance(known, list):
        pairs = zip(given, known, strict=False)
        return next((lost for one, other in pairs if (lost := _unknown(one, other)) is not None), None)
    return None


def _trouble(value: object) -> str | None:
    """Return what is wrong within a record that has all its fields: a time without a zone, or a learner who is none."""
    if isinstance(value, datetime):
        return None if value.tzinfo is not None else f"{value.isoformat()} is a time without a zone"
    if isinstance(value, tuple):
        return next((told for one in value if (told := _trouble(one)) is not None), None)
    if is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name == "learner" and not is_learner_id(inner):
                return f"{_short(inner)} is no learner"
            told = _trouble(inner)
            if told is not None:
                return told
    if isinstance(value, AnswerRecord):
        if [grade.number for grade in value.grades] != list(range(len(value.grades))):
            return "its grades are not numbered from 0"
        if any(grade.answer_id != value.answer.id for grade in value.grades):
            return "a grade belongs to another answer"
    return None


def _problem(number: int, told: str) -> ImportProblem:
    return ImportProblem(f"line {number}: {told}")


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
