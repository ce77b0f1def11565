"""How the user wants a photo to be read: its ink, its printed lines, the part that counts."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from digitnet.reading.result import Hints
from pages.components import region_picker

AUTOMATIC = "Automatic"
INKS = {AUTOMATIC: None, "Darker than paper": True, "Lighter": False}
LINES = {AUTOMATIC: None, "Take out": True, "Leave in": False}
Box = tuple[int, int, int, int]
Span = tuple[int, int]  # from and to, in percent
ALL: Span = (0, 100)
LEAST = 8  # pixels of a part that can hold a digit


@dataclass
class Treatment:
    """What the user has said of a photo; kept while its controls are not on the page.

    Attributes:
        region: the part that is read, x0 y0 x1 y1 in pixels of the photo; None is all.
        size: width and height of the photo.
        changes: how often the region was set other than with the sliders, which then begin anew.
        seen: when the box was dragged that was looked at last.
    """

    ink: str = AUTOMATIC
    lines: str = AUTOMATIC
    region: Box | None = None
    size: tuple[int, int] = (0, 0)
    changes: int = 0
    seen: int = 0

    @property
    def hints(self) -> Hints:
        """What the user has said, for the reading."""
        return Hints(INKS[self.ink], LINES[self.lines], self.region)

    @property
    def spans(self) -> tuple[Span, Span]:
        """From where to where the region reaches, across and down, in percent of the photo."""
        if not self.region:
            return ALL, ALL
        left, top, right, bottom = self.region
        width, height = self.size
        return (100 * left // width, -(-100 * right // width)), (100 * top // height, -(-100 * bottom // height))

    def read_part(self, region: Box | None) -> None:
        """Read only a part of the photo, or all of it; what holds next to no pixels is no part."""
        if region is None or _is_part(region):
            self.region = region
            self.changes += 1

    def read_between(self, across: Span, down: Span) -> None:
        """Read what lies between two spans, if that differs from the region by a percent or more."""
        if (across, down) == self.spans:
            return
        (left, right), (top, bottom) = across, down
        width, height = self.size
        sides = (left * width // 100, top * height // 100, right * width // 100, bottom * height // 100)
        if _is_part(sides):
            self.region = None if across == down == ALL else sides


def _is_part(region: Box) -> bool:
    left, top, right, bottom = region
    return min(right - left, bottom - top) >= LEAST


def of(key: str) -> Treatment:
    """Return how the photo `key` is to be read, as its controls say by now."""
    state = st.session_state
    treatment: Treatment = state.setdefault("treatments", {}).setdefault(key, Treatment())
    treatment.ink = state.get(f"ink-{key}") or treatment.ink
    treatment.lines = state.get(f"lines-{key}") or treatment.lines
    across, down = (state.get(name) for name in _sliders(key, treatment))
    if across and down:
        treatment.read_between(across, down)
    return treatment


def _sliders(key: str, treatment: Treatment) -> tuple[str, str]:
    return f"across-{key}-{treatment.changes}", f"down-{key}-{treatment.changes}"


def choose(key: str, treatment: Treatment) -> None:
    """Show how else the photo can be read."""
    st.segmented_control("Ink", list(INKS), default=treatment.ink, key=f"ink-{key}", required=True)
    st.segmented_control("Printed lines", list(LINES), default=treatment.lines, key=f"lines-{key}", required=True)
    st.caption("Drag a box on the picture to read only that part, or set it here.")
    labels = ("Part from left to right", "Part from top to bottom")
    for label, name, span in zip(labels, _sliders(key, treatment), treatment.spans, strict=True):
        st.slider(label, 0, 100, span, key=name, format="%d%%")
    st.button(
        "Whole picture",
        icon=":material/fullscreen:",
        key=f"whole-{key}",
        on_click=treatment.read_part,
        args=(None,),
        disabled=treatment.region is None,
    )


def show_photo(key: str, treatment: Treatment, picture: bytes, name: str) -> None:
    """Show the photo to drag a box on; a new box is the part that is read from now on.

    Args:
        key: of the photo.
        treatment: how it is read.
        picture: a JPEG file of it, in whatever size, with what was found.
        name: of the photo.
    """
    drag = region_picker.pick_region(picture, name, f"drag-{key}")
    if drag and drag.made != treatment.seen:
        treatment.seen = drag.made
        width, height = treatment.size
        left, top, right, bottom = drag.sides
        treatment.read_part((int(left * width), int(top * height), round(right * width), round(bottom * height)))
        st.rerun()
