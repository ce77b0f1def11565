"""Stand-ins for functions that fail as OpenCV and NumPy do for extreme pictures."""

from typing import NoReturn

import cv2
import numpy as np


def fail_in_opencv(*_: object, **__: object) -> NoReturn:
    """Raise an error of OpenCV."""
    cv2.resize(np.zeros((0, 0), np.uint8), (5, 5))
    raise AssertionError


def run_out_of_memory(*_: object, **__: object) -> NoReturn:
    """Raise the error of an array that does not fit into memory."""
    np.ones(2**60, np.uint8)
    raise AssertionError
