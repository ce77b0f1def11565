"""Take what the browser's drawing canvas reports: a picture, and strokes.

It is read in the app's own process, so it is held to what a canvas can report; a forged report may be anything.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from digitnet.errors import ImageError
from digitnet.preprocessing.images import load
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD = struct.Struct(">8s4x4sII")  # Signature, the first chunk's kind, width and height.
_MAX_PIXELS = 4_000_000  # Of a canvas of 640 x 400 on the finest screen.
_MAX_STROKES, _MAX_POINTS = 1000, 100_000
_FORGED = "The drawing is damaged; clear the paper and draw again."
_TOO_LARGE = "So many strokes cannot be read at once; clear the paper and draw fewer."
_CURVE_PARAMETERS = np.linspace(0, 1, 5)[1:, None]  # A curve becomes four straight lines that end here.


def load_drawing(png: bytes) -> RGB:
    """Load the picture of a canvas, a PNG file, as uint8 (H, W, 3).

    Raises:
        ImageError: it is no picture that a canvas makes.
    """
    if len(png) < _PNG_HEAD.size:
        raise ImageError(_FORGED)
    signature, kind, width, height = _PNG_HEAD.unpack_from(png)
    if signature != _PNG_SIGNATURE or kind != b"IHDR" or not 0 < width * height <= _MAX_PIXELS:
        raise ImageError(_FORGED)
    return load(png)


def to_strokes(objects: Sequence[dict[str, Any]]) -> list[Stroke]:
    """Convert the paths among the objects of the canvas (fabric.js) to strokes in its pixels.

    A path is a list of commands: `["M", x, y]` and `["L", x, y]` go to a point, and `["Q", a, b, x, y]` draws
    a quadratic curve with the control point (a, b). Other objects are left out.

    Raises:
        ImageError: there are more strokes or points than can be read.
    """
    paths = [entry["path"] for entry in objects if isinstance(entry.get("path"), list)]
    if len(paths) > _MAX_STROKES or sum(map(len, paths)) > _MAX_POINTS:
        raise ImageError(_TOO_LARGE)
    strokes = []
    for entry in objects:
        path = entry.get("path")
        points = _to_points(path) if isinstance(path, list) else []
        if len(points) > 1:
            strokes.append(Stroke(np.array(points), float(entry.get("strokeWidth") or 1)))
    return strokes


def _to_points(path: list[list[Any]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for command, *numbers in path:
        if not isinstance(command, str) or len(numbers) % 2:
            continue
        targets = np.array(numbers, float).reshape(-1, 2)
        if command == "Q" and points and len(targets) == 2:
            start, (control, end), t = np.array(points[-1]), targets, _CURVE_PARAMETERS
            curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
            points += [(float(x), float(y)) for x, y in curve]
        elif len(targets):
            points.append((float(targets[-1][0]), float(targets[-1][1])))
    return points
