"""How fast answers are graded with a model, beside a bare AsyncOpenAI loop and autorubric on the same server.

    python -m benchmarks.llm_throughput [--answers N] [--autorubric PYTHON] [--json [FILE]]

A scripted server on loopback answers after 300 ms, so that the ideal rate is the number of requests at once over 0.3 s; others take
no more than 50 requests a second: one up to five of them at one moment, one never two within a fiftieth of a second. Server and
method have a process each. autorubric needs an interpreter that has it (``pip install '.[bench-llm]'`` in an environment of its
own, since it brings other versions of what Viva uses); without one it is left out, with a line that says so. It asks once for every
criterion, and so gets a tenth of the answers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.llm_worker import POINTS
from grader.engine import default_grader
from grader.llm.settings import LlmSettings
from grader.signature import llm_digest

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_JSON = Path(__file__).parent / "results" / "llm_throughput.json"
SECONDS = 0.3
RATE = 50
# How many of them the server takes at one moment. Providers count over a second or a minute; with one it could not be stricter.
BURST, STRICT_BURST = 5, 1
WIDTHS = (16, 64, 256)
_MOST_SECONDS = 900


@dataclass(frozen=True)
class Row:
    """One run. ``share`` is the rate of replies that were of use over the ideal one.

    ``limit`` is in requests a second, ``burst`` how many of them the server takes at one moment. ``growth_mib`` is what memory
    grows by from a tenth of the answers to the end.
    """

    method: str
    at_once: int
    limit: int | None
    burst: int | None
    answers: int
    seconds: float
    answers_a_second: float
    share: float
    requests_an_answer: float
    tokens_an_answer: float
    failed: int
    growth_mib: float | None


@dataclass(frozen=True)
class Report:
    """What a run found; ``load`` is the machine's load over a minute, before and after."""

    signature: str
    date: str
    machine: str
    load: Sequence[float]
    answers: int
    reply_seconds: float
    rows: Sequence[Row]
    left_out: Sequence[str]


@contextmanager
def server(rate: int | None, burst: int = BURST) -> Iterator[str]:
    """Provide the address of a scripted server in a process of its own."""
    command = [sys.executable, "-m", "tests.openai_server", "--port", "0", "--delay", str(SECONDS)]
    command += [] if rate is None else ["--rate", str(rate), "--burst", str(burst)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        try:
            assert running.stdout is not None
            yield running.stdout.readline().strip()
        finally:
            running.kill()


def run(
    method: str, answers: int, width: int, rate: int | None, python: str = sys.executable, *, burst: int = BURST
) -> Row | str:
    """Run a method in a process of its own; return the last line that it wrote where it fails."""
    with server(rate, burst) as url:
        command = [python, "-m", "benchmarks.llm_worker", method, url, str(answers), str(width)]
        environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=_MOST_SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"{method}: took more than {_MOST_SECONDS} s"
    if done.returncode:
        return f"{method}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
    found = json.loads(done.stdout.splitlines()[-1])
    pace = (found["graded"] - found["failed"]) / found["seconds"]
    requests = found["requests"] / found["graded"]
    ideal = width / SECONDS if rate is None else min(rate, width / SECONDS)
    memory = [part for part in found["memory_mib"] if part]
    return Row(
        method=method,
        at_once=width,
        limit=rate,
        burst=None if rate is None else burst,
        answers=found["graded"],
        seconds=round(found["seconds"], 2),
        answers_a_second=round(pace, 1),
        share=round(pace * (len(POINTS) if method == "autorubric" else 1) / ideal, 3),
        requests_an_answer=round(requests, 3),
        tokens_an_answer=round(found["tokens"] / found["graded"], 1),
        failed=found["failed"],
        growth_mib=round(memory[-1] - memory[0], 1) if len(memory) == 2 else None,
    )


def measure(answers: int, autorubric: str | None, widths: Sequence[int] = WIDTHS) -> Report:
    """Run everything, one run at a time."""
    before = load()
    rows: list[Row] = []
    left_out: list[str] = []
    middle = widths[min(1, len(widths) - 1)]
    plan: list[tuple[str, int, int, int | None, str, int]] = []
    for width in widths:
        plan += [(method, answers, width, None, sys.executable, BURST) for method in ("viva", "bare")]
    for burst in (BURST, STRICT_BURST):
        plan += [(method, answers, middle, RATE, sys.executable, burst) for method in ("viva", "bare")]
    if autorubric is None:
        left_out.append("autorubric: left out, no interpreter that has it is named (--autorubric)")
    else:
        plan.append(("autorubric", max(10, answers // 10), middle, None, autorubric, BURST))
    for method, number, width, rate, python, burst in plan:
        found = run(method, number, width, rate, python, burst=burst)
        if isinstance(found, str):
            left_out.append(found)
        else:
            rows.append(found)
    return Report(
        signature=f"{default_grader().signature}|{LlmSettings(model='test-model').signature}|llm:{llm_digest()}",
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        load=[before, load()],
        answers=answers,
        reply_seconds=SECONDS,
        rows=rows,
        left_out=left_out,
    )


def load() -> float:
    """Return how many processes want to run, over the last minute; 0 where the system does not tell."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return 0.0


def show(console: Console, report: Report) -> None:
    """Print what a run found."""
    table = Table(title=f"Replies after {report.reply_seconds} s; load {report.load}", title_justify="left")
    names = "method,at once,limit,burst,answers,seconds,answers/s,of ideal,requests each,tokens each,failed,growth MiB"
    for name in names.split(","):
        table.add_column(name, justify="left" if name == "method" else "right")
    for row in report.rows:
        cells = asdict(row) | {"limit": row.limit or "none", "burst": row.burst or "", "share": f"{row.share:.0%}"}
        table.add_row(*map(str, cells.values()))
    console.print(table)
    for line in report.left_out:
        console.print(line, markup=False)
    console.print(f"signature: {report.signature}", soft_wrap=True, markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=2_000, metavar="N", help="answers a run (2000)")
    parser.add_argument(
        "--at-once", type=int, nargs="+", default=WIDTHS, metavar="N", help="requests at once (16 64 256)"
    )
    parser.add_argument("--autorubric", metavar="PYTHON", help="an interpreter that has autorubric")
    add_json_option(parser, DEFAULT_JSON)
    args = parser.parse_args(arguments)
    if args.answers < 10 or min(args.at_once) < 1:
        parser.error("--answers is at least 10, --at-once at least 1")
    report = measure(args.answers, args.autorubric, args.at_once)
    show(Console(), report)
    if args.json:
        write_figures(args.json, asdict(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
