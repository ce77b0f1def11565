"""The steps from each schema of the collection to the next, for Alembic."""
