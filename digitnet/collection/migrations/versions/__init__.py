"""Hold one migration a file; a published migration never changes."""
