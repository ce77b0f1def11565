"""Decode candidates into the likeliest digits."""
