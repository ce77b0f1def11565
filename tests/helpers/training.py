"""Shared by tests that train."""


def silent(_line: str) -> None:
    """Ignore a line of a training's report."""
