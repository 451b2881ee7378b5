"""About: what this is, which version judges, its limits, where drafts are kept, and the keys."""

from __future__ import annotations

import streamlit as st

import grader
from ui import keys, services
from ui.frame import arrived, guarded
from ui.markup import esc
from ui.texts import t


def render() -> None:
    """Draw the page."""
    arrived("about")
    parts = [f'<h1 class="viva-question">{esc(t("about.title"))}</h1><p>{esc(t("about.what"))}</p>']
    limits = t("about.limits_text", answer=grader.MAX_ANSWER_CHARS)
    try:
        model = services.model()
    except grader.VivaError:
        model = None
    folder = services.data_dir()
    if model is None:
        privacy = t("about.privacy_text", folder=folder)
    else:
        privacy = t(
            "about.privacy_model", address=model.endpoint.address, folder=folder, replies=services.models().path
        )
    for title, text in (
        (t("about.how"), t("about.how_text")),
        (t("about.limits"), limits),
        (t("about.privacy"), privacy),
    ):
        parts.append(f"<h2>{esc(title)}</h2><p>{esc(text)}</p>")
    parts.append(f"<h2>{esc(t('about.keyboard'))}</h2>{keys.table_html()}")
    st.html(f'<div class="viva-prose">{"".join(parts)}</div>')
    keys.switch("about")
    parts = []
    parts.append(f"<h2>{esc(t('about.version'))}</h2><p>Viva {esc(grader.__version__)}</p>")
    parts.append(
        f"<h3>{esc(t('about.signature'))}</h3><p><code>{esc(services.signature())}</code></p>"
        f'<p class="viva-hint">{esc(t("about.signature_help"))}</p>'
    )
    st.html(f'<div class="viva-prose">{"".join(parts)}</div>')


if __name__ == "__main__":
    guarded(render)
