"""Compare sizes at which the pages of a PDF are drawn.

Usage: python benchmarks/pdf_pages.py DIR... [--megapixels N ...] [--model NAME]

A folder holds pictures and `labels.csv`, as for benchmarks/accuracy.py. Each picture becomes the page of a PDF, as apps
that scan with a phone make it. The table shows the share of wrong digits (by edit distance), the share of pages read
exactly right, and the median time to read one, for the picture itself and for its page at each size.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cases import Case, load_folder
from benchmarks.scoring import DigitnetReader, ReaderScore
from digitnet.documents import pdf
from digitnet.documents.opening import load_page
from digitnet.types import RGB

_DPI = 150  # Of the paper that a picture fills.
_JPEG_QUALITY = 95  # Percent.


def make_pdf(picture: RGB) -> bytes:
    """Make a PDF whose only page is filled by a picture, uint8 (h, w, 3)."""
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PDF", resolution=_DPI, quality=_JPEG_QUALITY)
    return content.getvalue()


def draw_page(content: bytes, megapixels: float) -> RGB:
    """Draw the page of a PDF with so many pixels."""
    pdf.PAGE_PIXELS = round(megapixels * 1_000_000)
    return load_page(content, 1).image


def score_pages(cases: list[Case], draw: Callable[[RGB], RGB], reader: DigitnetReader) -> ReaderScore:
    """Return the score of pictures after `draw`."""
    score = ReaderScore()
    for case in cases:
        picture = draw(case.load_rgb())
        start = time.perf_counter()
        rows = reader(picture)
        score.add(case, rows, time.perf_counter() - start)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--megapixels", nargs="+", type=float, default=[1, 2, 4, 8], metavar="N")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    args = parser.parse_args()
    reader = DigitnetReader(args.model)
    for folder in args.folders:
        cases = load_folder(folder).cases
        print(f"{folder.name}, the pictures: {score_pages(cases, lambda rgb: rgb, reader).format_cell()}", flush=True)
        for size in args.megapixels:
            score = score_pages(cases, lambda rgb, size=size: draw_page(make_pdf(rgb), size), reader)  # type: ignore[misc]
            print(f"{folder.name}, {size:g} megapixels: {score.format_cell()}", flush=True)


if __name__ == "__main__":
    main()
