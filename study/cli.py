"""The commands ``study ...`` and ``replay``: what a learner left behind, at the command line.

What they need is imported when a command runs, so that the other commands stay as quick as before.
"""

from __future__ import annotations

import typer

study = typer.Typer(
    name="study",
    help="What learners left behind: answers, reviews, disputes. Export it, import it, delete it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def replay(context: typer.Context) -> None:
    """Grade all past answers again and say which disputes that settles and which it breaks; changes nothing."""
    raise NotImplementedError
