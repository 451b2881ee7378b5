"""What can happen to an exam, and what it wants done in return.

``turn`` in an event is the number of the question and of the turn that it is meant for, from 0; without it, the open one. A page
sends it along, so that a second tab or a late request cannot answer another question than it shows. No action holds more of a
question than the candidate may see: prompt and labels.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.exam.types import EndReason, Phrase

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Begin:
    """The candidate is ready; the exam's time starts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was to be asked is before the candidate; ``text`` where other words were used than those of the action."""

    turn: Place | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the answer box now, or was transcribed so far; it counts if time runs out."""

    text: str
    turn: Place | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer is handed in; ``transcript`` is what a recogniser heard, before corrections."""

    text: str
    turn: Place | None = None
    transcript: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The exam is interrupted; its time stands still."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The exam goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Next:
    """The candidate is ready for the next question."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The candidate passes on what was asked; a draft is kept, and counts nothing."""

    turn: Place | None = None


@dataclass(frozen=True, slots=True)
class GrantTime:
    """Somebody who may do so grants more time, to the exam and to the question on the table."""

    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The exam ends now; what is drafted counts as handed in."""


Event = Begin | Asked | Draft | Answer | Tick | Pause | Resume | Next | Skip | GrantTime | Abandon


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question; ``number`` of ``of``, from 1. ``seconds`` is what there is for it, None without a limit of its own."""

    turn: Place
    text: str
    number: int
    of: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask a follow-up for what was missed or half said."""

    turn: Place
    text: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Challenge:
    """Dispute something that was right."""

    turn: Place
    text: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class TellTime:
    """Say that the last tenth of the time for the exam or the question has begun; ``seconds`` are left."""

    of: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ShowFeedback:
    """Show how a question went; ``question`` is its number from 0, its record holds the rest."""

    question: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The exam is over, and the report can be made."""

    reason: EndReason


Action = Ask | Probe | Challenge | TellTime | ShowFeedback | Finish
