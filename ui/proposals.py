"""Disputes seen together: the points that are disputed most, and passages that may enter a pack with a person's yes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import tzinfo

import streamlit as st

import grader
from grader.types import Question
from study import StudyError
from study.disputes import accept, effect_of, point_of, reject
from study.progress_records import DisputedPoint
from study.records import AliasProposal
from ui import services
from ui.cells import about
from ui.frame import STUDY
from ui.markup import esc, message_html, plain
from ui.texts import day, t

MOST = 5
"""So many proposals are shown at once."""
_TOLD = "progress_told"
_EFFECTS = "progress_effects"

_log = logging.getLogger(__name__)


def show_disputed(points: Sequence[DisputedPoint], questions: Mapping[str, Question], zone: tzinfo) -> None:
    """Show the points that are disputed most, each with a link to it; those that are gone from the packs are left out."""
    there = [one for one in points if point_of(questions.get(one.ref.question_id), one.ref) is not None]
    if not there:
        return
    with st.container(key="progress_disputed", gap="small"):
        st.html(
            f'<h2 class="viva-pack">{esc(t("progress.disputed"))}</h2>'
            f'<p class="viva-hint">{esc(t("progress.disputed_hint"))}</p>'
        )
        for place, one in enumerate(there):
            question = questions[one.ref.question_id]
            when = day(one.last.astimezone(zone).date(), year=False)
            with st.container(key=f"progress_disputed_{place}", gap=None):
                st.page_link(
                    STUDY,
                    label=plain(about(question, one.ref)),
                    icon=":material/gavel:",
                    query_params={"q": question.id, "focus": one.ref.point_id},
                )
                st.html(
                    f'<p class="viva-under"><span dir="auto" lang="{esc(question.language)}">{esc(question.prompt)}</span><br>'
                    f"{esc(t('progress.disputed_count', count=one.disputes, day=when))}</p>"
                )


def show_proposals(proposed: Sequence[AliasProposal], questions: Mapping[str, Question]) -> None:
    """Show the proposed wordings, the oldest first, each with its point, and let each be decided on."""
    there = [one for one in proposed if point_of(questions.get(one.ref.question_id), one.ref) is not None]
    told = st.session_state.pop(_TOLD, None)
    if not there and told is None:
        return
    with st.container(key="progress_proposals", gap="small"):
        st.html(
            f'<h2 class="viva-pack">{esc(t("progress.proposals"))}</h2>'
            f'<p class="viva-hint">{esc(t("progress.proposals_hint"))}</p>'
        )
        if there and not services.may_edit_packs():
            st.html(f'<p class="viva-hint">{esc(t("progress.proposals_elsewhere"))}</p>')
        if told is not None:
            st.html(message_html(*told))
        for one in there[:MOST]:
            _show_proposal(one, questions[one.ref.question_id])
        if len(there) > MOST:
            st.html(f'<p class="viva-hint">{esc(t("progress.proposals_more", count=len(there) - MOST))}</p>')


def _show_proposal(one: AliasProposal, question: Question) -> None:
    point = point_of(question, one.ref)
    if point is None:
        return
    with st.container(key=f"progress_proposal_{one.id}", gap="small", border=True):
        st.html(
            f'<p class="viva-topic" dir="auto" lang="{esc(question.language)}">{esc(question.prompt)}</p>'
            f'<blockquote class="viva-quote" dir="auto">{esc(one.text)}</blockquote>'
            f'<p class="viva-reason">{esc(t("progress.proposal_point"))}: '
            f'<span dir="auto" lang="{esc(question.language)}">{esc(point.text)}</span></p>'
        )
        effect = st.session_state.get(_EFFECTS, {}).get(one.id)
        if effect is not None:
            st.html(f'<p class="viva-said" role="status">{esc(effect)}</p>')
        short = plain(one.text if len(one.text) <= 60 else f"{one.text[:60]}…")
        with st.container(horizontal=True, gap="small"):
            if services.may_edit_packs():
                st.button(
                    t("progress.proposal_yes"),
                    key=f"progress_yes_{one.id}",
                    help=t("progress.proposal_yes_help", text=short),
                    on_click=_accept,
                    args=(one.id,),
                )
            st.button(
                t("progress.proposal_no"),
                key=f"progress_no_{one.id}",
                help=t("progress.proposal_no_help", text=short),
                on_click=_reject,
                args=(one.id,),
            )
            if effect is None:
                st.button(
                    t("progress.proposal_try"),
                    key=f"progress_try_{one.id}",
                    type="tertiary",
                    on_click=_try,
                    args=(one,),
                )


def _accept(id: str) -> None:
    """Put a wording into its pack; the packs are read anew from then on."""
    try:
        accept(services.store(), id, services.bank(), now=services.now())
    except (StudyError, grader.VivaError) as error:
        st.session_state[_TOLD] = ("error", t("progress.proposal_failed"), str(error))
        return
    services.bank.clear()
    services.trainer.clear()
    st.session_state[_TOLD] = ("good", t("progress.proposal_added"))


def _reject(id: str) -> None:
    try:
        reject(services.store(), id, now=services.now())
    except StudyError as error:
        st.session_state[_TOLD] = ("error", t("progress.proposal_failed"), str(error))
        return
    st.session_state[_TOLD] = ("quiet", t("progress.proposal_refused"))


def _try(one: AliasProposal) -> None:
    """Find out what a wording would change, and keep the answer for this session."""
    try:
        effect = effect_of(services.store(), one, services.bank(), services.judge())
    except (StudyError, grader.VivaError) as error:
        said = str(error)
    else:
        said = t("progress.proposal_effect", count=effect.tried, fixed=len(effect.fixed), broken=len(effect.broken))
    st.session_state.setdefault(_EFFECTS, {})[one.id] = said
