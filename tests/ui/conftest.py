"""The app under AppTest: the real pages, packs and grader; a data folder and caches of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VIVA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("VIVA_CACHE_DIR", raising=False)
    monkeypatch.setattr(st.secrets, "load_if_toml_exists", lambda: False)  # whatever this machine has
    st.cache_data.clear()
    st.cache_resource.clear()
    yield tmp_path / "data"
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_app(project_root: Path) -> Open:
    """Start the app as a new browser would, on the page and question that are asked for."""

    def start(page: str | None = None, **query: str) -> AppTest:
        at = AppTest.from_file(str(project_root / "app.py"), default_timeout=60)
        at.query_params.update(query)
        at.run()
        return at.switch_page(f"ui/{page}_page.py").run() if page else at

    return start
