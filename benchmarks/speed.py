"""Answers a second for one process, beside sentence encoders and RapidFuzz on the same rows.

    python -m benchmarks.speed --data FOLDER [--rows N] [--linear N] [--threads N] [--json [FILE]]

Every timing runs in a fresh process, so no method profits from a cache that an earlier one filled; answers that occur twice
in the corpora are counted twice and not taken out. The methods take turns, and the median of five rounds counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import grader
from benchmarks.corpora import CorpusError, read_corpora
from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.speed_worker import FUZZ, GRADER, LINEAR

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_JSON = Path(__file__).parent / "results" / "speed.json"
ROUNDS = 5
METHODS: Mapping[str, str] = {
    GRADER: "Viva",
    "MiniLM": "MiniLM cosine",
    "USE": "USE cosine",
    FUZZ: "token_sort_ratio, bare",
}
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_FIRST_GRADE = (
    "import grader; q = grader.question_from_reference('What is drift?', ['The distribution of the data changes.']); "
    "assert grader.grade(q, 'The data has another distribution than before.').signature"
)
STARTS: Mapping[str, str] = {"python": "pass", "import": "import grader", "first grade": _FIRST_GRADE}


@dataclass(frozen=True)
class Timing:
    """What a worker reports; memory is None where the system does not tell."""

    answers: int
    seconds: float
    before_mib: float | None
    peak_mib: float | None

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@dataclass(frozen=True)
class Report:
    """What a run found: rates in answers a second, times in seconds, memory in MiB.

    ``linearity`` is None where it was not asked for; ``left_out`` has a line for each method that is missing.
    """

    signature: str
    date: str
    machine: str
    rows: int
    threads: int
    rounds: int
    rates: Mapping[str, Mapping[str, float]]
    left_out: Sequence[str]
    linearity: Mapping[str, float | int | None] | None
    start: Mapping[str, float]


class WorkerError(Exception):
    """A worker that failed; the message is the last line that it wrote."""


def run_worker(task: str, folder: Path, rows: int, threads: int) -> Timing | str:
    """Time a task in a process of its own; return the reason where it is not available here."""
    command = [sys.executable, "-m", "benchmarks.speed_worker", task, str(folder.resolve()), str(rows), str(threads)]
    environment = {**os.environ, **dict.fromkeys(_THREADS, str(threads))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise WorkerError(f"{task}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return str(found["unavailable"]) if "unavailable" in found else Timing(**found)


def rates(
    folder: Path, rows: int, threads: int, rounds: int = ROUNDS, methods: Mapping[str, str] = METHODS
) -> tuple[dict[str, list[float]], list[str]]:
    """Return the rates of each method, one a round, the methods taking turns; and a line for each that is missing."""
    found: dict[str, list[float]] = {task: [] for task in methods}
    missing: dict[str, str] = {}
    for _ in range(rounds):
        for task in methods:
            if task not in missing:
                timing = run_worker(task, folder, rows, threads)
                if isinstance(timing, str):
                    missing[task] = f"{methods[task]}: left out, {timing}"
                else:
                    found[task].append(timing.rate)
    return {task: values for task, values in found.items() if values}, list(missing.values())


def start_times(rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median seconds of a bare Python, of ``import grader`` and of a first grade, each process from its start."""
    found: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, code in STARTS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)  # noqa: S603
            found[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in found.items()}


