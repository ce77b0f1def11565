"""A component that lets the user move the corners of sheets, or the lines of a table, on a photo.

A mouse, a pen and a finger drag them; the arrow keys move the one that has the focus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("structure_editor")
SHEETS, LINES = "sheets", "lines"
Shape = tuple[float, ...]  # x and y of each point as shares of the photo: four corners of a sheet, two ends of a line.


class Edit(NamedTuple):
    """An edit.

    Attributes:
        shapes: all shapes after it.
        made: time in milliseconds of the browser's clock.
    """

    shapes: tuple[Shape, ...]
    made: int


def edit(
    picture: bytes, alt: str, kind: str, shapes: Sequence[Shape], made: int, refused: int, key: str
) -> Edit | None:
    """Show shapes on a JPEG file, and return the last edit.

    Args:
        picture: the photo.
        alt: its description.
        kind: `SHEETS` or `LINES`.
        shapes: the shapes.
        made: time of the last edit that they follow.
        refused: number of edits that were refused; the shapes replace those of the last one then.
        key: key of the component.
    """
    data = {
        "url": to_data_url(picture),
        "alt": alt,
        "kind": kind,
        "shapes": list(map(list, shapes)),
        "made": made,
        "refused": refused,
    }
    result: Any = _component(key=key, data=data, on_edit_change=lambda: None)
    last = result.get("edit")
    return Edit(tuple(tuple(shape) for shape in last["shapes"]), last["made"]) if last else None
