"""Digits and other ink made for training."""
