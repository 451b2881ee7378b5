"""How frequent a word is, and where it stands among other words: the table in ``data/lexicon.npz``.

The table is made by ``scripts/build_lexicon.py`` from the multilingual Universal Sentence Encoder (Apache-2.0) and from
public word frequencies; its docstring gives the method. It is read once a process, in about a tenth of a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.data import FOLDER
from grader.stem import primary

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.signedinteger[Any]]

_PATH = FOLDER / "lexicon.npz"
# Natural-log probabilities between which a word turns from "says nothing" to "says all".
_COMMON, _RARE = -6.0, -12.5
_LEAST_WEIGHT = 0.08
# Below 1, the middle of the scale is nearer to "says all": frequency tells less of a word's worth than whether it is grammar.
_POWER = 0.5
# The languages whose words the table can hold: those of the encoder that its vectors come from.
_LANGUAGES = frozenset("ar zh en fr de it ja ko nl pl pt es th tr ru".split())


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
        return float(min(1.0, max(_LEAST_WEIGHT, place)) ** _POWER)

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

    def vectors(self, entries: Sequence[str]) -> FloatArray:
        """Return the vectors of some words, shape ``(len(entries), dimensions)``; zeros where the table lacks one."""
        rows, lengths = self.whole(entries)
        result: FloatArray = (rows / lengths[:, None]).astype(np.float32)
        return result

    def whole(self, entries: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Return the vectors of some words in whole numbers, and their lengths: zeros and 1 where the table lacks one.

        Products of such vectors are exact in single precision, so they do not depend on what is computed beside them.
        """
        places = [self._index.get(name, -1) for name in entries]
        rows = self._vectors[places].astype(np.float32)
        rows[[place < 0 for place in places]] = 0.0
        lengths = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1))
        return rows, np.where(lengths > 0, lengths, 1.0)

    def cosine(self, first: str, second: str) -> float:
        """Return the cosine of two words; 0 where the table lacks one of them.

        >>> round(lexicon().cosine("car", "automobil"), 1), lexicon().cosine("car", "xyzzy")
        (0.8, 0.0)
        """
        a, b = self._index.get(first), self._index.get(second)
        if a is None or b is None:
            return 0.0
        return float(cosines(*self.whole([first]), *self.whole([second]))[0, 0])


def cosines(a: FloatArray, a_lengths: FloatArray, b: FloatArray, b_lengths: FloatArray) -> FloatArray:
    """Return the cosines of whole-number vectors with their lengths, shape ``(len(a), len(b))``."""
    products: FloatArray = (a @ b.T).astype(np.float64) / (a_lengths[:, None] * b_lengths[None, :])
    return products


def entry(word: str, stem: str, language: str) -> str:
    """Return what a folded word is filed under in the lexicon; empty, which it never holds, for a language it lacks.

    >>> entry("models", "model", "en"), entry("modelle", "modell", "de"), entry("modeller", "modell", "sv")
    ('model', 'modelle', '')
    """
    language = primary(language)
    if language == "en":
        return stem
    return word if language in _LANGUAGES else ""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the process's lexicon, reading it on the first call."""
    return Lexicon()


@lru_cache(maxsize=1)
def lexicon_signature() -> str:
    """Return the first characters of the table's SHA-256."""
    return hashlib.sha256(_PATH.read_bytes()).hexdigest()[:8]
