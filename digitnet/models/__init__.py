"""Trained models: network, card and folder."""
