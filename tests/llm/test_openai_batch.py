"""The OpenAI Batch API on the real wire: sent, polled, fetched and merged; stopped and resumed; and whatever goes wrong."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.bank import Bank, Pack
from grader.batch.by_openai import grade_csv_in_batches, state_file
from grader.batch.concurrent import LATER, ModelSummary, WhenSpent
from grader.engine import default_grader
from grader.errors import InputError
from grader.hybrid import HybridGrader
from grader.llm.budget import Budget
from grader.llm.cache import Cache
from grader.llm.client import Client
from grader.llm.cost import Price, Prices, default_prices
from grader.llm.judge import Judge
from grader.llm.openai_batch import BatchAsker, BatchJob
from grader.llm.settings import Endpoint, LlmSettings
from grader.llm.types import LlmFailure
from grader.types import Point, Question
from tests.openai_server import OpenAIServer, Received, Say, Status, honest_reply

QUESTION = Question.simple(
    id="drift",
    prompt="What is data drift, and what helps?",
    points=(
        Point("change", "The distribution of the input data changes over time."),
        Point("retrain", "Retraining the model on recent data helps."),
    ),
    references=("The distribution of the input data changes over time. Retraining on recent data helps.",),
)
BANK = Bank((Pack("pack", "Pack", (QUESTION,)),))
ANSWERS = [
    "The distribution of the input data changes over time.",
    "Retraining the model on recent data helps. The distribution of the input data changes over time.",
    "It is about cats.",
    "Retraining the model on recent data helps.",
]
PRICES = Prices(date=default_prices().date, models={"test-model": Price(into=1.0, out=1.0)})
SETTINGS = LlmSettings(model="test-model", max_output_tokens=500)


class Waits:
    """Stands for the clock: notes how long it should have slept, and may be told to stop the run, as Ctrl-C does."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.seconds: list[float] = []
        self.stop_after = stop_after

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) == self.stop_after:
            raise asyncio.CancelledError
        await asyncio.sleep(0)


class Folder:
    """A table of answers and what becomes of it."""

    def __init__(self, path: Path, server: OpenAIServer, answers: list[str] = ANSWERS) -> None:
        self.source, self.target, self.server = path / "in.csv", path / "out.csv", server
        self.told: list[str] = []
        self.tell: Callable[[str], None] = self.told.append
        self.set(answers)

    def set(self, answers: list[str]) -> None:
        rows = [(f"Ada {number}", "drift", answer) for number, answer in enumerate(answers)]
        with self.source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("student", "question_id", "answer"), *rows])

    def run(
        self,
        *,
        waits: Waits | None = None,
        budget: Budget | None = None,
        when_spent: WhenSpent = "offline",
        most_requests: int = 1_000,
        cache: Cache | None = None,
    ) -> ModelSummary:
        async def whole() -> ModelSummary:
            async with Client(Endpoint(base_url=self.server.base_url)) as client:
                with Cache(state_file(self.target)) as store:
                    job = BatchJob(client, store, sleep=waits or Waits(), is_official=True, most_requests=most_requests)
                    asker = BatchAsker(job, PRICES, cache=cache, budget=budget)
                    grade = HybridGrader(default_grader(), Judge(asker, SETTINGS)).grade_answer
                    return await grade_csv_in_batches(
                        self.source,
                        self.target,
                        bank=BANK,
                        grade=grade,
                        asker=asker,
                        job=job,
                        when_spent=when_spent,
                        tell=self.tell,
                    )

        return asyncio.run(whole())

    def rows(self) -> list[dict[str, str]]:
        with self.target.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def sent(self, what: str) -> int:
        return sum(count for name, count in self.server.script.counts.items() if name.startswith(what))


@pytest.fixture
def folder(tmp_path: Path, openai_server: OpenAIServer) -> Folder:
    openai_server.script.always = honest_reply
    return Folder(tmp_path, openai_server)


def test_a_table_by_way_of_a_batch(folder: Folder) -> None:
    assert folder.run() == ModelSummary(rows=4)
    rows = folder.rows()
    assert [row["student"] for row in rows] == ["Ada 0", "Ada 1", "Ada 2", "Ada 3"]
    assert [row["answer"] for row in rows] == ANSWERS
    assert [row["met"] for row in rows] == ["change", "change; retrain", "", "retrain"]
    assert all("llm:test-model" in row["judged_by"] for row in rows)
    assert folder.sent("POST /v1/chat/completions") == 0
    assert folder.sent("POST /v1/batches 200") >= 1


def test_it_costs_half(folder: Folder) -> None:
    folder.run()
    for row in folder.rows():
        tokens = int(row["tokens_in"]) + int(row["tokens_out"])
        assert tokens > 100
        assert float(row["cost"]) == pytest.approx(tokens / 1e6 / 2, abs=1e-6)


