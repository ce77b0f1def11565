"""The drawing canvas of the browser: what it reports of each stroke, as points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from digitnet.segmentation.oversegmentation import Stroke

_BENDS = np.linspace(0, 1, 5)[1:, None]  # a curve becomes so many straight lines


def to_strokes(objects: Iterable[dict[str, Any]]) -> list[Stroke]:
    """Return the strokes among the canvas's objects (fabric.js paths), in its pixels; what is no path is left out.

    A path is a list of commands: `["M", x, y]` and `["L", x, y]` go to a point, `["Q", a, b, x, y]` bends
    towards a, b on its way.
    """
    strokes = []
    for entry in objects:
        path = entry.get("path")
        points = _points(path) if isinstance(path, list) else []
        if len(points) > 1:
            strokes.append(Stroke(np.array(points), float(entry.get("strokeWidth") or 1)))
    return strokes


def _points(path: list[list[Any]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for command, *numbers in path:
        if not isinstance(command, str) or len(numbers) % 2:
            continue
        place = np.array(numbers, float).reshape(-1, 2)
        if command == "Q" and points and len(place) == 2:
            start, (control, end) = np.array(points[-1]), place
            curve = (1 - _BENDS) ** 2 * start + 2 * _BENDS * (1 - _BENDS) * control + _BENDS**2 * end
            points += [(float(x), float(y)) for x, y in curve]
        elif len(place):
            points.append((float(place[-1][0]), float(place[-1][1])))
    return points
