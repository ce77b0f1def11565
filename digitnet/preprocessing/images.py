"""Decode pictures into upright RGB arrays and encode arrays as PNG or JPEG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitnet.errors import ImageError
from digitnet.files import open_file
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.file_costs import check_costs
from digitnet.preprocessing.geometry import scale_down
from digitnet.types import RGB

MAX_BYTES = 40 * 2**20
MAX_PIXELS = 64_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "BMP", "DIB", "TIFF", "GIF")
# A crop's longer side is scaled down to this.
MAX_CROP_SIDE = 256
# Crops have a margin of this share of the box's longer side, and of at least this many pixels.
_MARGIN_RATIO, _MIN_MARGIN_PIXELS = 0.12, 2
_JPEG_QUALITY = 92  # Percent.
_MAX_JPEG_SIDE = 65_500  # Pixels; the encoder takes no more.
_ORIENTATION_TAG = 0x0112  # EXIF.
# A transparent picture with a lighter mean of its drawn pixels (0 to 255) was drawn on a dark canvas.
_MIN_CHALK_LEVEL = 170

ImageSource = str | Path | bytes | bytearray | Image.Image | NDArray[Any]


@explain_failures()
def load(source: ImageSource, max_bytes: int = MAX_BYTES) -> RGB:
    """Load a picture as uint8 (H, W, 3): upright, transparent parts flattened, 8 bits a channel.

    Of an animation or a document of several pages the first picture is loaded.

    Args:
        source: a path, the bytes of a file, a PIL image, or an array: gray (H, W), RGB (H, W, 3) or RGBA (H, W, 4), of
            bool, of integers, or of floats from 0 to 1 or 0 to 255.
        max_bytes: limit of a file that is given as bytes.

    Raises:
        ImageError: the source is not a picture, or it is damaged, empty or too large.
    """
    if isinstance(source, np.ndarray):
        return _load_array(source)
    if isinstance(source, Image.Image):
        return _load_pil(source)
    if isinstance(source, (bytes, bytearray)):
        return _load_bytes(bytes(source), max_bytes)
    if isinstance(source, (str, Path)):
        return _load_bytes(read_file(Path(source)), MAX_BYTES)
    raise ImageError(f"Expected a path, bytes, a PIL image or an array. Received: {type(source).__name__}.")


def check_size(width: int, height: int) -> None:
    """Raise ImageError if a picture has too many pixels, or none."""
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The picture has {width * height / 1e6:,.0f} megapixels; at most {MAX_PIXELS / 1e6:.0f} can be read."
        )
    if min(width, height) == 0:
        raise ImageError("The picture has no pixels.")


def rgb_to_gray(rgb: RGB) -> NDArray[np.uint8]:
    """Convert a picture, uint8 (H, W, 3), to its luminance (ITU-R BT.601), uint8 (H, W)."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)


