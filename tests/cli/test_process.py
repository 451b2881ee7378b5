"""The command line as a shell meets it: exit status, one line on stderr, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def viva(*arguments: str | bytes, stdin: bytes = b"", cwd: Path = ROOT, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_success_is_0() -> None:
    status, output, errors = viva("--version")
    assert (status, errors) == (0, "")
    assert output.startswith("viva ")


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    status, output, errors = viva("questions", cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert len(output.splitlines()) == 31


def test_a_refusal_is_1_and_one_line() -> None:
    status, output, errors = viva("grade", "--question", "no\nsuch\x1b[31m", "--answer", "x")
    assert (status, output) == (1, "")
    assert errors == "viva: no question has the id 'no\\nsuch\\x1b[31m'\n"


def test_usage_is_2() -> None:
    status, output, errors = viva("grade")
    assert (status, output) == (2, "")
    assert "give one of --question and --reference" in errors
    assert "Traceback" not in errors


def test_a_malformed_pack_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("format: viva-pack/1\nid: [\n", encoding="utf-8")
    status, _, errors = viva("questions", "--pack", str(path))
    assert status == 1
    assert errors.startswith(f"viva: {path}:3: is no valid YAML: ")
    assert len(errors.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_and_not_traced() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "grader", "questions"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"viva: cannot write: No space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell of Windows hands over text, not bytes")
def test_an_option_that_is_not_utf8() -> None:
    status, _, errors = viva("grade", "--question", "canary-testing", "--answer", b"na\xefve")
    assert (status, errors) == (1, "viva: --answer: the text is not UTF-8\n")


def test_a_terminal_without_the_signs_gets_escapes() -> None:
    status, output, errors = viva(
        "grade", "--reference", "an oak", "--answer", "an oak", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert (status, errors) == (0, "")
    assert "\\u2714 met" in output
