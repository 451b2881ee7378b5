"""The tables of benchmarks.agreement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks import published
from benchmarks.corpora import Corpora, question_keys
from benchmarks.measure import ERRORS, RANKS, Measured, Report
from benchmarks.metrics import DRAWS, LEAST_ROWS, Estimate

TITLES = {
    "pooled_r": "pooled r",
    "within_r": "within-question r",
    "rmse": "RMSE",
    "weighted_rmse": "weighted RMSE",
    "qwk": "QWK",
}


def show(console: Console, report: Report, corpora: Corpora, sample: int | None) -> None:
    """Print everything that a run found."""
    methods = [report.ours, *report.others]
    if sample is not None:
        console.print(f"A quick look: at most {sample} rows of each corpus; these are no figures to quote.")
    for corpus, rows in corpora.rows.items():
        questions = len(set(question_keys(rows)))
        notes = f", without {corpora.dropped.get(corpus, 0)} blank and no-response answers"
        if repeated := corpora.repeated(corpus):
            notes += f"; {repeated} rows stand in both of its files"
        _agreement(console, f"{corpus}: n = {len(rows)}, {questions} questions{notes}", corpus, methods)
    _agreement(console, "Mean of the corpora", "mean", methods)
    _leads(console, report)
    _published_errors(console, methods)
    _two_way(console, methods)
    _saf(console, methods)
    _intervals(console, report)
    for line in report.missing:
        console.print(line, markup=False, soft_wrap=True)
    console.print(
        f"Leave one corpus out. In brackets: 95 % intervals, {DRAWS} bootstrap draws of whole questions. Within-question r: mean "
        f"over questions with at least {LEAST_ROWS} answers and human scores that differ. Lower is better for both RMSE. "
        "† as published, see benchmarks/published.py.",
        soft_wrap=True,
    )
    console.print(f"signature: {report.signature}", soft_wrap=True, markup=False)


def cell(estimate: Estimate) -> str:
    """Return a figure with its interval.

    >>> import numpy as np
    >>> cell(Estimate(0.5123, -0.4, 0.6, 10, np.zeros(0)))
    '.512 (-.40, .60)'
    """
    if math.isnan(estimate.value):
        return "not defined"
    return f"{_short(estimate.value)} ({_short(estimate.low, 2)}, {_short(estimate.high, 2)})"


def _short(value: float, digits: int = 3) -> str:
    """Drop the zero before the point, so that five intervals stand beside each other."""
    return f"{value:.{digits}f}".replace("0.", ".", 1)


def _table(title: str, first: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _agreement(console: Console, title: str, place: str, methods: Sequence[Measured]) -> None:
    metrics = (*RANKS, *ERRORS)
    table = _table(title, "method", [TITLES[metric] for metric in metrics])
    for method in methods:
        figures = method.figures[place]
        cells = [cell(figures[metric]) for metric in metrics]
        table.add_row(method.name, *cells, style="bold" if method is methods[0] else "")
    console.print(table)


def _leads(console: Console, report: Report) -> None:
    leads = report.leads()
    if not leads:
        return
    table = _table(
        "Lead over the baseline that is best there (95 % interval, paired)", "corpus", [TITLES[m] for m in RANKS]
    )
    for place, found in leads.items():
        table.add_row(place, *[cell(found[metric]) for metric in RANKS])
    console.print(table)


def _published_errors(console: Console, methods: Sequence[Measured]) -> None:
    places = list(methods[0].figures)
    table = _table("Weighted RMSE beside published zero-shot figures", "method", places)
    ours = {method.name: {p: method.figures[p]["weighted_rmse"] for p in places} for method in methods}
    means = {
        name: {**values, "mean": sum(values.values()) / len(values)} for name, values in published.WEIGHTED_RMSE.items()
    }
    _beside(table, places, ours, means)
    console.print(table)


def _two_way(console: Console, methods: Sequence[Measured]) -> None:
    splits = list(methods[0].two_way)
    if not splits:
        return
    heads = _heads(methods[0].two_way)
    table = _table(
        "Correct or incorrect: macro-F1 on SemEval's test splits (n), threshold from the other corpora", "method", heads
    )
    _beside(table, splits, {method.name: method.two_way for method in methods}, published.TWO_WAY_F1)
    console.print(table)


def _saf(console: Console, methods: Sequence[Measured]) -> None:
    splits = list(methods[0].saf_rmse)
    if not splits:
        return
    heads = _heads(methods[0].saf_rmse)
    table = _table("RMSE on SAF's test splits (n)", "method", heads)
    values = {
        name: {split: row[split.partition("/")[2]] for split in splits if split.partition("/")[2] in row}
        for name, row in published.SAF_RMSE.items()
    }
    _beside(table, splits, {method.name: method.saf_rmse for method in methods}, values)
    console.print(table)


def _heads(splits: Mapping[str, Estimate]) -> list[str]:
    return [f"{name.replace('/', chr(10))} ({estimate.n})" for name, estimate in splits.items()]


def _beside(
    table: Table,
    places: Sequence[str],
    ours: Mapping[str, Mapping[str, Estimate]],
    theirs: Mapping[str, Mapping[str, float]],
) -> None:
    """Fill a table with measured figures and, under a rule, published ones."""
    for name, row in ours.items():
        table.add_row(name, *[cell(row[place]) for place in places])
    table.add_section()
    for name, values in theirs.items():
        table.add_row(f"{name} †", *[_short(values[p]) if p in values else "" for p in places], style="dim")


def _intervals(console: Console, report: Report) -> None:
    heads = ("coverage", "mean width", "constant: coverage", "constant: mean width")
    table = _table("90 % intervals, beside constant ones that cover as much of the other corpora", "corpus", heads)
    for place, found in report.intervals.items():
        keys = ("coverage", "width", "constant_coverage", "constant_width")
        table.add_row(place, *[cell(found[key]) for key in keys])
    console.print(table)
