"""Make the reports of a canvas on which somebody writes numbers, one more stroke in each."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

EXAMPLES = Path(__file__).resolve().parent.parent / "pages" / "drawing" / "example_strokes.json"
WIDTH, HEIGHT, PEN = 640, 400, 16  # The canvas and its pen, in pixels.
_JITTER_PIXELS = 12  # Each number is moved by so many pixels at most, so that no two are the same picture.

Path2D = NDArray[np.float64]


def draw_numbers(rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Yield the report after each stroke of one number after the other, and its text if the number is whole, else "".

    A report is JSON as the canvas sends it, with a PNG picture; the first of a number is empty paper.
    """
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    names = list(examples)
    while True:
        name = names[int(rng.integers(len(names)))]
        shift = rng.uniform(-_JITTER_PIXELS, _JITTER_PIXELS, 2)
        paths = [np.array(stroke, float)[:, :2] + shift for stroke in examples[name]]
        yield make_report([]), ""
        for count in range(1, len(paths) + 1):
            yield make_report(paths[:count]), name if count == len(paths) else ""


def make_report(paths: list[Path2D]) -> str:
    """Return the report of strokes, each float64 (n, 2) in pixels of the canvas."""
    objects = [_to_object(path) for path in paths]
    picture = "data:image/png;base64," + base64.b64encode(make_png(paths)).decode()
    raw = {"version": "7.4.0", "objects": objects, "background": "#ffffff"}
    return json.dumps({"drawing": {"raw": raw, "data": picture}})


def make_png(paths: list[Path2D]) -> bytes:
    """Return a PNG file of strokes, black on white."""
    picture = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    for path in paths:
        cv2.polylines(picture, [np.round(path * 16).astype(np.int32)], False, (0, 0, 0, 255), PEN, cv2.LINE_AA, 4)
    return cv2.imencode(".png", picture)[1].tobytes()


def _to_object(path: Path2D) -> dict[str, Any]:
    """Return a stroke as fabric.js describes it: curves between the middles of its points."""
    middles = (path[:-1] + path[1:]) / 2
    commands: list[list[Any]] = [["M", *path[0]]]
    commands += [["Q", *point, *middle] for point, middle in zip(path[:-1], middles, strict=True)]
    return {
        "type": "Path",
        "version": "7.4.0",
        "fill": None,
        "stroke": "#000000",
        "strokeWidth": PEN,
        "strokeLineCap": "round",
        "path": [*commands, ["L", *path[-1]]],
    }
