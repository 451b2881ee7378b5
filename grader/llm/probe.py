"""Try a connection, and say in words how it is: for the settings page and for ``viva llm check``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.llm.capability import Memory
from grader.llm.cascade import EndpointAsker
from grader.llm.client import Client
from grader.llm.settings import BASE_URL, KEY, MODEL, Endpoint, LlmSettings
from grader.llm.types import FailureKind, LlmFailure, Message, Mode, Request

_SECONDS = 30.0
_MOST_NAMED = 8
_QUESTION = 'Reply with this JSON object and nothing else: {"ok": true}'
_SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
# Where the list of models says this, a question would say it too.
_HOPELESS: frozenset[FailureKind] = frozenset({"no_server", "timeout", "bad_key", "no_quota"})
_ADVICE: Mapping[FailureKind, str] = {
    "no_server": f"Is it running, and is {BASE_URL} its address?",
    "timeout": "It may still be loading the model; try once more.",
    "bad_key": f"Check {KEY}.",
    "no_quota": "Add credit there, or take another server.",
    "rate_limited": "Try again in a minute.",
}
_WAYS: Mapping[Mode, str] = {
    "schema": "with a strict JSON schema",
    "object": "with JSON, though not bound to a schema",
    "text": "with plain text, out of which the JSON is taken",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """How a connection is: ``told`` says it in one or two sentences. ``kind`` is None where ``ok``; ``mode`` only then is not."""

    ok: bool
    kind: FailureKind | None
    told: str
    models: tuple[str, ...]
    mode: Mode | None
    seconds: float
    model: str = ""


async def check(
    endpoint: Endpoint,
    settings: LlmSettings,
    *,
    memory: Memory | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Connection:
    """Ask the server for its models and one model for a tiny reply; never raises for what the server does.

    Give ``memory`` what the graders use, and what this finds out is known to them.
    """
    begun = clock()
    models: tuple[str, ...] = ()
    model = settings.model
    async with Client(endpoint, memory=memory) as client:
        try:
            models = await _listed(client)
            model = _chosen(settings, models)
            asker = EndpointAsker(client, _hasty(settings, model))
            request = Request(
                model=model,
                messages=(Message("user", _QUESTION),),
                schema=_SCHEMA,
                schema_name="check",
                temperature=settings.temperature,
                max_output_tokens=settings.max_output_tokens,
            )
            reply = await asker.ask(request)
        except LlmFailure as failure:
            return Connection(False, failure.kind, _told(failure, model, models), models, None, clock() - begun, model)
    seconds = clock() - begun
    told = f"The model {model} answers {_WAYS[reply.mode]}, after {seconds:.1f} seconds."
    return Connection(True, None, told, models, reply.mode, seconds, model)


async def settled(client: Client, settings: LlmSettings) -> LlmSettings:
    """Return the settings with a model: the one that they name, else the only one that the server has.

    Raises ``LlmFailure`` where there is none or more than one, and for whatever keeps the server from saying so.
    """
    if settings.model:
        return settings
    return settings.model_copy(update={"model": _chosen(settings, await _listed(client))})


async def _listed(client: Client) -> tuple[str, ...]:
    try:
        return tuple(await client.models())
    except LlmFailure as failure:
        if failure.kind in _HOPELESS:
            raise
        return ()  # not every server lists its models


def _chosen(settings: LlmSettings, models: tuple[str, ...]) -> str:
    if settings.model:
        return settings.model
    if len(models) == 1:
        return models[0]
    which = f"the server has {_named(models)}" if models else "the server does not list its models"
    raise LlmFailure("unknown_model", f"no model is named: {which}")


def _hasty(settings: LlmSettings, model: str) -> LlmSettings:
    seconds = min(_SECONDS, settings.answer_deadline)
    changes = {"model": model, "max_retries": 0, "answer_deadline": seconds}
    return settings.model_copy(update=changes)


def _named(models: tuple[str, ...]) -> str:
    more = len(models) - _MOST_NAMED
    return ", ".join(models[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _told(failure: LlmFailure, model: str, models: tuple[str, ...]) -> str:
    said = str(failure)
    said = said[:1].upper() + said[1:]
    advice = _ADVICE.get(failure.kind, "")
    if failure.kind == "unknown_model":
        has = f" The server has {_named(models)}." if models and model else ""
        advice = f"Set {MODEL}.{has}"
    return f"{said}. {advice}".strip() if not said.endswith("?") else f"{said} {advice}".strip()
