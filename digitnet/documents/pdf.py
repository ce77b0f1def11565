"""Render the pages of a PDF with PDFium."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from digitnet.documents.page import Document
from digitnet.errors import ImageError
from digitnet.preprocessing.images import MAX_PIXELS
from digitnet.types import RGB

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

# A page has as many pixels as this, whatever its size on paper: an A4 page then has 200 dots per inch, and its longer
# side 2,400 pixels. But a page that one picture fills has no more than the picture. `benchmarks/pdf_pages.py` compares
# sizes.
PAGE_PIXELS = 4_000_000
# An edge of a page as long as 14,400 points has pixels as well; a narrow one has as few as its shape leaves.
_MAX_SIDE_PIXELS = 16_000
_MAX_SCALE = 16.0  # Pixels per point. A tiny page gains nothing from more.
_MAX_SECONDS = 15.0  # A page that takes longer to draw is left.
_MIN_COVER_RATIO = 0.8  # A picture that covers this share of a page fills it.
_MAX_OBJECTS = 1000  # A page of more is looked at no closer.
_POINTS_PER_CM = 72 / 2.54
# By FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY.
_SENTENCES = {
    4: "The PDF is locked by a password; save it without one.",
    5: "The PDF is locked in an unknown way; print it to a new PDF.",
}
_DAMAGED = "The PDF is damaged or incomplete; save or send it again."
_SIGNATURE, _HEADER_BYTES = b"%PDF-", 1024  # Readers of PDFs look for the signature among so many first bytes.

# PDFium may be used by one thread at a time.
_lock = threading.Lock()


class PdfPages(Document):
    """The pages of a PDF."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        with _open(content) as pdf:
            self.count = len(pdf)

    def load_small(self, number: int, max_side: int) -> RGB:
        """Draw a page with at most so many pixels along each side; raises ImageError."""
        with _open(self._content) as pdf:
            return _render(pdf, number, max_side)

    def _load_image(self, number: int) -> RGB:
        with _open(self._content) as pdf:
            return _render(pdf, number)


def is_pdf(content: bytes) -> bool:
    """Return whether a file begins as a PDF does."""
    return _SIGNATURE in content[:_HEADER_BYTES]


def choose_scale(width: float, height: float) -> float:
    """Return how many pixels a point of a page is drawn with.

    Args:
        width: of the page in points, 72 to an inch.
        height: likewise.

    Raises:
        ImageError: the page is too large, so that writing of usual size would vanish.
    """
    if width * height > MAX_PIXELS:
        across, down = width / _POINTS_PER_CM, height / _POINTS_PER_CM
        raise ImageError(f"The page measures {across:,.0f} by {down:,.0f} cm, which is too large; save it smaller.")
    by_area = math.sqrt(PAGE_PIXELS / max(width * height, 1e-6))
    return min(by_area, _MAX_SCALE, _MAX_SIDE_PIXELS / max(width, height))


@contextmanager
def _open(content: bytes) -> Iterator[PdfDocument]:
    """Open a PDF for a block; no other thread uses PDFium meanwhile.

    Raises:
        ImageError: the PDF is locked by a password, damaged or empty.
    """
    with _lock:
        from pypdfium2 import PdfDocument, raw

        # `PdfDocument(content)` would take a PDF without pages for what the last one that failed was.
        handle = raw.FPDF_LoadMemDocument64(content, len(content), None)
        if not handle:
            raise ImageError(_SENTENCES.get(raw.FPDF_GetLastError(), _DAMAGED))
        pdf = PdfDocument(handle)
        try:
            if not len(pdf):
                raise ImageError("The PDF has no pages.")
            yield pdf
        finally:
            pdf.close()


def _render(pdf: PdfDocument, number: int, max_side: float = math.inf) -> RGB:
    """Draw a page on white, uint8 (H, W, 3), with at most so many pixels along each side."""
    from pypdfium2 import PdfiumError

    try:
        page = pdf[number - 1]
    except PdfiumError as error:
        raise ImageError("The page is damaged; save or send the PDF again.") from error
    scale = choose_scale(*page.get_size())
    try:
        return _draw(page, min(scale, _measure_picture(page), max_side / max(page.get_size())))
    except PdfiumError as error:
        raise ImageError("The page cannot be drawn; print it to a new PDF, or save it as a picture.") from error


def _measure_picture(page: PdfPage) -> float:
    """Return how many pixels a point of the picture has that fills a page, infinity if none does.

    A page on which lines or notes are drawn does not count: they are as sharp as the page is drawn. Text beside a
    picture is mostly what a scanner's program has read, and not seen.
    """
    from pypdfium2 import raw

    pictures = []
    count = raw.FPDFPage_CountObjects(page)
    if count > _MAX_OBJECTS or raw.FPDFPage_GetAnnotCount(page):
        return math.inf
    for item in page.get_objects(max_depth=1):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(item)
        elif item.type != raw.FPDF_PAGEOBJ_TEXT:
            return math.inf
    if len(pictures) != 1:
        return math.inf
    a, b, c, d, _, _ = pictures[0].get_matrix().get()
    if abs(a * d - b * c) < max(_MIN_COVER_RATIO * page.get_width() * page.get_height(), 1e-6):
        return math.inf
    width, height = pictures[0].get_px_size()
    return max(width / math.hypot(a, b), height / math.hypot(c, d))


def _draw(page: PdfPage, scale: float) -> RGB:
    """Draw a page step by step, to stop if it takes too long."""
    from pypdfium2 import PdfBitmap, PdfiumError, raw

    width, height = (max(1, round(side * scale)) for side in page.get_size())
    bitmap = PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    end = time.monotonic() + _MAX_SECONDS
    pause = raw.IFSDK_PAUSE(version=1)
    is_late = type(pause.NeedToPauseNow)(lambda _: time.monotonic() > end)
    pause.NeedToPauseNow = is_late
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, flags, pause)
    raw.FPDF_RenderPage_Close(page)
    try:
        if status == raw.FPDF_RENDER_TOBECONTINUED:
            raise ImageError("The page takes too long to draw; save it as a picture.")
        if status != raw.FPDF_RENDER_DONE:
            raise PdfiumError("The page was not drawn.")
        return np.array(bitmap.to_numpy())
    finally:
        bitmap.close()
