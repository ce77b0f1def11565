"""Read the sheets of paper on a picture, each stood straight, and nothing beside them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import MAX_SIDE_PIXELS, Ink
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.sheets import Sheet, sort_sheets
from digitnet.preprocessing.straightening import View, cut_out_sheet, make_translation, turn
from digitnet.reading.hints import Hints
from digitnet.reading.ink_reader import InkReader
from digitnet.reading.joining import join_readings
from digitnet.reading.placement import PlacedPart, Placement
from digitnet.reading.placing import place
from digitnet.reading.result import Reading, require_stages
from digitnet.types import RGB

_GAP_PIXELS = 40  # Between sheets that are laid below each other.


def read_straight(rgb: RGB, sheets: list[Sheet], angle: float, reader: InkReader, hints: Hints) -> Reading:
    """Read the sheets of a picture, uint8 (H, W, 3), or all of it if there is none, or none that was found has ink.

    Args:
        angle: degrees by which each is turned clockwise.
    """
    if len(sheets) > 1:
        reading = _read_several(rgb, sort_sheets(sheets, angle), angle, reader, hints)
        return read_straight(rgb, [], angle, reader, hints) if reading is None else reading
    if not sheets and not angle:
        return reader.read_picture(rgb, hints)
    view = turn(cut_out_sheet(rgb, sheets[0], MAX_SIDE_PIXELS) if sheets else _shrink(rgb), angle)
    placement = _place([view], (rgb.shape[1], rgb.shape[0]))
    reading = _place_grid(reader, placement).read_picture(view.image, hints)
    if sheets and not hints.outlines and reading.stages and not reading.stages.ink.map.any():
        return read_straight(rgb, [], angle, reader, hints)
    return place(reading, placement, _round_outlines(sheets))


def _shrink(rgb: RGB) -> View:
    """Return a whole picture, scaled down to `MAX_SIDE_PIXELS`."""
    image = scale_down(rgb, MAX_SIDE_PIXELS / max(rgb.shape[:2]))
    return View(image, np.diag([rgb.shape[1] / image.shape[1], rgb.shape[0] / image.shape[0], 1.0]))


def _read_several(rgb: RGB, sheets: list[Sheet], angle: float, reader: InkReader, hints: Hints) -> Reading | None:
    """Read each sheet with ink by itself, and lay them below each other; return None if none has ink."""
    scale, size = min(1.0, MAX_SIDE_PIXELS / max(rgb.shape[:2])), (rgb.shape[1], rgb.shape[0])
    views = [turn(cut_out_sheet(rgb, sheet, scale * _measure_longer_side(sheet)), angle) for sheet in sheets]
    readings = [_place_grid(reader, _place([view], size)).read_sheet(view.image, hints) for view in views]
    inks = [require_stages(reading).ink for reading in readings]
    written = [index for index, ink in enumerate(inks) if ink.map.any()] or ([0] if hints.outlines else [])
    if not written:
        return None
    views, sheets = [views[index] for index in written], [sheets[index] for index in written]
    readings, inks = [readings[index] for index in written], [inks[index] for index in written]
    image = np.ascontiguousarray(_stack([view.image for view in views], 255))
    tops = _find_tops(inks)
    parts = tuple(zip(map(require_stages, readings), tops, strict=True))
    reading = join_readings(
        readings, tops, replace(parts[0][0], image=image, ink=_join(inks), views=None, sheets=parts)
    )
    return place(reading, _place(views, size), _round_outlines(sheets))


def _place_grid(reader: InkReader, placement: Placement) -> InkReader:
    """Return a reader of the straight picture, with the lines of a given table in its pixels."""
    return reader if reader.grid is None else replace(reader, grid=placement.lines_to_straight(reader.grid))


def _measure_longer_side(sheet: Sheet) -> float:
    """Measure the longer side of a sheet in pixels of its picture."""
    corners = sheet.outline if sheet.corners is None else sheet.corners
    return float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).max())


def _place(views: list[View], size: tuple[int, int]) -> Placement:
    """Return where views, laid below each other, lie in a picture of `size`, (width, height)."""
    parts, top = [], 0
    for view in views:
        height, width = view.image.shape[:2]
        box = np.array([0, top, width, top + height], np.float64)
        parts.append(PlacedPart(box, view.matrix @ make_translation(0, -top)))
        top += height + _GAP_PIXELS
    return Placement(size, tuple(parts))


def _stack(pictures: list[NDArray[np.uint8]], ground: int) -> NDArray[np.uint8]:
    """Lay pictures, uint8 (h, w) or (h, w, 3), below each other on a ground of one gray level."""
    width = max(picture.shape[1] for picture in pictures)
    color = (ground,) * 3
    padded = [
        cv2.copyMakeBorder(picture, 0, gap, 0, width - picture.shape[1], cv2.BORDER_CONSTANT, value=color)
        for picture, gap in zip(pictures, [_GAP_PIXELS] * (len(pictures) - 1) + [0], strict=True)
    ]
    return np.concatenate(padded)


def _join(inks: list[Ink]) -> Ink:
    """Join the inks of several sheets to that of the sheets below each other, as dark ink on light paper."""
    signals = [ink.signal for ink in inks]
    structures = [np.zeros_like(ink.map) if ink.structure is None else ink.structure for ink in inks]
    moves = [np.array([0, top, 0, top]) for top in _find_tops(inks)]
    lines, ruled, struck_out = (
        np.concatenate([getattr(ink, name) + move for ink, move in zip(inks, moves, strict=True)], dtype=np.int32)
        for name in ("lines", "ruled", "struck_out")
    )
    structure = _stack(structures, 0) if any(mask.any() for mask in structures) else None
    return replace(
        inks[0],
        gray=_stack(signals, int(np.median([np.median(signal) for signal in signals]))),
        contrast=_stack([ink.contrast for ink in inks], 0),
        map=_stack([ink.map for ink in inks], 0),
        pen_width=float(np.median([ink.pen_width for ink in inks])),
        dark_on_light=True,
        lines_removed=any(ink.lines_removed for ink in inks),
        is_drawn=False,
        structure=structure,
        lines=lines,
        ruled=ruled,
        struck_out=struck_out,
    )


def _find_tops(inks: list[Ink]) -> list[int]:
    """Return y of the first row of each ink once they lie below each other."""
    return np.cumsum([0, *(len(ink.map) + _GAP_PIXELS for ink in inks[:-1])]).tolist()


def _round_outlines(sheets: list[Sheet]) -> list[NDArray[np.int32]]:
    """Return the outlines of sheets as in `Reading.sheets`."""
    return [np.round(sheet.outline).astype(np.int32) for sheet in sheets]
