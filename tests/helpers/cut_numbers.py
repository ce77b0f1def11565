"""Pictures of numbers with their surroundings, as batches keep them."""

import cv2
import numpy as np

from digitnet.preprocessing.images import to_png
from tests.helpers.digit_strokes import STROKES

CUT_BOX = (90, 50, 250, 110)


def cut_number(text="47"):
    """Return a PNG file of two digits in CUT_BOX, which is drawn, with another digit to the left of it."""
    image = np.full((160, 300, 3), 245, np.uint8)
    for character, left in zip(f"3{text}", (20, 120, 180), strict=True):
        for stroke in STROKES[character]:
            points = (np.array(stroke) * (24, 40) + (left, 60)).astype(np.int32)
            cv2.polylines(image, [points], False, (30, 30, 60), 4, cv2.LINE_AA)
    cv2.rectangle(image, CUT_BOX[:2], CUT_BOX[2:], (120, 120, 120), 1)
    return to_png(image)
