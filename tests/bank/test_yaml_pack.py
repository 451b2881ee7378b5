"""What a malformed YAML pack is told: file, line and field, as literals that a person would expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bank import load_pack
from grader.bank.files import MAX_PACK_BYTES
from grader.bank.yaml_pack import parse_yaml, read_yaml
from grader.errors import PackError

GOOD = """\
format: viva-pack/1
id: trees
title: Trees
questions:
  - id: evergreen
    prompt: What is an evergreen tree?
    tags: [seed:1]
    references:
      - A tree that keeps its leaves all the year.
    points:
      - id: keeps-leaves
        label: its leaves
        text: It keeps its leaves all the year.
        weight: 2
        aliases: [never bare]
      - id: is-stone
        text: It is made of stone.
        kind: misconception
    samples:
      - kind: full
        answer: The foliage stays on in every season.
        verdicts:
          keeps-leaves: met
          is-stone: unmet
"""


def pack(old: str = "", new: str = "") -> str:
    """The good pack with one change."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def problems(text: str) -> list[str]:
    loaded, found = parse_yaml(text, Path("trees.yaml"))
    assert (loaded is None) == bool(found)
    return [str(problem) for problem in found]


GERMAN = """\
format: viva-pack/1
id: trees
title: Trees
questions:
  - id: tree
    prompt: Was ist ein Baum?
    references: [Ein Baum ist eine Pflanze mit einem Stamm aus Holz.]
    points: [{id: plant, text: Er ist eine Pflanze.}]
  - id: oak
    prompt: What is an oak?
    language: en
    references: [An oak is a tree.]
    points: [{id: tree, text: It is a tree.}]
"""


@pytest.mark.parametrize(("line", "language"), [("", "de"), ("language: nl\n", "nl"), ("language: pt-BR\n", "pt-BR")])
def test_a_pack_that_names_no_language_has_the_one_of_its_texts(line: str, language: str) -> None:
    loaded, found = parse_yaml(line + GERMAN, Path("trees.yaml"))
    assert found == ()
    assert loaded is not None
    assert (loaded.language, loaded.is_detected) == (language, not line)
    assert [question.language for question in loaded.questions] == [language, "en"]


def test_a_good_pack_loads() -> None:
    loaded, found = parse_yaml(GOOD, Path("trees.yaml"))
    assert found == ()
    assert loaded is not None
    (question,) = loaded.questions
    assert (loaded.id, loaded.title, loaded.language, loaded.path) == ("trees", "Trees", "en", Path("trees.yaml"))
    assert question.points[0].weight == 2.0
    assert question.points[0].aliases == ("never bare",)
    assert question.points[1].kind == "misconception"
    assert question.samples[0].verdicts == (("keeps-leaves", "met"), ("is-stone", "unmet"))


