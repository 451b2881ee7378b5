"""What to do next: what is due, and the weakest points with a link to practise each of them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

import streamlit as st

from grader.types import Question
from study.agenda import Agenda
from study.progress import WEAK, weakest
from study.progress_records import PointMemory
from ui.cells import about
from ui.frame import STUDY
from ui.markup import esc, plain
from ui.texts import day, percent, t


def show_next(
    agenda: Agenda,
    points: Sequence[PointMemory],
    questions: Mapping[str, Question],
    until: datetime,
    zone: tzinfo,
) -> None:
    """Show the section; ``until`` is the end of the learner's day."""
    due = sum(item.kind == "due" for item in agenda.items)
    new = len(agenda.items) - due
    with st.container(key="progress_next", gap="small"):
        st.html(
            f'<h2 class="viva-pack">{esc(t("progress.next"))}</h2>'
            f'<p class="viva-said">{esc(next_said(due, new, coming(points, until, zone)))}</p>'
        )
        if due or new:
            label = t("progress.start") if due else t("progress.start_new")
            with st.container(key="progress_start"):
                st.page_link(STUDY, label=plain(label), icon=":material/play_arrow:", width="content")
        _show_weakest(weakest(points), questions, zone)


def coming(points: Iterable[PointMemory], until: datetime, zone: tzinfo) -> tuple[date, int] | None:
    """Return the first day after ``until`` on which something is due, and how many questions are; None where nothing is."""
    later = [(point.due.astimezone(zone).date(), point.ref.question_id) for point in points if point.due >= until]
    first = min((when for when, _ in later), default=None)
    return None if first is None else (first, len({question for when, question in later if when == first}))


def next_said(due: int, new: int, later: tuple[date, int] | None) -> str:
    """Say how many questions are due and new today; where none are, on which day some will be."""
    said = [t("progress.next_due", count=due)] if due else []
    if new:
        said.append(t("progress.next_new", count=new))
    if said:
        return " ".join(said)
    if later is None:
        return t("progress.next_done")
    when, count = later
    return f"{t('progress.next_done')} {t('progress.next_later', day=day(when, year=False), count=count)}"


def _show_weakest(weak: Sequence[PointMemory], questions: Mapping[str, Question], zone: tzinfo) -> None:
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
                f"{esc(_state(point, zone))}</p>"
            )


def _state(point: PointMemory, zone: tzinfo) -> str:
    parts = [
        t("progress.weak_missed") if point.missed else t("progress.weak_recall", recall=percent(point.retrievability)),
        t("progress.weak_last", day=day(point.last_review.astimezone(zone).date(), year=False)),
    ]
    if point.lapses:
        parts.append(t("progress.weak_lapses", count=point.lapses))
    return " · ".join(parts)
