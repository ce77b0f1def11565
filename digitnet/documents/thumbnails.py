"""Make small pictures of the pages of a file."""

from __future__ import annotations

import time
from collections.abc import Iterable

from digitnet.documents.opening import open_document
from digitnet.errors import ImageError
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.images import to_jpeg


def make_thumbnails(content: bytes, numbers: Iterable[int], max_side: int, seconds: float) -> dict[int, bytes]:
    """Return JPEG files of pages by their numbers, b"" for a page that cannot be drawn; at least one.

    Args:
        content: content of the file.
        numbers: numbers of the pages, from 1.
        max_side: the most pixels along each side.
        seconds: processor time after which no further page is begun.

    Raises:
        ImageError: the file cannot be read.
    """
    end, document = time.process_time() + seconds, open_document(content)
    made: dict[int, bytes] = {}
    for number in numbers:
        try:
            with explain_failures():
                made[number] = to_jpeg(document.load_small(number, max_side))
        except ImageError:
            made[number] = b""
        if time.process_time() > end:
            break
    return made
