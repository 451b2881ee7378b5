"""What is kept of a learner: take it along, bring it in, go on in another browser, delete all of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from study import ImportProblem, StudyError, is_learner_id
from study.drafts import DraftStore
from study.erasing import Erased, erase
from study.trainer import Trainer
from study.transfer import ImportReport, export_lines, import_lines
from ui import history, keeper, services
from ui.judging import RESULT
from ui.markup import esc, message_html
from ui.texts import number, quoted, t

MESSAGE = "data_message"
_HELD = (
    RESULT,
    *("viva_drafts", "viva_openings", "viva_unwritten", "viva_study_settings", "viva_history_trouble"),
    *("study_agenda", "study_cram", "study_answered", "study_sitting", "study_sitting_count", "study_question"),
    *("study_disputes", "study_own_ratings", "study_earlier", "study_would", "study_can_undo", "viva_offer"),
)
"""What a session holds of a learner."""


def show() -> None:
    """Draw the part, out of sight until wanted."""
    with st.expander(t("data.title"), icon=":material/database:", key="settings_data"):
        st.html(f'<p class="viva-hint">{esc(t("data.what"))}</p>')
        slot = st.empty()
        message: tuple[str, str, str] | None = st.session_state.get(MESSAGE)
        if message is not None:
            slot.html(message_html(*message))
        who = history.learner()
        if who is None:
            st.html(f'<p class="viva-hint">{esc(t("data.nobody"))}</p>')
            return
        if (reason := history.trouble()) is not None:
            st.html(message_html("warning", t("history.off"), reason, t("data.off_what_now")))
        _export(who)
        _import()
        _code()
        _delete()


def _heading(key: str, about: str) -> None:
    st.html(f'<h3 class="viva-heading">{esc(t(key))}</h3><p class="viva-hint">{esc(t(about))}</p>')


# --- out and in


def _export(who: str) -> None:
    _heading("data.export", "data.export_what")
    st.download_button(
        t("data.export_now"),
        partial(exported, who),
        file_name="viva-export.jsonl",
        mime="application/jsonl",
        on_click="ignore",
        icon=":material/download:",
        key="data_export",
    )


def exported(who: str) -> bytes:
    """Return the export of a learner. It is asked for outside a session, so nothing of one is read here."""
    return "".join(export_lines(services.store(), who, services.draft_store(), now=services.now())).encode()


def _import() -> None:
    _heading("data.import", "data.import_what")
    given = st.file_uploader(t("data.import_file"), type=["jsonl"], key="data_import_file")
    st.button(
        t("data.import_now"),
        icon=":material/upload:",
        disabled=given is None,
        on_click=_take_in,
        args=(given.getvalue() if given is not None else b"",),
        key="data_import",
    )


def _take_in(content: bytes) -> None:
    def work(trainer: Trainer, who: str) -> ImportReport | str:
        try:
            lines = content.decode("utf-8").splitlines(keepends=True)
            drafts: DraftStore = services.draft_store()
            report = import_lines(trainer.store, lines, now=services.now(), as_learner=who, drafts=drafts)
        except UnicodeDecodeError:
            return t("data.import_not_text")
        except ImportProblem as error:
            return str(error)
        trainer.rebuild(who, services.now())
        return report

    found = history.read(work, None)
    if isinstance(found, ImportReport):
        _forget_session()
        added, present = _sum(dict(found.added)), _sum(dict(found.present))
        st.session_state[MESSAGE] = ("good", t("data.imported"), t("data.imported_what", added=added, present=present))
    else:
        reason = found or history.trouble() or t("load.later")
        st.session_state[MESSAGE] = ("warning", t("data.imported_not"), reason[:1].upper() + reason[1:])


def _sum(counts: Mapping[str, int]) -> str:
    return number(sum(counts.values()), 0)


def _forget_session() -> None:
    """Drop what this session holds of a learner, so that it is read anew."""
    for name in _HELD:
        st.session_state.pop(name, None)


# --- another browser


def _code() -> None:
    _heading("data.code", "data.code_what")
    with st.popover(t("data.code_show"), icon=":material/key:", key="data_code_show"):
        who = history.learner() or ""
        st.code(" ".join(who[start : start + 4] for start in range(0, len(who), 4)), language=None, wrap_lines=True)
    with st.form("data_code_form", border=False, clear_on_submit=True):
        typed = st.text_input(t("data.code_enter"), key="data_code", autocomplete="off", help=t("data.code_enter_help"))
        if st.form_submit_button(t("data.code_use"), icon=":material/login:", key="data_code_use"):
            _become("".join(str(typed or "").split()).replace("-", "").lower())
            st.rerun()


def _become(who: str) -> None:
    if not is_learner_id(who):
        st.session_state[MESSAGE] = ("warning", t("data.code_wrong"), t("data.code_wrong_what_now"))
        return
    history.read(lambda *_: None, None)
    _forget_session()
    keeper.become(who)
    st.session_state[MESSAGE] = ("good", t("data.code_done"), "")


# --- gone for good


def _delete() -> None:
    _heading("data.delete", "data.delete_what")
    word = t("data.delete_word")
    with st.form("data_delete_form", border=False, clear_on_submit=True):
        typed = st.text_input(t("data.delete_type", word=quoted(word)), key="data_delete_typed", autocomplete="off")
        if st.form_submit_button(t("data.delete_now"), icon=":material/delete_forever:", key="data_delete"):
            if str(typed or "").strip().casefold() == word.casefold():
                _erase()
            else:
                said = t("data.delete_not_typed", word=quoted(word))
                st.session_state[MESSAGE] = ("warning", t("data.deleted_not"), said)
            st.rerun()


def _erase() -> None:
    st.session_state["viva_unwritten"] = []

    def work(trainer: Trainer, who: str) -> Erased | str:
        try:
            return erase(trainer.store, who, services.draft_store())
        except StudyError as error:
            return str(error)

    found = history.read(work, None)
    if isinstance(found, Erased):
        _forget_session()
        # The browser holds copies of drafts.
        st.session_state["viva_forget"] = {question.id for question in services.bank().questions}
        said = t("data.deleted_what", answers=found.answers, drafts=found.drafts)
        try:
            services.models().forget_replies()
        except OSError as error:
            said += " " + t("settings.replies_stuck", reason=error.strerror or error)
        if found.copies:
            said += " " + t("data.deleted_copies", files=", ".join(str(path) for path in found.copies))
        st.session_state[MESSAGE] = ("good", t("data.deleted"), said)
    else:
        st.session_state[MESSAGE] = ("warning", t("data.deleted_not"), found or history.trouble() or t("load.later"))
