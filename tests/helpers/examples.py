"""How many examples a property is tried with."""

from hypothesis import settings


def try_at_most(count: int) -> settings:
    """Return settings of so many examples, or of those of a quick run, where these are fewer."""
    return settings(max_examples=min(count, settings().max_examples))
