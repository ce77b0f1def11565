"""Parse the query of a request that reads, whose parameters are the options of `digitnet read`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams

from digitnet.errors import ImageError
from digitnet.expectations.expect import Expect
from digitnet.expectations.phrases import EXAMPLES
from digitnet.reading.entries import ReadOptions
from digitnet.reading.hints import Hints
from digitnet.reading.number_values import DECIMALS
from digitnet.reading.options import parse_outline, parse_pages, parse_region, parse_share, parse_slope

_NUMBERS = r"^-?\d{1,6}(,-?\d{1,6})"
_TURNS = ("0", "90", "180", "270")


class Parameter(NamedTuple):
    """A parameter of a query.

    Attributes:
        parse: returns its value from its text; raises DigitnetError.
        about: a sentence on what it does.
        schema: JSON schema of its text.
        hint: the attribute of `Hints` that it sets, or "" for one of `ReadOptions`.
        repeats: whether it may be given several times.
    """

    parse: Callable[[str], Any]
    about: str
    schema: Mapping[str, Any]
    hint: str = ""
    repeats: bool = False


def _choose(*texts: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in texts:
            raise ImageError(f"Expected one of {', '.join(texts)}. Received: {text}.")
        return text

    return parse


def _choose_between(true: str, false: str) -> Callable[[str], bool]:
    return lambda text: _choose(true, false)(text) == true


def _parse_turn(text: str) -> int:
    return int(_choose(*_TURNS)(text))


def _parse_grid(text: str) -> Any:
    return () if text == "none" else parse_region(text)


_BOOLEAN = {"type": "string", "enum": ["true", "false"]}
PARAMETERS = {
    "model": Parameter(str, "Name of the model; the active one if it is left out.", {"type": "string"}),
    "decimal": Parameter(
        _choose(*DECIMALS),
        "Add what each number is worth, by its decimal sign.",
        {"type": "string", "enum": list(DECIMALS)},
    ),
    "risk": Parameter(
        parse_share,
        "Mark numbers as doubtful so that this share of the others is wrong; 0.01 if it is left out.",
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ),
    "pages": Parameter(
        lambda text: tuple(parse_pages(text)),
        "Read only these pages, such as 1-3,7.",
        {"type": "string", "pattern": r"^[1-9]\d{0,2}(-[1-9]\d{0,2})?(,[1-9]\d{0,2})*$"},
    ),
    "ink": Parameter(
        _choose_between("dark", "light"),
        "Whether the ink is darker or lighter than its ground.",
        {"type": "string", "enum": ["dark", "light"]},
        "dark_on_light",
    ),
    "lines": Parameter(
        _choose_between("true", "false"), "Remove printed lines with less caution, or keep all.", _BOOLEAN, "lines"
    ),
    "region": Parameter(
        parse_region,
        "Read only this part of the upright picture: X0,Y0,X1,Y1 in pixels.",
        {"type": "string", "pattern": f"{_NUMBERS}{{3}}$"},
        "region",
    ),
    "turn": Parameter(
        _parse_turn,
        "Turn the picture clockwise by so many degrees.",
        {"type": "integer", "enum": [int(turn) for turn in _TURNS]},
        "turn",
    ),
    "slope": Parameter(
        parse_slope,
        "Degrees by which the rows rise then, below 0 if they fall.",
        {"type": "number", "minimum": -45, "maximum": 45},
        "slope",
    ),
    "sheets": Parameter(
        _choose_between("true", "false"),
        "false reads the whole picture, and not only the sheets of paper that are found on it.",
        _BOOLEAN,
        "sheets",
    ),
    "outline": Parameter(
        parse_outline,
        "Read only a sheet with these corners: X0,Y0,X1,Y1,X2,Y2,X3,Y3 in pixels; repeat it for several.",
        {"type": "string", "pattern": f"{_NUMBERS}{{7}}$"},
        "outlines",
        repeats=True,
    ),
    "grid": Parameter(
        _parse_grid,
        "A line that parts cells of a table, X0,Y0,X1,Y1, in place of those found; repeat it for each, or give none.",
        {"type": "string", "pattern": f"({_NUMBERS}{{3}}$)|^none$"},
        "grid",
        repeats=True,
    ),
    "expect": Parameter(
        Expect.parse,
        f"What each number has to be; it is read by that, and marked if it is not: {EXAMPLES}.",
        {"type": "string"},
        "expect",
    ),
}


def parse_query(query: QueryParams, others: tuple[str, ...] = ()) -> ReadOptions:
    """Return how to read the files of a request.

    Args:
        query: its query.
        others: parameters beside those of `PARAMETERS`, which are left out.

    Raises:
        DigitnetError: a parameter is unknown, is given twice or has a wrong value, or the values do not go together.
    """
    options: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    for name in dict.fromkeys(query.keys()):
        if name in others:
            continue
        if not (parameter := PARAMETERS.get(name)):
            raise ImageError(f"Expected one of {', '.join(PARAMETERS)}. Received: {name}.")
        texts = query.getlist(name)
        if len(texts) > 1 and not parameter.repeats:
            raise ImageError(f"Expected {name} once. Received: {len(texts)} times.")
        values = [parameter.parse(text) for text in texts]
        (hints if parameter.hint else options)[parameter.hint or name] = (
            tuple(value for value in values if value != ()) if parameter.repeats else values[0]
        )
    return ReadOptions(hints=Hints(**hints), **options)
