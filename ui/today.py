"""What is asked next: the kind of practice, the packs and topics, and the day's agenda.

The address holds what was chosen, so that a reload goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from grader.types import Question
from study import Deck
from study.agenda import Agenda, Item, Today, agenda, in_deck
from study.days import day_end, day_of
from study.memory import Memory
from ui import history, services

MODES = ("study", "browse", "cram")
"""What is due and new; one after the other; the weakest first, without a trace in the schedule."""

_AGENDA = "study_agenda"
_CRAM = "study_cram"
_ANSWERED = "study_answered"


def choose(part: str, value: str) -> None:
    """Choose a ``mode``, a ``pack`` or a ``topic``; an empty value, and the first mode, stand for no choice."""
    if part == "pack":
        choose("topic", "")
    st.session_state[f"study_{part}"] = value
    if value and value != MODES[0]:
        st.query_params[part] = value
    else:
        st.query_params.pop(part, None)
    forget()


def chosen(part: str) -> str:
    """Return what was chosen as ``mode``, ``pack`` or ``topic``: in this session, else in the address; empty for nothing."""
    name = f"study_{part}"
    if name not in st.session_state:
        st.session_state[name] = st.query_params.get(part, "")
    found = str(st.session_state[name])
    if found and part not in st.query_params and found != MODES[0]:
        st.query_params[part] = found
    return found


def mode() -> str:
    """Return the kind of practice: one of ``MODES``."""
    found = chosen("mode")
    return found if found in MODES else MODES[0]


def deck() -> Deck:
    """Return the questions that were chosen; what no longer exists is no choice."""
    bank = services.bank()
    pack = next((pack for pack in bank.packs if pack.id == chosen("pack") and pack.questions), None)
    topics = {question.topic for question in (bank.questions if pack is None else pack.questions) if question.topic}
    topic = chosen("topic")
    return Deck((pack.id,) if pack is not None else (), (topic,) if topic in topics else ())


def questions() -> Sequence[Question]:
    """Return the questions of the deck in the order of their packs, never none."""
    bank, wanted = services.bank(), deck()
    packs = {question.id: pack.id for pack in bank.packs for question in pack.questions}
    return [question for question in bank.questions if in_deck(question, wanted, packs[question.id])]


# --- the agenda


def forget() -> None:
    """Have what is next found out anew."""
    st.session_state.pop(_AGENDA, None)
    st.session_state.pop(_CRAM, None)


def answered(question_id: str) -> None:
    """Note that a question was answered in this session, for a learner that nothing is known of yet."""
    st.session_state.setdefault(_ANSWERED, {}).setdefault(question_id, services.now())


def the_agenda() -> Agenda:
    """Return what is left of today, as it was when it was last found out."""
    held: tuple[str | None, Agenda] | None = st.session_state.get(_AGENDA)
    # What was found out before the learner was known is not theirs.
    if held is None or held[0] != history.learner():
        wanted, now, zone = deck(), services.now(), services.zone()
        found = history.read(lambda trainer, who: trainer.agenda(who, wanted, now, zone), None) or _of_session(now)
        held = st.session_state[_AGENDA] = (history.learner(), found)
    return held[1]


def _of_session(now: datetime) -> Agenda:
    """Return what there is for somebody of whom only this session is known."""
    settings = history.settings()
    asked: dict[str, datetime] = st.session_state.get(_ANSWERED, {})
    end = day_end(day_of(now, services.zone(), settings.day_starts_at), services.zone(), settings.day_starts_at)
    chosen_ones = {question.id: question for question in questions()}
    return agenda(chosen_ones, (), Today(len(asked), len(asked), asked), settings, Memory(), now, end)


def item(question_id: str) -> Item | None:
    """Return the place of a question in the agenda, None where it is not in it."""
    return next((one for one in the_agenda().items if one.question_id == question_id), None)


def coming(*, without: str | None = None) -> Item | None:
    """Return what is to be asked next today; None where nothing is, or only what has to wait some minutes."""
    ready = [one for one in the_agenda().items if one.waits_until is None and one.question_id != without]
    return ready[0] if ready else None


def resting() -> Sequence[Item]:
    """Return what was missed some minutes ago and comes again within the day, the soonest first."""
    return [one for one in the_agenda().items if one.waits_until is not None]


def weakest_first() -> Sequence[str]:
    """Return the questions of the deck for cramming: as they stood when it began, so that each comes once a round."""
    held: list[str] | None = st.session_state.get(_CRAM)
    if held is None:
        wanted, now = deck(), services.now()
        found = history.read(lambda trainer, who: trainer.cram(who, wanted, now), ())
        held = [one.question_id for one in found] or [question.id for question in questions()]
        st.session_state[_CRAM] = held
    return held


def following(current: str | None) -> Item | str | None:
    """Return what comes after a question in the chosen kind of practice: an item of today, a question's id, or None at the end."""
    if mode() == "study":
        st.session_state.pop(_AGENDA, None)
        return coming(without=current) or coming()
    order = [question.id for question in questions()] if mode() == "browse" else list(weakest_first())
    return order[(order.index(current) + 1) % len(order)] if current in order else order[0]
