"""What the command ``study aliases`` tells and does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.bank import load_bank
from study.command_world import the_one
from study.disputes import accept, effect_of, reject
from study.errors import StudyError
from study.records import AliasProposal

if TYPE_CHECKING:
    from grader.bank.edit import AliasEffect
    from study.store import Store


@dataclass(frozen=True, slots=True)
class Row:
    """An open proposal, and what it would change; ``effect`` is None where no pack has its point any more."""

    proposal: AliasProposal
    effect: AliasEffect | None
    told: str

    def as_json(self) -> dict[str, Any]:
        """Return what --json prints."""
        ref, effect = self.proposal.ref, self.effect
        return {
            "id": self.proposal.id,
            "question_id": ref.question_id,
            "reading_id": ref.reading_id,
            "point_id": ref.point_id,
            "text": self.proposal.text,
            "at": self.proposal.at.isoformat(),
            "tried": None if effect is None else effect.tried,
            "fixed": None if effect is None else effect.fixed,
            "broken": None if effect is None else effect.broken,
        }


def listed(store: Store, packs: Sequence[Path]) -> list[Row]:
    """Return the open proposals, the oldest first."""
    bank = load_bank(*packs)
    with store.reading() as tx:
        proposals = tx.proposals(status="proposed")
    rows = []
    for proposal in proposals:
        try:
            effect = effect_of(store, proposal, bank)
        except StudyError as error:
            rows.append(Row(proposal, None, str(error)))
            continue
        told = f"of {effect.tried} answers with a known verdict it puts {len(effect.fixed)} right"
        rows.append(Row(proposal, effect, f"{told} and {len(effect.broken)} wrong"))
    return rows


def decide(store: Store, given: str, packs: Sequence[Path], *, is_yes: bool, now: datetime) -> str:
    """Accept or reject the open proposal whose id begins with ``given``; return what was done, in words."""
    with store.reading() as tx:
        known = {one.id: one for one in tx.proposals()}
    proposal = known[the_one(given, set(known), "--accept" if is_yes else "--reject", "proposal")]
    place = f"{proposal.ref.question_id} / {proposal.ref.point_id}"
    if not is_yes:
        reject(store, proposal.id, now=now)
        return f"rejected: “{proposal.text}” for {place}"
    bank = load_bank(*packs)
    accept(store, proposal.id, bank, now=now)
    path = bank.pack_of(bank.get(proposal.ref.question_id)).path
    return f"accepted: “{proposal.text}” for {place}, in {path}; run `viva validate` to see what it changes"
