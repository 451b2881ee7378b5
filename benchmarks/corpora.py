"""The human-graded corpora as frozen rows, read from gzip'd CSV files that stay where they lie.

The project does not contain the files; a benchmark gets their folder as an argument. Five files make four corpora: ``saf_v1`` and
``saf_v2`` come from one course and are always held out together, as ``saf``. All questions of the first stand in the second as
well, and most of its answers with the same score. All rows are kept, so that figures are for the files as published; a
question of both files is one question, so that the intervals do not take it for two.
"""

from __future__ import annotations

import csv
import gzip
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

DATASETS: Mapping[str, str] = {
    "beetle": "beetle",
    "scientsbank": "scientsbank",
    "saf_v1": "saf",
    "saf_v2": "saf",
    "stita": "stita",
}
"""Which corpus each file belongs to."""
CORPORA = tuple(dict.fromkeys(DATASETS.values()))
COLUMNS = ("split", "question_id", "question", "reference", "answer", "score")
REFERENCE_SEPARATOR = "|||"

# What a transcriber wrote where a learner wrote nothing. "I don't know" is a learner's own answer and stays.
_NO_RESPONSE = frozenset(
    "no response|no submission|empty submission|empty response|empty answer|no answer|no answer given|not answered|"
    "blank|n a".split("|")
)
_NOT_A_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
_ROWS_OF_A_QUESTION = 25  # how many a sample takes from one question before it goes on to the next


class CorpusError(Exception):
    """A folder or file that does not hold what a benchmark reads; the message is one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer with the mark that a person gave it; ``score`` is in 0..1.

    ``question_key`` names the question across all files; the same question in two files of a corpus has one key.
    """

    corpus: str
    dataset: str
    split: str
    question_id: str
    question_key: str
    question: str
    references: tuple[str, ...]
    answer: str
    score: float
    label_2way: str | None

    @property
    def correct(self) -> bool:
        """Whether the answer counts as correct where only two labels are known: by its label, else by full marks.

        SAF's own label *Correct* and SemEval's *correct* are both given for full marks only.
        """
        return self.label_2way == "correct" if self.label_2way else self.score >= 1.0 - 1e-9


@dataclass(frozen=True)
class Corpora:
    """The rows of each corpus, in the order of the files, and how many were dropped because nothing was answered."""

    rows: Mapping[str, tuple[Row, ...]]
    dropped: Mapping[str, int] = field(default_factory=dict)

    def repeated(self, corpus: str) -> int:
        """Return how many rows of a later file have question, answer and score of a row of an earlier one."""
        seen: dict[tuple[str, str, float], str] = {}
        keys = [(row.question_key, row.answer.strip(), row.score) for row in self.rows[corpus]]
        return sum(
            seen.setdefault(key, row.dataset) != row.dataset for key, row in zip(keys, self.rows[corpus], strict=True)
        )

    def sample(self, most: int, seed: int = 0) -> Corpora:
        """Return at most ``most`` rows of each corpus, for a quick look: whole groups of answers to the same questions."""
        return Corpora({name: sample_rows(rows, most, seed) for name, rows in self.rows.items()}, self.dropped)


def read_corpora(folder: Path) -> Corpora:
    """Read all corpora of ``folder``, without blank and no-response answers.

    Raises CorpusError where the folder, a file or a column is missing, or a row has no readable score.
    """
    if not folder.is_dir():
        raise CorpusError(f"there is no folder {folder}")
    rows: dict[str, list[Row]] = defaultdict(list)
    dropped: Counter[str] = Counter(dict.fromkeys(CORPORA, 0))
    keys: dict[tuple[str, str], str] = {}
    for dataset, corpus in DATASETS.items():
        new: dict[tuple[str, str], str] = {}
        for row in _read(folder / f"{dataset}.csv.gz", dataset, corpus):
            if not is_response(row.answer):
                dropped[corpus] += 1
                continue
            # Within one file equal words are different questions ("Explain your reasoning."), or there are no words at all.
            words = corpus, " ".join(_WORD.findall(row.question.lower()))
            key = keys.get(words, row.question_key)
            new.setdefault(words, key)
            rows[corpus].append(replace(row, question_key=key))
        keys.update((words, key) for words, key in new.items() if words[1])
    if empty := [corpus for corpus in CORPORA if not rows[corpus]]:
        raise CorpusError(f"{folder}: no answers in {', '.join(empty)}")
    return Corpora({corpus: tuple(rows[corpus]) for corpus in CORPORA}, dict(dropped))


def is_response(answer: str) -> bool:
    """Say whether a learner answered at all.

    >>> [is_response(text) for text in ("It drifts.", "No submission.", " -- ", "I don't know")]
    [True, False, False, True]
    """
    plain = _NOT_A_WORD.sub(" ", answer).strip().lower()
    return bool(plain) and plain not in _NO_RESPONSE


def question_keys(rows: Iterable[Row]) -> list[str]:
    """Return the question of each row, by its name across all datasets."""
    return [row.question_key for row in rows]


def _read(path: Path, dataset: str, corpus: str) -> Iterator[Row]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise CorpusError(f"{path}: there is no column {', '.join(missing)}")
            for cells in reader:
                yield _row(cells, dataset, corpus, f"{path}:{reader.line_num}")
    except FileNotFoundError:
        raise CorpusError(f"there is no file {path}") from None
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        raise CorpusError(f"{path} is not a gzip'd CSV file: {error}") from error


def _row(cells: Mapping[str, str | None], dataset: str, corpus: str, place: str) -> Row:
    texts = {name: cells[name] or "" for name in COLUMNS}
    try:
        score = float(texts["score"])
    except ValueError:
        raise CorpusError(f"{place}: the score {texts['score']!r} is not a number") from None
    if not 0.0 <= score <= 1.0:
        raise CorpusError(f"{place}: the score {score:g} is outside 0 to 1")
    references = tuple(part.strip() for part in texts["reference"].split(REFERENCE_SEPARATOR) if part.strip())
    if not references:
        raise CorpusError(f"{place}: there is no reference answer")
    return Row(
        corpus=corpus,
        dataset=dataset,
        split=texts["split"],
        question_id=texts["question_id"],
        question_key=f"{dataset}/{texts['question_id']}",
        question=texts["question"],
        references=references,
        answer=texts["answer"],
        score=score,
        label_2way=cells.get("label_2way") or None,
    )


def sample_rows(rows: Sequence[Row], most: int, seed: int = 0) -> tuple[Row, ...]:
    """Return at most ``most`` rows, taken question by question, 25 at a time, in the order of the files.

    So each question drawn has enough rows for a correlation, and questions are shared by as many answers as in a class.
    """
    chance = random.Random(seed)
    order = list(range(len(rows)))
    chance.shuffle(order)
    ranks: dict[str, int] = {}
    seen: Counter[str] = Counter()
    places: list[tuple[int, int, int]] = []
    for place in order:
        key = rows[place].question_key
        places.append((seen[key] // _ROWS_OF_A_QUESTION, ranks.setdefault(key, len(ranks)), place))
        seen[key] += 1
    return tuple(rows[place] for place in sorted(place for _, _, place in sorted(places)[:most]))
