"""Disputes, and the aliases that they propose."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from study.records import AliasProposal, Dispute, ProposalStatus
from study.transactions.base import Transaction


class DisputeReads(Transaction):
    """Looks disputes and proposals up."""

    def dispute(self, dispute_id: str) -> Dispute | None:
        """Return a dispute, or None."""
        raise NotImplementedError

    def disputes(
        self, learner: str | None = None, answer_id: str | None = None, *, withdrawn: bool = False
    ) -> tuple[Dispute, ...]:
        """Return disputes, the oldest first: all, or of one learner or answer; withdrawn ones only where asked for."""
        raise NotImplementedError

    def proposal(self, proposal_id: str) -> AliasProposal | None:
        """Return a proposal, or None."""
        raise NotImplementedError

    def proposals(
        self, learner: str | None = None, status: ProposalStatus | None = None, dispute_id: str | None = None
    ) -> tuple[AliasProposal, ...]:
        """Return proposals, the oldest first: all, or those of one learner, status or dispute."""
        raise NotImplementedError


class DisputeWrites(DisputeReads):
    """Keeps disputes and proposals."""

    def add_dispute(self, dispute: Dispute) -> bool:
        """Keep a dispute; say whether it is new. Raises StoreError where its answer is not there."""
        raise NotImplementedError

    def withdraw_dispute(self, dispute_id: str, at: datetime) -> None:
        """Note that a dispute was withdrawn; one that was keeps its time."""
        raise NotImplementedError

    def add_proposal(self, proposal: AliasProposal) -> bool:
        """Keep a proposal; say whether it is new. Raises StoreError where its dispute is not there."""
        raise NotImplementedError

    def decide_proposal(self, proposal_id: str, status: Literal["accepted", "rejected"], at: datetime) -> None:
        """Note a person's decision; a later one takes the place of an earlier one."""
        raise NotImplementedError
