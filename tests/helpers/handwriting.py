"""A small folder of handwriting."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from digitnet.handwriting import sets
from digitnet.types import Gray

RING, BAR = [[[0, 0], [50, 0], [50, 80], [0, 80], [0, 0]]], [[[0, 0], [0, 100]]]


def draw_picture(side: int, label: int) -> Gray:
    """Draw a number as ink, uint8 (side, side)."""
    picture = np.zeros((side, side), np.uint8)
    cv2.putText(picture, str(label), (side // 4, 3 * side // 4), cv2.FONT_HERSHEY_SIMPLEX, side / 40, 255, 2)
    return picture


def write_handwriting(folder: Path) -> Path:
    """Write a folder of handwriting: scanned digits of two writers, pen strokes of two others; return it."""
    labels = np.array([1, 2, 3, 4], np.uint8)
    writers = np.array(["0001_CH4M", sets.SWISS.held_out[0]] * 2)
    np.savez(
        folder / sets.SWISS.file,
        images=np.stack([draw_picture(64, label) for label in labels]),
        labels=labels,
        writer=writers,
        suspect=np.array([False, False, True, False]),
    )
    records = [
        {"label": "0", "writer": "uji02", "strokes": RING},
        {"label": "O", "writer": "uji02", "strokes": RING},
        {"label": "A", "writer": "uji02", "strokes": [*BAR, *RING]},
        {"label": "1", "writer": sets.UJI.held_out[0], "strokes": BAR},
    ]
    (folder / sets.UJI.file).write_text(json.dumps(records))
    return folder
