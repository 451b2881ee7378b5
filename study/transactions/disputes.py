"""Disputes, and the aliases that they propose."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, RowMapping, Select, select, update

from study.records import AliasProposal, Dispute, PointRef, ProposalStatus
from study.serial import storable
from study.tables import answers, disputes, proposals
from study.transactions.base import Row, Transaction


class DisputeReads(Transaction):
    """Looks disputes and proposals up."""

    def dispute(self, dispute_id: str) -> Dispute | None:
        """Return a dispute, or None."""
        found = self._disputes(select(disputes).where(disputes.c.id == dispute_id))
        return found[0] if found else None

    def disputes(
        self, learner: str | None = None, answer_id: str | None = None, *, withdrawn: bool = False
    ) -> tuple[Dispute, ...]:
        """Return disputes, the oldest first: all, or of one learner or answer; withdrawn ones only where asked for."""
        wanted = select(disputes).order_by(disputes.c.at, disputes.c.id)
        if learner is not None:
            wanted = wanted.where(disputes.c.learner == learner)
        if answer_id is not None:
            wanted = wanted.where(disputes.c.answer_id == answer_id)
        return self._disputes(wanted if withdrawn else wanted.where(disputes.c.withdrawn_at.is_(None)))

    def proposal(self, proposal_id: str) -> AliasProposal | None:
        """Return a proposal, or None."""
        found = self._proposals(select(proposals).where(proposals.c.id == proposal_id))
        return found[0] if found else None

    def proposals(
        self, learner: str | None = None, status: ProposalStatus | None = None, dispute_id: str | None = None
    ) -> tuple[AliasProposal, ...]:
        """Return proposals, the oldest first: all, or those of one learner, status or dispute."""
        wanted = select(proposals).order_by(proposals.c.at, proposals.c.id)
        if learner is not None:
            own = select(disputes.c.id).where(disputes.c.learner == learner)
            wanted = wanted.where(proposals.c.dispute_id.in_(own))
        if status is not None:
            wanted = wanted.where(proposals.c.status == status)
        if dispute_id is not None:
            wanted = wanted.where(proposals.c.dispute_id == dispute_id)
        return self._proposals(wanted)

    def _disputes(self, wanted: Select[Any]) -> tuple[Dispute, ...]:
        return tuple(_dispute(row) for row in self.connection.execute(wanted).mappings())

    def _proposals(self, wanted: Select[Any]) -> tuple[AliasProposal, ...]:
        return tuple(_proposal(row) for row in self.connection.execute(wanted).mappings())


class DisputeWrites(DisputeReads):
    """Keeps disputes and proposals."""

    def add_dispute(self, dispute: Dispute) -> bool:
        """Keep a dispute; say whether it is new. Raises StoreError where its answer is not there."""
        self._need(answers.c.id, dispute.answer_id, "answer")
        self._know(dispute.learner)
        row: Row = {
            "id": dispute.id,
            "learner": dispute.learner,
            "answer_id": dispute.answer_id,
            **_ref_row(dispute.ref),
            "at": dispute.at,
            "passage": storable(dispute.passage),
            "start": dispute.start,
            "end": dispute.end,
            "withdrawn_at": dispute.withdrawn_at,
        }
        return self._add(disputes, [row]) > 0

    def withdraw_dispute(self, dispute_id: str, at: datetime) -> None:
        """Note that a dispute was withdrawn; one that was keeps its time."""
        open_one = update(disputes).where(disputes.c.id == dispute_id, disputes.c.withdrawn_at.is_(None))
        self.connection.execute(open_one.values(withdrawn_at=at))

    def add_proposal(self, proposal: AliasProposal) -> bool:
        """Keep a proposal; say whether it is new. Raises StoreError where its dispute is not there."""
        self._need(disputes.c.id, proposal.dispute_id, "dispute")
        row: Row = {
            "id": proposal.id,
            "dispute_id": proposal.dispute_id,
            **_ref_row(proposal.ref),
            "text": storable(proposal.text),
            "status": proposal.status,
            "at": proposal.at,
            "decided_at": proposal.decided_at,
        }
        return self._add(proposals, [row]) > 0

    def decide_proposal(self, proposal_id: str, status: Literal["accepted", "rejected"], at: datetime) -> None:
        """Note a person's decision; a later one takes the place of an earlier one. Raises StoreError where there is none."""
        self._need(proposals.c.id, proposal_id, "proposal")
        decided = update(proposals).where(proposals.c.id == proposal_id)
        self.connection.execute(decided.values(status=status, decided_at=at))

    def _need(self, column: Column[str], wanted: str, what: str) -> None:
        if self.connection.execute(select(column).where(column == wanted)).first() is None:
            self._fail(f"there is no {what} {wanted}")


# --- rows


def _ref_row(ref: PointRef) -> Row:
    return {"question_id": ref.question_id, "reading_id": ref.reading_id, "point_id": ref.point_id}


def _with_ref(row: RowMapping) -> dict[str, Any]:
    values: dict[str, Any] = dict(row)
    values["ref"] = PointRef(values.pop("question_id"), values.pop("reading_id"), values.pop("point_id"))
    return values


def _dispute(row: RowMapping) -> Dispute:
    return Dispute(**_with_ref(row))


def _proposal(row: RowMapping) -> AliasProposal:
    return AliasProposal(**_with_ref(row))
