"""Parse texts that say how to read a file: options of the command line, and of requests to the server."""

from __future__ import annotations

from contextlib import suppress

from digitnet.errors import ImageError
from digitnet.reading.hints import Corners, LineEnds

CORNERS = "X0,Y0,X1,Y1,X2,Y2,X3,Y3"
LINE_ENDS = "X0,Y0,X1,Y1"


def parse_share(text: str) -> float:
    """Return a share between 0 and 1; raises ImageError."""
    with suppress(ValueError):
        if 0 < float(text) < 1:
            return float(text)
    raise ImageError(f"Expected a number between 0 and 1. Received: {text}.")


def parse_count(text: str) -> int:
    """Return a whole number above 0; raises ImageError."""
    with suppress(ValueError):
        if int(text) > 0:
            return int(text)
    raise ImageError(f"Expected a whole number above 0. Received: {text}.")


def parse_pages(text: str) -> list[range]:
    """Return the numbers of pages of a text such as "1-3,7"; raises ImageError."""
    with suppress(ValueError):
        spans = [[int(number) for number in span.split("-", 1)] for span in text.split(",")]
        if all(1 <= span[0] <= span[-1] for span in spans):
            return [range(span[0], span[-1] + 1) for span in spans]
    raise ImageError(f"Expected numbers of pages such as 1-3,7. Received: {text}.")


def parse_slope(text: str) -> float:
    """Return degrees by which rows rise, -45 to 45; raises ImageError."""
    with suppress(ValueError):
        if -45 <= float(text) <= 45:
            return float(text)
    raise ImageError(f"Expected degrees from -45 to 45. Received: {text}.")


def parse_region(text: str) -> LineEnds:
    """Return x0, y0, x1, y1 of a text such as "10,20,300,400"; raises ImageError."""
    with suppress(ValueError):
        left, top, right, bottom = (int(side) for side in text.split(","))
        return left, top, right, bottom
    raise ImageError(f"Expected four whole numbers as {LINE_ENDS}. Received: {text}.")


def parse_outline(text: str) -> Corners:
    """Return the four corners of a sheet, x and y each, of eight numbers; raises ImageError."""
    with suppress(ValueError):
        x0, y0, x1, y1, x2, y2, x3, y3 = (int(side) for side in text.split(","))
        return (x0, y0), (x1, y1), (x2, y2), (x3, y3)
    raise ImageError(f"Expected the corners of a sheet as {CORNERS}. Received: {text}.")
