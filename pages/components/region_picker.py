"""A component that lets the user drag a box on a photo, with a mouse, a pen or a finger.

The rectangles of streamlit-drawable-canvas cannot be drawn by touch, because they wait for a mouse button.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("region_picker")


class Drag(NamedTuple):
    """A box that was dragged.

    Attributes:
        sides: x0, y0, x1, y1 as shares of the photo.
        made: time in milliseconds of the browser's clock.
    """

    sides: tuple[float, float, float, float]
    made: int


def pick_region(picture: bytes, alt: str, key: str) -> Drag | None:
    """Show a JPEG file and return the last box that was dragged on it."""
    url = to_data_url(picture)
    result: Any = _component(key=key, data={"url": url, "alt": alt}, on_drag_change=lambda: None)
    drag = result.get("drag")
    return Drag(tuple(drag["sides"]), drag["made"]) if drag else None
