"""One timing in a process of its own, so that no cache outlives it: ``python -m benchmarks.speed_worker TASK FOLDER ROWS THREADS``.

Prints one JSON object with answers, seconds and, where the system tells, peak memory in MiB. Models are loaded and references
encoded before the clock starts; the grader has to cut and compile its questions while it runs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz

import grader
from benchmarks.corpora import Row, read_corpora, sample_rows
from benchmarks.encoders import ENCODERS, UnavailableError
from benchmarks.grading import by_question, question_of
from grader import Question, question_from_reference

GRADER, FUZZ, LINEAR = "grader", "token_sort", "linear"
TASKS = (GRADER, *ENCODERS, FUZZ, LINEAR)
_ROUND = 10_000
_SEED = 3

Task = Callable[[], int]


def grader_task(rows: Sequence[Row]) -> Task:
    """Grade the rows, question by question."""
    _load_grader()

    def run() -> int:
        return sum(
            len(grader.grade_many(question_of(rows[places[0]]), [rows[place].answer for place in places]))
            for places in by_question(rows)
        )

    return run


def encoder_task(name: str, rows: Sequence[Row], threads: int) -> Task:
    """Encode each answer, equal ones too, and compare it with the vectors of its references."""
    encoder = ENCODERS[name](threads)
    references = list(dict.fromkeys(text for row in rows for text in row.references))
    vectors = dict(zip(references, encoder.encode(references), strict=True))

    def run() -> int:
        answers = encoder.encode([row.answer for row in rows])
        best = [
            max(vector @ vectors[text] for text in row.references) for row, vector in zip(rows, answers, strict=True)
        ]
        return len(best)

    return run


def fuzz_task(rows: Sequence[Row]) -> Task:
    """Compare each answer with its references by RapidFuzz's token_sort_ratio, and do nothing else."""

    def run() -> int:
        return len([max(fuzz.token_sort_ratio(row.answer, text) for text in row.references) for row in rows])

    return run


def linear_task(rows: Sequence[Row], answers: int) -> Task:
    """Grade ``answers`` answers, no two alike, in rounds over all questions; grades are dropped as they come."""
    _load_grader()

    def run() -> int:
        done = 0
        compiled: dict[int, Question] = {}
        for first, texts in recombined(rows, answers):
            if first not in compiled:
                compiled[first] = question_of(rows[first])
            done += len(grader.grade_many(compiled[first], texts))
        return done

    return run


def recombined(rows: Sequence[Row], answers: int) -> Iterator[tuple[int, list[str]]]:
    """Yield, in rounds of ten thousand, the place of a question's first row and new answers to that question.

    The corpora have too few answers, and answers said twice would profit from caches. So the first half of one is joined with the
    second half of another answer to the same question, and a number makes each text a new one; lengths stay as they are.
    """
    chance = random.Random(_SEED)
    groups = by_question(rows)
    made = 0
    while made < answers:
        goal = min(made + _ROUND, answers)
        start = made
        for number, places in enumerate(groups, start=1):
            until = start + (goal - start) * number // len(groups)
            texts = []
            for serial in range(made, until):
                left, right = (rows[chance.choice(places)].answer.split() for _ in range(2))
                texts.append(" ".join([*left[: (len(left) + 1) // 2], *right[len(right) // 2 :], str(serial)]))
            made = until
            if texts:
                yield places[0], texts


def peak_mib() -> float | None:
    """Return the most memory that this process has held, None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak: float = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0 * 1024.0 if sys.platform == "darwin" else 1024.0)


def _load_grader() -> None:
    """Load lexicon, encoder and calibration with a question that is in no corpus."""
    question = question_from_reference("What floats?", ["A wooden boat floats on the lake."])
    grader.grade_many(question, ["The boat is made of wood, so it floats."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task once and print what it took."""
    parser = argparse.ArgumentParser(description="one timing in a process of its own; benchmarks.speed starts it")
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=int, help="how many rows to sample, or to make for the task `linear`")
    parser.add_argument("threads", type=int)
    args = parser.parse_args(arguments)
    everything = [row for part in read_corpora(args.folder).rows.values() for row in part]
    try:
        if args.task == LINEAR:
            run = linear_task(everything, args.rows)
        else:
            rows = sample_rows(everything, args.rows)
            if args.task == GRADER:
                run = grader_task(rows)
            elif args.task == FUZZ:
                run = fuzz_task(rows)
            else:
                run = encoder_task(args.task, rows, args.threads)
    except UnavailableError as reason:
        print(json.dumps({"unavailable": str(reason)}))
        return 0
    before = peak_mib()
    start = time.perf_counter()
    answers = run()
    seconds = time.perf_counter() - start
    print(json.dumps({"answers": answers, "seconds": seconds, "before_mib": before, "peak_mib": peak_mib()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
