"""A session of so many questions or minutes: started on wish, gone on with after a reload, summed up at its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from grader.types import Question
from study import PointRef, Sitting, StoreError, StudyError
from study.records import Mode, SessionKind
from study.sittings import SittingSummary, over
from study.trainer import Trainer
from ui import frame, history, services, today
from ui.markup import esc, plain
from ui.markup_lists import facts_html
from ui.texts import number, percent, t

SUMMARY = "session"
"""The part of the address that names a session whose summary is shown."""
_HELD = "study_sitting"
_COUNT = "study_sitting_count"
_MOST = 8


def running() -> Sitting | None:
    """Return the session that goes on, if there is one."""
    if _HELD not in st.session_state:
        found = history.read(lambda trainer, who: trainer.open_sitting(who), None)
        if history.learner() is not None and history.trouble() is None:
            st.session_state[_HELD] = found
            st.session_state[_COUNT] = 0 if found is None else _answers_in(found.id)
        return found
    held: Sitting | None = st.session_state[_HELD]
    return held


def _answers_in(sitting_id: str) -> int:
    def count(trainer: Trainer, _: str) -> int:
        with trainer.store.reading() as tx:
            return len(tx.answers_in(sitting_id))

    return history.read(count, 0)


def current() -> str | None:
    """Return the id of the session that an answer given now belongs to."""
    found = running()
    return None if found is None else found.id


def count() -> None:
    """Count an answer."""
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1


def is_over() -> bool:
    """Say whether the session that goes on has reached its end."""
    found = running()
    return found is not None and over(found, st.session_state.get(_COUNT, 0), services.now())


def control() -> None:
    """Draw the small control in the top line: start a session, or how far it is."""
    found = running()
    settings = history.settings()
    with st.popover(plain(_label(found)), icon=":material/timer:", key="study_session"):
        if found is not None:
            st.html(f'<p class="viva-hint">{esc(t("session.running"))}</p>')
            st.button(t("session.end"), icon=":material/stop_circle:", on_click=end, key="study_session_end")
            return
        st.html(f'<p class="viva-hint">{esc(t("session.what"))}</p>')
        kinds: tuple[SessionKind, ...] = ("questions", "minutes")
        st.radio(
            t("session.kind"),
            kinds,
            index=kinds.index(settings.session_kind),
            format_func=lambda one: t("session.questions") if one == "questions" else t("session.minutes"),
            horizontal=True,
            key="study_session_kind",
        )
        st.number_input(t("session.size"), 1, 1000, settings.session_size, step=1, key="study_session_size")
        st.button(
            t("session.start"),
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            key="study_session_start",
        )


def _label(found: Sitting | None) -> str:
    if found is None:
        return t("session.title")
    done = st.session_state.get(_COUNT, 0)
    if found.kind == "questions":
        return t("session.done_of", done=done, size=found.size)
    left = found.at + timedelta(minutes=found.size) - services.now()
    return t("session.minutes_left", count=max(0, -(-int(left.total_seconds()) // 60)))


def _start() -> None:
    # Not by arguments, which are those of the last drawing: a number that was just typed comes with the click.
    kind: SessionKind = st.session_state["study_session_kind"]
    size = int(st.session_state["study_session_size"])
    mode: Mode = "cram" if today.mode() == "cram" else "study"
    begun = Sitting(services.new_id(), history.learner() or "", services.now(), kind, size, mode, today.deck())
    # First what is kept: Streamlit may break a run off wherever the session is looked into, and another one follows.
    history.write(lambda trainer, who: trainer.start_sitting(replace(begun, learner=who)))
    st.session_state[_HELD], st.session_state[_COUNT] = begun, 0


def end() -> None:
    """End the session that goes on and show what it came to."""
    found = running()
    if found is None:
        return
    at = services.now()
    st.session_state[_HELD] = None
    history.write(lambda trainer, _: trainer.end_sitting(found.id, at))
    st.query_params[SUMMARY] = found.id


def leave() -> None:
    """Go on from the summary."""
    st.query_params.pop(SUMMARY, None)


# --- the summary


def show_summary(sitting_id: str) -> None:
    """Draw what a session came to; without a database, how many answers it had."""
    now, zone = services.now(), services.zone()

    def look(trainer: Trainer, _: str) -> SittingSummary | None:
        try:
            return trainer.sitting_summary(sitting_id, now, zone)
        except StoreError:
            raise
        except StudyError:  # deleted, or an address of somebody else's
            return None

    found = history.read(look, None)
    st.html(f'<h1 class="viva-title" id="viva-state" tabindex="-1">{esc(t("session.over"))}</h1>')
    if found is None:
        done = st.session_state.get(_COUNT, 0)
        st.html(f'<p class="viva-prose">{esc(t("session.answered", count=done))}</p>')
    else:
        st.html(facts_html(_facts(found)))
        _points(t("session.gained"), found.gained, links=False)
        _points(t("session.missed"), found.missed, links=True)
    with st.container(horizontal=True, key="study_summary"):
        st.button(t("session.go_on"), type="primary", icon=":material/arrow_forward:", on_click=leave, key="study_next")


def _facts(found: SittingSummary) -> list[tuple[str, str]]:
    facts = [(t("session.fact_answers"), number(found.answered))]
    facts.append((t("session.fact_minutes"), "< 1" if 0 < found.minutes < 1 else number(found.minutes)))
    if found.mean_score is not None:
        facts.append((t("session.fact_score"), percent(found.mean_score)))
    facts.append((t("session.fact_tomorrow"), number(found.due_tomorrow)))
    if found.left:
        facts.append((t("session.fact_left"), number(found.left)))
    return facts


def _points(title: str, refs: tuple[PointRef, ...], *, links: bool) -> None:
    """Name points by their labels under their questions; ``links`` leads to each question, asked for just these."""
    found: dict[str, tuple[Question, list[PointRef], list[str]]] = {}
    for ref in refs:
        for question, name in _named(ref):
            _, own, names = found.setdefault(question.id, (question, [], []))
            own.append(ref)
            names.append(name)
    if not found:
        return
    st.html(f'<h2 class="viva-pack">{esc(title)}</h2>')
    for question, own, names in list(found.values())[:_MOST]:
        items = "".join(f'<li dir="auto">{esc(name)}</li>' for name in names)
        with st.container(gap=None):
            if links:
                st.page_link(
                    frame.STUDY,
                    label=plain(question.prompt),
                    icon=":material/edit_note:",
                    query_params={"q": question.id, "focus": ",".join(ref.point_id for ref in own)},
                )
            else:
                st.html(f'<p class="viva-about" dir="auto">{esc(question.prompt)}</p>')
            st.html(f'<ul class="viva-labels">{items}</ul>')
    if len(found) > _MOST:
        st.html(f'<p class="viva-hint">{esc(t("session.more", count=len(found) - _MOST))}</p>')


def _named(ref: PointRef) -> list[tuple[Question, str]]:
    """Return the question and the label of a point that still exists."""
    question = services.find_question(ref.question_id)
    reading = next((one for one in question.readings if one.id == ref.reading_id), None) if question else None
    point = next((one for one in reading.points if one.id == ref.point_id), None) if reading else None
    if question is None or point is None:
        return []
    return [(question, point.label or t("session.a_point"))]
