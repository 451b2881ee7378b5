"""A table in, the same table with grades out: round trips, dialects, faults, and never half a file."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.bank import Bank, Pack
from grader.batch import Summary, grade_csv, verdict
from grader.batch.run import ADDED_COLUMNS
from grader.batch.table import free_names, spreadsheet_safe
from grader.errors import InputError, TableError
from grader.types import Evidence, Grade, Judgment, Point, Question

POINTS = (
    Point("oak", "The oak"),
    Point("ash", "The ash"),
    Point("stone", "Stones grow", kind="misconception"),
)
TREES = Question.simple(id="trees", prompt="Which trees?", points=POINTS, references=("oak and ash",))
COUNTED = Question.simple(id="one", prompt="Name one tree.", points=POINTS, references=("oak",), required_count=1)
BANK = Bank((Pack("pack", "Pack", (TREES, COUNTED)),))
LONGEST = 100


class FakeGrader:
    """Grades by the words of the points' ids, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, question: Question, answer: str) -> Grade:
        self.asked.append((question.id, answer))
        if len(answer) > LONGEST:
            raise InputError(f"the answer has {len(answer)} characters")
        judgments = []
        for point in question.points:
            start = answer.casefold().find(point.id)
            quote = answer[start : start + len(point.id)]
            evidence = (Evidence(start, start + len(quote), quote, "fake", 1.0),) if start >= 0 else ()
            met = bool(evidence and quote)
            judgments.append(Judgment(point.id, "met" if met else "unmet", float(met), evidence if met else ()))
        score = sum(judgment.credit or 0.0 for judgment in judgments) / len(judgments)
        return Grade(
            question_id=question.id,
            question_version=question.version,
            reading_id=question.readings[0].id,
            judgments=tuple(judgments),
            score=score,
            low=score,
            high=score,
            flags=() if answer.strip() else ("blank",),
            feedback="=HYPERLINK(1)" if "evil" in answer else "You covered some.",
            signature="fake:1",
        )


def grade_text(text: str | bytes, tmp_path: Path, grade: FakeGrader | None = None) -> tuple[Summary, bytes]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    summary = grade_csv(source, target, bank=BANK, grade=grade or FakeGrader())
    return summary, target.read_bytes()


def rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_the_whole_row(tmp_path: Path) -> None:
    summary, data = grade_text("name,question_id,answer,note\nAda,trees,an oak,x\n", tmp_path)
    assert summary == Summary(rows=1, failed=0)
    assert data.decode() == (
        "name,question_id,answer,note,score,low,high,verdict,met,missing,flags,feedback,signature,error\r\n"
        "Ada,trees,an oak,x,0.333333,0.333333,0.333333,incorrect,oak,ash,,You covered some.,fake:1,\r\n"
    )


def test_verdicts() -> None:
    assert [verdict(score) for score in (0.0, 0.3499, 0.35, 0.7499, 0.75, 1.0)] == [
        *("incorrect", "incorrect", "partly", "partly", "correct", "correct")
    ]


def test_points_beyond_the_count_are_not_missing_and_mistakes_are_not_met(tmp_path: Path) -> None:
    _, data = grade_text("question_id,answer\none,oak\ntrees,stone\n", tmp_path)
    assert [(row["met"], row["missing"]) for row in rows(data)] == [("oak", ""), ("", "oak; ash")]


def test_questions_of_its_own_are_compiled_once(tmp_path: Path) -> None:
    text = (
        "question,reference,answer\n"
        '"Which, please?",- oak\n'
        'Which trees?,"- oak\n- ash ||| - yew",an OAK\n'
        'Which trees?,"- oak\n- ash ||| - yew",ash\n'
    )
    grade = FakeGrader()
    summary, data = grade_text(text, tmp_path, grade)
    assert summary == Summary(rows=3, failed=1)
    found = rows(data)
    assert found[0]["error"] == "the row ends before the answer: 2 cells for 3 columns"
    assert [row["met"] for row in found[1:]] == ["oak", "ash"]
    assert len({question for question, _ in grade.asked}) == 1


def test_a_reference_beside_an_id_counts_and_an_empty_one_does_not(tmp_path: Path) -> None:
    text = "question_id,question,reference,answer\nforeign,Which?,- yew,yew\ntrees,Which?, ,oak\n"
    _, data = grade_text(text, tmp_path)
    assert [row["met"] for row in rows(data)] == ["yew", "oak"]


def test_a_column_may_name_the_language(tmp_path: Path) -> None:
    seen: list[str] = []

    class Listening(FakeGrader):
        def __call__(self, question: Question, answer: str) -> Grade:
            seen.append(question.language)
            return super().__call__(question, answer)

    text = (
        "question,reference,language,answer\nWas?,Die Eiche ist ein Baum und keine Blume.,,Eiche\n"
        "Was?,Die Eiche ist ein Baum und keine Blume.,nl,Eiche\nWas?,Eiche,Deutsch,Eiche\n"
    )
    summary, data = grade_text(text, tmp_path, Listening())
    assert (summary, seen) == (Summary(3, 1), ["de", "nl"])
    assert rows(data)[2]["error"] == "'Deutsch' is no language code, such as 'de' or 'pt-BR'"


