"""docs/study.md says what the code does: its numbers, keys, commands, files and recorded figures."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import grader
from grader import __main__ as cli
from study import confidence, progress_queries, settings
from study.agenda import SURE
from study.drafts import DraftStore
from study.fitting import HELD_OUT, LEAST_REVIEWS
from study.hints import HINT_SHARE, ladder
from study.memory import STEP
from study.places import DATA_DIR, drafts_file
from study.store import FILE_NAME, URL_VARIABLE
from ui import history, keys, narrowing
from ui.texts import t


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "study.md").read_text(encoding="utf-8")


def rows(page: str, first: str) -> list[list[str]]:
    """Return the cells of the table whose first column has this title, without its head."""
    for table in re.findall(r"(?:^\|.*\|\n)+", page, re.M):
        head, _, *body = ([cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines())
        if head[0] == first:
            return body
    raise AssertionError(f"no table of {first}")


def figures(project_root: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project_root / "benchmarks" / "results" / name).read_text(encoding="utf-8"))
    return found


def test_the_numbers_are_those_of_the_code(page: str, project_root: Path) -> None:
    plain = settings.StudySettings()
    upload = tomllib.loads((project_root / ".streamlit" / "config.toml").read_text())["server"]["maxUploadSize"]
    assert f"{plain.new_per_day} new questions a day and {plain.daily_load} questions a day in all" in page
    assert f"from {plain.day_starts_at} in the morning on" in page
    assert f"sure of ({SURE} % or more) and missed" in page
    assert f"once more after {STEP.total_seconds() / 60:.0f} minutes" in page
    assert f"from {confidence.FEW} answers on" in page
    assert f"until\n  {LEAST_REVIEWS} ratings are there" in page
    assert f"({LEAST_REVIEWS} or more)" in page
    assert HELD_OUT == 1 / 5
    assert f"files up to {upload} MB" in page
    assert history._LONGEST.total_seconds() == 60 * 60
    assert f"with {progress_queries.LONGEST_MS // 60_000} minutes at most" in page


def test_the_steps_of_hints_are_those_that_are_given(page: str) -> None:
    told = rows(page, "step")
    assert [row[3] for row in told] == [f"{share:.0%}".replace("%", " %") for share in HINT_SHARE]
    question = grader.load_bank().get("canary-testing")
    [reading] = question.readings
    said = {narrowing.hint_text(step) for point in reading.points for step in ladder(question, reading, point, "en")}
    assert {told[0][2], told[1][2]} <= said
    assert told[2][2] == t("hint.letters", letters="d… c… d…", lengths="4, 6, 12")


def test_the_keys_are_those_of_the_list(page: str) -> None:
    together = {
        name: "+".join(found) if name in keys._TOGETHER else " ".join(found) for name, found in keys._NAMES.items()
    }
    assert rows(page, "key") == [[name, t(f"keys.{key}")] for key, name in together.items()]


def test_the_commands_and_options_exist(page: str) -> None:
    """The lines of the list stand for every command there is, and what they say after --  is an option of it."""
    commands = re.findall(r"^    viva ((?:study )?\w+)(.*)$", page, re.M)
    helped = CliRunner().invoke(cli.app, ["study", "--help"]).output
    known = re.findall(r"^  (\w+) {2,}", helped.partition("Commands:")[2], re.M)
    assert [name for name, _ in commands] == [*(f"study {name}" for name in known), "replay"]
    for name, rest in commands:
        shown = CliRunner().invoke(cli.app, [*shlex.split(name), "--help"]).output
        assert {option for option in re.findall(r"--[a-z-]+", rest) if option not in shown} == set(), name
    assert "--apply" in CliRunner().invoke(cli.app, ["replay", "--help"]).output


def test_files_and_variables_are_those_in_use(page: str, tmp_path: Path, project_root: Path) -> None:
    drafts = DraftStore(drafts_file({DATA_DIR: str(tmp_path)}))
    assert [row[0] for row in rows(page, "file")] == [f"`{FILE_NAME}`", f"`{drafts.path.name}`"]
    assert set(re.findall(r"\bVIVA_[A-Z_]+\b", page)) == {DATA_DIR, URL_VARIABLE}
    named = re.findall(r"`((?:study|ui|tests|grader|benchmarks)/[\w./]+)`", page)
    assert named
    assert [name for name in named if not (project_root / name).exists()] == []


def test_the_schedules_figures_are_the_recorded_ones(page: str, project_root: Path) -> None:
    recorded = figures(project_root, "simulated_learner.json")
    assert f"lives through {recorded['days']} days with {recorded['questions']} questions" in page
    assert f"of {recorded['runs'][0]['studied']} points" in page
    assert rows(page, "schedule") == [
        [
            run["schedule"],
            f"{run['most_a_day']} ({run['planned']})" if run["planned"] is not None else str(run["most_a_day"]),
            f"{run['reviews']:,}",
            *(f"{run[name]:.3f}" for name in ("at_review", "each_day", "at_end")),
        ]
        for run in recorded["runs"]
    ]


def test_the_figures_of_the_page_of_progress_are_the_recorded_ones(page: str, project_root: Path) -> None:
    recorded = figures(project_root, "progress.json")
    assert f"with {recorded['reviews']:,} ratings of {recorded['points']:,} points" in page
    wanted = [f"{recorded[name]:,.0f}" for name in ("page", "forecast", "naive")]
    assert [row[1] for row in rows(page, "what")] == wanted
