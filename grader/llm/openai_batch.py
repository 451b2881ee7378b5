"""The OpenAI Batch API: requests go up as a file, replies come back within a day, at half the price.

Grading runs as if a model were asked, with an asker that answers what has come back and collects the rest for a next batch: the
second looks need the first replies. All that must survive a restart lies in one file, a ``Cache``: which batches are under way, and
every reply that was fetched. A request is recognised by its hash, so nothing is lost or paid twice where the table has changed.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, TypeVar

from grader.errors import InputError
from grader.llm.budget import Budget, Reserved, most_of, note_refusal
from grader.llm.cache import Cache, request_key
from grader.llm.capability import Capability
from grader.llm.cost import Prices
from grader.llm.types import FailureKind, LlmFailure, Mode, Reply, Request, Usage
from grader.llm.wire import chat_body, failure_of, reply_of

CHAT = "/v1/chat/completions"
MOST_REQUESTS = 20_000
"""Requests in one file; the provider takes 50,000."""
MOST_BYTES = 100_000_000
"""The size of one file; the provider takes 200 MB."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
_UNREACHED = 30
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
# What may go well when it is sent once more.
_PASSING: frozenset[FailureKind] = frozenset({"rate_limited", "server_error", "timeout", "no_server"})

_Found = TypeVar("_Found")
Tell = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


