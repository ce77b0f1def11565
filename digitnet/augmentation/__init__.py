"""Varied digits and other ink, made for training."""
