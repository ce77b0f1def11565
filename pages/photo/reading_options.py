"""Options for reading a photo: its ink, printed lines, paper and table, how it is turned, and the region to read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from digitnet.expectations.expect import Expect
from digitnet.reading.hints import Corners, Hints
from digitnet.reading.result import Reading
from pages.photo import shown_region
from pages.photo.shown_region import FULL_SPAN, Box, Span
from pages.photo.structure import Structure
from pages.shared import expectation_choice, remembered

EXPECTED = "expected-on-photos"  # Name of the choice of what each number is, on all photos.
AUTOMATIC, EVERYTHING = "Automatic", "Read everything"
_DARK, _LIGHT = "Dark ink", "Light ink (chalk)"
INKS = {AUTOMATIC: None, _DARK: True, _LIGHT: False}
LINES = {AUTOMATIC: None, "Take out": True, "Leave in": False}
PAPERS = {AUTOMATIC: None, EVERYTHING: False}
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
        part: the region and the outlines that were set, when `keep_turn` was called last.
        expect: what each number is, on all photos.
        chosen: options by their names that were chosen by another button than their own.
    """

    ink: str = AUTOMATIC
    lines: str = AUTOMATIC
    paper: str = AUTOMATIC
    turn: int | None = None
    read_turn: int = 0
    region: Box | None = None
    size: tuple[int, int] = (0, 0)
    changes: int = 0
    last_drag: int = 0
    structure: Structure = field(default_factory=Structure)
    part: tuple[Box | None, tuple[Corners, ...] | None] = (None, None)
    expect: Expect | None = None
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def other_ink(self) -> str:
        """The option for the ink to try next."""
        return _DARK if self.ink == _LIGHT else _LIGHT

    def choose(self, name: str, option: str) -> None:
        """Choose an option: of the `ink`, the printed `lines` or the `paper`."""
        self.chosen[name] = option

    @property
    def hints(self) -> Hints:
        """The options as hints for the reading; outlines that were set take the place of a region.

        A region without any sheet is read whole.
        """
        outlines, grid = self.structure.changes
        return Hints(
            INKS[self.ink],
            LINES[self.lines],
            None if outlines else self.region,
            PAPERS[self.paper],
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
        """Note how the photo was read last, and how it is shown: turned as it was read."""
        if reading.turn != self.read_turn:
            self.changes += 1  # The sliders run along other sides of the photo.
        self.size, self.read_turn = reading.size, reading.turn
        self.structure.note(reading)

    def turn_further(self) -> None:
        """Turn the photo clockwise by 90 degrees from how it was read last."""
        self.turn = (self.read_turn + 90) % 360

    def find_turn(self) -> None:
        """Have the turn of the photo found anew."""
        self.turn = None

    def keep_turn(self) -> None:
        """Keep the turn that was found once a region or outlines are set, or removed: these alone may not show it."""
        part = self.region, self.structure.changes.outlines
        if part not in (self.part, (None, None)) and self.turn is None and self.read_turn:
            self.turn = self.read_turn
        self.part = part

    @property
    def spans(self) -> tuple[Span, Span]:
        """Horizontal and vertical span of the region, in percent of the photo as it is shown."""
        return shown_region.to_spans(self.region, self.size, self.read_turn)

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
        sides = shown_region.from_spans(across, down, self.size, self.read_turn)
        if _is_large_enough(sides):
            self._replace_outlines()
            self.region = None if across == down == FULL_SPAN else sides
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
    while options.chosen:
        name, option = options.chosen.popitem()
        remembered.put(f"{name}-{key}", option)
    chosen = (remembered.get(f"{name}-{key}", AUTOMATIC) for name in ("ink", "lines", "paper"))
    before, options.expect = options.paper, expectation_choice.get(EXPECTED)
    options.ink, options.lines, options.paper = chosen
    if options.paper not in (before, AUTOMATIC):
        options.structure.set_outlines(None)
    if options.size[0]:
        across, down = map(remembered.get, name_sliders(key, options), options.spans)
        options.set_spans(across, down)
    options.keep_turn()
    return options


def name_sliders(key: str, options: PhotoOptions) -> tuple[str, str]:
    """Return the names of the sliders that set the region of the photo `key`."""
    return f"across-{key}-{options.changes}", f"down-{key}-{options.changes}"
