"""Save a sheet of a misread picture: its boxes, its ink, and the network's 28 x 28 inputs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.cases import Case
from digitnet.reading.annotation import annotate
from digitnet.reading.placement import Placement
from digitnet.reading.result import Reading

_MAX_HEIGHT_PIXELS = 560
_MAX_NAME_CHARACTERS = 150


def save_error_sheet(folder: Path, case: Case, reading: Reading) -> None:
    """Save a sheet: the picture with boxes, its contrast, its ink, and the 28 x 28 inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    assert reading.stages
    picture, ink = reading.stages.image, reading.stages.ink
    inks = [cv2.cvtColor(255 - gray, cv2.COLOR_GRAY2RGB) for gray in (ink.contrast, ink.map)]
    height = min(picture.shape[0], _MAX_HEIGHT_PIXELS)
    width = round(picture.shape[1] * height / picture.shape[0])
    panels = [annotate(picture, _straighten(reading)), *inks]
    sheet = np.hstack([cv2.resize(panel, (width, height), interpolation=cv2.INTER_AREA) for panel in panels])
    strip = draw_crops(reading, sheet.shape[1])
    name = f"{Path(case.name).stem}_is_{'-'.join(case.truth) or 'none'}_read_{'-'.join(reading.rows) or 'none'}"
    name = "".join(name.split())[:_MAX_NAME_CHARACTERS]
    cv2.imwrite(str(folder / f"{name}.png"), np.vstack([sheet[..., ::-1], strip]))


def _straighten(reading: Reading) -> Reading:
    """Return a reading with its boxes in pixels of the straight picture."""
    refused = reading.placement.to_straight(reading.refused)
    return replace(
        reading,
        boxes=reading.straight_boxes,
        signs=reading.straight_signs,
        refused=refused,
        sheets=(),
        placement=Placement(),
    )


def draw_crops(reading: Reading, width: int) -> NDArray[np.uint8]:
    """Draw the 28 x 28 pictures four times as large, with label and confidence.

    Returns:
        BGR uint8 (h, width, 3).
    """
    side, gap, caption = 112, 8, 24
    columns = max(1, (width - gap) // (side + gap))
    rows = -(-len(reading) // columns)
    strip = np.full((gap + rows * (side + caption + gap), width, 3), 128, np.uint8)
    for index, crop in enumerate(reading.crops):
        x = gap + index % columns * (side + gap)
        y = gap + index // columns * (side + caption + gap)
        large = cv2.resize(crop, (side, side), interpolation=cv2.INTER_NEAREST)[:, : width - x, None]
        strip[y : y + side, x : x + side] = large
        text = f"{reading.labels[index]}  {reading.confidence[index]:.0%}"
        cv2.putText(strip, text, (x + 4, y + side + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 2)
    return strip
