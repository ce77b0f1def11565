"""Batches of sheets that were read together: kept with their numbers, and what people have decided of these."""
