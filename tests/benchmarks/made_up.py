"""Made-up corpora in the columns of the real ones: two questions each, marks that follow the answers."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

SEMEVAL = ("beetle", "scientsbank")
HEADER = ("dataset", "split", "question_id", "question", "reference", "answer", "score", "label")

# Twelve answers to each of two questions: good ones, half ones and bad ones.
QUESTIONS = {
    "drift": (
        "What is drift?",
        "The distribution of the data changes over time. ||| The data changes.",
        [
            ("The distribution of the data changes over time.", 1.0),
            ("Over time the data's distribution is changing", 1.0),
            ("the data changes over the years", 1.0),
            ("data has another distribution later", 1.0),
            ("Something in the data changes, I think", 0.5),
            ("distribution", 0.5),
            ("the time changes", 0.5),
            ("it changes", 0.5),
            ("I don't know", 0.0),
            ("The model is trained with a larger learning rate on more machines in the cloud.", 0.0),
            ("a boat without an engine", 0.0),
            ("it gets slower", 0.0),
        ],
    ),
    "canary": (
        "What is a canary release?",
        "The new version is first deployed to a small group of users.",
        [
            ("The new version is deployed to a small group of users first.", 1.0),
            ("a few users get the new version first", 1.0),
            ("first a small group of users sees the version", 1.0),
            ("deployed to a small group", 1.0),
            ("users get a version", 0.5),
            ("it is a new version", 0.5),
            ("small deployment", 0.5),
            ("it is deployed first", 0.5),
            ("a bird in a mine", 0.0),
            ("All at once, for everybody, whatever the risk may be for the company.", 0.0),
            ("no idea", 0.0),
            ("the database is backed up", 0.0),
        ],
    ),
}


def write_corpora(folder: Path, *, leave_out: str = "", extra: Mapping[str, Sequence[tuple[str, float]]] = {}) -> Path:
    """Write the five files; ``extra`` adds answers to the first question of a dataset."""
    for number, dataset in enumerate(("beetle", "scientsbank", "saf_v1", "saf_v2", "stita")):
        if dataset == leave_out:
            continue
        header = [*HEADER, "label_2way"] if dataset in SEMEVAL else list(HEADER)
        with gzip.open(folder / f"{dataset}.csv.gz", "wt", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for name, (question, reference, answers) in QUESTIONS.items():
                more = extra.get(dataset, ()) if name == "drift" else ()
                for place, (answer, score) in enumerate([*answers, *more]):
                    split = ("train", "test_ua", "test_uq")[(place + number) % 3]
                    cells = [dataset, split, name, question, reference, f"{answer}{' ' * number}", score, ""]
                    if dataset in SEMEVAL:
                        cells.append("correct" if score == 1.0 else "incorrect")
                    writer.writerow(cells)
    return folder
