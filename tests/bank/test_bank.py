"""The bank: what is loaded, in which order, and what two packs may not share."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bank import DEFAULT_PATH, Bank, Pack, load_bank
from grader.bank.load import pack_files
from grader.errors import PackError, UnknownQuestionError
from grader.types import Point, Question


def question(id: str, *tags: str) -> Question:
    return Question.simple(
        id=id, prompt=f"What is {id}?", points=(Point("a", "A tree"),), references=("A tree",), tags=tags
    )


def write(path: Path, pack_id: str, question_id: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"format: viva-pack/1\nid: {pack_id}\ntitle: T\nquestions:\n  - id: {question_id}\n    prompt: What?\n"
        "    references: [A tree.]\n    points:\n      - {id: a, text: A tree.}\n",
        encoding="utf-8",
    )
    return path


def test_course_order_is_by_number_and_then_as_it_comes() -> None:
    first = Pack("first", "First", (question("loose"), question("tenth", "x", "seed:10"), question("second", "seed:2")))
    second = Pack("second", "Second", (question("first", "seed:1"), question("last"), question("odd", "seed:x")))
    ids = [each.id for each in Bank((first, second)).questions]
    assert ids == ["first", "second", "tenth", "loose", "last", "odd"]


def test_questions_are_found_by_id() -> None:
    pack = Pack("pack", "Pack", (question("oak"),))
    bank = Bank((pack,))
    assert bank.get("oak") is pack.questions[0]
    assert bank.pack_of(bank.get("oak")) is pack
    with pytest.raises(UnknownQuestionError, match=r"^no question has the id 'ash'$"):
        bank.get("ash")
    with pytest.raises(UnknownQuestionError, match=r"^no pack has the question 'ash'$"):
        bank.pack_of(question("ash"))
    with pytest.raises(UnknownQuestionError) as caught:
        bank.get("x" * 1000)
    assert len(str(caught.value)) < 120


def test_equal_banks_are_equal() -> None:
    assert Bank((Pack("p", "P", (question("oak"),)),)) == Bank((Pack("p", "P", (question("oak"),)),))


def test_packs_may_not_share_ids(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.yaml", "one", "oak"), write(tmp_path / "two.yaml", "two", "oak")
    with pytest.raises(PackError) as caught:
        load_bank(tmp_path)
    assert str(caught.value) == f"{two}: id: the question 'oak' is in {one} too"
    write(two, "one", "ash")
    with pytest.raises(PackError) as caught:
        load_bank(one, two)
    assert str(caught.value) == f"{two}: id: the pack 'one' is in {one} too"


def test_a_folder_is_all_the_packs_within_it(tmp_path: Path) -> None:
    write(tmp_path / "b.yaml", "b", "b")
    write(tmp_path / "a" / "c.yml", "c", "c")
    write(tmp_path / ".hidden" / "d.yaml", "d", "d")
    write(tmp_path / ".e.yaml", "e", "e")
    (tmp_path / "README.md").write_text("# 1. What is this?\nPacks.", encoding="utf-8")
    (tmp_path / "prose.md").write_text("# Thoughts\nAbout trees.", encoding="utf-8")
    (tmp_path / "notes.md").write_text("# 1. What is an oak?\nA tree.", encoding="utf-8")
    (tmp_path / "data.json").write_text("{}", encoding="utf-8")
    assert [path.name for path in pack_files(tmp_path)] == ["c.yml", "b.yaml", "notes.md"]
    assert [pack.id for pack in load_bank(tmp_path).packs] == ["c", "b", "notes"]
    # A file that is named itself counts, and each file counts once.
    named = pack_files(tmp_path / "b.yaml", tmp_path, tmp_path / "prose.md")
    assert [path.name for path in named] == ["b.yaml", "c.yml", "notes.md", "prose.md"]


def test_folders_without_packs_and_paths_without_files(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_bank(tmp_path)
    assert str(caught.value) == f"{tmp_path}: has no question packs in it"
    with pytest.raises(PackError) as caught:
        load_bank(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path / 'none'}: there is no such file or folder"


def test_the_default_stands_beside_the_app(project_root: Path) -> None:
    assert project_root / "questions" == DEFAULT_PATH
    assert (DEFAULT_PATH.parent / "app.py").exists()
    assert load_bank() == load_bank(DEFAULT_PATH)
