"""Reading a table with marks: which column, which maximum, which step, and one clear line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import grader
from grader.calibrate import Labelled, read_marks
from tests.calibrate.material import bank_of, marked, write_pack, write_table

GOOD = "oak,Deep roots hold the soil.,{}\r\n"


@pytest.fixture
def bank(tmp_path: Path) -> grader.Bank:
    return bank_of(tmp_path)


def table(folder: Path, text: str) -> Path:
    path = folder / "marks.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def refused(path: Path, bank: grader.Bank, mark_column: str | None = None, max_mark: float | None = None) -> str:
    with pytest.raises(grader.TableError) as caught:
        read_marks(path, bank, mark_column=mark_column, max_mark=max_mark)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}:")


def test_marks_are_read_with_their_questions_and_lines(tmp_path: Path, bank: grader.Bank) -> None:
    path = table(
        tmp_path, 'question_id,answer,mark\r\noak,"two\r\nlines",7.5\r\n\r\nbee,,0\r\noak,x,\r\noak,y, 10 \r\n'
    )
    found = read_marks(path, bank)
    assert [(row.line, row.question.id, row.answer, row.mark, row.most) for row in found.rows] == [
        (2, "oak", "two\r\nlines", 7.5, 10.0),
        (5, "bee", "", 0.0, 10.0),
        (7, "oak", "y", 10.0, 10.0),
    ]
    assert (found.unmarked, found.mark_column, found.step, found.most) == (1, "mark", 2.5, 10.0)
    assert found.most_from == "the questions' own marks"
    assert len(found.sha256) == 64


def test_questions_may_come_along(tmp_path: Path, bank: grader.Bank) -> None:
    text = "question;reference;answer;mark\nWhy?;Roots hold the soil.;Roots do.;1,5\nWhy?;Roots hold the soil.;No idea.;0,5\n"
    found = read_marks(table(tmp_path, text), bank)
    assert [row.mark for row in found.rows] == [1.5, 0.5]
    assert found.most == 1.5
    assert found.most_from == "the largest mark in the column 'mark'; --max-mark names another"
    assert found.step == 0.5


@pytest.mark.parametrize("name", ["mark", "score", "human", "points", " Human "])
def test_the_column_has_one_of_several_names(tmp_path: Path, bank: grader.Bank, name: str) -> None:
    found = read_marks(table(tmp_path, f"question_id,answer,{name}\r\n{GOOD.format(8)}"), bank)
    assert found.mark_column == name.strip().lower()
    assert found.rows[0].mark == 8.0


def test_the_column_may_be_named(tmp_path: Path, bank: grader.Bank) -> None:
    path = table(tmp_path, "question_id,answer,mark,Second Reader\r\noak,x,1,7\r\n")
    assert read_marks(path, bank, mark_column="second reader").rows[0].mark == 7.0
    assert "no column 'third'" in refused(path, bank, "third")


def test_what_batch_wrote_is_no_teachers_mark(tmp_path: Path, bank: grader.Bank) -> None:
    path = table(tmp_path, "question_id,answer,score,low,high,signature\r\noak,x,0.5,0.1,0.9,s\r\n")
    assert refused(path, bank).startswith("1: the column 'score' looks like the one that viva batch wrote")
    assert read_marks(path, bank, mark_column="score").rows[0].mark == 0.5
    both = table(tmp_path, "question_id,answer,score,low,high,signature,mark\r\noak,x,0.5,0.1,0.9,s,8\r\n")
    assert read_marks(both, bank).rows[0].mark == 8.0


def most_of(found: Labelled) -> list[float]:
    return [row.most for row in found.rows]


def test_where_the_maximum_comes_from(tmp_path: Path, bank: grader.Bank) -> None:
    plain = table(tmp_path, f"question_id,answer,mark\r\n{GOOD.format(3)}{GOOD.format(5)}")
    # Marks up to 5 were hardly given out of ten.
    assert most_of(read_marks(plain, bank)) == [5.0, 5.0]
    assert most_of(read_marks(plain, bank, max_mark=8)) == [8.0, 8.0]
    assert read_marks(plain, bank, max_mark=8).most_from == "--max-mark"
    six = grader.load_bank(write_pack(tmp_path, marks=6))
    assert most_of(read_marks(plain, six)) == [6.0, 6.0]
    own = table(tmp_path, "question_id,answer,mark,max_score\r\noak,x,3,4\r\noak,y,5,20\r\n")
    found = read_marks(own, bank)
    assert most_of(found) == [4.0, 20.0]
    assert (found.most, found.most_from, found.step) == (None, "the column 'max_score'", 1.0)


@pytest.mark.parametrize(
    ("marks", "step"),
    [
        (("0", "5", "10"), 5.0),
        (("0.5", "7", "10"), 0.5),
        (("2.25", "10"), 0.25),
        (("0.2954545454545454", "10"), 0.1),
        (("0", "0.5"), 0.5),
    ],
)
def test_the_step_is_the_teachers_own(tmp_path: Path, bank: grader.Bank, marks: tuple[str, ...], step: float) -> None:
    path = table(tmp_path, "question_id,answer,mark\r\n" + "".join(GOOD.format(mark) for mark in marks))
    assert read_marks(path, bank).step == step


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("oak,x,seven", "2: column 'mark': 'seven' is no number"),
        ("oak,x,nan", "2: column 'mark': 'nan' is no number"),
        ("oak,x,inf", "2: column 'mark': 'inf' is no number"),
        ("oak,x,1e3", "2: column 'mark': '1e3' is no number"),
        ("oak,x,7/10", "2: column 'mark': '7/10' is no number"),
        ("oak,x,-1", "2: column 'mark': -1 is negative"),
        ('oak,x,"1,000"', "2: column 'mark': '1,000' may be a thousand"),
        ("elm,x,7", "2: column 'question_id': no question has the id 'elm'"),
        (",x,7", "2: the row names no question"),
        ("oak,x,7,8", "2: the row has 4 cells for 3 columns"),
        (f"oak,{'x' * 50_001},7", "2: column 'answer': the answer has 50,001 characters"),
    ],
)
def test_a_bad_row_is_one_line_with_its_place(tmp_path: Path, bank: grader.Bank, row: str, told: str) -> None:
    path = table(tmp_path, f"question_id,answer,mark\r\n{row}\r\n{GOOD.format(3)}")
    assert refused(path, bank).startswith(told)


def test_a_mark_above_the_maximum(tmp_path: Path, bank: grader.Bank) -> None:
    path = table(tmp_path, f"question_id,answer,mark\r\n{GOOD.format(3)}{GOOD.format(7.5)}")
    assert refused(path, bank, max_mark=5) == "3: column 'mark': 7.5 is more than the maximum, 5 (--max-mark)"
    own = table(tmp_path, "question_id,answer,mark,max_mark\r\noak,x,5,4\r\n")
    assert refused(own, bank) == "2: column 'mark': 5 is more than the maximum, 4 (the column 'max_mark')"


@pytest.mark.parametrize(("cell", "told"), [("", "is empty"), ("0", "must be above 0"), ("ten", "'ten' is no number")])
def test_a_bad_maximum(tmp_path: Path, bank: grader.Bank, cell: str, told: str) -> None:
    path = table(tmp_path, f"question_id,answer,mark,max_mark\r\noak,x,0,{cell}\r\n")
    assert refused(path, bank) == f"2: column 'max_mark': {told}"


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_maximum_that_is_none(tmp_path: Path, bank: grader.Bank, value: float) -> None:
    path = write_table(tmp_path / "marks.csv", marked(3, float))
    with pytest.raises(grader.TableError, match="--max-mark: must be a number above 0"):
        read_marks(path, bank, max_mark=value)


def test_a_table_without_the_columns(tmp_path: Path, bank: grader.Bank) -> None:
    assert "no column 'mark' or 'human' or 'points' or 'score'" in refused(
        table(tmp_path, "question_id,answer\r\noak,x\r\n"), bank
    )
    assert "no column 'answer'" in refused(table(tmp_path, "question_id,mark\r\noak,1\r\n"), bank)
    assert "stands twice" in refused(table(tmp_path, "question_id,answer,mark,MARK\r\noak,x,1,2\r\n"), bank)
    with pytest.raises(grader.TableError, match="cannot be read"):
        read_marks(tmp_path / "absent.csv", bank)
