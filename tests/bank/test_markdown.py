"""Markdown notes as packs: the shape of a list of questions with answers, and what else people write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bank import Pack, load_pack
from grader.bank.markdown import has_question_headings, parse_markdown, repair_mojibake
from grader.errors import PackError

NOTES = """\
### 1. What are the 3 parts of a tree? Explain each of them.

1. **Roots**: They take up water.
2. **Trunk (stem)**: It carries the crown.
3. **Crown**: It catches the light.

---

### 2. What are the advantages/drawbacks of an oak?
**Advantages**:
- Hard wood.
- Long life.

**Drawbacks**:
- Slow growth.

---

### 3. What is an evergreen? How does it work?
**Evergreen**: A tree that is never bare. It sheds its leaves one by one.
**How it works**: The leaves\u00e2\u20ac\u2122 wax keeps the water in.

---

### 4. Explain how to graft a tree
"""


def parse(text: str) -> Pack:
    return parse_markdown(text, Path("trees.md"))


def test_the_language_is_detected_once_for_the_pack() -> None:
    text = (
        "### 1. Was ist ein Baum?\n- Eine Pflanze mit einem Stamm aus Holz.\n### 2. Und eine Eiche?\n- Ein Laubbaum.\n"
    )
    pack = parse(text)
    assert (pack.language, pack.is_detected) == ("de", True)
    assert [question.language for question in pack.questions] == ["de", "de"]
    named = parse_markdown(text, Path("trees.md"), "nl")
    assert (named.language, named.is_detected, named.questions[0].language) == ("nl", False, "nl")


def test_the_whole_pack() -> None:
    pack = parse(NOTES)
    assert (pack.id, pack.title, pack.language, pack.path) == ("trees", "trees", "en", Path("trees.md"))
    assert [question.prompt for question in pack.questions] == [
        "What are the 3 parts of a tree? Explain each of them.",
        "What are the advantages/drawbacks of an oak?",
        "What is an evergreen? How does it work?",
    ]
    assert [question.tags for question in pack.questions] == [("number:1",), ("number:2",), ("number:3",)]
    assert [question.required_count for question in pack.questions] == [3, None, None]
    assert [(point.group, point.text) for point in pack.questions[1].points] == [
        ("Advantages", "Hard wood."),
        ("Advantages", "Long life."),
        ("Drawbacks", "Slow growth."),
    ]
    assert [point.text for point in pack.questions[2].points] == [
        "Evergreen: A tree that is never bare.",
        "It sheds its leaves one by one.",
        "How it works: The leaves’ wax keeps the water in.",
    ]
    assert [point.id for point in pack.questions[0].points] == ["roots", "trunk-stem", "crown"]


def test_a_question_without_an_answer_is_left_out_and_named() -> None:
    (problem,) = parse(NOTES).problems
    assert str(problem) == "trees.md:25: question 4: has no answer below it ('4. Explain how to graft a tree')"


def test_a_file_is_loaded_by_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "My trees.md"
    path.write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    pack = load_pack(path)
    assert (pack.id, pack.title, len(pack.questions)) == ("my-trees", "My trees", 3)


def test_title_topics_and_headings_inside_answers() -> None:
    pack = parse(
        "# Trees and *shrubs*\nNotes of a gardener.\n\n## Oaks\n### What is an oak?\nA broad tree.\n"
        "#### Uses\n- Ships\n#### Drawbacks\n- Slow\n## Ashes\n### What is an ash?\nA tall tree.\n"
    )
    assert (pack.title, pack.description) == ("Trees and shrubs", "Notes of a gardener.")
    assert [(question.topic, question.prompt) for question in pack.questions] == [
        ("Oaks", "What is an oak?"),
        ("Ashes", "What is an ash?"),
    ]
    assert [(point.group, point.text) for point in pack.questions[0].points] == [
        (None, "A broad tree."),
        ("Uses", "Ships"),
        ("Drawbacks", "Slow"),
    ]


@pytest.mark.parametrize(
    ("heading", "prompt", "tags"),
    [
        ("# What is an oak?", "What is an oak?", ()),
        ("## 12) What is an oak? ##", "What is an oak?", ("number:12",)),
        ("### Q3: What is an oak?", "What is an oak?", ("number:3",)),
        ("### Question 3. **What** is an `oak`", "What is an oak", ("number:3",)),
        ("###### Oaks", "Oaks", ()),
        ("### 3D printing of trees?", "3D printing of trees?", ()),
    ],
)
def test_headings(heading: str, prompt: str, tags: tuple[str, ...]) -> None:
    (question,) = parse(f"{heading}\nA broad tree.\n").questions
    assert (question.prompt, question.tags) == (prompt, tags)


def test_ids_come_from_the_prompt_and_are_unique() -> None:
    pack = parse("### What is an oak?\nA tree.\n### What is an oak?\nA wood.\n### Что такое дуб?\nДерево.\n")
    assert [question.id for question in pack.questions] == ["what-is-an-oak", "what-is-an-oak-2", "что-такое-дуб"]


def test_a_heading_in_a_code_block_is_none() -> None:
    (question,) = parse("## What is an oak?\n```\n# make oak\n```\nA tree.\n").questions
    assert [point.text for point in question.points] == ["# make oak", "A tree."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Just prose.",
            "trees.md:1: has no question headings, such as '### 1. What is drift?' with the answer below",
        ),
        ("## What?\n\n---\n", "trees.md:1: question 1: has no answer below it ('What?')"),
        ("##\nAn answer.\n", "trees.md:1: question 1: the heading has no question in it ('')"),
    ],
)
def test_a_file_without_questions(text: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_which_markdown_is_a_pack() -> None:
    assert has_question_headings("### 1. Oaks\nTrees.")
    assert has_question_headings("# What?\nThis.")
    assert not has_question_headings("# Read me\nThis folder holds packs.\n## Format\nYAML.")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("teacher\u00e2\u20ac\u2122s", "teacher’s"),
        ("\u00e2\u20ac\u0153so\u00e2\u20ac\u009d", "“so”"),
        ("caf\u00c3\u00a9 na\u00c3\u00afve", "café naïve"),
        ("caf\u00e9 na\u00efve \u00c3\u00a4", "café naïve ä"),
        ("café – naïve “so” 橡树 дуб", "café – naïve “so” 橡树 дуб"),
        ("\u00c3", "\u00c3"),
        ("\u00e2\u20ac", "\u00e2\u20ac"),
        ("", ""),
    ],
)
def test_mojibake(broken: str, whole: str) -> None:
    assert repair_mojibake(broken) == whole


@given(st.text(st.characters(min_codepoint=0xA0, max_codepoint=0x2FFF), min_size=1, max_size=6))
def test_mojibake_is_mended_whatever_it_was(text: str) -> None:
    broken = "".join(byte.to_bytes(1).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))
    assert repair_mojibake(f"a {broken} b") == f"a {text} b"


@given(st.text(st.sampled_from("# 1.?-*ab\n`>:"), max_size=80))
def test_any_text_is_a_pack_or_problems(text: str) -> None:
    try:
        told = parse(text).problems
    except PackError as error:
        told = (error,)
    assert all(problem.line is not None and "\n" not in str(problem) for problem in told)