class BatchClient(Protocol):
    """What of ``grader.llm.client.Client`` is used here."""

    async def upload_file(self, content: bytes, name: str) -> str:
        """Upload the requests of a batch; return the file's id."""
        ...

    async def create_batch(self, file_id: str, *, metadata: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Begin a batch; return its object."""
        ...

    async def get_batch(self, batch_id: str) -> Mapping[str, Any]:
        """Return a batch's object."""
        ...

    async def file_content(self, file_id: str) -> str:
        """Return the text of a file."""
        ...


class BatchJob:
    """The batches of one job: what is collected, under way and fetched. ``store`` survives a restart, and must be writable."""

    def __init__(
        self,
        client: BatchClient,
        store: Cache,
        *,
        sleep: Sleep,
        capability: Capability | None = None,
        is_official: bool = True,
        most_requests: int = MOST_REQUESTS,
    ) -> None:
        if store.trouble is not None:
            raise InputError(f"a batch needs a file to keep track of it: {store.trouble}")
        self.store = store
        self._client, self._sleep = client, sleep
        self._capability, self._is_official = capability or Capability(), is_official
        self._most_requests = most_requests
        self._lines: dict[str, bytes] = {}
        self._collected: set[str] = set()
        self._size = 0

    @property
    def under_way(self) -> tuple[str, ...]:
        """The ids of the batches that were sent and not fetched yet."""
        return tuple(self._batches())

    @property
    def mode(self) -> Mode:
        """How replies are constrained."""
        return self._capability.mode

    async def add(self, request: Request) -> None:
        """Put a request into the next batch, once; a full batch is sent."""
        key = request_key(request)
        if key in self._collected:
            return
        self._collected.add(key)
        body = chat_body(replace(request, mode=self.mode), self._capability, is_official=self._is_official)
        line = json.dumps({"custom_id": key, "method": "POST", "url": CHAT, "body": body}).encode() + b"\n"
        if self._lines and (len(self._lines) >= self._most_requests or self._size + len(line) > MOST_BYTES):
            await self.send()
        self._lines[key] = line
        self._size += len(line)

    async def send(self) -> None:
        """Send what is collected. Raises LlmFailure where the server does not take it."""
        if not self._lines:
            return
        try:
            file_id = await self._client.upload_file(b"".join(self._lines.values()), "viva-batch.jsonl")
            begun = await self._client.create_batch(file_id, metadata={"made_by": "viva"})
        except LlmFailure as failure:
            raise LlmFailure(failure.kind, f"the Batch API: {failure}") from None
        name = begun.get("id")
        if not isinstance(name, str) or not name:
            raise LlmFailure("server_error", "the Batch API: the server began a batch and gave it no id")
        self._note({**self._batches(), name: len(self._lines)})
        self._lines.clear()
        self._size = 0

    async def finish(self, tell: Tell = lambda _line: None) -> None:
        """Wait until every batch under way has ended, and fetch what came of it; ``tell`` hears how far each is.

        Raises LlmFailure where a batch was refused as a whole or canceled at the provider; what it brought is kept.
        """
        self._collected.clear()
        for name in self.under_way:
            batch = await self._ended(name, tell)
            for kind in ("output", "error"):
                file_id = batch.get(f"{kind}_file_id")
                if isinstance(file_id, str) and file_id:
                    self._take(await self._reached(partial(self._client.file_content, file_id)))
            if self.store.trouble is not None:
                raise InputError(f"what came back cannot be kept: {self.store.trouble}")
            rest = self._batches()
            rest.pop(name, None)
            self._note(rest)
            if batch["status"] == "failed":
                raise LlmFailure("bad_request", f"the Batch API refused {name}: {_complaint(batch)}")
            if batch["status"] == "cancelled":
                raise LlmFailure("canceled", f"{name} was canceled at the provider; what it had done is kept")

    # --- inside

    async def _ended(self, name: str, tell: Tell) -> Mapping[str, Any]:
        wait, told = FIRST_WAIT, ""
        while True:
            batch = await self._reached(partial(self._client.get_batch, name))
            counts = batch.get("request_counts")
            done = counts.get("completed", 0) if isinstance(counts, dict) else 0
            line = f"{name}: {batch.get('status')}, {done} of {self._batches().get(name, 0)} done"
            if line != told:
                tell(line)
                told = line
            if batch.get("status") in _ENDED:
                return batch
            await self._sleep(wait)
            wait = min(wait * 1.5, LONGEST_WAIT)

    async def _reached(self, act: Callable[[], Awaitable[_Found]]) -> _Found:
        """Do something that may fail for a while: a batch takes hours, and a connection may not."""
        for _ in range(_UNREACHED):
            try:
                return await act()
            except LlmFailure as failure:
                if failure.kind not in _PASSING:
                    raise
                last = failure
            await self._sleep(last.retry_after or LONGEST_WAIT)
        raise last

    def _take(self, text: str) -> None:
        """Keep the replies and failures of an output or error file; what may go well another time stays unknown."""
        for key, response in _lines(text):
            status, body = response.get("status_code"), response.get("body")
            if not isinstance(body, dict) or not isinstance(status, int):
                continue
            model = body.get("model")
            asked = Request(model if isinstance(model, str) else "", (), mode=self.mode)
            try:
                if status != 200:
                    raise failure_of(status, {}, json.dumps(body))
                self.store.keep(key, asked.model, reply_of(body, asked))
            except LlmFailure as failure:
                if failure.kind not in _PASSING:
                    self.store.note(f"failed:{key}", json.dumps([failure.kind, str(failure)]))

    def failure(self, key: str) -> LlmFailure | None:
        """Return what a request came to where it came to nothing."""
        told = self.store.fact(f"failed:{key}")
        return None if told is None else LlmFailure(*json.loads(told))

    def _batches(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.store.fact("batches") or "{}")
        return found

    def _note(self, batches: Mapping[str, int]) -> None:
        self.store.note("batches", json.dumps(batches))
        if self.store.trouble is not None:
            names = ", ".join(batches)
            raise InputError(f"the batches under way ({names}) cannot be kept track of: {self.store.trouble}")


class BatchAsker:
    """Answers from what a job has fetched; the rest is collected for its next batch, or fails where nothing is collected any more.

    ``cache`` is the cache of other runs: what it knows is not sent, and what came back is kept in it. ``budget`` limits what the
    job may take in all, at half the price, by the most that each request can take.
    """

    def __init__(
        self, job: BatchJob, prices: Prices, *, cache: Cache | None = None, budget: Budget | None = None
    ) -> None:
        self._job, self._prices, self._cache = job, prices, cache
        self._limits = budget or Budget()
        self._round = self._limits
        self.is_collecting = True
        self.failure: LlmFailure | None = None
        self.sent = 0

    def begin(self) -> None:
        """Begin a round: count from what all rounds before it took."""
        self.sent = 0
        self._round = Budget(self._limits.max_cost, self._limits.max_tokens)
        self._round.spent = self.taken

    @property
    def taken(self) -> Usage:
        """What the replies that were fetched took, at the batch's price."""
        used = self._job.store.totals()
        return sum((self._prices.priced(usage, model, is_batch=True) for model, usage in used.items()), Usage())

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        """Return the reply that was fetched. Raises LlmFailure for what failed or is not there yet, which is then collected."""
        del deadline  # a batch has a day
        key = request_key(request)
        reply = self._job.store.find(key)
        if reply is not None:
            usage = self._prices.priced(self._job.store.took(key) or Usage(), request.model, is_batch=True)
            reply = replace(reply, usage=usage)
            if self._cache is not None:
                self._cache.keep(key, request.model, reply)
            return reply
        if self._cache is not None and (reply := self._cache.find(key)) is not None:
            return reply
        failure = self._job.failure(key)
        if failure is not None:
            raise failure
        most = most_of(request, self._prices, is_batch=True)
        if not self.is_collecting:
            if self._round.fits(Reserved.of(most)):
                raise LlmFailure("timeout", "no reply came back in the batch")
        elif self._round.fits(Reserved.of(most)):
            try:
                await self._job.add(request)
            except LlmFailure as refused:
                self.failure = refused  # the grader takes it for the failure of one answer
                raise
            self.sent += 1
            raise LlmFailure("canceled", "sent in a batch")
        note_refusal()
        raise LlmFailure("budget", "the budget is used up")


def _lines(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the id and the response of each line that has both; others tell nothing of any request."""
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        key = found.get("custom_id") if isinstance(found, dict) else None
        response = found.get("response") if isinstance(found, dict) else None
        if isinstance(key, str) and isinstance(response, dict):
            yield key, response


def _complaint(batch: Mapping[str, Any]) -> str:
    """Return what a batch that was refused says of itself, in one line."""
    errors = batch.get("errors")
    data = errors.get("data") if isinstance(errors, dict) else None
    first = data[0] if isinstance(data, list) and data else {}
    said = first.get("message") if isinstance(first, dict) else None
    return " ".join(str(said).split())[:300] if said else "no reason is given"
