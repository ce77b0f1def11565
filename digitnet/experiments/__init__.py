"""Manage the settings, recipes and runs of trainings, without Keras."""
