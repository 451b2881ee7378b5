"""Stop asking a server that will not answer: thousands of answers need not each wait for the same failure."""

from __future__ import annotations

from grader.llm.types import Asker, FailureKind, LlmFailure, Mode, Reply, Request

IN_A_ROW = 10
"""So many failures of the server, without a reply between them, and it is asked no more."""
# One of these tells what the next request would meet.
_FINAL: frozenset[FailureKind] = frozenset({"bad_key", "no_quota", "unknown_model"})
_OF_THE_SERVER: frozenset[FailureKind] = frozenset({"no_server", "timeout", "server_error", "rate_limited"})


class BreakerAsker:
    """Passes requests on until the failures show that asking is in vain; from then on it repeats the last failure at once."""

    def __init__(self, asker: Asker, *, in_a_row: int = IN_A_ROW) -> None:
        self._asker, self._most = asker, in_a_row
        self._failed = 0
        self.broken: LlmFailure | None = None

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Ask, or raise the failure that showed that it is in vain, without sending anything."""
        if self.broken is not None:
            raise LlmFailure(self.broken.kind, str(self.broken))
        try:
            reply = await self._asker.ask(request, deadline=deadline)
        except LlmFailure as failure:
            self._failed += failure.kind in _OF_THE_SERVER
            if failure.kind in _FINAL or self._failed >= self._most:
                self.broken = failure
            raise
        self._failed = 0
        return reply

    def note_invalid(self, mode: Mode) -> None:
        """Tell the asker behind this one that a reply was not what was asked for."""
        pass_on_invalid(self._asker, mode)


def pass_on_invalid(asker: Asker, mode: Mode) -> None:
    """Tell an asker that a reply was not what was asked for, if it wants to know."""
    hear = getattr(asker, "note_invalid", None)
    if hear is not None:
        hear(mode)