def crop_box(image: RGB, box: Sequence[int] | NDArray[np.int32], max_side: int = MAX_CROP_SIDE) -> RGB:
    """Crop a picture to a box and a margin around it.

    Args:
        image: uint8 (H, W, 3).
        box: xyxy in pixels; it may reach beyond the picture.
        max_side: pixels; a crop with a longer side is scaled down.
    """
    left, top, right, bottom = (int(side) for side in box)
    margin = max(_MIN_MARGIN_PIXELS, round(_MARGIN_RATIO * max(right - left, bottom - top)))
    crop = image[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return np.ascontiguousarray(scale_down(crop, max_side / max(crop.shape[:2])))


def to_jpeg(image: RGB) -> bytes:
    """Encode a picture, uint8 (H, W, 3), as a JPEG file; one that is too long for it is scaled down."""
    fitting = scale_down(image, _MAX_JPEG_SIDE / max(image.shape[:2]))
    return bytes(cv2.imencode(".jpg", fitting[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1])


def to_png(image: NDArray[np.uint8]) -> bytes:
    """Encode a picture, uint8 (H, W, 3) or gray (H, W), as a PNG file."""
    return bytes(cv2.imencode(".png", image if image.ndim == 2 else image[..., ::-1])[1])


def read_file(path: Path) -> bytes:
    """Return the content of a file, or the start of a pipe that holds too much; a pipe without a writer is empty.

    Raises:
        ImageError: the file cannot be opened, or is too large.
    """
    try:
        check_bytes(path.stat().st_size)
        with open_file(path) as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a valid path"
        raise ImageError(f"The file {path.name!r} cannot be opened: {reason}.") from error


def _load_bytes(content: bytes, max_bytes: int) -> RGB:
    """Decode the content of a picture file."""
    if not content:
        raise ImageError("The file is empty (0 bytes).")
    check_bytes(len(content), max_bytes)
    check_costs(content, MAX_PIXELS)
    _load_decoders()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                return _load_pil(image)
    except (ImageError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise ImageError(
            "The file is not a picture that can be read; use JPEG, PNG, WebP, HEIC, AVIF, BMP, TIFF or GIF."
        ) from None
    except Image.DecompressionBombError as error:
        raise ImageError(f"The picture is too large; at most {MAX_PIXELS // 10**6} megapixels can be read.") from error
    except Exception as error:  # Decoders raise nearly every type for damaged files.
        raise ImageError("The picture is damaged or incomplete; save or send it again.") from error


@cache
def _load_decoders() -> None:
    """Register the decoders that Pillow does not load by itself."""
    from pillow_heif import register_heif_opener

    Image.init()
    register_heif_opener()


def _load_pil(image: Image.Image) -> RGB:
    """Turn a PIL image upright, and convert it to uint8 (H, W, 3)."""
    check_size(image.width, image.height)
    try:
        rotated = image.getexif().get(_ORIENTATION_TAG, 1) != 1
        upright = ImageOps.exif_transpose(image) if rotated else image
        if upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
            return _scale_to_8_bits(np.asarray(upright))
        if upright.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in upright.info:
            return _flatten(np.asarray(upright.convert("RGBA")))
        # Converting a picture that is RGB already would copy it.
        return np.asarray(upright if upright.mode == "RGB" else upright.convert("RGB"))
    except (ImageError, MemoryError):
        raise
    except Exception as error:  # Pixels are decoded only here.
        raise ImageError("The picture is damaged or incomplete; save or send it again.") from error


def _load_array(array: NDArray[Any]) -> RGB:
    """Convert an array of gray, RGB or RGBA pixels to uint8 (H, W, 3)."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ImageError(f"Expected an array of shape (H, W), (H, W, 3) or (H, W, 4). Received: {array.shape}.")
    if 0 in array.shape:
        raise ImageError(f"Expected an array with pixels. Received: shape={array.shape}.")
    check_size(array.shape[1], array.shape[0])
    pixels = _to_uint8(array)
    if pixels.ndim == 2:
        return np.repeat(pixels[..., np.newaxis], 3, axis=2)
    return _flatten(pixels) if pixels.shape[2] == 4 else pixels


def _to_uint8(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Convert an array of any shape to uint8.

    Floats up to 1 are scaled by 255, and values above 255 are scaled down.
    """
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    if not (np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)):
        raise ImageError(f"Expected an array of numbers. Received: dtype={array.dtype}.")
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0:
        raise ImageError(f"Expected finite values of 0 or more. Received: {low:g} to {high:g}.")
    if np.issubdtype(array.dtype, np.floating) and high <= 1:
        return np.round(array * 255).astype(np.uint8)
    if high > 255:
        return np.round(array.astype(np.float64) * (255 / high)).astype(np.uint8)
    return np.round(array).astype(np.uint8)


def _scale_to_8_bits(values: NDArray[Any]) -> RGB:
    """Scale gray values (H, W) of unknown range, such as 12 bits in 16, to uint8 (H, W, 3)."""
    scaled = np.nan_to_num(values.astype(np.float32), copy=False)  # A copy is scaled in place: pictures are large.
    low, high = float(scaled.min()), float(scaled.max())
    scaled -= low
    scaled *= 255 / (high - low) if high > low else 0
    return cv2.cvtColor(scaled.astype(np.uint8), cv2.COLOR_GRAY2RGB)


def _flatten(rgba: NDArray[np.uint8]) -> RGB:
    """Put a picture, uint8 (H, W, 4), on white, or on black if its strokes are light.

    Light strokes are chalk on a dark canvas.
    """
    alpha = rgba[..., 3]
    inked = cv2.sumElems(alpha)[0]
    if inked == 255 * alpha.size:
        return cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)
    cover = cv2.merge([alpha, alpha, alpha])
    drawn = cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)
    cv2.multiply(drawn, cover, dst=drawn, scale=1 / 255)
    light = inked > 0 and 255 * sum(cv2.sumElems(drawn)) / (3 * inked) > _MIN_CHALK_LEVEL
    return drawn if light else cv2.add(drawn, cv2.bitwise_not(cover, dst=cover), dst=drawn)


def check_bytes(count: int, max_bytes: int = MAX_BYTES) -> None:
    """Raise ImageError if a file has too many bytes."""
    if count > max_bytes:
        raise ImageError(
            f"The file has {count / 2**20:.1f} MB; at most {max_bytes // 2**20} MB can be read, "
            "so save it smaller or as JPEG."
        )
