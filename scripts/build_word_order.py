"""Build grader/data/word_order.txt: which sort of English word follows which, counted in the prose of installed packages.

The prose is that of docstrings and of the documentation that lies beside them: the Python standard library (PSF-2.0);
scikit-learn, SciPy, pandas, NumPy, joblib, uvicorn, Starlette, Click and Jinja (BSD-3-Clause); Streamlit, PyArrow, Playwright and
requests (Apache-2.0); altair (BSD-3-Clause); pydantic, Typer, Rich, narwhals, attrs, AnyIO, pytest, markdown-it-py and ONNX
Runtime (MIT); packaging and Pygments (BSD); Pillow (MIT-CMU).
Packages that are not installed are left out. Neither question packs nor graded answers are read.

Each of the commonest words is a class of its own, other words have the class of their ending. The table holds
log((n + a) / (e + a)) for each pair of classes: n counts how often they follow each other,
e how often they would by chance, a is 2.

    pip install -e '.[dev]' scikit-learn && python scripts/build_word_order.py
"""

from __future__ import annotations

import argparse
import ast
import base64
import collections
import importlib.util
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from grader.data import data_words
from grader.text import tokenize
from grader.word_order import END, LETTER, NUMBER, OTHER, SCALE, START, ZERO, ending_of

SOURCES = (
    "json sklearn scipy pandas numpy streamlit pyarrow starlette uvicorn pydantic typer rich click altair narwhals joblib anyio"
    " attr jinja2 packaging pygments playwright onnxruntime PIL requests _pytest markdown_it"
).split()
COMMON = 300
ENDINGS = (
    "tions tion sions sion ments ment ness ities ity ances ance ences ence ings ing ized ised ed ly ally ical ial al ive ous able"
    " ible less ful ic ers er ors or est ize ise ate ify en ies ss us is es s y th e"
).split()
ADDED = 2.0
MOST = 3.0
APART_WEIGHT = 0.5
# What manuals hardly use and explanations do, written for this script; each counts as often as given here.
EXAMPLES = """
the larger the model the slower the training
the more the data the better the result
the more data there is the less it overfits
the longer it runs the more it costs
the higher the rate the lower the accuracy
the fewer the users the smaller the risk
the less the noise the clearer the signal
and of course it costs more
and of course more data helps
of course smaller models learn less
ci is continuous integration cd is continuous delivery
ml is machine learning ai is artificial intelligence
a gpu is a graphics processor a cpu is a central processor
i choose the second one because it is cheaper
i think we need both because they help each other
we all know that she and he would do it
""".strip().splitlines()
EXAMPLES_COUNT = 25
_NO_PROSE = re.compile(r"[=<>{}\\|_#@]")
_FIELD = re.compile(r"\s*(?:\w+ : |\.\.|:\w+|\w+\s*=)")
_CODE = re.compile(r":\w+:`[^`]*`|``?[^`]*``?|\*\w+\*|https?://\S+|\[\d+\]_?")


def texts(folder: Path) -> Iterator[str]:
    """Yield the docstrings and the documentation files of a package."""
    for path in sorted(folder.rglob("*")):
        if "site-packages" in path.relative_to(folder).parts:
            continue
        if path.suffix in {".rst", ".md"}:
            yield path.read_text(encoding="utf-8", errors="ignore")
        elif path.suffix == ".py":
            try:
                tree = ast.parse(path.read_text(encoding="utf-8", errors="ignore"))
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield ast.get_docstring(node) or ""
                elif path.name == "topics.py" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value  # the language reference, as the interpreter's own help shows it


def sentences() -> Iterator[tuple[str, ...]]:
    """Yield the folded words of each sentence of prose once."""
    grammar = data_words("function_words.txt")
    seen = set()
    for name in SOURCES:
        spec = importlib.util.find_spec(name)
        if not spec or not spec.origin:
            print(f"{name} is not installed", file=sys.stderr)
            continue
        folder = Path(spec.origin).parent
        for text in texts(folder.parent if name == "json" else folder):
            for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*] )", text):
                if any(mark in paragraph for mark in (">>>", "----", "====")):
                    continue
                prose = " ".join(line for line in paragraph.split("\n") if not _FIELD.match(line))
                for sentence in re.split(r"(?<=[.!?;:])\s+", _CODE.sub(" it9 ", prose)):
                    words = tuple(token.word for token in tokenize(sentence))
                    if not 5 <= len(words) <= 60 or _NO_PROSE.search(sentence) or words in seen:
                        continue
                    if 4 * sum(word in grammar for word in words) >= len(words):
                        seen.add(words)
                        yield words


def table(lines: list[list[int]], size: int, step: int, neutral: list[int]) -> npt.NDArray[np.float64]:
    """Return the log odds of classes that stand ``step`` apart, cut off at MOST either way."""
    counts = np.zeros((size, size))
    for line in lines:
        np.add.at(counts, (line[:-step], line[step:]), 1)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    odds: npt.NDArray[np.float64] = np.clip(np.log((counts + ADDED) / (expected + ADDED)), -MOST, MOST)
    odds[neutral] = odds[:, neutral] = 0.0
    return odds


def packed(key: str, odds: npt.NDArray[np.float64]) -> list[str]:
    """Return a table as lines of text."""
    cells = (np.round(odds * SCALE) + ZERO).astype(np.uint8).tobytes()
    text = base64.b85encode(zlib.compress(cells, 9)).decode("ascii")
    return [f"{key}: {text[first : first + 120]}" for first in range(0, len(text), 120)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("grader/data/word_order.txt"))
    args = parser.parse_args()

    prose = list(sentences()) + [tuple(line.split()) for line in EXAMPLES] * EXAMPLES_COUNT
    counts = collections.Counter(word for words in prose for word in words)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    grammar = data_words("function_words.txt")
    common = [word for word in ranked if (word in grammar and len(word) > 1) or word in {"a", "i"}][:170]
    common += [word for word in ranked[:COMMON] if len(word) > 1 and not word[0].isdigit() and word not in common]
    endings = [f"-{ending}" for ending in ENDINGS] + [OTHER, NUMBER, LETTER, START, END]
    index = {name: number for number, name in enumerate([*common, *endings])}
    known = {ending: index[ending] for ending in endings}
    longest = max(map(len, endings))
    classes = {word: index[word] if word in common else known[ending_of(word, known, longest)] for word in counts}
    lines = [[index[START], *(classes[word] for word in words), index[END]] for words in prose]
    neutral = [index[NUMBER], index[LETTER]]
    out = [
        "# Which sort of English word follows which; made by scripts/build_word_order.py, read by grader/word_order.py.",
        f"# Counted in {len(prose)} sentences, {sum(counts.values())} words.",
        *(f"words: {' '.join(common[first : first + 12])}" for first in range(0, len(common), 12)),
        f"endings: {' '.join(endings)}",
        *packed("near", table(lines, len(index), 1, neutral)),
        *packed("apart", APART_WEIGHT * table(lines, len(index), 2, neutral)),
    ]
    args.output.write_text("\n".join(out) + "\n", encoding="utf-8", newline="\n")
    print(f"{args.output}: {len(prose)} sentences, {len(index)} classes, {args.output.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
