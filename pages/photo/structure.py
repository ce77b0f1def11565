"""Keep the outlines of paper and the lines of a table that a user has set on a photo, and undo changes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DigitnetError
from digitnet.reading.hints import Corners, Hints, LineEnds
from digitnet.reading.result import Reading

_MARGIN = 0.1  # A new sheet is the picture without this share at each side,
_LINE_MARGIN = 0.02  # and a new line crosses it up to this share.


class Changes(NamedTuple):
    """Outlines and lines that a user has set; empty if all were removed, None where those that were found count."""

    outlines: tuple[Corners, ...] | None = None
    grid: tuple[LineEnds, ...] | None = None


@dataclass
class Structure:
    """The sheets and the table of a photo, kept while its controls are not on the page.

    Attributes:
        size: width and height of the photo.
        turn: degrees clockwise by which it is shown turned.
        outlines, grid: those that its reading shows, found or set.
        changes: those that are set.
        past: the changes before, the latest last.
        error: a sentence on the last edit, if it was refused.
        refused: number of edits that were refused.
        last_edit: time of the last edit on the photo that was handled.
    """

    size: tuple[int, int] = (0, 0)
    turn: int = 0
    outlines: tuple[Corners, ...] = ()
    grid: tuple[LineEnds, ...] = ()
    changes: Changes = field(default_factory=Changes)
    past: list[Changes] = field(default_factory=list)
    error: str = ""
    refused: int = 0
    last_edit: int = 0

    def note(self, reading: Reading) -> None:
        """Note the sheets and lines of the last reading."""
        self.size, self.turn = reading.size, reading.turn
        outlines = self.changes.outlines
        self.outlines = tuple(map(find_corners, reading.sheets)) if outlines is None else outlines
        self.grid = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in reading.ruling.tolist())

    def set_outlines(self, outlines: Sequence[Corners] | None) -> None:
        """Set the outlines of the sheets; None takes those that are found."""
        self._change(self.changes._replace(outlines=None if outlines is None else tuple(outlines)))

    def set_grid(self, grid: Sequence[LineEnds] | None) -> None:
        """Set the lines of the table; None takes those that are found."""
        self._change(self.changes._replace(grid=None if grid is None else tuple(grid)))

    def undo(self) -> None:
        """Take the last change back."""
        if self.past:
            self.changes, self.error = self.past.pop(), ""

    def add_sheet(self) -> None:
        """Add a sheet that fills most of the picture."""
        (left, right), (top, bottom) = ((round(_MARGIN * side), round((1 - _MARGIN) * side)) for side in self.size)
        self.set_outlines([*self.outlines, ((left, top), (right, top), (right, bottom), (left, bottom))])

    def add_line(self, is_upright: bool) -> None:
        """Add a line to the table, in the middle of the widest gap between others of its direction.

        Args:
            is_upright: whether it runs down on the photo as it is shown.
        """
        width, height = self.size
        is_upright ^= self.turn % 180 == 90
        place, along = (0, 1) if is_upright else (1, 0)
        others = [line for line in map(_sort_ends, self.grid) if _is_upright(line) == is_upright]
        others.sort(key=lambda line: line[place])
        if len(others) < 2:
            start, end = (round(share * self.size[along]) for share in (_LINE_MARGIN, 1 - _LINE_MARGIN))
            edges = [(0, start, 0, end), (width, start, width, end)]
            if not is_upright:
                edges = [(start, 0, end, 0), (start, height, end, height)]
            others = [edges[0], *others, edges[1]]
        before, after = max(pairwise(others), key=lambda pair: pair[1][place] - pair[0][place])
        x0, y0, x1, y1 = ((one + other) // 2 for one, other in zip(before, after, strict=True))
        self.set_grid([*self.grid, (x0, y0, x1, y1)])

    def _change(self, changes: Changes) -> None:
        """Make a change that can be undone, unless it is refused."""
        try:
            Hints(outlines=changes.outlines, grid=changes.grid)
        except DigitnetError as error:
            self.error, self.refused = str(error), self.refused + 1
            return
        if changes != self.changes:
            self.past.append(self.changes)
            self.changes, self.error = changes, ""


def find_corners(outline: NDArray[np.int32]) -> Corners:
    """Return the four corners of a sheet by its outline, int32 (m, 2), clockwise from the top left one."""
    points = outline.astype(np.float32)
    if len(points) < 4:
        points = np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float32)
    chosen = max(combinations(range(len(points)), 4), key=lambda places: cv2.contourArea(points[list(places)]))
    corners = points[list(chosen)]
    corners = corners if cv2.contourArea(corners, True) > 0 else corners[::-1]
    first = int(corners.sum(axis=1).argmin())
    return tuple((round(x), round(y)) for x, y in np.roll(corners, -first, axis=0).tolist())


def _is_upright(line: LineEnds) -> bool:
    x0, y0, x1, y1 = line
    return abs(y1 - y0) > abs(x1 - x0)


def _sort_ends(line: LineEnds) -> LineEnds:
    """Return a line from its upper or left end on."""
    x0, y0, x1, y1 = line
    return line if (y0 <= y1 if _is_upright(line) else x0 <= x1) else (x1, y1, x0, y0)
