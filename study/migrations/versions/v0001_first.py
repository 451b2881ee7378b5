"""The first version: answers with their grades, the review log, cards, and what surrounds them.

Written out once and never changed again: a database of this version is the same for ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(32)
NAME = sa.Text().with_variant(sa.String(191), "mysql", "mariadb", "mssql", "oracle")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table("learners", sa.Column("id", ID, nullable=False), sa.PrimaryKeyConstraint("id", name="pk_learners"))
    op.create_table(
        "answers",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("learner", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("question_version", NAME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("duration_ms", sa.BigInteger()),
        sa.Column("confidence", sa.Integer()),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("focus", sa.JSON(), nullable=False),
        sa.Column("first_try", ID),
        sa.Column("sitting", ID),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_answers_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name="pk_answers"),
        sa.UniqueConstraint("id", name="uq_answers_id"),
    )
    op.create_index("ix_answers_learner_at", "answers", ["learner", "at"])
    op.create_index("ix_answers_learner_question_id_at", "answers", ["learner", "question_id", "at"])
    op.create_index("ix_answers_sitting", "answers", ["sitting"])
    op.create_table(
        "cards",
        sa.Column("learner", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("point_id", NAME, nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer()),
        sa.Column("stability", sa.Double()),
        sa.Column("difficulty", sa.Double()),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("last_review", sa.BigInteger()),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_cards_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner", "question_id", "reading_id", "point_id", name="pk_cards"),
    )
    op.create_index("ix_cards_learner_due", "cards", ["learner", "due"])
    op.create_table(
        "openings",
        sa.Column("learner", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("focus", sa.JSON(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_openings_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner", "question_id", name="pk_openings"),
    )
    op.create_table(
        "parameters",
        sa.Column("learner", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("loss_before", sa.Double(), nullable=False),
        sa.Column("loss_after", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_parameters_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner", "at", name="pk_parameters"),
    )
    op.create_table(
        "plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("learner", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("exam_on", sa.Date(), nullable=False),
        sa.Column("deck", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_plans_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_learner", "plans", ["learner"])
    op.create_table(
        "settings",
        sa.Column("learner", ID, nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_settings_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner", name="pk_settings"),
    )
    op.create_table(
        "sittings",
        sa.Column("id", ID, nullable=False),
        sa.Column("learner", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("deck", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_sittings_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
    )
    op.create_index("ix_sittings_learner_at", "sittings", ["learner", "at"])
    op.create_table(
        "disputes",
        sa.Column("id", ID, nullable=False),
        sa.Column("learner", ID, nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("point_id", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_disputes_answer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_disputes_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
    )
    op.create_index("ix_disputes_answer_id", "disputes", ["answer_id"])
    op.create_index("ix_disputes_learner_at", "disputes", ["learner", "at"])
    op.create_table(
        "grades",
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("question_version", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("aided_score", sa.Double(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("usage", sa.JSON()),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_grades_answer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "number", name="pk_grades"),
    )
    op.create_table(
        "reviews",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("learner", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("point_id", NAME, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", ID),
        sa.Column("duration_ms", sa.BigInteger()),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("action", ID, nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.Column("superseded_by", ID),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_reviews_answer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["learner"], ["learners.id"], name="fk_reviews_learner", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name="pk_reviews"),
        sa.UniqueConstraint("id", name="uq_reviews_id"),
    )
    op.create_index("ix_reviews_action", "reviews", ["action"])
    op.create_index("ix_reviews_answer_id", "reviews", ["answer_id"])
    op.create_index("ix_reviews_learner_at", "reviews", ["learner", "at"])
    op.create_index("ix_reviews_learner_question_id", "reviews", ["learner", "question_id"])
    op.create_index("ix_reviews_learner_source_at", "reviews", ["learner", "source", "at"])
    superseded = sa.text("superseded_by IS NOT NULL")
    op.create_index(
        "ix_reviews_superseded_by",
        "reviews",
        ["superseded_by"],
        sqlite_where=superseded,
        postgresql_where=superseded,
    )
    op.create_table(
        "judgments",
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("point_id", NAME, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("credit", sa.Double()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id", "number"],
            ["grades.answer_id", "grades.number"],
            name="fk_judgments_answer_id_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("answer_id", "number", "position", name="pk_judgments"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", ID, nullable=False),
        sa.Column("dispute_id", ID, nullable=False),
        sa.Column("question_id", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("point_id", NAME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name="fk_proposals_dispute_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_dispute_id", "proposals", ["dispute_id"])
