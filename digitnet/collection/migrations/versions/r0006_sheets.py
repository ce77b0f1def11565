"""Keep templates of forms, and batches of sheets with their numbers and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "templates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("saved", _TIME, nullable=False),
        sa.UniqueConstraint("account", "name", name="templates_account_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("expect", sa.String, nullable=False),
        sa.Column("settings", sa.String, nullable=False),
        sa.Column("deleted", _TIME),
    )
    op.create_index("batches_account", "batches", ["account"])
    op.create_table(
        "sheets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch", sa.String(32), sa.ForeignKey("batches.id", ondelete="CASCADE"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        sa.Column("entry", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("read", _TIME),
        sa.UniqueConstraint("batch", "digest", "page", name="sheets_batch_digest_page"),
        sqlite_autoincrement=True,
    )
    op.create_index("sheets_batch_place", "sheets", ["batch", "place"])
    op.create_index("sheets_digest", "sheets", ["digest"])
    op.create_table(
        "numbers",
        sa.Column("sheet", sa.Integer, sa.ForeignKey("sheets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("column", sa.Integer, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("alternatives", sa.String, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("doubtful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("expect", sa.String, nullable=False),
        sa.Column("box", sa.String, nullable=False),
        sa.Column("crop", sa.LargeBinary, nullable=False),
        sa.Column("crop_box", sa.String, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sheet", sa.Integer, sa.ForeignKey("sheets.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("made", _TIME, nullable=False),
        sa.Column("undone", _TIME),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("addition", sa.String(32)),
        sa.UniqueConstraint("sheet", "token", name="decisions_sheet_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_sheet_key", "decisions", ["sheet", "key"])
