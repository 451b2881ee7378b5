"""All that asking a model takes, put together and taken apart again: connections, retries, budget, cache, judge and grader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.hybrid import HybridGrader
from grader.llm.budget import Budget, BudgetAsker
from grader.llm.cache import Cache, CachedAsker
from grader.llm.capability import Memory
from grader.llm.cascade import EndpointAsker
from grader.llm.client import Client
from grader.llm.cost import Prices, default_prices
from grader.llm.judge import Judge
from grader.llm.loop import Background
from grader.llm.probe import settled
from grader.llm.settings import Endpoint, LlmSettings
from grader.llm.types import Asker, LlmFailure, Reply, Request
from grader.offline import OfflineGrader


@dataclass(frozen=True, slots=True)
class Session:
    """A grader that asks a model, and what stands behind it.

    ``client`` talks to the server itself, for replies that are streamed; ``loop`` runs what is asynchronous, in the one event
    loop that all of it belongs to. ``failure`` is why there is no model to ask, None where there is one.
    """

    grader: HybridGrader
    settings: LlmSettings
    budget: Budget
    cache: Cache | None
    client: Client
    loop: Background
    failure: LlmFailure | None = None


@contextmanager
def model_session(
    endpoint: Endpoint,
    settings: LlmSettings,
    *,
    offline: OfflineGrader | None = None,
    mode: Literal["auto", "required"] = "auto",
    cache_file: Path | None = None,
    budget: Budget | None = None,
) -> Iterator[Session]:
    """Provide a grader with a model behind it, and close everything at the end.

    Settings that name no model get the only one that the server has. Where that cannot be told, the failure is raised with
    ``mode`` "required", and else every grade is the offline one with the failure as its note.
    """
    with ExitStack() as closing:
        loop = closing.enter_context(Background())
        cache = None if cache_file is None else closing.enter_context(Cache(cache_file))
        client = Client(endpoint, memory=Memory(endpoint.address, cache))
        closing.callback(lambda: loop.run(client.close()))
        yield loop.run(join(client, settings, loop=loop, offline=offline, mode=mode, cache=cache, budget=budget))


async def join(
    client: Client,
    settings: LlmSettings,
    *,
    loop: Background,
    offline: OfflineGrader | None = None,
    mode: Literal["auto", "required"] = "auto",
    cache: Cache | None = None,
    budget: Budget | None = None,
) -> Session:
    """Return a grader with a model behind it; who calls closes the client, the cache and the loop, in which this runs.

    The model, and what is raised, are as with ``model_session``.
    """
    asker: Asker
    failure = None
    try:
        settings = await settled(client, settings)
        asker = EndpointAsker(client, settings)
    except LlmFailure as told:
        if mode == "required":
            raise
        failure, asker = told, _Failed(told)
    budget = budget or Budget()
    asker = guarded(asker, budget, default_prices(), cache)
    hybrid = HybridGrader(offline, Judge(asker, settings), mode, run=loop.run)
    return Session(hybrid, settings, budget, cache, client, loop, failure)


def guarded(asker: Asker, budget: Budget, prices: Prices, cache: Cache | None) -> Asker:
    """Return what keeps to a budget before it asks ``asker``, and looks into the cache, if there is one, before that."""
    kept = BudgetAsker(asker, budget, prices)
    return kept if cache is None else CachedAsker(kept, cache)


class _Failed:
    """Answers every request with the failure that made asking pointless."""

    def __init__(self, failure: LlmFailure) -> None:
        self._failure = failure

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:  # noqa: ARG002 - as an Asker has them
        """Raise the failure."""
        raise LlmFailure(self._failure.kind, str(self._failure))
