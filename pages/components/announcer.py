"""A component that nobody sees, which has screen readers say what has changed on the page."""

from __future__ import annotations

from pages.components import loader

_component = loader.load_component("announcer")


def announce(text: str) -> None:
    """Have screen readers say `text` when it differs from the last one; they finish their sentence first."""
    _component(key="announcer", data={"text": text})
