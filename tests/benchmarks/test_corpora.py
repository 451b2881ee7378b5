"""Reading the corpora: what a row holds, what is dropped, and one line for everything that is missing."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.corpora import Corpora, CorpusError, is_response, read_corpora
from tests.benchmarks.made_up import write_corpora


def test_five_files_make_four_corpora(corpora: Corpora) -> None:
    assert {name: len(rows) for name, rows in corpora.rows.items()} == {
        "beetle": 24, "scientsbank": 24, "saf": 48, "stita": 24,
    }  # fmt: skip
    assert Counter(row.dataset for row in corpora.rows["saf"]) == {"saf_v1": 24, "saf_v2": 24}


def test_a_row_holds_what_stands_in_the_file(corpora: Corpora) -> None:
    row = corpora.rows["beetle"][0]
    assert row.question_key == "beetle/drift"
    assert row.references == ("The distribution of the data changes over time.", "The data changes.")
    assert (row.score, row.label_2way, row.split) == (1.0, "correct", "train")


def test_a_question_of_both_saf_files_is_one_question(corpora: Corpora) -> None:
    assert {row.question_key for row in corpora.rows["saf"]} == {"saf_v1/drift", "saf_v1/canary"}
    assert {row.question_key for row in corpora.rows["stita"]} == {"stita/drift", "stita/canary"}
    assert corpora.repeated("saf") == 24
    assert corpora.repeated("stita") == 0


def test_equal_words_within_a_file_are_different_questions(tmp_path: Path) -> None:
    write_corpora(tmp_path)
    content = "split,question_id,question,reference,answer,score\n" + "".join(
        f"all,{k},Explain.,r,a,1\n" for k in "abab"
    )
    for name in ("beetle", "stita"):
        with gzip.open(tmp_path / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            file.write(content)
    rows = read_corpora(tmp_path).rows
    assert [row.question_key for row in rows["beetle"]] == ["beetle/a", "beetle/b", "beetle/a", "beetle/b"]
    assert [row.question_key for row in rows["stita"]] == ["stita/a", "stita/b", "stita/a", "stita/b"]


def test_correct_is_the_label_and_elsewhere_full_marks(corpora: Corpora) -> None:
    assert [row.correct for row in corpora.rows["stita"][:5]] == [True] * 4 + [False]
    assert corpora.rows["stita"][0].label_2way is None
    assert [row.correct for row in corpora.rows["beetle"][:5]] == [True] * 4 + [False]


def test_blank_and_no_response_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    nothing = [("", 0.0), ("  ...", 0.0), ("No response", 0.0), ("no submission.", 0.0), ("I do not know", 0.0)]
    read = read_corpora(write_corpora(tmp_path, extra={"saf_v1": nothing}))
    assert read.dropped == {"beetle": 0, "scientsbank": 0, "saf": 4, "stita": 0}
    assert len(read.rows["saf"]) == 49


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        ("No response.", False),
        ("EMPTY SUBMISSION", False),
        ("n/a", False),
        ("_", False),
        ("no", True),
        ("There was no response from the server", True),
        ("idk", True),
        ("ж", True),
        ("7", True),
    ],
)
def test_what_counts_as_an_answer(answer: str, answered: bool) -> None:
    assert is_response(answer) is answered


def test_a_missing_folder_or_file_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^there is no folder .*nowhere$"):
        read_corpora(tmp_path / "nowhere")
    write_corpora(tmp_path, leave_out="stita")
    with pytest.raises(CorpusError, match=r"^there is no file .*stita\.csv\.gz$"):
        read_corpora(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("split,question_id,question,reference,answer\n", r"there is no column score$"),
        ("", r"there is no column split, question_id, question, reference, answer, score$"),
        ("split,question_id,question,reference,answer,score\nall,1,q,r,a,good\n", r"beetle.csv.gz:2: the score 'good'"),
        ("split,question_id,question,reference,answer,score\nall,1,q,r,a,1.5\n", r"the score 1.5 is outside 0 to 1$"),
        ("split,question_id,question,reference,answer,score\nall,1,q, ||| ,a,1\n", r"there is no reference answer$"),
        ("split,question_id,question,reference,answer,score\nall,1,q\n", r"the score '' is not a number$"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    write_corpora(tmp_path)
    with gzip.open(tmp_path / "beetle.csv.gz", "wt", encoding="utf-8") as file:
        file.write(content)
    with pytest.raises(CorpusError, match=message) as raised:
        read_corpora(tmp_path)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_gzip_says_so(tmp_path: Path) -> None:
    write_corpora(tmp_path)
    (tmp_path / "beetle.csv.gz").write_text("dataset,split\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="is not a gzip'd CSV file"):
        read_corpora(tmp_path)


def test_a_sample_takes_rows_in_groups_and_is_the_same_every_time(corpora: Corpora) -> None:
    sample = corpora.sample(12)
    assert {name: len(rows) for name, rows in sample.rows.items()} == dict.fromkeys(corpora.rows, 12)
    assert sample == corpora.sample(12)
    assert {len({row.question_key for row in rows}) for rows in sample.rows.values()} == {1}
    assert corpora.sample(1_000) == corpora
