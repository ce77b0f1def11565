"""Explain failures of OpenCV and a lack of memory as errors of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from digitnet.errors import ImageError


@contextmanager
def explain_failures() -> Iterator[None]:
    """Raise an error of OpenCV or a lack of memory, in a block or a function, as an ImageError."""
    try:
        yield
    except MemoryError as error:
        raise ImageError(_NO_MEMORY) from error
    except cv2.error as error:
        is_memory_error = getattr(error, "code", None) == cv2.Error.StsNoMem
        raise ImageError(_NO_MEMORY if is_memory_error else _NOT_PROCESSED) from error


_NO_MEMORY = "The picture needs more memory than is free; crop it or make it smaller."
_NOT_PROCESSED = "The picture cannot be processed; crop it or save it in another size."
