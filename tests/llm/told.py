"""All that anybody could print of an error."""

from __future__ import annotations

import traceback


def everything_told(error: BaseException) -> str:
    """Return the texts, attributes and tracebacks of an error and of every error that hangs on it."""
    told, waiting, seen = [], [error], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        told += ["".join(traceback.format_exception(here)), repr(here), repr(vars(here)), repr(here.args)]
        waiting += [other for other in (here.__context__, here.__cause__) if other is not None]
        if isinstance(here, BaseExceptionGroup):
            waiting += here.exceptions
    return "\n".join(told)
