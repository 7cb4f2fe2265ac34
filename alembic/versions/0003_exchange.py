"""Exchange with other programs: a lasting name for every note, when a text last changed, what was exported.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("guid", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE cards SET guid = 'quizcv:' || note")
    op.add_column("texts", sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False))
    # The file's time is the best that is known; -1 stands for a file that must be read again.
    op.execute(
        "UPDATE texts SET changed = (SELECT mtime_ns / 1000000000 FROM sources WHERE sources.id = texts.source_id "
        "AND mtime_ns > 0) WHERE source_id IN (SELECT id FROM sources WHERE mtime_ns > 0)"
    )
    op.create_table(
        "exported",
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guid", name="pk_exported"),
    )
