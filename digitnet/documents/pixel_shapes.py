"""Make the pixels of a picture square, such as those of a fax: 204 to an inch across, and 98 down."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from digitnet.documents.opened_images import explain_damage, open_image
from digitnet.errors import ImageError
from digitnet.preprocessing.images import MAX_BYTES, MAX_PIXELS, load
from digitnet.types import RGB

# Pixels are stretched if one side is longer than the other by a factor in this range. Those of a fax have 2 or 4; a
# larger factor is a mistake of the program that wrote the file.
_MIN_STRETCH, _MAX_STRETCH = 1.1, 4.5
_DENSITIES = ("dpi", "resolution", "aspect")  # Where Pillow puts the pixels per inch, or per another length.
_ORIENTATION_TAG = 0x0112  # EXIF.
_TURNED = (5, 6, 7, 8)  # EXIF orientations that exchange the sides.


def load_picture(source: bytes | Image.Image, max_bytes: int = MAX_BYTES) -> RGB:
    """Load a picture as `images.load` does, with square pixels; of several the one that it shows.

    Args:
        source: the content of a file, or an opened picture.
        max_bytes: limit of a file.

    Raises:
        ImageError: the source is not a picture, or it is damaged, empty or too large.
    """
    picture = load(source, max_bytes)
    if isinstance(source, Image.Image):
        return square_pixels(picture, _measure_pixel(source))
    with suppress(ImageError, UnidentifiedImageError), open_image(source) as image:
        return square_pixels(picture, _measure_pixel(image))
    return picture


def load_frame(image: Image.Image, number: int) -> RGB:
    """Load one of the frames of an opened picture by its number, from 1; the picture shows it afterwards.

    Raises:
        ImageError: the frame is damaged or too large, or there are not so many.
    """
    with explain_damage():
        image.seek(number - 1)
        return load_picture(image)


def square_pixels(picture: RGB, ratio: float) -> RGB:
    """Stretch the shorter side of the pixels of a picture, so that they are square.

    Args:
        picture: uint8 (H, W, 3).
        ratio: height of a pixel by its width.
    """
    if not _MIN_STRETCH <= max(ratio, 1 / ratio) <= _MAX_STRETCH:
        return picture
    height, width = picture.shape[:2]
    across, down = max(1.0, 1 / ratio), max(1.0, ratio)
    shrink = min(1.0, (MAX_PIXELS / (height * width * across * down)) ** 0.5)
    size = max(1, int(width * across * shrink)), max(1, int(height * down * shrink))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _measure_pixel(image: Image.Image) -> float:
    """Return the height of a pixel by its width on the upright picture, 1.0 if nothing is known of it."""
    density: Any = next((image.info[name] for name in _DENSITIES if name in image.info), (1, 1))
    with suppress(Exception):  # Nobody has checked these figures.
        across, down = (float(value) for value in density)
        if across == down:
            return 1.0  # Asking for the orientation would decode a PNG file.
        if across > 0 and down > 0:
            return down / across if image.getexif().get(_ORIENTATION_TAG, 1) in _TURNED else across / down
    return 1.0
