"""Convert strokes of the browser's drawing canvas to points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from digitnet.segmentation.oversegmentation import Stroke

_CURVE_PARAMETERS = np.linspace(0, 1, 5)[1:, None]  # A curve becomes four straight lines that end here.


def to_strokes(objects: Iterable[dict[str, Any]]) -> list[Stroke]:
    """Convert the paths among the objects of the canvas (fabric.js) to strokes in its pixels.

    A path is a list of commands: `["M", x, y]` and `["L", x, y]` go to a point, and `["Q", a, b, x, y]` draws
    a quadratic curve with the control point (a, b). Other objects are left out.
    """
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
