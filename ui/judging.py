"""What a model does with a submitted answer, while the offline result is on the page already: it judges, then it writes.

All of it runs on the event loop that the process has for models. A page only looks whether something is there, so that it can be
left at any moment, and no other session waits for it.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import grader
from grader.llm.cost import default_prices, estimated_tokens, expected
from grader.llm.feedback import feedback_request, write_feedback
from grader.llm.types import LlmFailure
from grader.session import Session
from grader.types import Grade, Question, Usage
from study import Answer
from ui import history, services
from ui.markup import words_html
from ui.models import Model, spend, waiting
from ui.narrowing import counts
from ui.texts import t

RESULT = "study_result"
_MORE_SECONDS = 30.0
"""Beyond an answer's deadline: for finding out which model there is."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Judging:
    """A model is judging."""

    model: Model
    future: Future[tuple[Grade, Session]]
    until: float


@dataclass(slots=True)
class Writing:
    """A model is writing feedback; ``text`` is what is there so far."""

    name: str
    until: float
    future: Future[None] | None = None
    text: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Result:
    """A submitted answer and its grade; ``work`` is what a model still does with it, ``words`` the feedback it wrote.

    ``given`` is the answer as it is kept, ``counted`` (0..1) what it counts: of what was asked for, with hints taken off.
    ``earlier`` is the grade of the try that it improves on.
    """

    question: Question
    answer: str
    grade: Grade
    work: Judging | Writing | None = None
    words: str = ""
    trouble: str = ""
    given: Answer | None = None
    counted: float | None = None
    earlier: Grade | None = None

    @property
    def waits_for(self) -> str | None:
        """The name of the model that is judging; None when none is."""
        return (self.work.model.name or t("model.unnamed")) if isinstance(self.work, Judging) else None

    @property
    def writer(self) -> str | None:
        """The name of the model that wrote or writes feedback; None where there is none."""
        if isinstance(self.work, Writing):
            return self.work.name
        sources = [judgment.source for judgment in self.grade.judgments if judgment.source.startswith("llm:")]
        return sources[0].removeprefix("llm:") if self.words and sources else None


def begin(question: Question, answer: str, grade: Grade) -> Result:
    """Return the result of an offline grade, and have the model start that this session judges with, if there is one."""
    if "blank" in grade.flags:
        return Result(question, answer, grade)
    try:
        model = services.model()
    except grader.VivaError as error:
        return Result(question, answer, grade, trouble=str(error))
    except Exception:  # noqa: BLE001 - a fault of ours, which the offline grade outlives
        _log.exception("a model could not be set up")
        return Result(question, answer, grade, trouble=t("result.model_crashed"))
    if model is None:
        return Result(question, answer, grade)
    future = model.loop.start(_judge(model, question, answer))
    until = time.monotonic() + model.settings.answer_deadline + _MORE_SECONDS
    return Result(question, answer, grade, work=Judging(model, future, until))


def stop(result: Result | None) -> None:
    """Have a model stop what it does with an answer that is left."""
    if result is not None and result.work is not None and result.work.future is not None:
        result.work.future.cancel()


def attend(slot: DeltaGenerator) -> None:
    """See through what a model does with this session's answer; its words appear in ``slot`` as they come."""
    result: Result | None = st.session_state.get(RESULT)
    if result is None or result.work is None:
        return
    if isinstance(result.work, Judging):
        judged = _judged(result, result.work)
        if judged.given is not None and not judged.trouble:
            given = judged.given
            counted = counts(result.question, judged.grade, given.focus, given.hints, services.judge())
            judged = replace(judged, counted=counted)
            history.regrade(given.id, judged.grade, counted)
        st.session_state[RESULT] = judged
        st.rerun()
    st.session_state[RESULT] = _written(result, result.work, slot)
    if not st.session_state[RESULT].words:
        slot.empty()


# --- judging


async def _judge(model: Model, question: Question, answer: str) -> tuple[Grade, Session]:
    session = await model.session()
    return await session.grader.grade_answer(question, answer), session


def _judged(result: Result, work: Judging) -> Result:
    """Wait for the model's judgment; whatever goes wrong, the offline one is there."""
    offline = replace(result, work=None)
    for _ in waiting(work.future, work.until):
        pass
    if work.future.cancelled():
        return replace(offline, trouble=t("result.model_slow"))
    try:
        grade, session = work.future.result()
    except Exception:  # noqa: BLE001 - a fault of ours, which the offline grade outlives
        _log.exception("a model's judgment on an answer to %s failed", result.question.id)
        return replace(offline, trouble=t("result.model_crashed"))
    spend(grade.usage)
    if "llm_failed" in grade.flags:
        told = " ".join(grade.notes)
        flags = tuple(flag for flag in grade.flags if flag != "llm_failed")
        return replace(offline, grade=replace(grade, flags=flags, notes=()), trouble=told)
    judged = replace(offline, grade=grade)
    return replace(judged, work=_start_writing(judged, session))


# --- writing


def _start_writing(result: Result, session: Session) -> Writing:
    until = time.monotonic() + session.settings.request_timeout + _MORE_SECONDS
    work = Writing(session.settings.model, until)
    work.future = session.loop.start(_write(work, session, result))
    return work


async def _write(work: Writing, session: Session, result: Result) -> None:
    """Have feedback written. What is not met is told to the model by its label alone, so that it cannot give it away."""
    asked = result.question, result.grade, result.answer
    async for piece in write_feedback(session.client, session.settings, *asked, reveal=False):
        work.text += piece
    request = feedback_request(*asked, session.settings, reveal=False)
    # A stream does not say what it took.
    out = estimated_tokens(work.text)
    took = replace(expected(request), tokens_out=out) if work.text else Usage()
    work.usage = default_prices().priced(took, request.model)


def _written(result: Result, work: Writing, slot: DeltaGenerator) -> Result:
    """Show the words as they come. Feedback that fails leaves what is there of it, and where that is nothing, nothing."""
    assert work.future is not None
    shown = ""
    for _ in waiting(work.future, work.until):
        if work.text != shown:
            shown = work.text
            slot.html(words_html(shown, work.name, is_writing=True))
    text = work.text
    spend(work.usage)
    if work.future.cancelled():
        text = _broken_off(text)
    elif (error := work.future.exception()) is not None:
        text = _broken_off(text)
        if not isinstance(error, LlmFailure):
            _log.error("writing feedback to an answer to %s failed", result.question.id, exc_info=error)
    if text:
        slot.html(words_html(text, work.name))
    return replace(result, work=None, words=text)


def _broken_off(text: str) -> str:
    return text + "\u2026" if text and not text.endswith((".", "!", "?", "\u2026")) else text
