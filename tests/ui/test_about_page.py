"""About: version, signature, limits, where drafts are kept, and the keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

import grader
from ui import markup, services


def test_it_says_what_one_needs_to_know(open_app: Callable[..., AppTest], data_dir: Path) -> None:
    at = open_app("about")
    assert not at.exception
    shown = "\n".join(str(element.proto.body) for element in at.html)
    expected = [
        grader.__version__,
        services.signature(),
        "50,000 characters",
        str(data_dir),
        "Ctrl+Enter",
        "no usage statistics",
    ]
    for words in expected:
        assert markup.esc(words) in shown
