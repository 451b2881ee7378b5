"""The versions that the database has had, the oldest first; versions/ holds one file for each."""

from __future__ import annotations

REVISIONS = ("0001",)
"""Every version that this release knows. One that is not named here is a later release's."""

NEWEST = REVISIONS[-1]

VERSION_TABLE = "study_version"
"""Alembic's table of versions, under a name that leaves other programs' in the same database alone."""
