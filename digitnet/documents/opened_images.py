"""Open picture files without decoding them, and explain what decoders raise for damaged ones."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from PIL import Image, UnidentifiedImageError

from digitnet.errors import ImageError
from digitnet.preprocessing.images import FORMATS, MAX_PIXELS


@contextmanager
def open_image(content: bytes) -> Iterator[Image.Image]:
    """Open a picture file for a block; its pixels are decoded only if the block asks for them.

    Raises:
        ImageError: the picture is damaged.
        UnidentifiedImageError: the file is no picture of a known format.
    """
    _load_decoders()
    with explain_damage(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            yield image


@contextmanager
def explain_damage() -> Iterator[None]:
    """Raise what decoders raise for a damaged picture as an ImageError."""
    try:
        yield
    except (ImageError, MemoryError, UnidentifiedImageError):
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"The picture is too large; at most {MAX_PIXELS // 10**6} megapixels can be read.") from error
    except Exception as error:  # Decoders raise nearly every type.
        raise ImageError("The picture is damaged or incomplete; save or send it again.") from error


@cache
def _load_decoders() -> None:
    """Register the decoders that Pillow does not load by itself."""
    from pillow_heif import register_heif_opener

    Image.init()
    register_heif_opener()
