"""What can be read and written within one transaction, by subject."""

from __future__ import annotations

from study.transactions.answers import AnswerReads, AnswerWrites
from study.transactions.disputes import DisputeReads, DisputeWrites
from study.transactions.reviews import ReviewReads, ReviewWrites
from study.transactions.sessions import SessionReads, SessionWrites


class Reading(AnswerReads, ReviewReads, SessionReads, DisputeReads):
    """A transaction that reads: it sees one state of the database throughout."""


class Writing(Reading, AnswerWrites, ReviewWrites, SessionWrites, DisputeWrites):
    """A transaction that reads and writes: all of it is kept, or nothing."""


__all__ = ["Reading", "Writing"]