def test_equal_answers_are_graded_once(tmp_path: Path) -> None:
    grade = FakeGrader()
    _, data = grade_text("question_id,answer\ntrees,An oak.\ntrees,  an   OAK. \none,An oak.\n", tmp_path, grade)
    assert [question for question, _ in grade.asked] == ["trees", "one"]
    assert rows(data)[0]["score"] == rows(data)[1]["score"]


BAD_ROWS = {
    "unknown id": ("nothing,oak", "no question has the id 'nothing'"),
    "no id": (",oak", "the row names no question"),
    "no answer": ("trees", "the row ends before the answer: 1 cells for 2 columns"),
    "too many cells": ("trees,oak,ash,yew", "the row has 4 cells for 2 columns; left over: ash | yew"),
    "too long": ("trees," + "x" * (LONGEST + 1), "the answer has 101 characters"),
    "a formula": ("=1+1,oak", "no question has the id '=1+1'"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_says_why_and_stops_nothing(name: str, tmp_path: Path) -> None:
    line, message = BAD_ROWS[name]
    summary, data = grade_text(f"question_id,answer\ntrees,oak\n{line}\n\ntrees,ash\n", tmp_path)
    assert summary == Summary(rows=3, failed=1)
    first, bad, last = rows(data)
    assert bad["error"] == message
    assert {bad[name] for name in ADDED_COLUMNS[:-1]} == {""}
    assert (first["met"], first["error"], last["met"], last["error"]) == ("oak", "", "ash", "")
    assert [bad["question_id"], bad["answer"]] == [*line.split(","), ""][:2]


def test_an_empty_answer_is_an_answer(tmp_path: Path) -> None:
    _, data = grade_text("question_id,answer\ntrees,\n", tmp_path)
    assert [(row["score"], row["flags"], row["error"]) for row in rows(data)] == [("0", "blank", "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects_stay_what_they_are(delimiter: str, bom: str, end: str, tmp_path: Path) -> None:
    lines = ["name;x,y|question_id|answer", 'Ada|trees|"oak\n""quoted""; a,b\tc"', "Bob|trees|ash"]
    text = bom + end.join(lines).replace("|", delimiter) + end
    if delimiter != "\t":
        text = text.replace("name;x,y", '"name;x,y"')
    _, data = grade_text(text, tmp_path)
    assert data.startswith(b"\xef\xbb\xbf") == bool(bom)
    first, second = rows(data, delimiter)
    assert first["answer"] == 'oak\n"quoted"; a,b\tc'
    assert (first["name;x,y"], first["met"], second["met"]) == ("Ada", "oak", "ash")


def test_column_names_in_any_case(tmp_path: Path) -> None:
    _, data = grade_text("Question_ID, Answer \ntrees,oak\n", tmp_path)
    assert data.startswith(b"Question_ID, Answer ,score,")
    assert rows(data)[0]["met"] == "oak"


def test_columns_that_are_there_already_keep_their_names(tmp_path: Path) -> None:
    _, data = grade_text("question_id,answer,score,Error,error_2\ntrees,oak,9,a,b\n", tmp_path)
    (row,) = rows(data)
    assert (row["score"], row["score_2"], row["Error"], row["error_2"], row["error_3"]) == (
        "9",
        "0.333333",
        "a",
        "b",
        "",
    )
    assert free_names(["score", "score_2"], ["score"]) == ["score_3"]


def test_what_is_written_is_no_formula(tmp_path: Path) -> None:
    _, data = grade_text("question_id,answer,note\ntrees,evil oak,=1+1\n", tmp_path)
    (row,) = rows(data)
    assert row["feedback"] == "'=HYPERLINK(1)"
    assert row["note"] == "=1+1"
    for text in ("=a", "+a", "-a", "@a", "\ta", "\ra", "\na"):
        assert spreadsheet_safe(text) == "'" + text


# --- faults of the whole table: one line, and nothing is written

FAULTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ": the file is empty"),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", ": the file is empty"),
    "no answer": (b"question_id,text\na,b\n", ":1: there is no column 'answer'; there is 'question_id', 'text'"),
    "no reference": (b"question,answer\na,b\n", ":1: there is no column 'reference'; there is 'question', 'answer'"),
    "no question": (b"reference,answer\na,b\n", ":1: there is no column 'question'; there is 'reference', 'answer'"),
    "no question at all": (
        b"answer;name\na;b\n",
        ":1: there is no column 'question_id' (or 'question' and 'reference'); there is 'answer', 'name'",
    ),
    "no column that is known": (
        b"a,b\n1,2\n",
        (
            ":1: there is no column 'answer' and no column 'question_id' (or 'question' and 'reference'); "
            "there is 'a', 'b'"
        ),
    ),
    "no header": (b"\nquestion_id,answer\n", ":1: the first line must name the columns"),
    "answer twice": (b"question_id,answer,Answer\n", ":1: the column 'answer' stands twice"),
    "latin-1": (
        "question_id,answer\ntrees,oak\ntrees,naïve\n".encode("latin-1"),
        ":3:9: the file is not UTF-8 (byte 0xef); save it as CSV UTF-8",
    ),
    "utf-16": ("question_id,answer\n".encode("utf-16"), ":1: the file is in UTF-16; save it as CSV UTF-8"),
    "cut in a character": (b"question_id,answer\ntrees,\xc3", ":2:7: the file ends in the middle of a character"),
    "nul": (b"question_id,answer\ntrees,a\x00b\n", ":2:8: the file has a NUL character in it, so it is no text"),
    "open quote": (
        b'question_id,answer\ntrees,oak\ntrees,"ash\ntrees,yew\n',
        ":3: a quotation mark is opened and never closed",
    ),
    "text after a quote": (
        b'question_id,answer\ntrees,"ash" and\n',
        ":2: the quotation marks do not match (',' expected after '\"')",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_table_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    data, message = FAULTS[name]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(data)
    target.write_text("before", encoding="utf-8")
    grade = FakeGrader()
    with pytest.raises(TableError) as caught:
        grade_csv(source, target, bank=BANK, grade=grade)
    assert str(caught.value) == f"{source}{message}"
    assert grade.asked == []
    assert target.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("question_id,answer\ntrees,oak\n", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    for wrong, target, message in (
        (tmp_path / "none.csv", tmp_path / "out.csv", "none.csv: cannot be read: No such file or directory"),
        (tmp_path, tmp_path / "out.csv", "is a folder"),
        (source, source, "in.csv: the result would overwrite the answers; name another file"),
        (source, link, "link.csv: the result would overwrite the answers; name another file"),
        (source, tmp_path, "is no file that could be written"),
        (source, tmp_path / "none" / "out.csv", "out.csv: cannot be written: No such file or directory"),
        (Path("a\0b"), tmp_path / "out.csv", "is no name that a file can have"),
    ):
        with pytest.raises(TableError) as caught:
            grade_csv(wrong, target, bank=BANK, grade=FakeGrader())
        assert str(caught.value).endswith(message)
        assert "\n" not in str(caught.value)
    assert source.read_text(encoding="utf-8") == "question_id,answer\ntrees,oak\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "link.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("question_id,answer\ntrees,oak\n", encoding="utf-8")
    part = tmp_path / f".out.csv.{os.getpid()}.part"
    part.symlink_to("/dev/full")
    with pytest.raises(TableError, match=r"out\.csv: cannot be written: No space left on device"):
        grade_csv(source, target, bank=BANK, grade=FakeGrader())
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_failure_on_the_way_leaves_the_old_result(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("question_id,answer\ntrees,oak\ntrees,ash\n", encoding="utf-8")
    target.write_text("before", encoding="utf-8")

    def interrupted(rows: int) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_csv(source, target, bank=BANK, grade=FakeGrader(), progress=interrupted)
    assert target.read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_result_replaces_an_old_one_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("before", encoding="utf-8")
    (tmp_path / "out.csv").symlink_to(tmp_path / "real.csv")
    grade_text("question_id,answer\ntrees,oak\n", tmp_path)
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes().startswith(b"question_id,answer,score")


def test_huge_cells(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    summary, data = grade_text('question_id,answer\ntrees,"' + "x\n" * 500_000 + '"\ntrees,oak\n', tmp_path)
    assert summary == Summary(rows=2, failed=1)
    assert rows_of_any_size(data)[1]["met"] == "oak"
    assert csv.field_size_limit() == limit


def rows_of_any_size(data: bytes) -> list[dict[str, str]]:
    limit = csv.field_size_limit(10_000_000)
    try:
        return rows(data)
    finally:
        csv.field_size_limit(limit)


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"

    def peak(count: int) -> int:
        with source.open("w", encoding="utf-8") as file:
            file.write("question_id,answer,note\n")
            file.writelines(f"trees,oak number {n % 50},{'x' * 1000}\n" for n in range(count))
        tracemalloc.start()
        try:
            grade_csv(source, target, bank=BANK, grade=FakeGrader())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    # The check reads blocks of a megabyte, so both tables are larger than some of them.
    assert peak(20_000) < 1.5 * peak(4_000)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), delimiter=st.sampled_from(",;\t"), bom=st.booleans())
def test_what_comes_in_comes_out(table: list[tuple[str, str, str]], delimiter: str, bom: bool, tmp_path: Path) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("question_id", "note", "answer"), *table])
    summary, data = grade_text(text.getvalue().encode("utf-8-sig" if bom else "utf-8"), tmp_path)
    assert summary.rows == len(table)
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert [tuple(row[:3]) for row in back[1:]] == table
    assert {len(row) for row in back} == {3 + len(ADDED_COLUMNS)}
