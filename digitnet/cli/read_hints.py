"""Define the options of `read` that say what is known of a picture."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from digitnet.errors import DigitnetError
from digitnet.expectations.expect import Expect
from digitnet.expectations.phrases import EXAMPLES
from digitnet.reading import options

if TYPE_CHECKING:
    from digitnet.reading.hints import Hints

_T = TypeVar("_T")


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
    command.add_argument("--region", type=as_argument(options.parse_region), metavar=options.LINE_ENDS, help=help)
    help = "turn the picture clockwise by so many degrees (default: automatic)"
    command.add_argument("--turn", type=int, choices=[0, 90, 180, 270], help=help)
    help = "degrees by which the rows rise then, below 0 if they fall (default: automatic)"
    command.add_argument("--slope", type=as_argument(options.parse_slope), metavar="DEGREES", help=help)
    help = "read the whole picture, not only the sheets of paper that are found on it"
    command.add_argument("--everything", dest="sheets", action="store_const", const=False, help=help)
    help = "read only a sheet of paper with these corners; repeat it for several"
    corners = command.add_argument("--outline", dest="outlines", action="append", help=help)
    corners.type, corners.metavar = as_argument(options.parse_outline), options.CORNERS
    grid = command.add_mutually_exclusive_group()
    help = "a line that parts cells of a table, in place of those found; repeat it for each"
    ends = grid.add_argument("--grid", action="append", metavar=options.LINE_ENDS, help=help)
    ends.type = as_argument(options.parse_region)
    grid.add_argument("--no-grid", dest="grid", action="store_const", const=(), help="make no table of lines")
    help = f"what each number has to be; it is read by that, and marked if it is not: {EXAMPLES}"
    command.add_argument("--expect", type=as_argument(Expect.parse), metavar="PHRASES", help=help)


def make_hints(values: dict[str, Any]) -> Hints:
    """Make hints of the values of the arguments.

    Raises:
        ImageError: the values do not go together.
    """
    from digitnet.reading.hints import Hints

    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Hints(**known)


def as_argument(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    """Return a parser whose errors `argparse` explains."""

    def parse_argument(text: str) -> _T:
        try:
            return parse(text)
        except DigitnetError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse_argument
