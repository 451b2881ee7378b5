"""The heat map of memory: a cell for each point, a row of cells for each topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from ui.cells import Cell
from ui.charts import Chart, Palette, Rows, data_of, finished, layered, tips
from ui.markup import esc
from ui.texts import day, number, percent, t

_COLUMNS = 24
"""So many points stand in one row of the heat map; a topic with more goes on in the next row."""
LEVELS = (0.7, 0.8, 0.9, 0.95)
"""Where the classes of the heat map begin, after the first, which begins at 0."""


def heat_map(cells: Sequence[Cell], palette: Palette) -> Chart:
    """Draw the points as cells, a row of them for each topic: weakest first, those never asked last, a dot on those due."""
    names = [_range(level) for level in range(len(LEVELS) + 1)]
    unasked = t("progress.unasked")
    rows = _placed(cells, names, unasked)
    base = alt.Chart(data_of(rows)).encode(
        x=alt.X("place:O", axis=None, scale=alt.Scale(paddingInner=0.12)),
        y=alt.Y(
            "row:O",
            title=None,
            axis=alt.Axis(
                labelExpr="split(datum.value, '\\t')[1]", labelLimit=150, ticks=False, domain=False, labelPadding=8
            ),
            scale=alt.Scale(paddingInner=0.16),
            sort=None,
        ),
        tooltip=tips(
            {
                "about": t("progress.point"),
                "question": t("progress.question"),
                "recall": t("progress.recall"),
                "last": t("progress.last_review"),
                "due": t("progress.due_on"),
            }
        ),
    )
    squares = base.mark_rect(cornerRadius=2, stroke=palette.line, strokeWidth=0.7).encode(
        color=alt.Color(
            "level:N",
            title=t("progress.recall"),
            scale=alt.Scale(domain=[*names, unasked], range=[*palette.levels, palette.ground]),
            legend=None,
        ),
    )
    dots = (
        base.transform_filter("datum.is_due")
        .mark_point(filled=True, size=38, opacity=1, color=palette.second, stroke=palette.ground, strokeWidth=1.5)
        .encode()
    )
    lines = len({row["row"] for row in rows})
    return finished(layered(squares, dots), palette, height=24 * lines + 8)


def legend_html(palette: Palette) -> str:
    """Show which look is which chance of recall: beside the picture, where it finds room on a phone too."""
    looks = [*zip(palette.levels, (_range(level) for level in range(len(LEVELS) + 1)), strict=True)]
    looks.append((palette.ground, t("progress.unasked")))
    items = "".join(
        f'<li><i style="background:{colour};border-color:{palette.line}"></i>{esc(name)}</li>' for colour, name in looks
    )
    dot = f'<li><b style="background:{palette.second}"></b>{esc(t("progress.is_due"))}</li>'
    return f'<p class="viva-hint">{esc(t("progress.recall"))}</p><ul class="viva-legend">{items}{dot}</ul>'


def _placed(cells: Sequence[Cell], names: Sequence[str], unasked: str) -> Rows:
    topics = dict.fromkeys(cell.topic for cell in cells)
    rows: list[Mapping[str, object]] = []
    line = 0
    for topic in topics:
        own = [cell for cell in cells if cell.topic == topic]
        own.sort(key=lambda cell: (cell.recall is None, cell.recall or 0.0))
        for place, cell in enumerate(own):
            row = line + place // _COLUMNS
            rows.append(
                {
                    "row": f"{row:04d}\t{topic if place < _COLUMNS else ''}",
                    "place": place % _COLUMNS,
                    "level": unasked if cell.recall is None else names[_level(cell.recall)],
                    "topic": topic,
                    "about": cell.about,
                    "question": cell.question,
                    "recall": "" if cell.recall is None else percent(cell.recall),
                    "last": "" if cell.last is None else day(cell.last),
                    "due": "" if cell.due is None else day(cell.due),
                    "is_due": cell.is_due,
                }
            )
        line += (len(own) - 1) // _COLUMNS + 1
    return rows


def _level(recall: float) -> int:
    return sum(recall >= start for start in LEVELS)


def _range(level: int) -> str:
    bounds = (0.0, *LEVELS, 1.0)
    return t("progress.from_to", low=number(100 * bounds[level], 0), high=percent(bounds[level + 1]))