def test_names_do_not_leave_the_machine(folder: Folder) -> None:
    folder.run()
    sent = json.dumps([request.body for request in folder.server.script.received])
    assert "cats" in sent
    assert "Ada" not in sent


def test_the_same_as_asking_at_once(folder: Folder, tmp_path: Path) -> None:
    """Which grade an answer gets does not depend on the way the requests took."""
    folder.run()
    by_batch = folder.rows()

    async def at_once() -> list[float]:
        from grader.llm.cascade import EndpointAsker

        async with Client(Endpoint(base_url=folder.server.base_url)) as client:
            grade = HybridGrader(default_grader(), Judge(EndpointAsker(client, SETTINGS), SETTINGS)).grade_answer
            return [(await grade(QUESTION, answer)).score for answer in ANSWERS]

    assert [float(row["score"]) for row in by_batch] == [
        pytest.approx(score, abs=1e-5) for score in asyncio.run(at_once())
    ]


def test_a_second_look_is_a_second_batch(folder: Folder) -> None:
    """The first replies leave doubts, whose requests can only be made once these replies are there."""

    def unsure(request: Received) -> Say:
        return honest_reply(request) if len(folder.server.script.received) > 1 else partly(request)

    def partly(request: Received) -> Say:
        said = json.loads(honest_reply(request).text or "")
        for point in said.values():
            point["verdict"] = "partial" if point["verdict"] == "met" else point["verdict"]
        return Say(json.dumps(said))

    folder.set(ANSWERS[:1])
    folder.server.script.always = unsure
    folder.run()
    assert folder.sent("POST /v1/batches 200") == 2
    assert folder.rows()[0]["met"] == "change"


def test_stopped_while_waiting_it_goes_on_where_it_was(folder: Folder) -> None:
    folder.server.script.batch_polls = 5
    with pytest.raises(asyncio.CancelledError):
        folder.run(waits=Waits(stop_after=2))
    assert not folder.target.exists()
    asked = len(folder.server.script.received)
    assert folder.run() == ModelSummary(rows=4)
    assert asked == 0
    keys = [json.dumps(request.body, sort_keys=True) for request in folder.server.script.received]
    assert len(keys) == len(set(keys))  # nothing was sent, or paid, twice
    assert all("llm:test-model" in row["judged_by"] for row in folder.rows())


def test_after_the_end_nothing_is_sent_again(folder: Folder) -> None:
    folder.run()
    first, before = folder.rows(), folder.sent("POST /v1/batches 200")
    folder.run()
    assert folder.sent("POST /v1/batches 200") == before
    assert folder.rows() == first


def test_a_table_that_grew_sends_only_what_is_new(folder: Folder) -> None:
    folder.run()
    before = len(folder.server.script.received)
    folder.set([*ANSWERS, "Nothing but the weather changes."])
    folder.run()
    new = [request.last for request in folder.server.script.received[before:]]
    assert new
    assert all("weather" in text for text in new)
    assert len(folder.rows()) == 5


def test_what_the_cache_knows_is_not_sent_and_what_came_back_is_kept(folder: Folder, tmp_path: Path) -> None:
    with Cache(tmp_path / "replies.sqlite3") as cache:
        folder.run(cache=cache)
        assert cache.info().replies >= 4
        state_file(folder.target).unlink()
        before = folder.sent("POST /v1/batches")
        folder.run(cache=cache)
        assert folder.sent("POST /v1/batches") == before
    assert {(row["tokens_in"], row["cost"]) for row in folder.rows()} == {("0", "0.000000")}


def test_many_requests_are_cut_into_several_batches(folder: Folder) -> None:
    folder.set([f"{answer} ({number})" for number in range(5) for answer in ANSWERS[2:3]])
    folder.run(most_requests=2)
    assert folder.sent("POST /v1/batches 200") >= 3
    assert all("llm:test-model" in row["judged_by"] for row in folder.rows())


def test_what_expired_is_sent_once_more(folder: Folder) -> None:
    folder.server.script.batch_end, folder.server.script.batch_left_out = "expired", 2

    def tell(line: str) -> None:
        if "expired" in line:
            folder.server.script.batch_end = "completed"

    folder.tell = tell
    folder.run()
    assert folder.sent("POST /v1/batches 200") >= 2
    assert all("llm:test-model" in row["judged_by"] for row in folder.rows())


def test_requests_that_fail_are_graded_offline_with_the_reason(folder: Folder) -> None:
    def picky(request: Received) -> Say | Status:
        if "cats" in request.last:
            return Status(400, "no cats", type="invalid_request_error")
        return honest_reply(request)

    folder.server.script.always = picky
    folder.run()
    rows = folder.rows()
    assert rows[2]["judged_by"] == "offline"
    assert "no cats" in rows[2]["notes"]
    assert "llm_failed" in rows[2]["flags"]
    assert "llm:test-model" in rows[0]["judged_by"]


