"""Open what holds pictures as a document, and load its pages."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from digitnet.documents.animation import Animation, count_frames
from digitnet.documents.frames import HeifPages, MpoPages, OpenedPages
from digitnet.documents.opened_images import open_image
from digitnet.documents.page import Document, LoadedPage
from digitnet.documents.pdf import PdfPages, is_pdf
from digitnet.documents.pixel_shapes import load_picture
from digitnet.documents.tiff import TIFF_SIGNATURES, TiffPages
from digitnet.errors import ImageError
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.file_costs import check_costs
from digitnet.preprocessing.images import MAX_BYTES, MAX_PIXELS, ImageSource, load, read_file
from digitnet.types import RGB

MAX_PAGES = 300  # Pages of a file that are read at once.
_ANIMATED_FORMATS = ("GIF", "PNG", "WEBP", "AVIF")
_NOT_A_PICTURE = "The file is not a picture that can be read; use JPEG, PNG, WebP, HEIC, AVIF, BMP, TIFF, GIF or PDF."


_log = logging.getLogger(__name__)


class SinglePicture(Document):
    """A picture that is the only one of its source."""

    def __init__(self, source: ImageSource) -> None:
        self._source = source

    def _load_image(self, number: int) -> RGB:
        return load_picture(self._source) if isinstance(self._source, (bytes, Image.Image)) else load(self._source)


@explain_failures()
def open_document(source: ImageSource, max_bytes: int = MAX_BYTES) -> Document:
    """Open what holds pictures as a document; its pages are loaded one by one.

    Pages are those of a PDF or TIFF, and the pictures of an MPO or HEIC. An animation is one page.

    Args:
        source: as for `images.load`, or a PDF.
        max_bytes: limit of a PDF or TIFF that is given as bytes; other files have theirs.

    Raises:
        ImageError: the file is no picture and no PDF, or it is damaged as a whole. Some damage shows only when a page
            is loaded.
    """
    if isinstance(source, Image.Image):
        paged = source.format not in _ANIMATED_FORMATS and getattr(source, "n_frames", 1) > 1
        return OpenedPages(source) if paged else SinglePicture(source)
    if isinstance(source, (bytes, bytearray)):
        return _open_content(bytes(source), max_bytes)
    if isinstance(source, (str, Path)):
        return _open_content(read_file(Path(source)), MAX_BYTES)
    return SinglePicture(source)


def load_page(source: ImageSource, number: int) -> LoadedPage:
    """Load a page of a document by its number, from 1.

    Raises:
        ImageError: the file or the page cannot be read, or there are too many pages.
    """
    document = open_document(source)
    choose_pages(document.count)
    return document.load(number)


def load_main_page(source: ImageSource) -> LoadedPage:
    """Load the page that stands for a document; say in its note, and in the log, that there are others.

    Raises:
        ImageError: the file or the page cannot be read.
    """
    document = open_document(source)
    image, page = document.load(document.main)
    if page.count > 1:
        note = f"Only page {page.number} of {page.count:,} was read; digitnet.read_pages reads all."
        page = replace(page, note=note)
        _log.warning(note)
    return LoadedPage(image, page)


def count_pages(source: ImageSource) -> int:
    """Return how many pages a document has, 1 if it cannot be read, or has more than are read at once."""
    try:
        return len(choose_pages(open_document(source).count))
    except ImageError:
        return 1


def is_document(content: bytes) -> bool:
    """Return whether a file begins as a picture or a PDF does; it may be damaged all the same."""
    try:
        with explain_failures():
            if is_paged(content):
                return True
            check_costs(content, MAX_PIXELS)
            with open_image(content):
                return True
    except UnidentifiedImageError:
        return False
    except ImageError:
        return True


def is_paged(content: bytes) -> bool:
    """Return whether a file begins as a TIFF or PDF does."""
    return content[:4] in TIFF_SIGNATURES or is_pdf(content)


def choose_pages(count: int, pages: Iterable[int] | None = None) -> list[int]:
    """Return the numbers of the pages to read, from 1.

    Args:
        count: how many there are.
        pages: those that are asked for, or None for all.

    Raises:
        ImageError: there are too many pages, or no page of such a number.
    """
    chosen: list[int] = []
    for number in range(1, count + 1) if pages is None else pages:
        if not 1 <= number <= count:
            has = "one page" if count == 1 else f"{count:,} pages"
            raise ImageError(f"The file has {has}; there is no page {number:,}.")
        if len(chosen) == MAX_PAGES:
            number_of = f"has {count:,} pages" if pages is None else "is asked for more pages"
            raise ImageError(f"The file {number_of}; at most {MAX_PAGES} are read at once, so choose some or split it.")
        chosen.append(number)
    return chosen


def _open_content(content: bytes, max_bytes: int) -> Document:
    """Open the content of a file."""
    if not content or len(content) > (max_bytes if is_paged(content) else MAX_BYTES):
        return SinglePicture(content)  # Loading it says why it cannot be read.
    check_costs(content, MAX_PIXELS)
    if content[:4] in TIFF_SIGNATURES:
        return TiffPages(content, max_bytes)
    try:
        with open_image(content) as image:
            return _choose_document(content, image)
    except UnidentifiedImageError:
        if is_pdf(content):
            return PdfPages(content)
        raise ImageError(_NOT_A_PICTURE) from None


def _choose_document(content: bytes, image: Image.Image) -> Document:
    """Return the document of a picture file that is opened as `image`."""
    if image.format == "MPO":
        return MpoPages(content, image)
    if image.format == "HEIF":
        return HeifPages(content, image)
    frames = count_frames(content, image) if image.format in _ANIMATED_FORMATS else 1
    return Animation(content, frames) if frames > 1 else SinglePicture(content)
