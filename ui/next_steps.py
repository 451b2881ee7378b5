"""What to do next: what is due, and the weakest points with a link to practise each of them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from grader.types import Question
from study.agenda import Agenda
from study.plan import DayForecast
from study.progress import WEAK, weakest
from study.progress_records import PointMemory
from ui import services
from ui.cells import about
from ui.frame import STUDY
from ui.markup import esc, plain
from ui.texts import day, percent, t


def show_next(
    agenda: Agenda, forecast: Sequence[DayForecast], points: Iterable[PointMemory], questions: Mapping[str, Question]
) -> None:
    """Show the section."""
    due = sum(item.kind == "due" for item in agenda.items)
    new = len(agenda.items) - due
    with st.container(key="progress_next", gap="small"):
        st.html(
            f'<h2 class="viva-pack">{esc(t("progress.next"))}</h2>'
            f'<p class="viva-said">{esc(next_said(due, new, forecast))}</p>'
        )
        if due or new:
            label = t("progress.start") if due else t("progress.start_new")
            with st.container(key="progress_start"):
                st.page_link(STUDY, label=plain(label), icon=":material/play_arrow:", width="content")
        _show_weakest(weakest(points), questions)


def next_said(due: int, new: int, forecast: Sequence[DayForecast]) -> str:
    """Say how many questions are due and new today; where none are, on which day some will be."""
    said = [t("progress.next_due", count=due)] if due else []
    if new:
        said.append(t("progress.next_new", count=new))
    if said:
        return " ".join(said)
    coming = next((one for one in forecast[1:] if round(one.due) >= 1), None)
    later = (
        "" if coming is None else t("progress.next_later", day=day(coming.date, year=False), count=round(coming.due))
    )
    return f"{t('progress.next_done')} {later}".strip()


def _show_weakest(weak: Sequence[PointMemory], questions: Mapping[str, Question]) -> None:
    st.html(f'<h3 class="viva-subheading">{esc(t("progress.weakest"))}</h3>')
    if not weak:
        st.html(f'<p class="viva-said">{esc(t("progress.weakest_none", recall=percent(WEAK)))}</p>')
        return
    with st.container(gap=None):
        for point in weak:
            question = questions[point.ref.question_id]
            st.page_link(
                STUDY,
                label=plain(about(question, point.ref)),
                icon=":material/target:",
                query_params={"q": question.id, "focus": point.ref.point_id},
            )
            st.html(
                f'<p class="viva-under"><span dir="auto" lang="{esc(question.language)}">{esc(question.prompt)}</span><br>'
                f"{esc(_state(point))}</p>"
            )


def _state(point: PointMemory) -> str:
    parts = [
        t("progress.weak_recall", recall=percent(point.retrievability)),
        t("progress.weak_last", day=day(point.last_review.astimezone(services.zone()).date(), year=False)),
    ]
    if point.lapses:
        parts.append(t("progress.weak_lapses", count=point.lapses))
    return " · ".join(parts)
