"""Record additions and the values they changed, so that they can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column, the table, and indexes of additions and dates."""
    op.add_column("digits", sa.Column("batch", sa.String(32)))
    op.create_index("digits_batch", "digits", ["batch"])
    op.create_index("digits_added", "digits", ["added"])
    op.create_table(
        "changes",
        sa.Column("batch", sa.String(32), primary_key=True),
        sa.Column("digit", sa.Integer, sa.ForeignKey("digits.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("read", sa.SmallInteger),
        sa.Column("confidence", sa.Double),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("before", sa.String(32)),
    )
