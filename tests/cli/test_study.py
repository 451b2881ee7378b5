"""``viva study``: what learners left behind is counted, exported, imported and deleted, and refusals are one line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.bank import DEFAULT_PATH
from study.disputes import dispute
from study.drafts import Draft
from study.records import PointRef, Review
from tests.cli.running import offline_environment, run
from tests.study.learnt import LEARNER, START, Learnt

ROOT = Path(__file__).resolve().parents[2]
OTHER = "b" * 32
CROWD = "The shop window attracts another crowd now."
HOSTILE = "Features map anew \x1b[31m\u202e."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def environment(data: Path) -> dict[str, str]:
    return offline_environment(data)


@pytest.fixture
def learnt(data: Path) -> Learnt:
    """Two learners: three answers, two disputes, a draft."""
    learnt = Learnt.new(data)
    record = learnt.answer(f"It loses its predictive power. {CROWD}", "1")
    dispute(learnt.trainer, learnt.question, record, "data-drift-cause", id="d" * 32, now=START)
    record = learnt.answer(HOSTILE, "2", learner=OTHER)
    dispute(learnt.trainer, learnt.question, record, "concept-drift-cause", id="e" * 32, now=START)
    learnt.answer("It scales.", "3", question_id="cloud-deployment")
    learnt.drafts.save(LEARNER, "model-drift", Draft("Half a thought", 1), now=START)
    return learnt


def as_json(environment: Mapping[str, str], *arguments: str) -> Any:
    return json.loads(run(environment, *arguments, "--json"))


# --- counting


@pytest.mark.usefixtures("learnt")
def test_info_says_where_and_how_much(environment: dict[str, str], data: Path) -> None:
    told = run(environment, "study", "info")
    assert told.startswith(f"{data / 'study.sqlite3'} (0.")
    assert told.splitlines()[1:] == [
        "  learners: 2",
        "  answers: 3",
        f"  reviews: {as_json(environment, 'study', 'info')['reviews']}",
        "  disputes: 2",
        "  proposed aliases: 2",
        "  drafts: 1",
    ]
    found = as_json(environment, "study", "info")
    assert (found["answers"], found["backups"], found["drafts_file"]) == (3, [], str(data / "drafts.sqlite3"))


@pytest.mark.usefixtures("learnt")
def test_learners(environment: dict[str, str]) -> None:
    assert run(environment, "study", "learners").splitlines() == [
        f"{LEARNER}  2 answers, 2026-03-01 12:01 to 2026-03-01 12:03",
        f"{OTHER}  1 answer, 2026-03-01 12:02 to 2026-03-01 12:02",
    ]
    assert [one["answers"] for one in as_json(environment, "study", "learners")] == [2, 1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("study", "info"),
        ("study", "learners"),
        ("study", "export", "-"),
        ("study", "delete", "--yes"),
        ("study", "rebuild"),
        ("study", "fit"),
        ("study", "aliases"),
        ("replay",),
    ],
)
def test_where_there_is_nothing_yet_it_says_so_and_makes_nothing(
    environment: dict[str, str], data: Path, arguments: tuple[str, ...]
) -> None:
    assert run(environment, *arguments, status=1).startswith(f"{data / 'study.sqlite3'}: there is nothing yet")
    assert not data.exists()


def test_a_damaged_database_is_refused_in_one_line(environment: dict[str, str], data: Path) -> None:
    data.mkdir()
    (data / "study.sqlite3").write_bytes(b"no database at all " * 100)
    assert "damaged" in run(environment, "study", "info", status=1)
    assert (data / "study.sqlite3").read_bytes() == b"no database at all " * 100


# --- out and in


@pytest.mark.usefixtures("learnt")
def test_what_is_exported_can_be_imported_elsewhere(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    told = run(environment, "study", "export", str(file))
    number = len(file.read_text(encoding="utf-8").splitlines()) - 2
    assert told == f"{number} records: {file}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mine.jsonl"]
    there = {**environment, "VIVA_DATA_DIR": str(tmp_path / "there")}
    added = as_json(there, "study", "import", str(file))["added"]
    assert (added["answer"], added["dispute"], added["proposal"], added["draft"]) == (3, 2, 2, 1)
    assert run(there, "study", "import", str(file)).startswith(f"added: nothing; {number} records here already")
    again = run(there, "study", "export", "-").splitlines()
    assert again[1:] == file.read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.usefixtures("learnt")
def test_one_learner_by_how_the_id_begins(environment: dict[str, str]) -> None:
    lines = [json.loads(line) for line in run(environment, "study", "export", "-", "--learner", "b").splitlines()]
    assert [line["answer"]["learner"] for line in lines if line["type"] == "answer"] == [OTHER]
    assert not any(LEARNER in json.dumps(line) for line in lines)
    assert (
        run(environment, "study", "export", "-", "--learner", "c", status=1)
        == "--learner: 'c': there is no such learner"
    )
    assert (
        run(environment, "study", "export", "-", "--learner", "", status=1) == "--learner: '': there is no such learner"
    )


@pytest.mark.usefixtures("learnt")
def test_an_export_is_not_written_over_unasked(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text("precious", encoding="utf-8")
    assert (
        run(environment, "study", "export", str(file), status=1) == f"{file}: is there already; --force writes over it"
    )
    assert file.read_text(encoding="utf-8") == "precious"
    run(environment, "study", "export", str(file), "--force")
    assert file.read_text(encoding="utf-8").startswith('{"type": "viva-export"')
    gone = tmp_path / "gone" / "x"
    assert run(environment, "study", "export", str(gone), status=1).startswith(f"{gone}: cannot be written: ")


def test_import_for_another_learner_from_standard_input(
    environment: dict[str, str], learnt: Learnt, tmp_path: Path
) -> None:
    text = run(environment, "study", "export", "-", "--learner", learnt.learner)
    there = {**environment, "VIVA_DATA_DIR": str(tmp_path / "there")}
    run(there, "study", "import", "-", "--as", OTHER, stdin="\ufeff" + text.replace("\n", "\r\n"))
    assert [one["learner"] for one in as_json(there, "study", "learners")] == [OTHER]
    told = run(there, "study", "import", "-", "--as", "Ada", status=1, stdin=text)
    assert told == "--as: 'Ada': a learner's id has 32 characters, 0 to 9 and a to f"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Dear diary,\n", ": line 1: this is no export of Viva"),
        (
            b'{"type": "viva-export", "version": 99}\n',
            ": line 1: this export has version 99, and this release reads up to 1",
        ),
        (b'{"type": "viva-export", "version": 1}\n\xff', ":2: is not UTF-8, so it is no export, or damaged"),
        (None, ": cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_export_is_refused(
    environment: dict[str, str], tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    assert run(environment, "study", "import", str(file), status=1).startswith(f"{file}{told}")


# --- gone


def test_delete_is_asked_for_and_leaves_nothing(environment: dict[str, str], learnt: Learnt, data: Path) -> None:
    learnt.store.close()
    replies = data / "replies.sqlite3"
    replies.write_bytes(b"a reply that quotes an answer")
    refused = run(environment, "study", "delete", "--learner", "b", status=1)
    assert refused == f"this deletes everything of learner {OTHER}; --yes says that it is meant"
    assert replies.exists()
    told = run(environment, "study", "delete", "--learner", "b", "--yes")
    assert told == "deleted: 1 answer, 0 drafts, and what models replied\n"
    assert not replies.exists()
    assert [one["learner"] for one in as_json(environment, "study", "learners")] == [LEARNER]
    assert run(environment, "study", "delete", "--yes") == "deleted: 2 answers, 1 draft, and what models replied\n"
    left = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert not any(word in left for word in (b"predictive power", b"Features map", b"Half a thought", LEARNER.encode()))


# --- the schedule


def test_rebuild_gives_the_cards_that_were_there(environment: dict[str, str], learnt: Learnt) -> None:
    with learnt.store.writing() as tx:
        before = tx.cards(LEARNER)
        tx.drop_cards(LEARNER)
    told = run(environment, "study", "rebuild", "--learner", "a")
    assert told == f"{LEARNER}  {len(before)} points\n"
    with learnt.store.reading() as tx:
        assert tx.cards(LEARNER) == before


def test_fit_says_why_not(environment: dict[str, str], learnt: Learnt) -> None:
    told = run(environment, "study", "fit")
    assert [line.split("  ")[1].split(" and")[0] for line in told.splitlines()] == ["fitting needs 400 reviews"] * 2
    assert run(environment, "study", "fit", "--learner", "b", status=1).startswith("fitting needs 400 reviews")
    reviews = [
        Review(
            f"{number:0>32x}",
            OTHER,
            PointRef("model-drift", "main", f"p{number % 40}"),
            1 if number % 7 == 0 else 3,
            START + timedelta(days=number // 40 * (1 + number // 40)),
            None,
            None,
            "learner",
            f"{number:0>32x}",
        )
        for number in range(440)
    ]
    with learnt.store.writing() as tx:
        tx.add_reviews(reviews)
    told = run(environment, "study", "fit", "--learner", "b")
    assert told.startswith((f"{OTHER}  adopted: log loss ", f"{OTHER}  not adopted: log loss "))
    with learnt.store.reading() as tx:
        assert (tx.parameters(OTHER) is not None) == ("  adopted" in told)


# --- aliases


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    shutil.copy(DEFAULT_PATH / "drift.yaml", folder)
    return folder


@pytest.mark.usefixtures("learnt")
def test_aliases_are_listed_with_what_they_change_and_safe_on_a_terminal(environment: dict[str, str]) -> None:
    told = run(environment, "study", "aliases")
    assert f"  “{CROWD}”\n  of 8 answers with a known verdict it puts 1 right and 0 wrong\n" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    first = as_json(environment, "study", "aliases")[0]
    assert (first["question_id"], first["point_id"], first["text"]) == ("model-drift", "data-drift-cause", CROWD)
    assert first["broken"] == []


@pytest.mark.usefixtures("learnt")
def test_a_person_accepts_and_rejects(environment: dict[str, str], packs: Path) -> None:
    first, second = (one["id"] for one in as_json(environment, "study", "aliases"))
    before = (packs / "drift.yaml").read_bytes()
    told = run(environment, "study", "aliases", "--accept", first[:6], "--pack", str(packs))
    assert told.startswith(f"accepted: “{CROWD}” for model-drift / data-drift-cause, in {packs / 'drift.yaml'}")
    assert (packs / "drift.yaml").read_bytes().replace(f"          - {CROWD}\n".encode(), b"") == before
    assert run(environment, "study", "aliases", "--reject", second).startswith("rejected: “Features map anew [31m .”")
    assert run(environment, "study", "aliases") == "no alias is proposed\n"
    assert (
        run(environment, "study", "aliases", "--accept", "zz", status=1) == "--accept: 'zz': there is no such proposal"
    )
    run(environment, "study", "aliases", "--accept", "a", "--reject", "b", status=2)


@pytest.mark.usefixtures("learnt")
def test_aliases_of_points_that_no_pack_has_are_listed_as_such(environment: dict[str, str]) -> None:
    told = run(environment, "study", "aliases", "--pack", str(DEFAULT_PATH / "model-deployment.yaml"))
    assert told.count("no pack has the point") == 2
    found = as_json(environment, "study", "aliases", "--pack", str(DEFAULT_PATH / "model-deployment.yaml"))
    assert [one["tried"] for one in found] == [None, None]


# --- what other commands pay for these


def test_other_commands_load_no_database() -> None:
    code = "import sys, grader.__main__; print(sorted({'sqlalchemy', 'alembic', 'fsrs', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
