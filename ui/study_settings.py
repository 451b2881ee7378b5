"""Settings of studying: how much a day, how well to remember, exams to be ready for, and a memory model fitted to the learner."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

import streamlit as st

from study import Deck, Plan, StudyError, StudySettings
from study.fitting import LEAST_REVIEWS, Fit
from study.plan import PlanLoad
from study.trainer import Trainer
from ui import history, services, today
from ui.charts import PALETTES, forecast
from ui.markup import esc, message_html, plain
from ui.progress_words import forecast_said
from ui.texts import day, number, percent, t

MESSAGE = "load_message"
_MOST_DAYS = 365
_RETENTIONS = tuple(share / 100 for share in range(70, 98))


def show() -> None:
    """Draw the parts, each out of sight until wanted."""
    with st.expander(t("load.title"), icon=":material/calendar_today:", key="settings_load"):
        _load(history.settings())
        _message()
        _fitting(history.settings())
    with st.expander(t("plan.title"), icon=":material/event:", key="settings_plans"):
        _plans()


def _message() -> None:
    slot = st.empty()
    message: tuple[str, str, str] | None = st.session_state.get(MESSAGE)
    if message is not None:
        slot.html(message_html(*message))


# --- load


def _load(held: StudySettings) -> None:
    # Boxes of their own for each state of the settings, so that they show what is kept when that arrives late.
    mark = f"{zlib.crc32(held.model_dump_json().encode()):08x}"
    kinds = {"questions": t("session.questions"), "minutes": t("session.minutes")}
    with st.form("load_form", border=False):
        retention = st.select_slider(
            t("load.retention"),
            _RETENTIONS,
            value=min(_RETENTIONS, key=lambda share: abs(share - held.desired_retention)),
            format_func=percent,
            help=t("load.retention_help"),
            key=f"load_retention_{mark}",
        )
        left, right = st.columns(2)
        new = left.number_input(
            t("load.new"), 0, 200, held.new_per_day, step=1, key=f"load_new_{mark}", help=t("load.new_help")
        )
        daily = right.number_input(
            t("load.daily"), 1, 1000, held.daily_load, step=1, key=f"load_daily_{mark}", help=t("load.daily_help")
        )
        kind = left.selectbox(
            t("load.session_kind"),
            list(kinds),
            index=list(kinds).index(held.session_kind),
            format_func=lambda one: kinds[one],
            key=f"load_kind_{mark}",
        )
        size = right.number_input(t("load.session_size"), 1, 1000, held.session_size, step=1, key=f"load_size_{mark}")
        starts = left.number_input(
            t("load.day_starts"),
            0,
            23,
            held.day_starts_at,
            step=1,
            key=f"load_starts_{mark}",
            help=t("load.day_starts_help"),
        )
        sure = st.toggle(t("load.sure"), held.ask_confidence, key=f"load_sure_{mark}", help=t("load.sure_help"))
        if st.form_submit_button(t("load.save"), type="primary", key="load_save"):
            changed = {
                "desired_retention": float(retention),
                "new_per_day": int(new),
                "daily_load": int(daily),
                "session_kind": kind,
                "session_size": int(size),
                "day_starts_at": int(starts),
                "ask_confidence": bool(sure),
            }
            _take_over(held.model_copy(update=changed))
            st.rerun()


def _take_over(changed: StudySettings) -> None:
    """Keep settings; where that has to wait, say so."""
    is_kept = history.change_settings(changed)
    today.forget()
    said = "" if is_kept else history.trouble() or t("load.later")
    st.session_state[MESSAGE] = ("quiet" if is_kept else "warning", t("load.saved"), said)


# --- the memory model


def _fitting(held: StudySettings) -> None:
    st.html(
        f'<h3 class="viva-heading">{esc(t("load.fit"))}</h3>'
        f'<p class="viva-hint">{esc(t("load.fit_what", count=LEAST_REVIEWS))}</p>'
    )
    fitted = history.read(lambda trainer, who: trainer.parameters(who) is not None, default=False)
    st.button(t("load.fit_now"), icon=":material/tune:", on_click=_fit, key="load_fit")
    if fitted or not held.use_fitted:
        st.toggle(t("load.fit_use"), held.use_fitted, on_change=_switch_fitted, key="load_use_fitted")


def _switch_fitted() -> None:
    _take_over(history.settings().model_copy(update={"use_fitted": bool(st.session_state["load_use_fitted"])}))


def _fit() -> None:
    def work(trainer: Trainer, who: str) -> Fit | str:
        try:
            return trainer.fit(who, services.now())
        except StudyError as error:
            return str(error)

    found = history.read(work, None)
    if isinstance(found, Fit):
        losses = {"before": number(found.loss_before, 3), "after": number(found.loss_after, 3)}
        said = t("load.fit_better", **losses) if found.better else t("load.fit_worse", **losses)
        st.session_state[MESSAGE] = ("good" if found.better else "quiet", t("load.fit_done"), said)
        today.forget()
    else:
        reason = found or history.trouble() or t("load.later")
        st.session_state[MESSAGE] = ("warning", t("load.fit_not"), reason[:1].upper() + reason[1:])


# --- exams


def _plans() -> None:
    st.html(f'<p class="viva-hint">{esc(t("plan.what"))}</p>')
    now, zone = services.now(), services.zone()
    for plan in history.read(lambda trainer, who: trainer.plans(who), ()):
        _plan(plan, now, zone)
    bank = services.bank()
    titles = {pack.id: pack.title for pack in bank.packs}
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    with st.form("plan_form", border=False, clear_on_submit=True):
        name = st.text_input(t("plan.name"), max_chars=80, key="plan_name", placeholder=t("plan.name_placeholder"))
        left, right = st.columns(2)
        on = left.date_input(
            t("plan.date"),
            value=tomorrow + timedelta(days=13),
            min_value=tomorrow,
            max_value=tomorrow + timedelta(days=_MOST_DAYS),
            format=t("dates.box"),
            key="plan_date",
        )
        packs = right.multiselect(
            t("plan.packs"),
            list(titles),
            format_func=lambda one: titles[one],
            placeholder=t("study.all_packs"),
            key="plan_packs",
        )
        topics = st.multiselect(
            t("plan.topics"),
            sorted({question.topic for question in bank.questions if question.topic}),
            placeholder=t("study.all_topics"),
            key="plan_topics",
        )
        if st.form_submit_button(t("plan.add"), type="primary", icon=":material/add:", key="plan_add"):
            _add(str(name or ""), on, Deck(tuple(packs), tuple(topics)))
            st.rerun()


def _add(name: str, on: date, deck: Deck) -> None:
    plan = Plan(services.new_id(), "", name.strip() or t("plan.unnamed"), on, deck, services.now())
    history.write(lambda trainer, who: trainer.add_plan(replace(plan, learner=who)))
    today.forget()


def _plan(plan: Plan, now: datetime, zone: tzinfo) -> None:
    load = history.read(lambda trainer, _: trainer.plan_load(plan, now, zone), None)
    with st.container(key=f"plan_{plan.id}", gap="small"):
        said = _said(load) if load is not None else ""
        st.html(
            f'<h3 class="viva-heading" dir="auto">{esc(plan.name)}, {esc(day(plan.exam_on))}</h3>'
            f'<p class="viva-hint" dir="auto">{esc(_deck(plan.deck))}</p><p class="viva-said">{esc(said)}</p>'
        )
        if load is not None and load.forecast:
            palette = PALETTES["dark" if st.context.theme.type == "dark" else "light"]
            st.altair_chart(
                forecast(load.forecast, palette), key=f"plan_chart_{plan.id}", alt=forecast_said(load.forecast)
            )
        st.button(
            t("plan.end", name=plain(plan.name)),
            type="tertiary",
            icon=":material/event_busy:",
            on_click=_end,
            args=(plan,),
            key=f"plan_end_{plan.id}",
        )


def _end(plan: Plan) -> None:
    at = services.now()
    history.write(lambda trainer, _: trainer.end_plan(plan.id, at))
    today.forget()


def _deck(deck: Deck) -> str:
    titles = {pack.id: pack.title for pack in services.bank().packs}
    return " · ".join([*(titles.get(one, one) for one in deck.packs), *deck.topics]) or t("study.all_questions")


def _said(load: PlanLoad) -> str:
    """Say what an exam asks for a day, and whether the daily load has room for it."""
    if load.days_left == 0:
        return t("plan.over")
    parts = [t("plan.days", count=load.days_left), t("plan.new", count=load.new_left, daily=load.new_per_day)]
    key = "plan.feasible" if load.feasible else "plan.too_much"
    return " ".join([*parts, t(key, count=load.needed)])
