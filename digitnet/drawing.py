"""Pictures of a reading."""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.images import RGB
from digitnet.reading import Reading

BOX_COLOR = (0, 114, 178)  # blue and orange that colour-blind eyes tell apart (Okabe and Ito 2008)
DOUBT_COLOR = (213, 94, 0)
DOUBT = 0.8


def annotate(image: RGB, reading: Reading) -> RGB:
    """Return a copy of the upright picture, uint8 (H, W, 3), with boxes and digits drawn on it.

    Digits read with a confidence under 0.8 are orange, the others blue.
    """
    drawn = np.ascontiguousarray(image).copy()
    if not len(reading):
        return drawn
    thickness = max(2, round(max(image.shape[:2]) / 500))
    height = float(np.median(reading.boxes[:, 3] - reading.boxes[:, 1]))
    for box, label, confidence in zip(reading.boxes, reading.labels, reading.confidence, strict=True):
        color = BOX_COLOR if confidence >= DOUBT else DOUBT_COLOR
        left, top, right, bottom = (int(side) for side in box)
        cv2.rectangle(drawn, (left, top), (right, bottom), color, thickness)
        _label(drawn, str(label), (left, top), max(height * 0.35, 12.0), color)
    return drawn


def _label(image: RGB, text: str, corner: tuple[int, int], height: float, color: tuple[int, int, int]) -> None:
    """Draw white `text` on a coloured tag that sits on `corner`, or under it at the picture's top."""
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, height / 22
    thickness = max(1, round(scale * 2))
    (width, tall), _ = cv2.getTextSize(text, font, scale, thickness)
    pad = max(2, round(height * 0.15))
    left, bottom = corner[0], max(corner[1], tall + 2 * pad)
    cv2.rectangle(image, (left, bottom - tall - 2 * pad), (left + width + 2 * pad, bottom), color, cv2.FILLED)
    cv2.putText(image, text, (left + pad, bottom - pad), font, scale, (255, 255, 255), thickness, cv2.LINE_AA)


def to_jpeg(image: RGB) -> bytes:
    """Return an RGB picture, uint8 (H, W, 3), as a JPEG file."""
    return bytes(cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def to_png(image: RGB) -> bytes:
    """Return an RGB picture, uint8 (H, W, 3), as a PNG file."""
    return bytes(cv2.imencode(".png", image[..., ::-1])[1])
