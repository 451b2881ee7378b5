"""The linter: each rule on a pack that breaks it, and the project's own packs, which break none."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bank.lint import lint
from grader.types import Grade, Question

SAMPLES = "".join(
    f"      - kind: {kind}\n        answer: The {kind} answer.\n        verdicts: {{leaves: met, needles: met}}\n"
    for kind in ("full", "terse", "partial", "wrong", "denial", "keywords")
)
GOOD = f"""\
format: viva-pack/1
id: trees
title: Trees
questions:
  - id: evergreen
    prompt: What is an evergreen tree?
    references: [It keeps its leaves.]
    points:
      - id: leaves
        text: It keeps its leaves.
        aliases: [never bare]
      - id: needles
        text: Many have needles.
        aliases: [often needles]
    samples:
{SAMPLES}"""

# rule: (old, new, finding)
CASES = {
    "format": ("title: Trees", "titel: Trees", "2: title: is missing"),
    "pack-id": ("id: trees", "id: bushes", "2: id: should be the name of the file, 'trees'"),
    "sample-kinds": ("kind: terse", "kind: full", "15: questions.0.samples: no sample of the kind terse"),
    "shared-wording": (
        "[often needles]",
        "[often needles, Never Bare]",
        "14: questions.0.points.1.aliases.1: 'Never Bare' says the point 'leaves' as well",
    ),
    "prompt-alias": (
        "[never bare]",
        "[evergreen trees]",
        "11: questions.0.points.0.aliases.0: 'evergreen trees' says no more than the question does",
    ),
    "duplicate": (
        SAMPLES,
        SAMPLES + "  - {id: copy, prompt: what is an  EVERGREEN tree?, references: [A], points: [{id: a, text: A}]}\n",
        "34: questions.1.prompt: the question 'evergreen' asks the same",
    ),
}


def run(tmp_path: Path, text: str = GOOD) -> list[str]:
    path = tmp_path / "trees.yaml"
    path.write_text(text, encoding="utf-8")
    return [f"{finding.rule} {str(finding).removeprefix(f'{path}:')}" for finding in lint([path]).findings]


def test_a_good_pack_has_no_findings(tmp_path: Path) -> None:
    assert run(tmp_path) == []


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_finds_what_breaks_it(rule: str, tmp_path: Path) -> None:
    old, new, finding = CASES[rule]
    assert old in GOOD
    found = run(tmp_path, GOOD.replace(old, new, 1))
    assert any(line.startswith(f"{rule} ") for line in found)
    if rule != "format":
        assert f"{rule} {finding}" in found


def test_all_problems_of_a_file_are_listed(tmp_path: Path) -> None:
    found = run(tmp_path, GOOD.replace("title: Trees", "titel: Trees"))
    assert found == [
        "format 1: title: is missing",
        "format 3: titel: is no key of this format; did you mean 'title'?",
    ]


def test_packs_that_share_ids(tmp_path: Path) -> None:
    for name in ("one", "trees"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, encoding="utf-8")
    one, trees = tmp_path / "one.yaml", tmp_path / "trees.yaml"
    assert [str(finding) for finding in lint([tmp_path]).findings] == [
        f"{one}:2: id: should be the name of the file, 'one'",
        f"{trees}:2: id: the pack 'trees' is in {one} too",
        f"{trees}:5: questions.0.id: the question 'evergreen' is in {one} too",
    ]


def test_notes_in_markdown_need_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("### What is an oak?\nA tree.\n### What is an ash?\n", encoding="utf-8")
    report = lint([path])
    assert (report.packs, report.questions) == (1, 1)
    assert [str(finding) for finding in report.findings] == [
        f"{path}:3: question 2: has no answer below it ('What is an ash?')"
    ]


def test_what_references_and_samples_score(tmp_path: Path) -> None:
    scores = {
        "It keeps its leaves.": 0.94,
        "The full answer.": 0.79,
        "The wrong answer.": 0.31,
        "The keywords answer.": 0.6,
    }

    def grade(question: Question, answer: str) -> Grade:
        score = scores.get(answer, 0.35)
        return Grade(question.id, question.version, "main", (), score, score, score, (), "", "fake")

    path = tmp_path / "trees.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert [str(finding).removeprefix(f"{path}:") for finding in lint([path], grade).findings] == [
        "7: questions.0.references.0: scores 0.94; a reference should earn 0.95",
        "16: questions.0.samples.0: scores 0.79; a sample of the kind full should score at least 0.80",
        "25: questions.0.samples.3: scores 0.31; a sample of the kind wrong should score at most 0.30",
    ]
