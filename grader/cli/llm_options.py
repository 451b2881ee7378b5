"""Options about the model that several commands share, and the grader that they make.

Addresses, keys and the model's name come from the environment (``context.obj``). A key is no option, since everyone on a machine
can read the command lines of its programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.errors import InputError
from grader.llm.budget import Budget
from grader.llm.cache import cache_file as cache_file  # noqa: PLC0414 - where an option decides about it
from grader.llm.settings import BASE_URL, KEY, MODEL, Endpoint, LlmSettings, from_environment
from grader.offline import OfflineGrader

if TYPE_CHECKING:
    from grader.hybrid import HybridGrader

LlmMode = Literal["auto", "off", "required"]
NO_MODEL = f"no model is set up: {KEY} holds a key, or {BASE_URL} the address of a server that needs none"

LlmOption = Annotated[
    LlmMode,
    typer.Option(
        "--llm",
        help="auto: ask a model where one is set up, and grade offline where it fails; off: ask none; required: no grade without.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help=f"The model, instead of {MODEL}."),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help=f"The server, instead of {BASE_URL}; {KEY} goes there.",
    ),
]
JudgesOption = Annotated[int, typer.Option("--judges", metavar="N", min=1, max=15, help="How many judges vote.")]
CacheOption = Annotated[
    bool,
    typer.Option("--cache/--no-cache", help="Remember replies, so that a rerun is free."),
]
MaxCostOption = Annotated[
    float | None,
    typer.Option("--max-cost", metavar="USD", min=0.0, help="The most to spend, in US dollars."),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option("--max-tokens", metavar="N", min=0, help="The most tokens to use, in and out."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say about the model."""

    mode: LlmMode = "auto"
    model: str | None = None
    base_url: str | None = None
    judges: int = 1
    cache: bool = True
    max_cost: float | None = None
    max_tokens: int | None = None


def set_up(asked: Asked, environment: Mapping[str, str]) -> tuple[Endpoint, LlmSettings] | None:
    """Return where the model is and how it is asked; None where none is to be asked.

    Raises ``InputError`` for a model that is required and not set up, and for an address or a key that is none.
    """
    if asked.mode == "off":
        return None
    named = {name: value for name, value in ((MODEL, asked.model), (BASE_URL, asked.base_url)) if value is not None}
    found = from_environment({**environment, **named}, judges=asked.judges)
    if found is None and asked.mode == "required":
        raise InputError(NO_MODEL)
    return found


@contextmanager
def llm_grader(
    asked: Asked, environment: Mapping[str, str], offline: OfflineGrader
) -> Iterator[HybridGrader | OfflineGrader]:
    """Provide the grader that the options ask for: the offline one, or the one that asks a model as well.

    Raises ``InputError`` as ``set_up`` does. A server that does not answer is met when something is graded.
    """
    found = set_up(asked, environment)
    if found is None:
        yield offline
        return
    # What talks to servers is not loaded by those who never ask one.
    from grader.session import model_session

    endpoint, settings = found
    with model_session(
        endpoint,
        settings,
        offline=offline,
        mode="required" if asked.mode == "required" else "auto",
        cache_file=cache_file(environment) if asked.cache else None,
        budget=Budget(asked.max_cost, asked.max_tokens),
    ) as session:
        yield session.grader
