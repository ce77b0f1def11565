"""Keep rows of numbers with their signs as users corrected or confirmed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of strings."""
    op.create_table(
        "strings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("read", sa.String, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("batch", sa.String(32)),
        sqlite_autoincrement=True,
    )
    op.create_index("strings_digest", "strings", ["digest"])
    op.create_index("strings_batch", "strings", ["batch"])
