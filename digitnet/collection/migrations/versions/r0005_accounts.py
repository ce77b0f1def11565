"""Record whose each digit and string is, and who has agreed to their being kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, "" for the owner's rows of before, and make digests unique in each account only."""
    op.add_column("digits", sa.Column("account", sa.String, nullable=False, server_default=""))
    op.add_column("strings", sa.Column("account", sa.String, nullable=False, server_default=""))
    op.drop_index("strings_digest", "strings")
    op.create_index("strings_account_digest", "strings", ["account", "digest"])
    if op.get_context().dialect.name == "sqlite":
        _replace_digits()
    else:
        op.drop_constraint("digits_digest_key", "digits", type_="unique")
        op.create_unique_constraint("digits_account_digest", "digits", ["account", "digest"])
    op.create_table(
        "consents",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("given", sa.DateTime(timezone=True), nullable=False),
    )


def _replace_digits() -> None:
    """Copy the digits into a table with the new constraint, since SQLite cannot drop the old one.

    The changes refer to digits and would be deleted with the old table, so they are put aside meanwhile.
    """
    op.execute("CREATE TABLE changes_aside AS SELECT * FROM changes")
    op.drop_table("changes")
    op.create_table(
        "digits_new",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("crop", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("read", sa.SmallInteger),
        sa.Column("confidence", sa.Double),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("batch", sa.String(32)),
        sa.Column("labelled", sa.DateTime(timezone=True)),
        sa.Column("account", sa.String, nullable=False, server_default=""),
        sa.UniqueConstraint("account", "digest", name="digits_account_digest"),
        sqlite_autoincrement=True,
    )
    columns = "id, digest, picture, crop, label, read, confidence, model, source, file, writer, added, deleted, batch"
    op.execute(f"INSERT INTO digits_new ({columns}, labelled) SELECT {columns}, labelled FROM digits")
    # Numbers of digits that were removed stay used.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'digits_new'")
    op.execute("INSERT INTO sqlite_sequence SELECT 'digits_new', seq FROM sqlite_sequence WHERE name = 'digits'")
    op.drop_table("digits")
    op.rename_table("digits_new", "digits")
    for name, column in (("digits_added", "added"), ("digits_batch", "batch"), ("digits_labelled", "labelled")):
        op.create_index(name, "digits", [column])
    _restore_changes()


def _restore_changes() -> None:
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
        sa.Column("labelled", sa.DateTime(timezone=True)),
    )
    op.execute("INSERT INTO changes SELECT * FROM changes_aside")
    op.drop_table("changes_aside")
