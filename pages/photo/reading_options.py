"""Options for reading a photo: its ink, printed lines, paper and table, how it is turned, and the region to read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from digitnet.expectations.expect import Expect
from digitnet.reading.hints import Hints
from digitnet.reading.result import Reading
from pages.components import region_picker
from pages.components.structure_editor import LINES, SHEETS
from pages.photo import structure_controls
from pages.photo.structure import Structure
from pages.shared import expectation_choice, remembered

EXPECTED = "expected-on-photos"  # Name of the choice of what each number is, on all photos.
_AUTOMATIC = "Automatic"
_INKS = {_AUTOMATIC: None, "Dark ink": True, "Light ink (chalk)": False}
_LINES = {_AUTOMATIC: None, "Take out": True, "Leave in": False}
_PAPERS = {_AUTOMATIC: None, "Read everything": False}
_REGION = "Part to read"
_EDITS = {_REGION: "", "Paper": SHEETS, "Table": LINES}
Box = tuple[int, int, int, int]
Span = tuple[int, int]  # Start and end in percent.
_FULL_SPAN: Span = (0, 100)
_MIN_REGION_PIXELS = 8  # A smaller region cannot hold a digit.


@dataclass
class PhotoOptions:
    """A user's options for a photo, kept while their controls are not on the page.

    Attributes:
        ink: chosen option for the ink.
        lines: chosen option for printed lines.
        paper: chosen option for the sheets of paper on it.
        turn: degrees by which it is turned clockwise, or None to find them.
        read_turn: degrees by which it was turned when it was read last.
        region: x0, y0, x1, y1 of the region to read, in pixels of the photo, or None for all of it.
        size: width and height of the photo.
        changes: number of times the region was set without its sliders, which start anew each time.
        last_drag: time of the last dragged box that was handled.
        structure: its sheets and its table.
        expect: what each number is, on all photos.
    """

    ink: str = _AUTOMATIC
    lines: str = _AUTOMATIC
    paper: str = _AUTOMATIC
    turn: int | None = None
    read_turn: int = 0
    region: Box | None = None
    size: tuple[int, int] = (0, 0)
    changes: int = 0
    last_drag: int = 0
    structure: Structure = field(default_factory=Structure)
    expect: Expect | None = None

    @property
    def hints(self) -> Hints:
        """The options as hints for the reading; outlines that were set take the place of a region.

        A region without any sheet is read whole.
        """
        outlines, grid = self.structure.changes
        return Hints(
            _INKS[self.ink],
            _LINES[self.lines],
            None if outlines else self.region,
            _PAPERS[self.paper],
            self.turn,
            outlines=outlines,
            grid=grid,
            expect=self.expect,
        )

    @property
    def is_automatic(self) -> bool:
        """Whether the user has set none of the options of this photo."""
        return replace(self, expect=None).hints == Hints()

    def note(self, reading: Reading) -> None:
        """Note how the photo was read last."""
        self.size, self.read_turn = reading.size, reading.turn
        self.structure.note(reading)

    def turn_further(self) -> None:
        """Turn the photo clockwise by 90 degrees from how it was read last."""
        self.turn = (self.read_turn + 90) % 360

    @property
    def spans(self) -> tuple[Span, Span]:
        """Horizontal and vertical span of the region, in percent of the photo."""
        if not self.region:
            return _FULL_SPAN, _FULL_SPAN
        left, top, right, bottom = self.region
        width, height = self.size
        return (100 * left // width, -(-100 * right // width)), (100 * top // height, -(-100 * bottom // height))

    def set_region(self, region: Box | None) -> None:
        """Set the region to read, in place of outlines, or None for all; ignore regions too small for a digit."""
        if region is None or _is_large_enough(region):
            self.region = region
            self._replace_outlines()
            self.changes += 1

    def set_spans(self, across: Span, down: Span) -> None:
        """Set the region by its spans in percent; have the sliders go back from a region too small for a digit."""
        if (across, down) == self.spans:
            return
        (left, right), (top, bottom) = across, down
        width, height = self.size
        sides = (left * width // 100, top * height // 100, right * width // 100, bottom * height // 100)
        if _is_large_enough(sides):
            self._replace_outlines()
            self.region = None if across == down == _FULL_SPAN else sides
        else:
            self.changes += 1

    def _replace_outlines(self) -> None:
        """Have a region take the place of outlines that were set; sheets that were removed stay so."""
        if self.structure.changes.outlines:
            self.structure.set_outlines(None)


def _is_large_enough(region: Box) -> bool:
    left, top, right, bottom = region
    return min(right - left, bottom - top) >= _MIN_REGION_PIXELS


def get_options(key: str) -> PhotoOptions:
    """Return the options for the photo `key`, updated from their controls."""
    options: PhotoOptions = st.session_state.setdefault("treatments", {}).setdefault(key, PhotoOptions())
    chosen = (remembered.get(f"{name}-{key}", _AUTOMATIC) for name in ("ink", "lines", "paper"))
    before, options.expect = options.paper, expectation_choice.get(EXPECTED)
    options.ink, options.lines, options.paper = chosen
    if options.paper not in (before, _AUTOMATIC):
        options.structure.set_outlines(None)
    if options.size[0]:
        across, down = map(remembered.get, _name_sliders(key, options), options.spans)
        options.set_spans(across, down)
    return options


def _name_sliders(key: str, options: PhotoOptions) -> tuple[str, str]:
    return f"across-{key}-{options.changes}", f"down-{key}-{options.changes}"


def show_controls(key: str, options: PhotoOptions) -> None:
    """Show the controls of the options for the photo `key`."""
    choices = (("Ink", _INKS, "ink"), ("Printed lines", _LINES, "lines"), ("Paper", _PAPERS, "paper"))
    for label, values, name in choices:
        remembered.show(
            st.segmented_control, label, list(values), name=f"{name}-{key}", default=_AUTOMATIC, required=True
        )
    show_turn_button(key, options)
    kind = _choose_edit(key)
    if kind:
        structure_controls.show_buttons(options.structure, kind, key)
    else:
        _show_region_controls(key, options)


def _choose_edit(key: str) -> str:
    """Show the choice of what is changed on the picture; return `SHEETS`, `LINES`, or "" for the region."""
    chosen = remembered.show(
        st.segmented_control, "On the picture", list(_EDITS), name=f"edit-{key}", default=_REGION, required=True
    )
    return _EDITS[chosen]


def _show_region_controls(key: str, options: PhotoOptions) -> None:
    st.caption("Drag a box on the picture to read only that part, or set its edges here.")
    labels = ("Left and right edge", "Top and bottom edge")
    for label, name, span in zip(labels, _name_sliders(key, options), options.spans, strict=True):
        remembered.show(st.slider, label, 0, 100, name=name, default=span, format="%d%%")
    st.button(
        "Whole picture",
        icon=":material/fullscreen:",
        key=f"whole-{key}",
        on_click=options.set_region,
        args=(None,),
        disabled=options.region is None,
    )


def show_turn_button(key: str, options: PhotoOptions) -> None:
    """Show a button that turns the photo `key` by 90 degrees."""
    label, icon = "Turn by 90°", ":material/rotate_right:"
    st.button(label, icon=icon, key=f"turn-{key}", on_click=options.turn_further)


def show_photo(key: str, options: PhotoOptions, picture: bytes, plain: bytes, name: str) -> None:
    """Show a photo to correct its sheets or its table on, or to drag a box on, which becomes the region to read.

    Args:
        key: key of the photo.
        options: its options.
        picture: JPEG file of it in any size, with its reading.
        plain: the same without sheets and lines.
        name: name of the photo.
    """
    kind = _EDITS[remembered.get(f"edit-{key}", _REGION)]
    if kind:
        structure_controls.show_editor(options.structure, kind, key, plain, name)
        return
    drag = region_picker.pick_region(picture, name, f"drag-{key}")
    if drag and drag.made != options.last_drag:
        options.last_drag = drag.made
        width, height = options.size
        left, top, right, bottom = drag.sides
        options.set_region((int(left * width), int(top * height), round(right * width), round(bottom * height)))
        st.rerun()
