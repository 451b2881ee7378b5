"""The pictures: valid Vega-Lite that asks nobody for anything, told apart without colours, and said in a sentence."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader import Bank
from study.confidence import reliability, tally
from study.plan import DayForecast
from study.progress_records import DayTime, PointMemory, Streak, WeekScore
from study.records import PointRef
from ui import charts, texts
from ui import progress_words as words
from ui.cells import Cell, cells_of, topic_table_html
from ui.charts import PALETTES, Chart, Palette
from ui.heat_map import LEVELS, heat_map, legend_html
from ui.texts import CATALOGUES, Language

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CELLS = (
    Cell("Drift", "What is drift?", "The change", 0.93, True, MONDAY, MONDAY),
    Cell("Drift", "What is drift?", "The cause", 0.62, False, MONDAY, MONDAY),
    Cell("Cloud", "Why the cloud?", "The money side", 0.99, False, MONDAY, MONDAY),
    Cell("Cloud", "Why the cloud?", "–", None),
)
FORECAST = (DayForecast(MONDAY, 3.25, 2), DayForecast(MONDAY + timedelta(days=1), 7.5, 2))
WEEKS = (
    WeekScore(MONDAY - timedelta(days=7), 4, 0.5, 0.4, 0.65),
    WeekScore(MONDAY, 6, 0.8, 0.7, 0.9),
)
SURE = reliability(tally([(90, 0.5), (90, 0.6), (30, 0.2)] * 5))
DAYS = (DayTime(MONDAY, 4, 12.5), DayTime(MONDAY + timedelta(days=1), 1, 4.0))
assert SURE is not None


def pictures(palette: Palette) -> dict[str, Chart]:
    assert SURE is not None
    return {
        "memory": heat_map(CELLS, palette),
        "forecast": charts.forecast(FORECAST, palette),
        "scores": charts.scores(WEEKS, palette),
        "reliability": charts.reliability(SURE, palette),
        "time": charts.time_spent(DAYS, palette),
    }


def parts(spec: object) -> Sequence[Mapping[str, Any]]:
    """Return every object within a picture."""
    if isinstance(spec, dict):
        return [spec, *(found for value in spec.values() for found in parts(value))]
    if isinstance(spec, list):
        return [found for value in spec for found in parts(value)]
    return []


@pytest.fixture(params=["en", "de"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Language:
    monkeypatch.setattr(texts, "language", lambda: request.param)
    monkeypatch.setattr(charts, "language", lambda: request.param)
    found: Language = request.param
    return found


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_pictures_are_valid_hold_their_data_and_title_their_axes(palette: Palette, spoken: Language) -> None:
    for name, picture in pictures(palette).items():
        spec = picture.to_dict()  # Altair holds it against the schema of Vega-Lite
        text = json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        assert "http" not in text, name
        assert not [part for part in parts(spec) if "url" in part], name
        axes = [part for part in parts(spec) if part.get("axis") and part.get("field") not in {None, "row"}]
        assert axes or name == "memory"
        assert all(part["title"] in CATALOGUES[spoken].values() for part in axes), name


@pytest.mark.parametrize("name", ["light", "dark"])
def test_colours_are_those_of_the_theme_and_stand_out(name: str, project_root: Path) -> None:
    theme = tomllib.loads((project_root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][name]
    palette = PALETTES["dark" if name == "dark" else "light"]
    assert (palette.ground, palette.ink) == (theme["backgroundColor"], theme["textColor"])
    assert palette.accent in {theme["primaryColor"], "#8bb8e2"}  # the style sheet's accent on a dark ground
    for colour in (palette.accent, palette.second, palette.line):
        assert contrast(colour, palette.ground) >= 3
    for colour in (palette.quiet, palette.ink):
        assert contrast(colour, palette.ground) >= 4.5
    light = [luminance(colour) for colour in palette.levels]
    assert light == sorted(light, reverse=name == "light")
    assert min(contrast(a, b) for a, b in zip(palette.levels, palette.levels[1:], strict=False)) >= 1.3


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_each_picture_is_said_in_numbers() -> None:
    assert SURE is not None
    assert words.memory_said(CELLS) == (
        "Of 3 points asked so far, you would recall 85\u00a0% today on average. Weakest is “Drift” with 78\u00a0%, strongest "
        "“Cloud” with 99\u00a0%. One more point was not asked yet."
    )
    assert words.forecast_said(FORECAST) == (
        "In the next 2 days about 11 questions come due and 4 new ones are begun: 5 today, and most on 3 Mar (10)."
    )
    assert words.scores_said(WEEKS) == (
        "10 answers to whole questions: 50\u00a0% of the marks on average in the week of 23 Feb, and 80\u00a0% "
        "(likely 70 to 90\u00a0%) in the last week."
    )
    assert words.tendency_said(SURE) == "When you say 90\u00a0%, you earn 55\u00a0%: you are surer than you should be."
    assert "Brier score 0.09 (likely 0.06 to 0.11)" in words.brier_said(SURE)
    assert words.time_said(DAYS) == (
        "In the last 2 days you answered on 2 days, for 16 minutes in all; most on 2 Mar (12 minutes)."
    )
    assert words.time_said(DAYS[:1]) == "You answered on one day, 2 Mar, for 12 minutes."
    assert words.streak_said(Streak(3, True, 12, 60)) == (
        "You studied on 12 of the last 60 days. You have come back 3 days in a row."
    )
    assert words.streak_said(Streak(1, True, 12, 60)) == "You studied on 12 of the last 60 days."


def test_sentences_have_their_form_for_one(spoken: Language) -> None:
    one = reliability(tally([(60, 0.5)]))
    assert one is not None
    said = [
        words.memory_said(CELLS[:1]),
        words.scores_said([WeekScore(MONDAY, 1, 0.5, 0.4, 0.6)]),
        words.reliability_said(one),
        words.streak_said(Streak(1, True, 1, 60)),
    ]
    assert words.brier_said(one) == ""
    for sentence in said:
        assert not sentence.startswith(("1 ", "Of 1 ", "Von 1 ", "Over your last 1", "An 1 "))
        assert "{" not in sentence


def test_figures_to_take_away_are_safe_in_a_spreadsheet() -> None:
    cells = (Cell("=1+1", "@me", "-x", 0.5, last=MONDAY), Cell("ok", 'a,"b"', "c", None))
    text = words.memory_csv(cells)
    assert text.startswith("\ufeff")
    head, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == ["topic", "question", "point", "recall", "last_review", "due"]
    assert first == ["'=1+1", "'@me", "'-x", "0.5", "2026-03-02", ""]
    assert second == ["ok", 'a,"b"', "c", "", "", ""]


def test_every_picture_has_its_figures() -> None:
    assert SURE is not None
    tables = (
        words.forecast_csv(FORECAST),
        words.scores_csv(WEEKS),
        words.reliability_csv(SURE),
        words.time_csv(DAYS),
    )
    assert [len(list(csv.reader(io.StringIO(text)))) for text in tables] == [3, 3, 3, 3]
    assert "2026-03-02,3.25,2" in tables[0]


def test_cells_name_points_by_their_labels_and_never_by_their_wording(bank: Bank) -> None:
    question = next(q for q in bank.questions if q.readings[0].required_count is None and len(q.points) > 3)
    first = next(point for point in question.points if point.kind == "required")
    known = PointMemory(PointRef(question.id, question.readings[0].id, first.id), 0.7, 3.0, NOW, NOW, 2, 0)
    cells = cells_of([question], [known], NOW + timedelta(hours=1), UTC)
    required = [point for point in question.points if point.kind == "required"]
    assert [cell.recall for cell in cells] == [0.7] + [None] * (len(required) - 1)
    assert cells[0].is_due
    assert first.label is not None
    assert cells[0].about.casefold() == first.label.casefold()
    assert not {cell.about for cell in cells} & {point.text for point in question.points}


def test_of_points_that_are_counted_as_many_are_asked_as_are_wanted(bank: Bank) -> None:
    question = next(q for q in bank.questions if q.required_count is not None and q.readings[0].count_group is None)
    assert len(cells_of([question], (), NOW, UTC)) == question.required_count


def test_a_long_topic_goes_on_in_the_next_row() -> None:
    cells = [Cell("Long", "q", f"p{number}", number / 60) for number in range(60)]
    spec = heat_map(cells, PALETTES["light"]).to_dict()
    rows = [row for table in spec["datasets"].values() for row in table]
    labels = sorted({row["row"] for row in rows})
    assert [label.partition("\t")[2] for label in labels] == ["Long", "", ""]
    assert {row["level"] for row in rows if row["recall"] == "90\u00a0%"} == {"90 to 95\u00a0%"}


def test_legend_and_table_escape_what_packs_hold() -> None:
    assert legend_html(PALETTES["dark"]).count("<li>") == len(LEVELS) + 3
    table = topic_table_html([Cell("<b>x", "q", "p", 0.5)])
    assert "<b>x" not in table
    assert "&lt;b&gt;x" in table
