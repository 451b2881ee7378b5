"""The pictures of the page of progress, from plain figures. No data leaves the page: Vega draws them in the browser.

Every text comes in by the catalogue. Colours are those of .streamlit/config.toml and of theme.css; what matters differs in
lightness or shape too, so that it can be told apart without colours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import altair as alt

from study.confidence import Reliability
from study.plan import DayForecast
from study.progress_records import DayTime, WeekScore
from ui.texts import day, language, number, percent, t

Chart = alt.Chart | alt.LayerChart
Rows = Sequence[Mapping[str, object]]

_HEIGHT = 260
_LABELS = 6
"""So many dates fit under a chart on a phone."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme. ``levels`` go from the least to the most likely recalled, evenly in lightness."""

    ground: str
    ink: str
    quiet: str
    line: str
    grid: str
    accent: str
    band: str
    second: str
    levels: tuple[str, str, str, str, str]


PALETTES: Mapping[Literal["light", "dark"], Palette] = {
    "light": Palette(
        ground="#fbfbf9",
        ink="#1f2529",
        quiet="#566067",
        line="#7d878c",
        grid="#e3e5e0",
        accent="#2f5d8a",
        band="#a9c3dc",
        second="#b8690a",
        levels=("#e4edf5", "#b5cce1", "#7fa5c9", "#47779f", "#1d3f5f"),
    ),
    "dark": Palette(
        ground="#15191c",
        ink="#e4e8e6",
        quiet="#a5b0b4",
        line="#7d878c",
        grid="#2b3338",
        accent="#8bb8e2",
        band="#3f678d",
        second="#e7a94f",
        levels=("#1f2f3d", "#2f4f6c", "#4a7ba8", "#7fb0dc", "#d3e7f8"),
    ),
}


def forecast(days: Sequence[DayForecast], palette: Palette) -> Chart:
    """Draw what is expected of each day: questions to review below, new ones on top."""
    kinds = {t("progress.reviews"): palette.accent, t("progress.new"): palette.second}
    review, new = kinds
    rows = [
        {
            "day": one.date.isoformat(),
            "said": day(one.date),
            "kind": kind,
            "place": place,
            "count": count,
            "shown": number(count),
        }
        for one in days
        for place, (kind, count) in enumerate(((review, float(one.due)), (new, float(one.new))))
        if count > 0 or kind == review
    ]
    chart = (
        alt.Chart(data_of(rows))
        .mark_bar(binSpacing=2)
        .encode(
            x=_days([one.date for one in days], t("progress.day")),
            y=alt.Y("count:Q", title=t("progress.questions"), axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(kinds), range=list(kinds.values())),
                legend=alt.Legend(orient="top", symbolType="square"),
            ),
            order=alt.Order("place:Q"),
            tooltip=tips(
                {
                    "said": t("progress.day"),
                    "kind": t("progress.kind"),
                    "shown": t("progress.questions"),
                }
            ),
        )
    )
    return finished(chart, palette)


def scores(weeks: Sequence[WeekScore], palette: Palette) -> Chart:
    """Draw the mean score of each week with the mean bounds of its intervals, in percent of the marks."""
    rows = [
        {
            "day": one.start.isoformat(),
            "said": day(one.start),
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "shown": percent(one.score),
            "likely": t("progress.from_to", low=number(100 * one.low, 0), high=percent(one.high)),
            "answers": number(one.answers),
        }
        for one in weeks
    ]
    base = alt.Chart(data_of(rows)).encode(
        x=_days([one.start for one in weeks], t("progress.week"), are_bars=False),
        tooltip=tips(
            {
                "said": t("progress.week"),
                "shown": t("progress.score"),
                "likely": t("progress.likely"),
                "answers": t("progress.answers"),
            }
        ),
    )
    y = _share("score", t("progress.score_axis"))
    band = base.mark_area(color=palette.band, opacity=0.55).encode(
        y=_share("low", t("progress.score_axis")), y2="high:Q"
    )
    bounds = base.mark_rule(color=palette.band, strokeWidth=3).encode(
        y=_share("low", t("progress.score_axis")), y2="high:Q"
    )
    line = base.mark_line(color=palette.accent, strokeWidth=2).encode(y=y)
    points = base.mark_point(color=palette.accent, filled=True, size=55, opacity=1).encode(y=y)
    return finished(layered(band, bounds, line, points), palette)


