"""What the tests of the benchmarks share."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from benchmarks.corpora import Corpora, read_corpora
from tests.benchmarks.made_up import write_corpora

# requirements.txt is enough for the grader and its tests; what measures it needs the dev extra, which `make check` installs.
collect_ignore = (
    []
    if all(importlib.util.find_spec(name) for name in ("sklearn", "scipy"))
    else [
        "test_agreement.py",
        "test_baselines.py",
        "test_examples.py",
        "test_metrics.py",
        "test_protocol.py",
        "test_speed.py",
    ]
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the five files, made up."""
    return write_corpora(tmp_path_factory.mktemp("corpora"))


@pytest.fixture(scope="session")
def corpora(folder: Path) -> Corpora:
    """The made-up corpora, read."""
    return read_corpora(folder)
