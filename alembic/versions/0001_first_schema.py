"""The first schema.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("deck", sa.Text(), nullable=False),
        sa.Column("typed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("orphaned", sa.Date(), nullable=True),
        sa.Column("created", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sa.UniqueConstraint("key", name="uq_cards_key"),
    )
    op.create_index("ix_cards_deck", "cards", ["deck"], unique=False)
    op.create_index(
        "ix_cards_siblings",
        "cards",
        ["note"],
        unique=False,
        sqlite_where=sa.text("note != key"),
        postgresql_where=sa.text("note != key"),
    )
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
        sa.UniqueConstraint("name", name="uq_learners_name"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("deck", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("path", name="uq_sources_path"),
    )
    op.create_table(
        "card_tags",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_card_tags_card_id_cards"),
        sa.PrimaryKeyConstraint("card_id", "tag", name="pk_card_tags"),
    )
    op.create_index("ix_card_tags_tag_card_id", "card_tags", ["tag", "card_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("scheduler", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_journal_card_id_cards"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_journal_learner_id_learners"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_card_id_learner_id", "journal", ["card_id", "learner_id"], unique=False)
    op.create_index("ix_journal_learner_id_day_action", "journal", ["learner_id", "day", "action"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("card_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("learner_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("repetitions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("easiness", sa.Integer(), server_default="0", nullable=False),
        sa.Column("interval", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lapses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("drill", sa.Date(), nullable=True),
        sa.Column("buried", sa.Date(), nullable=True),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("leech", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("flagged", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_schedule_card_id_cards"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_schedule_learner_id_learners"),
        sa.PrimaryKeyConstraint("card_id", "learner_id", name="pk_schedule"),
    )
    op.create_index(
        "ix_schedule_drill",
        "schedule",
        ["learner_id", "drill", "card_id"],
        unique=False,
        sqlite_where=sa.text("drill IS NOT NULL"),
        postgresql_where=sa.text("drill IS NOT NULL"),
    )
    op.create_index("ix_schedule_queue", "schedule", ["learner_id", "suspended", "due", "card_id"], unique=False)
    op.create_table(
        "texts",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("end_line", sa.Integer(), nullable=False),
        sa.Column("breadcrumb", sa.JSON(), nullable=False),
        sa.Column("front", sa.Text(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_texts_card_id_cards"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_texts_source_id_sources"),
        sa.PrimaryKeyConstraint("card_id", "lang", name="pk_texts"),
    )
    op.create_index("ix_texts_source_id", "texts", ["source_id"], unique=False)
    # Somebody who never heard of learners is one all the same.
    op.execute("INSERT INTO learners (name, timezone, created) VALUES ('default', '', CURRENT_DATE)")