def reliability(found: Reliability, palette: Palette) -> Chart:
    """Draw what answers earned against how sure the learner was, beside the line on which both are equal."""
    rows = [
        {
            "said": part.said,
            "right": part.right.value,
            "low": part.right.low,
            "high": part.right.high,
            "count": part.count,
            "said_shown": percent(part.said),
            "right_shown": percent(part.right.value),
            "likely": t("progress.from_to", low=number(100 * part.right.low, 0), high=percent(part.right.high)),
            "count_shown": number(part.count),
        }
        for part in found.bins
    ]
    ideal = (
        alt.Chart(data_of([{"said": 0.0, "right": 0.0}, {"said": 1.0, "right": 1.0}]))
        .mark_line(color=palette.line, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=_said(), y=_share("right", t("progress.earned_axis")))
    )
    places: Sequence[tuple[float, float, str, Literal["left", "right"]]] = (
        (0.03, 0.95, t("progress.under_side"), "left"),
        (0.97, 0.05, t("progress.over_side"), "right"),
    )
    sides = [
        alt.Chart(data_of([{"said": said, "right": right, "text": text}]))
        .mark_text(color=palette.quiet, fontSize=12, align=align, baseline="middle")
        .encode(x=_said(), y=_share("right", t("progress.earned_axis")), text="text:N")
        for said, right, text, align in places
    ]
    base = alt.Chart(data_of(rows)).encode(
        x=_said(),
        tooltip=tips(
            {
                "said_shown": t("progress.said"),
                "right_shown": t("progress.earned"),
                "likely": t("progress.likely"),
                "count_shown": t("progress.answers"),
            }
        ),
    )
    bars = base.mark_rule(color=palette.accent, strokeWidth=1.5).encode(
        y=_share("low", t("progress.earned_axis")), y2="high:Q"
    )
    points = base.mark_point(color=palette.accent, filled=True, opacity=1).encode(
        y=_share("right", t("progress.earned_axis")),
        size=alt.Size("count:Q", legend=None, scale=alt.Scale(type="sqrt", range=[45, 300], zero=True)),
    )
    return finished(layered(ideal, *sides, bars, points), palette, height=320)


def time_spent(days: Sequence[DayTime], palette: Palette) -> Chart:
    """Draw the minutes of each day."""
    rows = [
        {
            "day": one.day.isoformat(),
            "said": day(one.day),
            "minutes": one.minutes,
            "shown": number(one.minutes),
            "answers": number(one.answers),
        }
        for one in days
    ]
    chart = (
        alt.Chart(data_of(rows))
        .mark_bar(color=palette.accent, binSpacing=1)
        .encode(
            x=_days([one.day for one in days], t("progress.day")),
            y=alt.Y("minutes:Q", title=t("progress.minutes")),
            tooltip=tips(
                {
                    "said": t("progress.day"),
                    "shown": t("progress.minutes"),
                    "answers": t("progress.answers"),
                }
            ),
        )
    )
    return finished(chart, palette)


# --- what they share


def data_of(rows: Rows) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def tips(fields: Mapping[str, str]) -> list[alt.Tooltip]:
    """Return what is shown beside the pointer: the titles of fields that hold text."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields.items()]


def _days(days: Sequence[date], title: str, *, are_bars: bool = True) -> alt.X:
    """Return the axis of days. They are dates and no moments, so they are written and read as UTC throughout."""
    step = max(1, -(-len(days) // _LABELS))
    values = [alt.DateTime(year=one.year, month=one.month, date=one.day, utc=True) for one in days[::step]]
    months = json.dumps(t("dates.months").split(" "), ensure_ascii=False)
    parts = {"{day}": "utcdate(datum.value)", "{month}": f"{months}[utcmonth(datum.value)]"}
    label = json.dumps(t("dates.day", day="{day}", month="{month}"), ensure_ascii=False)
    for part, expression in parts.items():
        label = label.replace(part, f'" + {expression} + "')
    axis = alt.Axis(values=values, labelExpr=label, grid=False, labelOverlap=True)
    field = "utcyearmonthdate(day):T" if are_bars else "day:T"
    return alt.X(field, title=title, scale=alt.Scale(type="utc"), axis=axis)


def _share(field: str, title: str) -> alt.Y:
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=_percent_axis())


def _said(field: str = "said") -> alt.X:
    return alt.X(f"{field}:Q", title=t("progress.said_axis"), scale=alt.Scale(domain=[0, 1]), axis=_percent_axis())


def _percent_axis() -> alt.Axis:
    return alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr="round(datum.value * 100) + '\u00a0%'")


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """Lay charts over each other, the first at the bottom."""
    return alt.LayerChart(layer=list(layers))


def finished(chart: Chart, palette: Palette, height: int = _HEIGHT) -> Chart:
    """Set the height (pixels), texts that stand out from the ground, and numbers on the axes in the language's form."""
    point, comma = (",", ".") if language() == "de" else (".", ",")
    numbers = alt.NumberLocale(decimal=point, thousands=comma, grouping=[3], currency=["", ""])
    sized: Chart = chart.properties(height=height, padding={"left": 0, "right": 12, "top": 8, "bottom": 8})
    done: Chart = (
        sized.configure(locale=alt.Locale(number=numbers))
        .configure_view(stroke=None)
        .configure_axis(labelColor=palette.quiet, titleColor=palette.quiet, gridColor=palette.grid)
        .configure_legend(labelColor=palette.ink, titleColor=palette.quiet)
    )
    return done
