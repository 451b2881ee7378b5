"""Every text of the app in one place; ``t`` looks one up in the language of the session.

A language is a catalogue beside this file: a table per part of the app, a line per text, with {places} for values. Texts are
whole sentences; a text whose ``count`` may be one has a second form under the same key with ``_one`` behind it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CHOSEN = "viva_language"
"""Where the session holds the chosen language; nothing, or "auto", where the browser's counts."""
OUTSIDE: Language = "en"
"""What is spoken outside a session."""

_NO_BREAK = "\u00a0"
_SWAPPED = str.maketrans(",.", ".,")


def _read(language: Language) -> Mapping[str, str]:
    tables = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({f"{part}.{name}": text for part, texts in tables.items() for name, text in texts.items()})


CATALOGUES: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {language: _read(language) for language in LANGUAGES}
)


def language() -> Language:
    """Return the language of this session: the chosen one, else the browser's, else English; outside a session English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return OUTSIDE
    choice = st.session_state.get(CHOSEN)
    return choice if choice in LANGUAGES else language_of(st.context.locale)


def language_of(locale: str | None) -> Language:
    """Return the catalogue for a browser's locale such as "de-AT", and English for one that there is none for."""
    primary = (locale or "").replace("_", "-").partition("-")[0].lower()
    return next((language for language in LANGUAGES if language == primary), "en")


def chosen() -> str:
    """Return what was chosen for this session: one of ``LANGUAGES``, or "auto"."""
    choice = st.session_state.get(CHOSEN)
    return choice if choice in LANGUAGES else "auto"


def use(choice: str) -> None:
    """Take a language for this session from now on: one of ``LANGUAGES``; anything else means the browser's."""
    st.session_state[CHOSEN] = choice


def t(key: str, **values: object) -> str:
    """Return the text for ``key`` with ``values`` filled in; an unknown key is a programming error (KeyError).

    Integers and floats are written as ``number`` writes them. With a ``count`` of one the form for one is taken where there is one.
    """
    catalogue = CATALOGUES[language()]
    if values.get("count") == 1:
        key = f"{key}_one" if f"{key}_one" in catalogue else key
    return (
        catalogue[key].format(**{name: _shown(value) for name, value in values.items()}) if values else catalogue[key]
    )


def _shown(value: object) -> object:
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


# --- numbers and dates


def number(value: float, places: int = 1) -> str:
    """Write a number with at most ``places`` decimals, as the language does; none where they are all zero."""
    whole, _, decimals = f"{value:,.{places}f}".partition(".")
    text = f"{whole}.{decimals}" if decimals.strip("0") else whole
    return text.translate(_SWAPPED) if language() == "de" else text


def percent(share: float, places: int = 0) -> str:
    """Write a share from 0 to 1 in percent."""
    return f"{number(100 * share, places)}{_NO_BREAK}%"


def quoted(text: str) -> str:
    """Put a text into quotation marks."""
    return f"„{text}“" if language() == "de" else f"“{text}”"


def day(when: date, *, year: bool = True) -> str:
    """Write a date: 3 Nov 2026, 3. Nov. 2026."""
    month = t("dates.months").split(" ")[when.month - 1]
    return t("dates.day", day=str(when.day), month=month) + (f" {when.year}" if year else "")


def moment(when: datetime, zone: tzinfo) -> str:
    """Write an aware time as date and time of day in ``zone``."""
    local = when.astimezone(zone)
    return t("dates.moment", day=day(local.date()), time=f"{local:%H:%M}")
