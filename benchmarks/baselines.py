"""What a grader has to beat: values for answers that need no understanding, or only that of a sentence encoder.

Each baseline gives every row one raw value, larger where the answer looks better. No baseline sees a human mark;
benchmarks.protocol turns raw values into marks, in the same way for all. Of several references the nearest one counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import Stemmer
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.corpora import Row
from benchmarks.encoders import ENCODERS, Encoder, UnavailableError, Vectors
from benchmarks.metrics import FloatArray

_WORD = re.compile(r"\w+")

Values = Callable[[Sequence[Row]], FloatArray]


@dataclass(frozen=True)
class Baseline:
    """A name, and the function from the rows of one corpus to a raw value for each."""

    name: str
    values: Values


def baselines() -> tuple[list[Baseline], list[str]]:
    """Return all baselines that can be computed here, and a line for each that cannot, with the reason."""
    found = [
        Baseline("one mark for all", constant),
        Baseline("answer length", log_words),
        Baseline("token_sort_ratio", token_sort_ratio),
        Baseline("token_set_ratio", token_set_ratio),
        Baseline("tf-idf cosine", tfidf_cosine),
    ]
    missing = []
    for name, load in ENCODERS.items():
        try:
            found.append(Baseline(f"{name} cosine", EncoderCosine(load(1))))
        except UnavailableError as reason:
            missing.append(f"{name} cosine: left out, {reason}")
    return found, missing


def constant(rows: Sequence[Row]) -> FloatArray:
    """Return the same value for every row; calibration makes it the best constant mark, which is what errors compare with."""
    return np.zeros(len(rows))


def log_words(rows: Sequence[Row]) -> FloatArray:
    """Return the logarithm of one more than the number of words."""
    return np.array([math.log1p(len(row.answer.split())) for row in rows])


def token_sort_ratio(rows: Sequence[Row]) -> FloatArray:
    """Return RapidFuzz's token_sort_ratio, 0..1, of lower-cased words without punctuation."""
    return _ratios(rows, fuzz.token_sort_ratio)


def token_set_ratio(rows: Sequence[Row]) -> FloatArray:
    """Return RapidFuzz's token_set_ratio, 0..1, of lower-cased words without punctuation."""
    return _ratios(rows, fuzz.token_set_ratio)


def tfidf_cosine(rows: Sequence[Row]) -> FloatArray:
    """Return the cosine of tf-idf vectors over Snowball stems.

    The inverse frequencies come from the answers and references of these very rows, which is more than a grader sees of a corpus
    that is held out; it favours the baseline.
    """
    stemmer = Stemmer.Stemmer("english")

    def stems(text: str) -> list[str]:
        return list(stemmer.stemWords(_WORD.findall(text.lower())))

    answers = [row.answer for row in rows]
    references = list(dict.fromkeys(reference for row in rows for reference in row.references))
    vectorizer = TfidfVectorizer(analyzer=stems, sublinear_tf=True).fit([*answers, *references])
    places = {reference: place for place, reference in enumerate(references)}
    ours, theirs = vectorizer.transform(answers), vectorizer.transform(references)
    row_of, reference_of = _pairs(rows, places)
    cosines = np.asarray(ours[row_of].multiply(theirs[reference_of]).sum(axis=1)).ravel()
    return _best(cosines, row_of, len(rows))


class EncoderCosine:
    """The cosine of sentence vectors; each distinct text is encoded once and remembered."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def __call__(self, rows: Sequence[Row]) -> FloatArray:
        """Return a cosine for each row."""
        texts = list(dict.fromkeys(text for row in rows for text in (row.answer, *row.references)))
        new = [text for text in texts if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        table = np.stack([self._known[text] for text in texts])
        places = {text: place for place, text in enumerate(texts)}
        row_of, reference_of = _pairs(rows, places)
        answer_of = np.array([places[row.answer] for row in rows])
        cosines = np.einsum("ij,ij->i", table[answer_of[row_of]], table[reference_of], dtype=np.float64)
        return _best(cosines, row_of, len(rows))


def _ratios(rows: Sequence[Row], ratio: Callable[[str, str], float]) -> FloatArray:
    plain = {text: default_process(text) for row in rows for text in (row.answer, *row.references)}
    return np.array([max(ratio(plain[row.answer], plain[text]) for text in row.references) / 100.0 for row in rows])


def _pairs(rows: Sequence[Row], places: dict[str, int]) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], ...]:
    """Return row and place of the reference for each pair of an answer and one of its references."""
    pairs = [(number, places[text]) for number, row in enumerate(rows) for text in row.references]
    first, second = zip(*pairs, strict=True)
    return np.array(first, dtype=np.intp), np.array(second, dtype=np.intp)


def _best(values: FloatArray, row_of: np.ndarray[tuple[int], np.dtype[np.intp]], rows: int) -> FloatArray:
    """Return the largest value of each row."""
    best = np.full(rows, -np.inf)
    np.maximum.at(best, row_of, values)
    return best