ONE_LINE = {
    "unknown key": (
        pack("        weight: 2", "        wieght: 2"),
        "trees.yaml:14: questions.0.points.0.wieght: is no key of this format; did you mean 'weight'?",
    ),
    "unknown key of the pack": (
        pack("title: Trees", "title: Trees\nsecret: yes"),
        (
            "trees.yaml:4: secret: is no key here; these are: format, id, title, subject, language, description, "
            "licence, questions"
        ),
    ),
    "missing key": (pack("    prompt: What is an evergreen tree?\n"), "trees.yaml:5: questions.0.prompt: is missing"),
    "missing points": (
        GOOD[: GOOD.index("    points:")],
        "trees.yaml:5: questions.0.points: is missing",
    ),
    "wrong type": (
        pack("aliases: [never bare]", "aliases: never bare"),
        "trees.yaml:15: questions.0.points.0.aliases: must be a list, not 'never bare'",
    ),
    "text that is a list": (
        pack("prompt: What is an evergreen tree?", "prompt: [what]"),
        "trees.yaml:6: questions.0.prompt: must be text, not a list",
    ),
    "mapping that is text": (
        pack("  - id: evergreen\n", "  - nonsense\n  - id: evergreen\n"),
        "trees.yaml:5: questions.0: must be a mapping (key: value), not 'nonsense'",
    ),
    "number that is none": (
        pack("weight: 2", "weight: heavy"),
        "trees.yaml:14: questions.0.points.0.weight: must be a number, not 'heavy'",
    ),
    "infinite number": (
        pack("weight: 2", "weight: .inf"),
        "trees.yaml:14: questions.0.points.0.weight: must be a number, not '.inf'",
    ),
    "weight of nothing": (
        pack("weight: 2", "weight: 0"),
        "trees.yaml:14: questions.0.points.0.weight: must be greater than 0",
    ),
    "negative weight": (
        pack("weight: 2", "weight: -1.5"),
        "trees.yaml:14: questions.0.points.0.weight: must be greater than 0",
    ),
    "half a count": (
        pack("    tags: [seed:1]", "    required_count: 1.5"),
        "trees.yaml:7: questions.0.required_count: must be a whole number, not '1.5'",
    ),
    "count of nothing": (
        pack("    tags: [seed:1]", "    required_count: 0"),
        "trees.yaml:7: questions.0.required_count: must be at least 1",
    ),
    "count beyond the points": (
        pack("    tags: [seed:1]", "    required_count: 2"),
        "trees.yaml:7: questions.0.required_count: asks for 2 points, more than the 1 that count",
    ),
    "group that nobody has": (
        pack("    tags: [seed:1]", "    required_count: 1\n    count_group: oaks"),
        "trees.yaml:8: questions.0.count_group: no required point has the group 'oaks'",
    ),
    "group without a count": (
        pack("    tags: [seed:1]", "    count_group: oaks").replace("weight: 2", "group: oaks"),
        "trees.yaml:7: questions.0.count_group: needs a required_count beside it",
    ),
    "key twice": (
        pack("        weight: 2", "        weight: 2\n        weight: 3"),
        "trees.yaml:15: questions.0.points.0.weight: this key stands twice here",
    ),
    "key of the pack twice": (
        pack("id: trees", "id: trees\nid: bushes"),
        "trees.yaml:3: id: this key stands twice here",
    ),
    "point id twice": (
        pack("id: is-stone", "id: keeps-leaves").replace("          is-stone: unmet\n", ""),
        "trees.yaml:16: questions.0.points.1.id: two points share the id 'keeps-leaves'",
    ),
    "question id twice": (
        GOOD + GOOD[GOOD.index("  - id: evergreen") :],
        "trees.yaml:25: questions.1.id: two questions share the id 'evergreen'",
    ),
    "bad slug": (
        pack("id: evergreen", "id: Ever Green"),
        (
            "trees.yaml:5: questions.0.id: must be lower-case letters and digits with single hyphens between them, "
            "like 'model-drift'"
        ),
    ),
    "no points": (
        GOOD[: GOOD.index("    points:")] + "    points: []\n",
        "trees.yaml:10: questions.0.points: must not be empty",
    ),
    "nothing required": (
        pack("weight: 2", "kind: bonus"),
        "trees.yaml:10: questions.0.points: no point is required, so nothing could earn marks",
    ),
    "unknown kind": (
        pack("kind: misconception", "kind: optional"),
        "trees.yaml:18: questions.0.points.1.kind: must be 'required', 'bonus' or 'misconception', not 'optional'",
    ),
    "verdict for nobody": (
        pack("is-stone: unmet", "is-stone: unmet\n          is-wood: met"),
        "trees.yaml:25: questions.0.samples.0.verdicts.is-wood: the reading has no point 'is-wood'",
    ),
    "verdict left out": (
        pack("          is-stone: unmet\n"),
        "trees.yaml:22: questions.0.samples.0.verdicts: no verdict for is-stone",
    ),
    "a verdict of none": (
        pack("is-stone: unmet", "is-stone: no"),
        "trees.yaml:24: questions.0.samples.0.verdicts.is-stone: must be 'met', 'partial' or 'unmet', not 'no'",
    ),
    "unknown reading": (
        pack("      - kind: full", "      - kind: full\n        reading: second"),
        "trees.yaml:21: questions.0.samples.0.reading: the question has no reading 'second'",
    ),
    "wrong format": (
        pack("viva-pack/1", "viva-pack/9"),
        "trees.yaml:1: format: must be 'viva-pack/1', not 'viva-pack/9'",
    ),
    "empty text": (pack("title: Trees", "title:"), "trees.yaml:3: title: must not be empty"),
    "control character": (
        pack("title: Trees", 'title: "Tr\\0ees"'),
        "trees.yaml:3: title: has the control character U+0000 in it",
    ),
    "language": (
        pack("title: Trees", "title: Trees\nlanguage: English"),
        "trees.yaml:4: language: must be a language code such as 'en' or 'pt-BR'",
    ),
    "anchor": (
        pack("text: It keeps", "text: &x It keeps"),
        "trees.yaml:13: anchors and aliases (& and *) are not allowed; write the text out, or in quotes",
    ),
    "alias": (
        pack("text: It keeps its leaves all the year.", "text: *x"),
        "trees.yaml:13: anchors and aliases (& and *) are not allowed; write the text out, or in quotes",
    ),
    "tag": (
        pack("text: It keeps", "text: !!python/name:os.system It keeps"),
        (
            "trees.yaml:13: tags (tag:yaml.org,2002:python/name:os.system) are not allowed; "
            "put text that begins with ! in quotes"
        ),
    ),
    "two documents": (GOOD + "---\na: b\n", "trees.yaml:25: a second document begins here; a pack is one"),
    "complex key": (pack("id: trees", "? [a, b]\n: c"), "trees.yaml:2: a key must be plain text"),
    "deep nesting": ("a: " + "[" * 5000 + "]" * 5000, "trees.yaml:1: nested more than 20 deep"),
    "no mapping": ("- a\n- b\n", "trees.yaml:1: must be a mapping that begins with 'format: viva-pack/1'"),
    "only a comment": ("# nothing\n", "trees.yaml: the file has no content"),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_one_fault_is_one_line(name: str) -> None:
    text, message = ONE_LINE[name]
    assert problems(text) == [message]


def test_yaml_that_is_none_names_the_line() -> None:
    (message,) = problems(pack("title: Trees", "title: Trees: and more"))
    assert message.startswith("trees.yaml:3: is no valid YAML: ")
    (message,) = problems(pack("title: Trees", "title: Tr\x07ees"))
    assert message.startswith("trees.yaml:3: is no valid YAML: ")
    assert "\n" not in message


def test_scalars_are_the_text_that_was_written() -> None:
    text = pack("tags: [seed:1]", "tags: [no, on, 2024-01-01, 0x10, null, 1_000, ~]").replace(
        "title: Trees", "title: 12e3"
    )
    loaded, found = parse_yaml(text, Path("trees.yaml"))
    assert found == ()
    assert loaded is not None
    assert loaded.title == "12e3"
    assert loaded.questions[0].tags == ("no", "on", "2024-01-01", "0x10", "null", "1_000", "~")


def test_readings_replace_points_and_references() -> None:
    own = GOOD[GOOD.index("    references:") : GOOD.index("    samples:")]
    nested = "    readings:\n      - id: botany\n" + "".join(f"    {line}\n" for line in own.splitlines())
    text = pack(own, nested).replace("      - kind: full", "      - kind: full\n        reading: botany")
    loaded, found = parse_yaml(text, Path("trees.yaml"))
    assert found == ()
    assert loaded is not None
    assert [reading.id for reading in loaded.questions[0].readings] == ["botany"]
    assert problems(pack("    samples:", nested + "    samples:")) == [
        "trees.yaml:8: questions.0.references: stands beside 'readings'; it belongs into one of them",
        "trees.yaml:10: questions.0.points: stands beside 'readings'; it belongs into one of them",
    ]


def test_a_question_with_two_readings_needs_them_named() -> None:
    own = GOOD[GOOD.index("    references:") : GOOD.index("    samples:")]
    inner = "".join(f"    {line}\n" for line in own.splitlines())
    text = pack(own, f"    readings:\n      - id: one\n{inner}      - id: one\n{inner}")
    assert [line.partition(": ")[2] for line in problems(text)] == [
        "questions.0.readings.1.id: two readings share the id 'one'",
        "questions.0.samples.0: must say which reading it is for",
    ]


def test_all_problems_are_found_and_the_first_is_raised(tmp_path: Path) -> None:
    path = tmp_path / "trees.yaml"
    text = pack("viva-pack/1", "viva-pack/2").replace("weight: 2", "weight: 0").replace("kind: full", "kind: best")
    path.write_text(text, encoding="utf-8")
    loaded, found = read_yaml(path)
    assert loaded is None
    assert [problem.line for problem in found] == [1, 14, 20]
    with pytest.raises(PackError) as caught:
        load_pack(path)
    assert str(caught.value) == (
        f"{path}:1: format: must be 'viva-pack/1', not 'viva-pack/2' (and 2 more problems in this file)"
    )


BYTES = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "latin-1": (b"format: viva-pack/1\nid: \xe9t\xe9\n", ":2: the file is not UTF-8 (byte 0xe9); save it as UTF-8"),
    "utf-16": ("format: x".encode("utf-16"), ":1: the file is in UTF-16; save it as UTF-8"),
    "nul": (b"format: viva-pack/1\nid: a\0b\n", ":2: the file has a NUL character in it, so it is no text"),
    "huge": (b"#" * (MAX_PACK_BYTES + 1), "the file is larger than 5,000,000 bytes"),
}


