"""Progress: what to do next first, then pictures of memory, of what is coming, of scores, confidence and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

import streamlit as st

from grader.types import Question
from study import StudyError
from study.agenda import Agenda
from study.confidence import FEW
from study.days import day_end, day_of
from study.plan import DayForecast
from study.progress import DAYS, by_week, read
from study.progress_records import Progress
from study.records import Deck
from ui import charts, keeper, proposals, services
from ui import progress_words as words
from ui.cells import Cell, cells_of, topic_table_html
from ui.charts import PALETTES, Chart, Palette
from ui.frame import STUDY, arrived, guarded
from ui.heat_map import heat_map, legend_html
from ui.markup import esc, message_html, plain
from ui.next_steps import show_next
from ui.texts import t

AHEAD = 30  # days


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows, read as of one moment."""

    progress: Progress
    agenda: Agenda
    questions: dict[str, Question]
    forecast: Callable[[], tuple[DayForecast, ...]]
    day_end: datetime
    zone: tzinfo


def render() -> None:
    """Draw the page."""
    arrived("progress")
    st.html(f'<h1 class="viva-question">{esc(t("progress.title"))}</h1>')
    try:
        _show()
    except StudyError as error:
        st.html(message_html("error", t("progress.off"), str(error)))


def _show() -> None:
    who = keeper.learner()
    found = None if who is None else _read(who)
    if found is None or (found.progress.answers == 0 and not found.progress.points):
        _show_empty()
        return
    palette = PALETTES["dark" if st.context.theme.type == "dark" else "light"]
    progress = found.progress
    show_next(found.agenda, progress.points, found.questions, found.day_end, found.zone)
    _show_memory(found, palette)
    ahead = st.empty()
    ahead.html('<div class="viva-lines viva-picture" aria-busy="true"><i></i><i></i></div>')
    if progress.scores:
        _show_scores(progress, found.questions, palette)
    left, right = st.columns(2, gap="large")
    with left:
        _show_reliability(progress, palette)
    with right:
        _show_time(progress, palette)
    proposals.show_disputed(progress.disputed, found.questions, found.zone)
    proposals.show_proposals(progress.proposals, found.questions)
    st.html(f'<p class="viva-hint">{esc(words.streak_said(progress.streak))}</p>')
    with ahead.container():
        _show_forecast(found, palette)


def _read(who: str) -> Found:
    trainer, now, zone = services.trainer(), services.now(), services.zone()
    settings = trainer.settings(who)
    progress = read(
        trainer.store, trainer.questions, who, trainer.memory(who), now, zone, starts_at=settings.day_starts_at
    )
    today = day_of(now, zone, settings.day_starts_at)
    return Found(
        progress,
        trainer.agenda(who, Deck(), now, zone),
        dict(trainer.questions),
        lambda: trainer.forecast(who, now, zone, AHEAD),
        day_end(today, zone, settings.day_starts_at),
        zone,
    )


def _show_empty() -> None:
    st.html(message_html("info", t("progress.empty"), t("progress.empty_what_now")))
    with st.container(key="progress_start"):
        st.page_link(STUDY, label=plain(t("progress.empty_start")), icon=":material/play_arrow:", width="content")


def _picture(
    name: str,
    title: str,
    said: str,
    chart: Chart,
    figures: Callable[[], str],
    hint: str = "",
    above: str = "",
    below: str = "",
) -> None:
    """Show a picture: its heading, what it shows in a sentence, itself, and its figures to take away.

    ``above`` and ``below`` are HTML of our own: a legend, a table.
    """
    with st.container(key=f"progress_{name}", gap="small"):
        _head(title, said, hint, above)
        st.altair_chart(chart, key=f"progress_chart_{name}", alt=said)
        if below:
            st.html(below)
        st.download_button(
            _csv_label(name),
            figures,
            file_name=f"viva-{name}.csv",
            mime="text/csv",
            key=f"progress_csv_{name}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def _csv_label(name: str) -> str:
    return {
        "memory": t("progress.memory_csv"),
        "forecast": t("progress.forecast_csv"),
        "scores": t("progress.scores_csv"),
        "reliability": t("progress.reliability_csv"),
        "time": t("progress.time_csv"),
    }[name]


def _head(title: str, said: str, hint: str = "", above: str = "") -> None:
    small = f'<p class="viva-hint">{esc(hint)}</p>' if hint else ""
    st.html(f'<h2 class="viva-pack">{esc(title)}</h2><p class="viva-said">{esc(said)}</p>{small}{above}')


def _show_memory(found: Found, palette: Palette) -> None:
    cells: tuple[Cell, ...] = cells_of(found.questions.values(), found.progress.points, found.day_end, found.zone)
    if not any(cell.recall is not None for cell in cells):
        return
    _picture(
        "memory",
        t("progress.memory"),
        words.memory_said(cells),
        heat_map(cells, palette),
        partial(words.memory_csv, cells),
        t("progress.memory_hint"),
        legend_html(palette),
        topic_table_html(cells),
    )


def _show_forecast(found: Found, palette: Palette) -> None:
    """Show what is coming. It is drawn last: some learners are lived through the days ahead, point by point."""
    days = found.forecast()
    _picture(
        "forecast",
        t("progress.forecast"),
        words.forecast_said(days),
        charts.forecast(days, palette),
        partial(words.forecast_csv, days),
    )


@st.fragment
def _show_scores(progress: Progress, questions: dict[str, Question], palette: Palette) -> None:
    """Show the scores of all topics or of one; choosing another draws only this anew."""
    topics = sorted({questions[key].topic for key in progress.scores if key in questions and questions[key].topic})
    slot = st.container(gap="small")
    chosen = st.session_state.get("progress_topic", "")
    ids = [key for key in progress.scores if not chosen or (key in questions and questions[key].topic == chosen)]
    weeks = by_week(progress.scores, ids)
    with slot:
        if weeks:
            _picture(
                "scores",
                t("progress.scores"),
                words.scores_said(weeks),
                charts.scores(weeks, palette),
                partial(words.scores_csv, weeks),
                t("progress.scores_hint"),
            )
        else:
            _head(t("progress.scores"), t("progress.scores_none"))
    st.selectbox(
        t("progress.scores_topic"),
        ["", *topics],
        format_func=lambda option: t("study.all_topics") if option == "" else option,
        key="progress_topic",
        width=320,
    )


def _show_reliability(progress: Progress, palette: Palette) -> None:
    found = progress.confidence
    if found is None:
        _head(t("progress.reliability"), t("progress.reliability_none", count=FEW))
        return
    _picture(
        "reliability",
        t("progress.reliability"),
        f"{words.tendency_said(found)} {words.reliability_said(found)}",
        charts.reliability(found, palette),
        partial(words.reliability_csv, found),
        f"{words.brier_said(found)} {t('progress.reliability_hint')}".strip(),
    )


def _show_time(progress: Progress, palette: Palette) -> None:
    if not any(day.minutes for day in progress.days):
        _head(t("progress.time"), t("progress.time_none", days=DAYS))
        return
    _picture(
        "time",
        t("progress.time"),
        words.time_said(progress.days),
        charts.time_spent(progress.days, palette),
        partial(words.time_csv, progress.days),
        t("progress.time_hint"),
    )


if __name__ == "__main__":
    guarded(render)
