"""A component without a picture that scrolls to a part of the page after a click."""

from __future__ import annotations

from pages.components import loader

_component = loader.load_component("scroller")


def scroll_into_view(target: str, count: int, key: str) -> None:
    """Scroll to an element when `count` is higher than in the run before, as after a click.

    Args:
        target: CSS selector of the element.
        count: number of clicks so far.
    """
    _component(key=key, data={"target": target, "count": count})
