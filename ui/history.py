"""The seam between the pages and what is kept of a learner: everything that is read or written goes through here.

The learner's id may come late, and a database may fail. What cannot be written yet waits in the session, in its order, and is
written with the next thing that can be. A page always gets something: what is there, or the default that it named.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import streamlit as st

from grader.types import Grade
from study import Answer, HintUse, Opening, StoreError, StudyError, StudySettings
from study.records import Mode
from study.trainer import Trainer
from ui import keeper, services, texts

Act = Callable[[Trainer, str], object]
Found = TypeVar("Found")
Default = TypeVar("Default")

_WAITING = "viva_unwritten"
_TROUBLE = "viva_history_trouble"
_SETTINGS = "viva_study_settings"
_OPEN = "viva_openings"
_RETRY_SECONDS = 5
_LONGEST = timedelta(hours=1)
"""Nobody thinks about one question for so long; what took longer was left lying."""

_TAKING_OFF = threading.Lock()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the database cannot be used, and from when on it is tried again."""

    reason: str
    until: datetime


def learner() -> str | None:
    """Return this browser's learner, or None until it has told one."""
    return keeper.learner()


def trouble() -> str | None:
    """Return in one line why nothing can be recorded at the moment, or None when all is well."""
    found: Trouble | None = st.session_state.get(_TROUBLE)
    return None if found is None else found.reason


def waiting() -> int:
    """Return how many things wait to be written."""
    return len(st.session_state.get(_WAITING, ()))


def read(work: Callable[[Trainer, str], Found], default: Default) -> Found | Default:
    """Return what ``work`` finds for this learner; ``default`` where there is no learner yet or no database."""
    who = learner()
    if who is None or not _reachable() or not _write_waiting(who):
        return default
    try:
        found = work(services.trainer(), who)
    except StoreError as error:
        _off(error)
        return default
    st.session_state.pop(_TROUBLE, None)
    return found


def write(act: Act) -> bool:
    """Do ``act`` once and in order; say whether it is done already. What fails is kept in the session and done later."""
    st.session_state.setdefault(_WAITING, []).append(act)
    who = learner()
    return who is not None and _write_waiting(who)


def retry() -> None:
    """Try the database again at once."""
    st.session_state.pop(_TROUBLE, None)
    read(lambda *_: None, None)


def settings() -> StudySettings:
    """Return the learner's settings: read once a session, the defaults until they are known."""
    held: StudySettings | None = st.session_state.get(_SETTINGS)
    if held is None:
        held = read(lambda trainer, who: trainer.settings(who), None)
        if held is None:
            return StudySettings()
        _use(held)
    return held


def change_settings(changed: StudySettings) -> bool:
    """Take settings over, now and for good; say whether they are written already.

    Where the kept ones could not be read before, those that were not changed here stay as they are kept.
    """
    before = settings()
    changes = {name: value for name, value in changed if getattr(before, name) != value}
    _use(changed)

    def save(trainer: Trainer, who: str) -> None:
        trainer.save_settings(who, trainer.settings(who).model_copy(update=changes), services.now())

    return write(save)


def _use(held: StudySettings) -> None:
    st.session_state[_SETTINGS] = held
    texts.use(held.language)


# --- a question that is open


def open_question(question_id: str, mode: Mode, focus: tuple[str, ...]) -> Opening:
    """Return since when a question is open, and its hints; a reload finds them again."""
    held: dict[str, Opening] = st.session_state.setdefault(_OPEN, {})
    at = services.now()
    if question_id not in held:
        kept = read(lambda trainer, who: trainer.open(who, question_id, mode, focus, at), None)
        if kept is None:
            write(lambda trainer, who: trainer.open(who, question_id, mode, focus, at))
        held[question_id] = kept or Opening("", question_id, at, (), focus)
    return held[question_id]


def take_hint(question_id: str, point_id: str, level: int) -> None:
    """Note a hint that is about to be shown."""
    held: dict[str, Opening] = st.session_state.setdefault(_OPEN, {})
    at = services.now()
    if question_id in held:
        opening = held[question_id]
        held[question_id] = replace(opening, hints=(*opening.hints, HintUse(point_id, level, at)))
    write(lambda trainer, who: trainer.take_hint(who, question_id, point_id, level, at))


def duration_ms(opening: Opening, seen: datetime | None) -> int | None:
    """Return how long a question was thought about, in milliseconds: since it was opened, or since it was seen again.

    None where that is so long that it was left lying.
    """
    at = services.now()
    spans = [at - start for start in (opening.at, seen) if start is not None]
    span = next((span for span in spans if timedelta(0) <= span <= _LONGEST), None)
    return None if span is None else int(span.total_seconds() * 1000)


# --- answers


def record(answer: Answer, grade: Grade, aided: float, action: str) -> bool:
    """Keep a judged answer; say whether it is in the database already. It is kept in this session until it is."""
    st.session_state.setdefault(_OPEN, {}).pop(answer.question_id, None)
    at = answer.at
    return write(lambda trainer, who: trainer.submit(replace(answer, learner=who), grade, at, action, aided))


def regrade(answer_id: str, grade: Grade, aided: float) -> bool:
    """Keep a later grade of an answer."""
    at, action = services.now(), services.new_id()
    return write(lambda trainer, _: trainer.regrade(answer_id, grade, at, action, aided))


# --- what waits


def _write_waiting(who: str) -> bool:
    """Write what waits; say whether nothing is left."""
    acts: list[Act] = st.session_state.get(_WAITING, [])
    if acts and not _reachable():
        return False
    while acts:
        act = acts[0]
        try:
            act(services.trainer(), who)
        except StoreError as error:
            _off(error)
            return False
        except StudyError as error:
            # It will never succeed, and what comes behind it must not wait for it.
            _log.warning("something could not be recorded: %s", error)
        with _TAKING_OFF:
            # Streamlit starts a run while the one before still ends, and both may have done this: each act can be done twice.
            if acts and acts[0] is act:
                acts.pop(0)
        st.session_state.pop(_TROUBLE, None)
    return True


def _reachable() -> bool:
    found: Trouble | None = st.session_state.get(_TROUBLE)
    return found is None or services.now() >= found.until


def _off(error: StoreError) -> None:
    if trouble() is None:
        _log.warning("nothing is being recorded: %s", error)
    until = services.now() + timedelta(seconds=_RETRY_SECONDS)
    st.session_state[_TROUBLE] = Trouble(str(error), until)
