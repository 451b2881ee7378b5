"""What the tests of the learner's commands share: an environment without a model, and a command that is run in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner

import grader
from grader import __main__ as cli


def offline_environment(data: Path) -> dict[str, str]:
    """An environment in which no model is set up, and learners' data lies in ``data``."""
    none = dict.fromkeys(("OPENAI_API_KEY", "OPENAI_BASE_URL", "VIVA_MODEL", "VIVA_CACHE_DIR", "VIVA_DATABASE_URL"), "")
    return {**none, "VIVA_DATA_DIR": str(data), "COLUMNS": "120"}


def run(environment: Mapping[str, str], *arguments: str, status: int = 0, stdin: str | None = None) -> str:
    """Run a command and return all that it prints; with status 1 its one line of refusal."""
    result = CliRunner().invoke(cli.app, list(arguments), env=environment, input=stdin)
    if isinstance(result.exception, grader.VivaError):
        assert status == 1, result.exception
        assert "\n" not in str(result.exception)
        return str(result.exception)
    assert result.exit_code == status, result.output
    return result.output
