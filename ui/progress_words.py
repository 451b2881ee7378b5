"""What each picture of the page of progress shows, in a sentence with its numbers; and its figures as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from statistics import fmean

from grader.batch.table import spreadsheet_safe
from study.confidence import FEW, Reliability
from study.plan import DayForecast
from study.progress_records import DayTime, Streak, WeekScore
from ui.cells import Cell
from ui.texts import day, number, percent, t


def memory_said(cells: Sequence[Cell]) -> str:
    """Say how much would be recalled now, where least and most, and how much was never asked."""
    asked: dict[str, list[float]] = {}
    for cell in cells:
        if cell.recall is not None:
            asked.setdefault(cell.topic, []).append(cell.recall)
    every = [recall for part in asked.values() for recall in part]
    means = sorted((fmean(part), topic) for topic, part in asked.items())
    said = [t("progress.memory_said", count=len(every), recall=percent(fmean(every)))]
    if len(means) > 1:
        (low, weak), (high, strong) = means[0], means[-1]
        said.append(
            t("progress.memory_topics", weak=weak, low=percent(low), strong=strong, high=percent(high)),
        )
    if unasked := len(cells) - len(every):
        said.append(t("progress.memory_unasked", count=unasked))
    return " ".join(said)


def forecast_said(days: Sequence[DayForecast]) -> str:
    """Say how much is expected in all, today, and on the fullest day."""
    due, new = sum(one.due for one in days), sum(one.new for one in days)
    fullest = max(days, key=lambda one: one.due + one.new)
    return t(
        "progress.forecast_said",
        days=len(days),
        due=number(due, 0),
        new=number(new, 0),
        today=number(days[0].due + days[0].new, 0),
        day=day(fullest.date, year=False),
        most=number(fullest.due + fullest.new, 0),
    )


def scores_said(weeks: Sequence[WeekScore]) -> str:
    """Say what the answers of the first and of the last week earned."""
    last = weeks[-1]
    bounds = {"low": number(100 * last.low, 0), "high": percent(last.high)}
    answers = sum(one.answers for one in weeks)
    if len(weeks) == 1:
        return t("progress.scores_said_week", count=answers, last=percent(last.score), **bounds)
    first = weeks[0]
    return t(
        "progress.scores_said",
        count=answers,
        day=day(first.start, year=False),
        first=percent(first.score),
        last=percent(last.score),
        **bounds,
    )


def reliability_said(found: Reliability) -> str:
    """Say how sure the learner was, and what the answers earned."""
    return t("progress.reliability_said", count=found.answers, said=percent(found.said), right=percent(found.right))


def brier_said(found: Reliability) -> str:
    """Say the Brier score with its interval, and what to compare it with; nothing for a single answer."""
    if found.answers == 1:
        return ""
    return t(
        "progress.brier",
        brier=number(found.brier.value, 2),
        low=number(found.brier.low, 2),
        high=number(found.brier.high, 2),
        baseline=number(found.baseline, 2),
    )


def tendency_said(found: Reliability) -> str:
    """Say whether that is too sure, not sure enough or neither, with the part of the picture that shows it best."""
    telling = found.telling
    if found.tendency == "unknown":
        return t("progress.tendency_unknown", count=FEW - found.answers)
    if found.tendency == "fair":
        return t("progress.tendency_fair", count=found.answers)
    parts = {
        "said": percent(found.said if telling is None else telling.said),
        "right": percent(found.right if telling is None else telling.right.value),
    }
    return t("progress.tendency_over", **parts) if found.tendency == "over" else t("progress.tendency_under", **parts)


def time_said(days: Sequence[DayTime]) -> str:
    """Say how much time was spent, on how many days, and on which most."""
    fullest = max(days, key=lambda one: one.minutes)
    return t(
        "progress.time_said",
        days=len(days),
        minutes=number(sum(one.minutes for one in days), 0),
        count=sum(one.answers > 0 for one in days),
        day=day(fullest.day, year=False),
        most=number(fullest.minutes, 0),
    )


def streak_said(found: Streak) -> str:
    """Say how regular it has been; a break is not mentioned."""
    said = [t("progress.streak_of", count=found.studied, days=found.of)]
    if found.days > 1:
        said.append(t("progress.streak", count=found.days))
    return " ".join(said)


# --- figures to take away


def csv_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV with a byte order mark, by which spreadsheets know UTF-8; no text in it begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return spreadsheet_safe(value)
    return f"{value:.4g}" if isinstance(value, float) else value


def memory_csv(cells: Iterable[Cell]) -> str:
    """Return the heat map's figures."""
    head = ("topic", "question", "point", "recall", "last_review", "due")
    return csv_of(head, ((c.topic, c.question, c.about, c.recall, c.last, c.due) for c in cells))


def forecast_csv(days: Iterable[DayForecast]) -> str:
    """Return the forecast's figures."""
    return csv_of(("day", "reviews", "new"), ((one.date, float(one.due), one.new) for one in days))


def scores_csv(weeks: Iterable[WeekScore]) -> str:
    """Return the scores of the weeks, as shares of the marks."""
    head = ("week_from", "answers", "score", "low", "high")
    return csv_of(head, ((one.start, one.answers, one.score, one.low, one.high) for one in weeks))


def reliability_csv(found: Reliability) -> str:
    """Return the figures of the reliability plot, as shares."""
    head = ("from", "to", "answers", "said", "earned", "earned_low", "earned_high")
    rows = ((b.start, b.end, b.count, b.said, b.right.value, b.right.low, b.right.high) for b in found.bins)
    return csv_of(head, rows)


def time_csv(days: Iterable[DayTime]) -> str:
    """Return the minutes of the days."""
    return csv_of(("day", "answers", "minutes"), ((one.day, one.answers, one.minutes) for one in days))
