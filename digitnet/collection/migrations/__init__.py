"""Migrations of the collection's schema, for Alembic."""
