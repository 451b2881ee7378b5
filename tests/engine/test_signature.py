"""The signature: it changes with whatever can change a score, and with nothing else."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader import OfflineGrader, load_calibration
from grader.calibration import DEFAULT_PATH
from grader.signature import _CARRYING, _OUTSIDE, _WITH_MODEL, engine_digest
from tests.engine.material import HEART
from tests.engine.test_embedding import LetterEmbedder

PRINT_DIGEST = "import grader.signature as s; print(s.__file__); print(s.engine_digest())"
PRINT_LLM_DIGEST = PRINT_DIGEST.replace("engine_digest", "llm_digest")


def parts(signature: str) -> dict[str, str]:
    return dict(part.partition(":")[::2] for part in signature.split("|"))


@pytest.fixture(scope="module")
def copy(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that tests may change; the lexicon is linked, it is large."""
    folder = tmp_path_factory.mktemp("copy") / "grader"
    shutil.copytree(project_root / "grader", folder, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "lexicon.npz").symlink_to(project_root / "grader" / "data" / "lexicon.npz")
    return folder


def digest_of(folder: Path, code: str = PRINT_DIGEST) -> str:
    result = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=folder.parent, capture_output=True, text=True, check=True
    )
    file, digest = result.stdout.split()
    assert Path(file).is_relative_to(folder)
    return digest


@pytest.fixture(scope="module")
def pristine(copy: Path) -> str:
    """The digest of the copy as it came: files of the checkout may change while the tests run."""
    return digest_of(copy)


def test_the_digest_of_a_copy_is_this_engines(pristine: str) -> None:
    assert pristine == engine_digest()


@pytest.mark.parametrize(
    "name",
    [
        "features.py",
        "matchers/negation.py",
        "matchers/index.py",
        "score.py",
        "scale.py",
        "calibration.py",
        "text.py",
        "flags.py",
        "fluency.py",
        "word_order.py",
        "instructions.py",
        "grammar.py",
        "stem.py",
        "data/opposites.txt",
    ],
)
def test_a_changed_source_file_changes_the_digest(copy: Path, pristine: str, name: str) -> None:
    path = copy / name
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before + "\n# changed\n", encoding="utf-8")
        assert digest_of(copy) != pristine
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_new_source_file_changes_the_digest(copy: Path, pristine: str) -> None:
    path = copy / "matchers" / "extra.py"
    try:
        path.write_text("", encoding="utf-8")
        assert digest_of(copy) != pristine
    finally:
        path.unlink()


@pytest.mark.parametrize(
    "name",
    [
        "feedback.py",
        "errors.py",
        "__main__.py",
        "bank/lint.py",
        "batch/run.py",
        "cli/read.py",
        "calibrate/fit.py",
        "attack/run.py",
        "fit_scale.py",
        "session.py",
        "combine.py",
        "hybrid.py",
        "trust.py",
        "support.py",
        "llm/judge.py",
        "llm/prompts/judge-1.toml",
    ],
)
def test_what_does_not_bear_on_a_score_does_not_change_it(copy: Path, pristine: str, name: str) -> None:
    path = copy / name
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before + "\n# changed\n", encoding="utf-8")
        assert digest_of(copy) == pristine
    finally:
        path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("llm/judge.py", True),
        ("llm/prompts/judge-1.toml", True),
        ("llm/prompts/second-look-1.toml", True),
        ("combine.py", True),
        ("hybrid.py", True),
        ("trust.py", True),
        ("support.py", True),
        ("llm/prompts/feedback-1.toml", False),
        ("llm/prices.toml", False),
        ("llm/client.py", False),
        ("score.py", False),
        ("session.py", False),
    ],
)
def test_what_bears_on_grades_with_a_model_changes_their_digest(copy: Path, name: str, changes: bool) -> None:
    path = copy / name
    before = path.read_bytes()
    pristine = digest_of(copy, PRINT_LLM_DIGEST)
    try:
        path.write_bytes(before + b"\n# changed\n")
        assert (digest_of(copy, PRINT_LLM_DIGEST) != pristine) is changes
    finally:
        path.write_bytes(before)


def test_what_is_left_out_of_the_digests_is_there(project_root: Path) -> None:
    names = {path.name for path in (project_root / "grader" / "llm").rglob("*.*")}
    assert names >= _CARRYING
    assert all((project_root / "grader" / name).exists() for name in (*_OUTSIDE, *_WITH_MODEL))


def test_line_ends_do_not_change_it(copy: Path, pristine: str) -> None:
    path = copy / "score.py"
    before = path.read_bytes()
    try:
        path.write_bytes(before.replace(b"\n", b"\r\n"))
        assert digest_of(copy) == pristine
    finally:
        path.write_bytes(before)


def test_another_calibration_is_another_signature(tmp_path: Path) -> None:
    data = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    data["plain"]["met"] += 0.01
    (tmp_path / "other.json").write_text(json.dumps(data), encoding="utf-8")
    other = OfflineGrader(load_calibration(tmp_path / "other.json"))
    assert parts(other.signature)["calibration"] != parts(OfflineGrader().signature)["calibration"]
    assert {**parts(other.signature), "calibration": ""} == {**parts(OfflineGrader().signature), "calibration": ""}


def test_another_encoder_is_another_signature() -> None:
    other = OfflineGrader(embedder=LetterEmbedder())
    assert parts(other.signature)["embedder"] == "letters-1"
    assert parts(OfflineGrader().signature)["embedder"] == "use-0.2.1"


def test_the_signature_names_what_it_is_made_of() -> None:
    found = parts(OfflineGrader().signature)
    assert found["viva"] == grader.__version__
    assert found["grader"] == "offline"
    assert found["engine"] == engine_digest()
    assert found["calibration"] == load_calibration().digest
    assert len(found["lexicon"]) == 8
    assert all(name in found["libraries"] for name in ("numpy", "rapidfuzz", "PyStemmer"))


def test_the_signature_is_on_every_grade_and_the_same_for_all() -> None:
    signatures = {grader.grade(HEART, answer).signature for answer in ("", "The heart pumps blood.", "😀")}
    assert signatures == {OfflineGrader().signature}


def test_the_question_is_named_by_its_content() -> None:
    grade = grader.grade(HEART, "x")
    changed = dataclasses.replace(HEART, prompt="What does a heart do?")
    assert grade.question_version == HEART.version
    assert grader.grade(changed, "x").question_version == changed.version != HEART.version
