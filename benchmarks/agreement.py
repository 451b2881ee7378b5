"""Agreement with human graders on corpora left out, beside baselines on the same rows.

    python -m benchmarks.agreement --data FOLDER [--json [FILE]] [--rows N] [--no-baselines]

Leave one corpus out: all that is fitted on human marks is fitted on the other corpora. benchmarks.measure says how.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

import grader
from benchmarks import agreement_report, published
from benchmarks.baselines import baselines
from benchmarks.corpora import Corpora, CorpusError, question_keys, read_corpora
from benchmarks.figures_file import add_json_option, write_figures
from benchmarks.left_out import predict
from benchmarks.measure import Report, measure
from benchmarks.metrics import Estimate

DEFAULT_JSON = Path(__file__).parent / "results" / "agreement.json"


def as_json(report: Report, corpora: Corpora, date: dt.date, sample: int | None) -> dict[str, object]:
    """Return the document that ``--json`` writes."""

    def table(figures: Mapping[str, Mapping[str, Estimate]]) -> dict[str, object]:
        return {place: _flat(row) for place, row in figures.items()}

    return {
        "signature": report.signature,
        "date": date.isoformat(),
        "protocol": "leave one corpus out; without blank and no-response answers; 95 % intervals by bootstrap over questions",
        "n": {name: len(rows) for name, rows in corpora.rows.items()},
        "questions": {name: len(set(question_keys(rows))) for name, rows in corpora.rows.items()},
        "dropped": dict(corpora.dropped),
        "repeated": {name: corpora.repeated(name) for name in corpora.rows},
        "sample_of_rows": sample,
        "figures": {method.name: table(method.figures) for method in (report.ours, *report.others)},
        "two_way_f1": {method.name: _flat(method.two_way) for method in (report.ours, *report.others)},
        "saf_rmse": {method.name: _flat(method.saf_rmse) for method in (report.ours, *report.others)},
        "intervals": table(report.intervals),
        "lead_over_best_baseline": table(report.leads()),
        "left_out": report.missing,
        "published": {
            "weighted_rmse": published.WEIGHTED_RMSE,
            "two_way_f1": published.TWO_WAY_F1,
            "saf_rmse": published.SAF_RMSE,
        },
    }


def _flat(row: Mapping[str, Estimate]) -> dict[str, object]:
    return {name: estimate.as_json() for name, estimate in row.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the five .csv.gz files lie")
    add_json_option(parser, DEFAULT_JSON)
    parser.add_argument("--rows", type=int, metavar="N", help="a sample of N rows of each corpus, for a quick look")
    parser.add_argument("--no-baselines", action="store_true", help="the grader alone")
    args = parser.parse_args(arguments)
    try:
        corpora = read_corpora(args.data)
    except CorpusError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if args.rows is not None:
        corpora = corpora.sample(max(args.rows, 1))
    compared, missing = ([], []) if args.no_baselines else baselines()
    report = measure(corpora.rows, predict(corpora.rows), compared, grader.default_grader().signature, missing)
    agreement_report.show(console(), report, corpora, args.rows)
    if args.json:
        document = as_json(report, corpora, dt.datetime.now(tz=dt.UTC).date(), args.rows)
        write_figures(args.json, document)
    return 0


def console() -> Console:
    """Return a console that is wide enough for the tables; where a terminal is narrower, lines wrap and no figure is lost."""
    return Console(width=max(Console().width, 150))


if __name__ == "__main__":
    sys.exit(main())
