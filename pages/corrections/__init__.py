"""Correct a reading: panel, tiles, boxes and history."""
