"""The examples in the authors' pages are packs that load."""

from __future__ import annotations

import re
from pathlib import Path

from grader.bank.markdown import parse_markdown
from grader.bank.model import PackHead, PointModel, QuestionModel, SampleModel
from grader.bank.yaml_pack import parse_yaml


def block(path: Path, language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    assert match is not None
    return match[1]


def test_the_example_for_authors_loads(project_root: Path) -> None:
    pack, problems = parse_yaml(block(project_root / "questions" / "README.md", "yaml"), Path("trees.yaml"))
    assert problems == ()
    assert pack is not None
    assert pack.id == "trees"
    assert {point.kind for point in pack.questions[0].points} == {"required", "misconception"}


def test_the_example_of_notes_loads(project_root: Path) -> None:
    pack = parse_markdown(block(project_root / "docs" / "formats.md", "markdown"), Path("trees.md"))
    assert (pack.title, len(pack.questions), pack.problems) == ("Trees", 2, ())
    assert pack.questions[0].points[1].aliases == ("Long life",)


def test_every_field_is_described(project_root: Path) -> None:
    text = (project_root / "docs" / "formats.md").read_text(encoding="utf-8")
    for model in (PackHead, QuestionModel, PointModel, SampleModel):
        for field in model.model_fields:
            assert f"`{field}`" in text, field
