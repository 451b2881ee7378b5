"""The edge of the app: clock, chance, environment, files and the cached question bank."""

from __future__ import annotations

import gc
import os
import random
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

import grader
from grader.llm.cache import cache_file
from grader.llm.settings import BASE_URL, KEY, MODEL
from grader.types import Grade, Question
from study import DraftStore, Store, default_url, places
from study.trainer import Trainer
from ui.models import Choice, Model, Models, choice, model_of

_BUSY_SECONDS = 3.0


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """Return the time in milliseconds, to stand beside the browser's clock."""
    return int(now().timestamp() * 1000)


def new_id() -> str:
    """Return an id of 32 hexadecimal characters that nobody else has."""
    return uuid.uuid4().hex


def zone() -> tzinfo:
    """Return the browser's time zone; UTC where it names none that is known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def choose(questions: Sequence[Question]) -> Question:
    """Return any of ``questions``."""
    return random.SystemRandom().choice(questions)


def data_dir() -> Path:
    """Return the folder for what a learner leaves behind: VIVA_DATA_DIR, or the user's data folder."""
    return places.data_dir(os.environ)


def draft_store() -> DraftStore:
    """Return the store of drafts. It opens its file per call, so nothing is cached or has to be closed."""
    return DraftStore(places.drafts_file(os.environ))


@st.cache_resource(show_spinner=False, on_release=Store.close)
def store() -> Store:
    """Open the database once for all sessions. Raises StoreError each time where it cannot be used; never cached.

    Others who write are waited for a moment only, since a learner waits too; what could not be written is written later.
    """
    return Store.open(default_url(os.environ, data_dir()), now=now(), busy_seconds=_BUSY_SECONDS)


@st.cache_resource(show_spinner=False)
def trainer() -> Trainer:
    """Return the trainer of all sessions. Raises StoreError, and grader.PackError, each time; never cached."""
    found = bank()
    packs = {question.id: pack.id for pack in found.packs for question in pack.questions}
    return Trainer(store(), {question.id: question for question in found.questions}, packs)


@st.cache_resource(show_spinner=False)
def bank() -> grader.Bank:
    """Load the question packs once for all sessions. A failure is raised each time, never cached."""
    return grader.load_bank()


def may_edit_packs() -> bool:
    """Say whether a page may write to pack files: only where whoever opens it sits at this machine."""
    return st.get_option("server.address") in {"localhost", "127.0.0.1", "::1"}


def find_question(question_id: str) -> Question | None:
    """Return a question of the bank, or None where there is none of that id or no bank."""
    try:
        return bank().get(question_id)
    except grader.VivaError:
        return None


@st.cache_resource(show_spinner=False)
def judge() -> grader.OfflineGrader:
    """Return the grader for all sessions: with the calibration that VIVA_CALIBRATION names, or the one that ships.

    Raises grader.VivaError each time where that file is none; a failure is never cached.
    """
    named = os.environ.get("VIVA_CALIBRATION")
    return grader.OfflineGrader(grader.load_calibration(Path(named))) if named else grader.default_grader()


def grade(question: Question, answer: str) -> Grade:
    """Grade an answer offline. Raises grader.VivaError with one clear line."""
    return grader.grade(question, answer, grader=judge())


def prepare(question: Question) -> None:
    """Compile a question before it is answered: its first grade then takes as little as the next ones.

    What stands in the way is told when an answer is judged.
    """
    with suppress(grader.VivaError):
        for reading in question.readings:
            judge().judge(question, reading, "")


def keep_loaded() -> None:
    """Take what is loaded, and stays, out of the garbage collector's round, whenever more modules have come in.

    The bank, the lexicon and the libraries are half a million objects. A round through them takes 50 ms and more, in
    which no page is drawn and no message sent.
    """
    loaded = _loaded()
    if loaded["modules"] != len(sys.modules):
        loaded["modules"] = len(sys.modules)
        gc.collect()
        gc.freeze()


@st.cache_resource(show_spinner=False)
def _loaded() -> dict[str, int]:
    return {"modules": 0}


def signature() -> str:
    """Return what identifies the grader that judges here."""
    return judge().signature


def secrets() -> Mapping[str, object]:
    """Return Streamlit's secrets, none where there is no file of them."""
    return st.secrets if st.secrets.load_if_toml_exists() else {}


def server_model() -> Mapping[str, str]:
    """Return the server's own key, address and model, as far as it has them: from the environment, else Streamlit's secrets."""
    kept = secrets()
    found = {name: os.environ.get(name) or kept.get(name) for name in (KEY, BASE_URL, MODEL)}
    return {name: value for name, value in found.items() if isinstance(value, str) and value.strip()}


@st.cache_resource(show_spinner=False, on_release=Models.close)
def models() -> Models:
    """Return what all sessions share to ask models."""
    return Models(cache_file(os.environ))


def model(chosen: Choice | None = None) -> Model | None:
    """Return the model that judges in this session, None where all is judged offline; or the one that a choice means.

    Raises grader.VivaError with one clear line where what is set up cannot be.
    """
    wanted = choice() if chosen is None else chosen
    if chosen is None and wanted.is_offline:
        return None
    return model_of(wanted, models(), server_model(), judge())
