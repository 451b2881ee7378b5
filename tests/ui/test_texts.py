"""The catalogue: every key that the code asks for is there, and nothing lies around unused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.texts import ENGLISH, t


def test_keys_and_code_agree(project_root: Path) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (project_root / "app.py", *sorted((project_root / "ui").glob("*.py")))
        if path.name != "texts.py"
    )
    used = set(
        re.findall(
            r"""["']((?:app|nav|study|result|settings|model|verdict|questions|error|about)\.[a-z_]+)["']""", code
        )
    )
    built = {key for key in ENGLISH if key.startswith(("verdict.", "result.source_"))}
    assert used - ENGLISH.keys() == set()
    assert ENGLISH.keys() - used - built == set()


def test_values_are_filled_in_and_unknown_keys_are_errors() -> None:
    assert t("study.position", number=2, total=31) == "Question 2 of 31"
    with pytest.raises(KeyError):
        t("no.such.key")
