"""Record the time of a digit's label, to count the digits labeled since a training."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and an index; the time of older labels is that of their addition."""
    op.add_column("digits", sa.Column("labelled", sa.DateTime(timezone=True)))
    op.add_column("changes", sa.Column("labelled", sa.DateTime(timezone=True)))
    op.execute("UPDATE digits SET labelled = added")
    op.create_index("digits_labelled", "digits", ["labelled"])
