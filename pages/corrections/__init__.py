"""Correct readings on the pages Draw and Photos."""
