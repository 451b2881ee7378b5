"""Where a learner's files are: one rule for the page and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

DATA_DIR = "VIVA_DATA_DIR"
"""The environment variable that names the folder, instead of the user's data folder."""


def data_dir(environment: Mapping[str, str]) -> Path:
    """Return the folder for what a learner leaves behind: VIVA_DATA_DIR, or the user's data folder."""
    named = environment.get(DATA_DIR)
    return Path(named) if named else Path(platformdirs.user_data_dir("viva", appauthor=False))


def drafts_file(environment: Mapping[str, str]) -> Path:
    """Return the file that holds the drafts of answers which are not submitted yet."""
    return data_dir(environment) / "drafts.sqlite3"
