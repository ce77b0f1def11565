"""Define the options of `read` that say what is known of a picture."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitnet.reading.hints import Corners, Hints, LineEnds

_CORNERS = "X0,Y0,X1,Y1,X2,Y2,X3,Y3"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add an argument for each attribute of `Hints`."""
    ink = command.add_mutually_exclusive_group()
    help = "ink is darker than its ground (default: automatic)"
    ink.add_argument("--dark", dest="dark_on_light", action="store_const", const=True, help=help)
    help = "ink is lighter than its ground"
    ink.add_argument("--light", dest="dark_on_light", action="store_const", const=False, help=help)
    help = "remove printed lines, or keep all (default: automatic)"
    command.add_argument("--lines", action=argparse.BooleanOptionalAction, help=help)
    help = "read only this part of the upright picture, in pixels"
    command.add_argument("--region", type=_parse_region, metavar="X0,Y0,X1,Y1", help=help)
    help = "turn the picture clockwise by so many degrees (default: automatic)"
    command.add_argument("--turn", type=int, choices=[0, 90, 180, 270], help=help)
    help = "degrees by which the rows rise then, below 0 if they fall (default: automatic)"
    command.add_argument("--slope", type=_parse_slope, metavar="DEGREES", help=help)
    help = "read the whole picture, not only the sheets of paper that are found on it"
    command.add_argument("--everything", dest="sheets", action="store_const", const=False, help=help)
    help = "read only a sheet of paper with these corners; repeat it for several"
    corners = command.add_argument("--outline", dest="outlines", action="append", type=_parse_outline, help=help)
    corners.metavar = _CORNERS
    grid = command.add_mutually_exclusive_group()
    help = "a line that parts cells of a table, in place of those found; repeat it for each"
    grid.add_argument("--grid", action="append", type=_parse_region, metavar="X0,Y0,X1,Y1", help=help)
    grid.add_argument("--no-grid", dest="grid", action="store_const", const=(), help="make no table of lines")


def make_hints(values: dict[str, Any]) -> Hints:
    """Make hints of the values of the arguments.

    Raises:
        ImageError: the values do not go together.
    """
    from digitnet.reading.hints import Hints

    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Hints(**known)


def _parse_slope(text: str) -> float:
    with suppress(ValueError):
        if -45 <= float(text) <= 45:
            return float(text)
    raise argparse.ArgumentTypeError(f"Expected degrees from -45 to 45. Received: {text}.")


def _parse_region(text: str) -> LineEnds:
    with suppress(ValueError):
        left, top, right, bottom = (int(side) for side in text.split(","))
        return left, top, right, bottom
    raise argparse.ArgumentTypeError(f"Expected four whole numbers as X0,Y0,X1,Y1. Received: {text}.")


def _parse_outline(text: str) -> Corners:
    with suppress(ValueError):
        x0, y0, x1, y1, x2, y2, x3, y3 = (int(side) for side in text.split(","))
        return (x0, y0), (x1, y1), (x2, y2), (x3, y3)
    raise argparse.ArgumentTypeError(f"Expected the corners of a sheet as {_CORNERS}. Received: {text}.")
