"""The judgments of the offline grader and of a model, to one set: the model's stands where code could verify it.

A model's judgment is a claim. What it says to a point's credit needs a passage of the answer that supports the point by offline
matching as well; what is not verified leaves the offline judgment in its place, and says so. Where the two are far apart, a
person should look: the result is marked, and holds what the other side says, so that the interval can reach that far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.types import DENIED, NAMED_ONLY, QUOTE_NOT_FOUND, Evidence, Judgment, Reading

CLEAR = 0.75
"""The least credit of a point that the offline grader found clearly, and the least difference that is a disagreement."""

Supports = Callable[[int, tuple[Evidence, ...]], float]
"""How much quoted passages support the point at an index of the reading, in 0..1."""


@dataclass(frozen=True, slots=True)
class Combined:
    """One judgment per point, in the order of the reading.

    ``notes`` say why a model's judgment does not stand or is in doubt; ``review`` that a person should look; ``otherwise`` is
    what the other side of every disagreement says, None where there is none.
    """

    judgments: tuple[Judgment, ...]
    notes: tuple[str, ...] = ()
    review: bool = False
    otherwise: tuple[Judgment, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    judgment: Judgment
    note: str = ""
    review: bool = False
    other: Judgment | None = None


def combine(
    reading: Reading,
    offline: Sequence[Judgment],
    model: Sequence[Judgment],
    supports: Supports,
    *,
    support: float,
    doubts: Sequence[str] = (),
) -> Combined:
    """Combine two sets of judgments, both in the order of the points of ``reading``.

    ``support`` is the least support of a quoted passage that counts. Where ``doubts`` say why the answer may have talked the
    model into something, nothing that the model says can raise a score above the offline one.

    >>> from grader.types import Point
    >>> reading = Reading("main", (Point("a", "The data changes."),), ())
    >>> said = (Evidence(0, 12, "it is other ", "llm", 1.0),)
    >>> offline, model = [Judgment("a", "unmet", 0.0)], [Judgment("a", "met", 1.0, said, source="llm:m")]
    >>> combine(reading, offline, model, lambda point, passages: 0.6, support=0.3).judgments[0].source
    'llm:m'
    >>> combine(reading, offline, model, lambda point, passages: 0.1, support=0.3).judgments[0].source
    'offline'
    """
    settled = [
        _settle(index, reading, off, said, supports, support, bool(doubts))
        for index, (off, said) in enumerate(zip(offline, model, strict=True))
    ]
    notes = list(dict.fromkeys([*doubts, *(one.note for one in settled if one.note)]))
    otherwise = tuple(one.judgment if one.other is None else one.other for one in settled)
    apart = any(one.other is not None for one in settled)
    return Combined(
        judgments=tuple(one.judgment for one in settled),
        notes=tuple(notes),
        review=bool(doubts) or any(one.review for one in settled),
        otherwise=otherwise if apart else None,
    )


def _settle(
    index: int, reading: Reading, off: Judgment, said: Judgment, supports: Supports, support: float, doubted: bool
) -> _Settled:
    point = reading.points[index]
    name = point.label or point.id
    if said.credit is None:
        note = f"{name}: no judgment of the model ({said.reason}); judged offline"
        # A quote that nobody wrote is no slip to pass over.
        invented = said.reason.startswith(QUOTE_NOT_FOUND)
        return _Settled(_stand_in(off, f"no judgment of the model: {said.reason}"), note, review=invented)
    credit, gain = off.credit or 0.0, said.credit - (off.credit or 0.0)
    helps = gain < 0 if point.kind == "misconception" else gain > 0
    if helps and doubted:
        note = f"{name}: the model says {said.verdict}, which is not believed here; judged offline"
        return _Settled(_stand_in(off, f"the model's {said.verdict!r} is not believed"), note, review=True)
    if said.credit > 0 and supports(index, said.evidence) < support:
        note = f"{name}: the words that the model quotes do not support the point; judged offline"
        # A claim without support is worth a look where it would have changed something.
        review = gain >= CLEAR
        return _Settled(_stand_in(off, "the model's quote does not support the point"), note, review=review)
    if said.credit == 0 and credit >= CLEAR:
        note = f"{name}: found offline, not by the model"
        return _Settled(said, note, review=True, other=off)
    if off.reason == DENIED and said.credit > 0:
        return _Settled(
            said, f"{name}: denied by the answer as read offline, found by the model", review=True, other=off
        )
    if gain >= CLEAR:
        # What the offline grader overlooks is what a model is asked for: no alarm, but the interval holds both.
        return _Settled(said, f"{name}: found by the model, not offline", other=off)
    return _Settled(said)


def _stand_in(off: Judgment, why: str) -> Judgment:
    """Return an offline judgment with the reason why it stands there; a reason that later stages look for stays as it is."""
    if off.reason in (DENIED, NAMED_ONLY):
        return off
    return replace(off, reason=f"{off.reason}; {why}" if off.reason else why)
