"""What a server turned out to be able to do, by model: found out once, remembered in memory and, where there is one, in a store."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from grader.llm.types import MODES, Mode

OPTIONAL = frozenset({"temperature", "seed", "max_completion_tokens", "max_tokens"})
"""Parameters that some servers refuse and that a request can do without."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What one model of one server takes.

    ``mode`` is the strictest way to ask for JSON that has not failed; ``is_proven`` says that a reply came back in it as asked.
    ``refused`` are the names of the optional parameters that the server does not take.
    """

    mode: Mode = "schema"
    is_proven: bool = False
    refused: frozenset[str] = frozenset()

    def without(self, name: str) -> Capability:
        """Return this capability without an optional parameter.

        >>> sorted(Capability().without("seed").without("seed").refused)
        ['seed']
        """
        return replace(self, refused=self.refused | {name})

    def proven(self, mode: Mode) -> Capability:
        """Return this capability with a mode in which a reply came back as asked."""
        return replace(self, mode=mode, is_proven=True)

    def below(self, mode: Mode) -> Capability:
        """Return this capability after a mode failed: one step down, unless others have stepped further already.

        >>> Capability().below("schema").mode, Capability().below("object").mode, Capability(mode="text").below("text").mode
        ('object', 'text', 'text')
        """
        step = min(MODES.index(mode) + 1, len(MODES) - 1)
        return self if MODES.index(self.mode) >= step else replace(self, mode=MODES[step], is_proven=False)

    def dumped(self) -> str:
        """Return it as text for a store."""
        return json.dumps([self.mode, self.is_proven, sorted(self.refused)])

    @classmethod
    def loaded(cls, text: str | None) -> Capability:
        """Return what ``dumped`` wrote; text that it did not write is as good as none.

        >>> Capability.loaded(Capability("object", True).dumped())
        Capability(mode='object', is_proven=True, refused=frozenset())
        >>> Capability.loaded("[1") == Capability.loaded(None) == Capability()
        True
        """
        try:
            mode, is_proven, refused = json.loads(text or "")
            known: Mode = next(one for one in MODES if one == mode)
            return cls(known, is_proven is True, OPTIONAL.intersection(refused))
        except (ValueError, TypeError, StopIteration):
            return cls()


class Store(Protocol):
    """Keeps short texts by name, as ``grader.llm.cache.Cache`` does."""

    def fact(self, name: str) -> str | None:
        """Return what was noted under a name, or None."""
        ...

    def note(self, name: str, value: str) -> None:
        """Note something under a name."""
        ...


class Memory:
    """What is known of the models of one server; any number of threads may use it.

    >>> memory = Memory("http://127.0.0.1:8080/v1")
    >>> memory.update("m", lambda known: known.below("schema")).mode, memory.get("m").mode, memory.get("n").mode
    ('object', 'object', 'schema')
    """

    def __init__(self, address: str, store: Store | None = None) -> None:
        self._address, self._store = address, store
        self._known: dict[str, Capability] = {}
        self._lock = threading.Lock()

    def get(self, model: str) -> Capability:
        """Return what is known of a model; of one never met, that it can do everything."""
        with self._lock:
            return self._get(model)

    def update(self, model: str, change: Callable[[Capability], Capability]) -> Capability:
        """Change what is known of a model, and return it."""
        with self._lock:
            before = self._get(model)
            after = self._known[model] = change(before)
        if self._store is not None and after != before:
            self._store.note(self._name(model), after.dumped())
        return after

    def _get(self, model: str) -> Capability:
        if model not in self._known:
            told = None if self._store is None else self._store.fact(self._name(model))
            self._known[model] = Capability.loaded(told)
        return self._known[model]

    def _name(self, model: str) -> str:
        # A hash, since an address in a file may be nobody's business.
        return "capability:" + hashlib.sha256(f"{self._address}\n{model}".encode()).hexdigest()[:16]
