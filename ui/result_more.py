"""What stands below a result: what a second try changed, when it comes back, own rating, reference, earlier attempts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo

import streamlit as st

from grader.types import Grade, Question
from study import AnswerRecord
from study.compare import difference, history_rows
from study.days import day_of
from study.memory import asked
from study.trainer import Trainer
from ui import acting, history, services
from ui.acting import Rated
from ui.judging import Result
from ui.markup import esc, message_html, references_html
from ui.markup_lists import attempts_html, changes_html
from ui.texts import t

_RATINGS = ("again", "hard", "good", "easy")
_MOST_ATTEMPTS = 12


def show_more(result: Result, question: Question, grade: Grade) -> None:
    """Draw it; ``question`` and ``grade`` are of the part that was asked for."""
    if result.earlier is not None:
        st.html(changes_html(result.question, difference(result.question, result.earlier, result.grade)))
    if result.given is not None:
        _rating(result)
    reading = question.reading(grade.reading_id)
    title = t("result.reference") if len(reading.references) == 1 else t("result.references")
    with st.expander(title, icon=":material/menu_book:", key="study_reference"):
        st.html(references_html(reading.references, question.language))
    _attempts(result)


def show_trouble() -> None:
    """Say where an answer could not be written down, what is kept, and what to do."""
    reason = history.trouble()
    if reason is not None:
        st.html(message_html("warning", t("history.off"), reason, t("history.off_what_now")))
        st.button(t("history.retry"), icon=":material/refresh:", on_click=history.retry, key="study_retry")


# --- when it comes back


def _rating(result: Result) -> None:
    given = result.given
    assert given is not None
    if given.mode in {"cram", "again"}:
        st.html(f'<p class="viva-hint viva-back">{esc(t(f"rating.none_{given.mode}"))}</p>')
        return
    rated = acting.rated(result.question, given, result.grade)
    undone: str | None = st.session_state.get(acting.UNDONE)
    said = _said(rated) if undone is None or rated.ratings else t("rating.undone")
    if undone is not None and undone not in {"", given.question_id}:
        said = t("rating.undone_elsewhere")
    due = _due(result) if rated.ratings else None
    back = f'<strong class="viva-back">{esc(_back(due))}</strong> ' if due is not None else ""
    line = f'<p class="viva-rated" role="status">{back}{esc(said)} {esc(t("rating.own"))}</p>'
    st.html(f'<h3 class="viva-heading">{esc(t("rating.title"))}</h3>{line}')
    with st.container(horizontal=True, gap="xsmall", key="study_rating"):
        own = rated.ratings[0] if rated.is_own and len(set(rated.ratings)) == 1 else None
        for number, name in enumerate(_RATINGS, 1):
            st.button(
                t(f"rating.{name}"),
                type="primary" if own == number else "secondary",
                on_click=acting.rate,
                args=(given, number),
                key=f"study_rate_{number}",
            )
        st.button(
            t("rating.undo"),
            type="tertiary",
            icon=":material/undo:",
            on_click=acting.undo,
            disabled=not rated.ratings or not rated.are_kept,
            key="study_undo",
        )


def _said(rated: Rated) -> str:
    """Say how the points are rated, and by whom."""
    if not rated.ratings:
        return t("rating.nothing")
    counts = Counter(rated.ratings)
    parts = [
        t("rating.count", name=t(f"rating.{_RATINGS[one - 1]}"), count=counts[one])
        for one in (4, 3, 2, 1)
        if counts[one]
    ]
    by = t("rating.by_you") if rated.is_own else t("rating.by_score")
    return f"{by} {', '.join(parts)}."


def _due(result: Result) -> datetime | None:
    """Return when the first of the points that were asked for comes back."""
    given = result.given
    assert given is not None
    refs = set(asked(result.question, result.grade, focus=given.focus))

    def look(trainer: Trainer, who: str) -> datetime | None:
        with trainer.store.reading() as tx:
            cards = tx.cards(who, [given.question_id])
        return min((card.due for card in cards if card.ref in refs), default=None)

    return history.read(look, None)


def _back(due: datetime) -> str:
    """Say in how many minutes or days something comes back."""
    return back_text(due, services.now(), services.zone(), history.settings().day_starts_at)


def back_text(due: datetime, now: datetime, zone: tzinfo, day_starts_at: int) -> str:
    """Say when something comes back: in minutes or hours within the learner's day, else in days.

    >>> from datetime import UTC
    >>> back_text(datetime(2026, 3, 9, 12, 10, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC), UTC, 4)
    'Again in 10 minutes.'
    """
    days = (day_of(due, zone, day_starts_at) - day_of(now, zone, day_starts_at)).days
    if days > 0:
        return t("rating.back_days", count=days)
    minutes = max(0, -(-int((due - now).total_seconds()) // 60))
    if minutes == 0:
        return t("rating.back_now")
    return (
        t("rating.back_minutes", count=minutes) if minutes < 90 else t("rating.back_hours", count=round(minutes / 60))
    )


# --- earlier attempts


def _attempts(result: Result) -> None:
    question = result.question

    def look(trainer: Trainer, who: str) -> tuple[AnswerRecord, ...]:
        with trainer.store.reading() as tx:
            return tx.answers_to(who, question.id, _MOST_ATTEMPTS + 1)

    own = result.given.id if result.given is not None else ""
    records = [record for record in history.read(look, ()) if record.answer.id != own][:_MOST_ATTEMPTS]
    if records:
        with st.expander(t("result.attempts", count=len(records)), icon=":material/history:", key="study_attempts"):
            st.html(attempts_html(question, history_rows(question, records), services.zone()))
