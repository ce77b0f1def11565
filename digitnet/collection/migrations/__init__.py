"""Migrate the collection's schema with Alembic."""
