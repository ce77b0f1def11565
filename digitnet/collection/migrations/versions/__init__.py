"""Hold one migration per file; a published migration never changes."""