def test_a_refusal_of_the_model_is_not_sent_again(folder: Folder) -> None:
    folder.server.script.always = Say(None, refusal="I would rather not.")
    folder.run()
    assert folder.sent("POST /v1/batches 200") == 1
    assert {row["notes"] for row in folder.rows()} == {"the model declined to answer"}


def test_a_batch_that_is_refused_as_a_whole(folder: Folder) -> None:
    folder.server.script.batch_end = "failed"
    with pytest.raises(LlmFailure, match=r"the Batch API refused batch_\d+: Enqueued token limit reached\."):
        folder.run()
    assert not folder.target.exists()
    folder.server.script.batch_end = "completed"
    assert folder.run() == ModelSummary(rows=4)


def test_a_batch_that_was_canceled_at_the_provider(folder: Folder) -> None:
    folder.server.script.batch_polls = 3
    with pytest.raises(asyncio.CancelledError):
        folder.run(waits=Waits(stop_after=1))

    async def cancel() -> None:
        async with Client(Endpoint(base_url=folder.server.base_url)) as client:
            await client.cancel_batch("batch_000001")

    asyncio.run(cancel())
    with pytest.raises(LlmFailure, match="was canceled at the provider"):
        folder.run()
    assert folder.run() == ModelSummary(rows=4)


def test_a_server_that_has_no_batches(folder: Folder) -> None:
    folder.server.script.api_key = "sk-other"
    with pytest.raises(LlmFailure, match="the Batch API: "):
        folder.run()
    assert not folder.target.exists()


def test_a_connection_that_fails_while_waiting_is_waited_out() -> None:
    class Client:
        def __init__(self) -> None:
            self.answers: list[object] = [
                LlmFailure("no_server", "gone"),
                LlmFailure("rate_limited", "busy", retry_after=7.0),
                {"status": "completed", "output_file_id": None, "error_file_id": None},
            ]

        async def get_batch(self, batch_id: str) -> dict[str, object]:
            assert batch_id == "batch_1"
            found = self.answers.pop(0)
            if isinstance(found, LlmFailure):
                raise found
            assert isinstance(found, dict)
            return found

    assert asyncio.run(waited(Client())) == [60.0, 7.0]


async def waited(client: object) -> list[float]:
    import tempfile

    waits = Waits()
    with tempfile.TemporaryDirectory() as name, Cache(Path(name) / "state") as store:
        store.note("batches", json.dumps({"batch_1": 3}))
        job = BatchJob(client, store, sleep=waits)  # type: ignore[arg-type]
        await job.finish()
        assert job.under_way == ()
    return waits.seconds


def test_a_job_that_cannot_be_kept_track_of_is_not_begun(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"something else, " * 100)
    with (
        Cache(path) as store,
        pytest.raises(InputError, match=r"a batch needs a file to keep track of it: .*is damaged"),
    ):
        BatchJob(None, store, sleep=Waits())  # type: ignore[arg-type]


@pytest.mark.parametrize("when_spent", ["offline", "later"])
def test_a_budget_holds_for_batches_too(folder: Folder, when_spent: WhenSpent) -> None:
    folder.set([f"{ANSWERS[0]} ({number})" for number in range(12)])
    limit = 6_000
    folder.run(budget=Budget(max_tokens=limit), when_spent=when_spent)
    rows = folder.rows()
    used = sum(int(row["tokens_in"] or 0) + int(row["tokens_out"] or 0) for row in rows)
    assert 0 < used <= limit
    rest = [row for row in rows if "llm" not in row["judged_by"]]
    assert 0 < len(rest) < 12
    assert {row["error"] for row in rest} == ({LATER} if when_spent == "later" else {""})


def test_output_that_makes_no_sense_is_nothing(tmp_path: Path) -> None:
    texts = [
        "",
        "null",
        "[]",
        "{",
        '{"custom_id": 3}',
        '{"custom_id": "a", "response": {"status_code": "x", "body": []}}',
    ]

    class Client:
        async def get_batch(self, batch_id: str) -> dict[str, object]:
            assert batch_id == "batch_1"
            return {"status": "completed", "output_file_id": "file", "request_counts": "none"}

        async def file_content(self, file_id: str) -> str:
            assert file_id == "file"
            return "\n".join(texts)

    with Cache(tmp_path / "state") as store:
        store.note("batches", json.dumps({"batch_1": 3}))
        job = BatchJob(Client(), store, sleep=Waits())  # type: ignore[arg-type]
        asyncio.run(job.finish())
        assert store.info().replies == 0