@pytest.mark.parametrize("name", BYTES)
def test_files_that_are_no_text(name: str, tmp_path: Path) -> None:
    data, message = BYTES[name]
    path = tmp_path / "trees.yaml"
    path.write_bytes(data)
    with pytest.raises(PackError) as caught:
        load_pack(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(message)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "trees.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_pack(path).questions[0].prompt == "What is an evergreen tree?"


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    for path, message in (
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path / "a\0b.yaml", "there is no such file"),
        (tmp_path / "pack.docx", "is no question pack: its name must end in .yaml, .yml or .md"),
    ):
        with pytest.raises(PackError, match=message):
            load_pack(path)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(PackError, match="is not a file"):
        load_pack(tmp_path / "folder.yaml")


LINES = GOOD.splitlines()


@given(
    st.integers(0, len(LINES) - 1), st.sampled_from(["drop", "indent", "dedent", "twice", "cut", "bracket", "colon"])
)
def test_any_damage_is_a_pack_or_problems_with_lines(index: int, damage: str) -> None:
    line = LINES[index]
    changed = {
        "drop": [],
        "indent": ["  " + line],
        "dedent": [line[2:]],
        "twice": [line, line],
        "cut": [line[: len(line) // 2]],
        "bracket": [line + " ["],
        "colon": [line + ": x"],
    }[damage]
    loaded, found = parse_yaml("\n".join([*LINES[:index], *changed, *LINES[index + 1 :], ""]), Path("trees.yaml"))
    assert (loaded is None) == bool(found)
    assert all(problem.line is not None and "\n" not in str(problem) for problem in found)


@given(st.text(max_size=200))
def test_any_text_is_told_what_it_lacks(text: str) -> None:
    loaded, found = parse_yaml(text, Path("trees.yaml"))
    assert loaded is None
    assert found
    assert all("\n" not in str(problem) for problem in found)