def linearity(folder: Path, most: int, threads: int) -> dict[str, float | int | None]:
    """Compare ``most`` answers with a tenth of them: the ratio of the rates, and how much the peak of memory grows (MiB)."""
    timings = [run_worker(LINEAR, folder, answers, threads) for answers in (most // 10, most)]
    few, many = (timing for timing in timings if isinstance(timing, Timing))
    growth = None if few.peak_mib is None or many.peak_mib is None else round(many.peak_mib - few.peak_mib, 1)
    return {
        "few": few.answers,
        "many": many.answers,
        "rate_few": round(few.rate, 1),
        "rate_many": round(many.rate, 1),
        "rate_ratio": round(many.rate / few.rate, 3),
        "peak_few_mib": None if few.peak_mib is None else round(few.peak_mib, 1),
        "peak_growth_mib": growth,
    }


def show(console: Console, report: Report) -> None:
    """Print what a run found."""
    table = Table(title=f"Answers a second: {report.rows} rows, {report.threads} threads", title_justify="left")
    for column in ("method", "median", "least", "most", "Viva's rate over it"):
        table.add_column(column, justify="left" if column == "method" else "right")
    for name, row in report.rates.items():
        table.add_row(name, *[f"{row[key]:,.0f}" for key in ("median", "least", "most")], f"{row['ratio']:.3g}")
    console.print(table)
    for line in report.left_out:
        console.print(line, markup=False)
    console.print(_linearity_line(report.linearity), soft_wrap=True)
    console.print(
        f"Start: import grader adds {report.start['import_adds']:.3f} s to Python's {report.start['python']:.3f} s; "
        f"the first grade comes {report.start['first_grade']:.3f} s after the process starts",
        soft_wrap=True,
    )
    console.print(
        f"Medians of {report.rounds} rounds, each timing in a fresh process, methods taking turns. Models are loaded and "
        "references encoded before the clock starts; the grader cuts and compiles its questions while it runs.",
        soft_wrap=True,
    )
    console.print(f"signature: {report.signature}", soft_wrap=True, markup=False)


def _linearity_line(found: Mapping[str, float | int | None] | None) -> str:
    if found is None:
        return "Linearity: left out (--linear 0)"
    growth = found["peak_growth_mib"]
    return (
        f"Linearity: {found['many']:,} answers at {found['rate_many']:,} a second, {found['few']:,} at {found['rate_few']:,}: "
        f"ratio {found['rate_ratio']}; peak memory grows by {'an unknown amount' if growth is None else f'{growth} MiB'}"
    )


def measure(folder: Path, rows: int, linear: int, threads: int, rounds: int = ROUNDS) -> Report:
    """Run everything."""
    found, missing = rates(folder, rows, threads, rounds)
    ours = statistics.median(found[GRADER])
    return Report(
        signature=grader.default_grader().signature,
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        rows=rows,
        threads=threads,
        rounds=rounds,
        rates={
            METHODS[task]: {
                "median": round(statistics.median(values), 2),
                "least": round(min(values), 2),
                "most": round(max(values), 2),
                "ratio": round(ours / statistics.median(values), 5),
            }
            for task, values in found.items()
        },
        left_out=missing,
        linearity=linearity(folder, linear, threads) if linear else None,
        start=_start(rounds),
    )


def _start(rounds: int) -> dict[str, float]:
    times = start_times(rounds)
    return {
        "python": round(times["python"], 4),
        "import_adds": round(times["import"] - times["python"], 4),
        "first_grade": round(times["first grade"], 4),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the five .csv.gz files lie")
    parser.add_argument("--rows", type=int, default=1_000, metavar="N", help="rows to time, 25 to a question (1000)")
    parser.add_argument(
        "--linear",
        type=int,
        default=100_000,
        metavar="N",
        help="compare N answers with a tenth of them (100000; 0: do not)",
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"rounds; their median counts ({ROUNDS})"
    )
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, metavar="N", help="threads of the one process (all cores)"
    )
    add_json_option(parser, DEFAULT_JSON)
    args = parser.parse_args(arguments)
    if min(args.rows, args.rounds, args.threads) < 1 or (args.linear and args.linear < 10):
        parser.error("--rows, --rounds and --threads are at least 1, --linear is 0 or at least 10")
    try:
        read_corpora(args.data)
        report = measure(args.data, args.rows, args.linear, args.threads, args.rounds)
    except (CorpusError, WorkerError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    show(Console(), report)
    if args.json:
        write_figures(args.json, asdict(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
