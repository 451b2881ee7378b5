"""Records as plain values for JSON and back, and text as every database can hold it."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

Record = TypeVar("Record")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace NUL and lone surrogates, which no database holds, one character by one: offsets into the text stay right."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(record: object) -> dict[str, Any]:
    """Return a record as values that JSON knows; times in ISO 8601. ``restored`` takes it back, equal."""
    values: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json")
    return values


def restored(kind: type[Record], values: object) -> Record:
    """Make a record of ``plain`` values. Raises ValueError (one line) where they are none of this kind."""
    try:
        record: Record = _adapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "all of it"
        raise ValueError(f"{where}: {first['msg']}".replace("\n", " ")) from error
    return record


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Return pydantic's reader of a kind of record; made once, since making one takes milliseconds."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
