"""How frequent a word is, and where it stands among other words: the table in ``data/lexicon.npz``.

The table is made by ``scripts/build_lexicon.py`` from the multilingual Universal Sentence Encoder (Apache-2.0) and from
public word frequencies; its docstring gives the method. It is read once a process, in about a tenth of a second.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.data import FOLDER

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.signedinteger[Any]]

_PATH = FOLDER / "lexicon.npz"
# Natural-log probabilities between which a word turns from "says nothing" to "says all".
_COMMON, _RARE = -7.5, -12.5
_LEAST_WEIGHT = 0.08


class Lexicon:
    """Word statistics by Snowball stem (English) or folded word (other languages)."""

    def __init__(self, path: Path = _PATH) -> None:
        with np.load(path, allow_pickle=False) as data:
            words = data["words"].tobytes().decode("utf-8").split("\n")
            self._log_probability: FloatArray = data["log_probability"].astype(np.float32)
            self._vectors: npt.NDArray[np.int8] = data["vectors"]
        self._known: dict[int, FloatArray] = {}
        self._index = dict(zip(words, range(len(words)), strict=True))
        self.dimensions = int(self._vectors.shape[1])

    def __contains__(self, stem: str) -> bool:
        return stem in self._index

    def weight(self, stem: str) -> float:
        """Return the inverse-frequency weight of a word, in 0.08 (says next to nothing) to 1 (rare or unknown).

        >>> lexicon().weight("the") < lexicon().weight("model") < lexicon().weight("voltag")
        True
        """
        index = self._index.get(stem)
        if index is None:
            return 1.0
        place = (_COMMON - float(self._log_probability[index])) / (_COMMON - _RARE)
        return min(1.0, max(_LEAST_WEIGHT, place))

    def vector(self, stem: str) -> FloatArray | None:
        """Return the unit vector of a word, shape ``(dimensions,)``, or None where the table lacks it."""
        index = self._index.get(stem)
        if index is None:
            return None
        known = self._known.get(index)
        if known is None:
            vector = self._vectors[index].astype(np.float32)
            known = self._known[index] = vector / (float(np.linalg.norm(vector)) + 1e-9)
        return known


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the process's lexicon, reading it on the first call."""
    return Lexicon()


@lru_cache(maxsize=1)
def lexicon_signature() -> str:
    """Return the first characters of the table's SHA-256."""
    return hashlib.sha256(_PATH.read_bytes()).hexdigest()[:8]
