"""The database's tables. Whoever changes one writes a migration too; a test compares both.

Times are whole microseconds since 1970 in UTC, so that they sort and add up alike in every database. Rows with a ``seq`` keep
the order in which they were written. Whatever belongs to a learner goes when the row in ``learners`` goes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
"""The microseconds of a day: ``(at + offset) / DAY`` in SQL counts local days."""


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 in UTC. Use ``type_coerce(column, BigInteger)`` to count with it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


# A few databases want a length where a name is part of a key.
Name = Text().with_variant(String(191), "mysql", "mariadb", "mssql", "oracle")
Id = String(32)
# SQLite numbers rows by itself only where the type is spelled INTEGER.
Sequence = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _learner() -> Column[str]:
    return Column("learner", Id, ForeignKey("learners.id", ondelete="CASCADE"), nullable=False)


def _ref() -> tuple[Column[Any], Column[Any], Column[Any]]:
    return (
        Column("question_id", Name, nullable=False),
        Column("reading_id", Name, nullable=False),
        Column("point_id", Name, nullable=False),
    )


learners = Table("learners", metadata, Column("id", Id, primary_key=True))

# `first_try` and `sitting` are no foreign keys on purpose: nothing may keep an answer from being stored.
answers = Table(
    "answers",
    metadata,
    Column("seq", Sequence, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    _learner(),
    Column("question_id", Name, nullable=False),
    Column("question_version", Name, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("duration_ms", BigInteger),
    Column("confidence", Integer),
    Column("hints", Json, nullable=False),
    Column("focus", Json, nullable=False),
    Column("first_try", Id),
    Column("sitting", Id, index=True),
    Index(None, "learner", "at"),
    Index(None, "learner", "question_id", "at"),
)

grades = Table(
    "grades",
    metadata,
    Column("answer_id", Id, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("is_latest", Boolean, nullable=False),
    Column("question_id", Name, nullable=False),
    Column("question_version", Name, nullable=False),
    Column("reading_id", Name, nullable=False),
    Column("score", Double, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("aided_score", Double, nullable=False),
    Column("signature", Text, nullable=False),
    Column("feedback", Text, nullable=False),
    Column("flags", Json, nullable=False),
    Column("notes", Json, nullable=False),
    Column("usage", Json),
)

judgments = Table(
    "judgments",
    metadata,
    Column("answer_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("point_id", Name, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("credit", Double),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("evidence", Json, nullable=False),
    ForeignKeyConstraint(["answer_id", "number"], ["grades.answer_id", "grades.number"], ondelete="CASCADE"),
)

_SUPERSEDED = text("superseded_by IS NOT NULL")

# A review counts while both marks are empty.
reviews = Table(
    "reviews",
    metadata,
    Column("seq", Sequence, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    _learner(),
    *_ref(),
    Column("rating", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("answer_id", Id, ForeignKey("answers.id", ondelete="CASCADE"), index=True),
    Column("duration_ms", BigInteger),
    Column("source", String(16), nullable=False),
    Column("action", Id, nullable=False, index=True),
    Column("undone_at", Instant),
    Column("superseded_by", Id),
    Index(None, "learner", "at"),
    Index(None, "learner", "question_id"),
    Index(None, "learner", "source", "at"),
    # Only where there is one: for what counts, SQLite would take a full index of it as the way to all reviews of everybody.
    Index(None, "superseded_by", sqlite_where=_SUPERSEDED, postgresql_where=_SUPERSEDED),
)

cards = Table(
    "cards",
    metadata,
    Column("learner", Id, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", Name, primary_key=True),
    Column("reading_id", Name, primary_key=True),
    Column("point_id", Name, primary_key=True),
    Column("state", Integer, nullable=False),
    Column("step", Integer),
    Column("stability", Double),
    Column("difficulty", Double),
    Column("due", Instant, nullable=False),
    Column("last_review", Instant),
    Column("reps", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Index(None, "learner", "due"),
)

openings = Table(
    "openings",
    metadata,
    Column("learner", Id, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", Name, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("hints", Json, nullable=False),
    Column("focus", Json, nullable=False),
    Column("mode", String(16), nullable=False),
)

sittings = Table(
    "sittings",
    metadata,
    Column("id", Id, primary_key=True),
    _learner(),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("deck", Json, nullable=False),
    Column("ended_at", Instant),
    Index(None, "learner", "at"),
)

disputes = Table(
    "disputes",
    metadata,
    Column("id", Id, primary_key=True),
    _learner(),
    Column("answer_id", Id, ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True),
    *_ref(),
    Column("at", Instant, nullable=False),
    Column("passage", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("withdrawn_at", Instant),
    Index(None, "learner", "at"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dispute_id", Id, ForeignKey("disputes.id", ondelete="CASCADE"), nullable=False, index=True),
    *_ref(),
    Column("text", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_at", Instant),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Id, primary_key=True),
    _learner(),
    Column("name", Text, nullable=False),
    Column("exam_on", Date, nullable=False),
    Column("deck", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "learner"),
)

parameters = Table(
    "parameters",
    metadata,
    Column("learner", Id, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("weights", Json, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("loss_before", Double, nullable=False),
    Column("loss_after", Double, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("learner", Id, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("chosen", Json, nullable=False),
)
