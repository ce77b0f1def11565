"""Offer reading as a tool to language models, by the Model Context Protocol on standard input and output."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

import digitnet
from digitnet.errors import DigitnetError
from digitnet.expectations.phrases import EXAMPLES
from digitnet.preprocessing.images import read_file
from digitnet.reading.entries import ReadOptions
from digitnet.reading.hints import Hints
from digitnet.reading.options import parse_pages
from digitnet.server.parameters import PARAMETERS
from digitnet.server.whole_files import read_whole_file

_ABOUT = """
Read the handwritten digits on a picture or PDF. Returns its pages; each has rows from top to bottom, whose text keeps
signs such as points, commas and slashes. A row's confidence is the probability that all of it is right; "doubtful"
marks a row that a person should check. Ink that is no digit is left out. "turn" and "slope" say by how many degrees the
picture was turned clockwise to be read, "mirrored" that its writing seems to be so.
"""
_ONE_SOURCE = "Expected a path, or the content of a file as Base64. Received: {}."


def _describe(name: str, values: str = "") -> str:
    """Return what a parameter of the same name does on the server's address, with the values that it takes."""
    about = PARAMETERS[name].about.rstrip(".")
    return f"{about}{f': {values}' if values else ''}; found automatically if it is left out."


def make_mcp_server() -> MCPServer[Any]:
    """Return a server with one tool, `read_numbers`."""
    server: MCPServer[Any] = MCPServer("digitnet", version=digitnet.__version__, log_level="WARNING")
    reads_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    server.add_tool(read_numbers, description=_ABOUT.strip(), annotations=reads_only)
    return server


async def read_numbers(
    path: Annotated[str, Field(description="Path of a picture or PDF on the machine of this tool.")] = "",
    content: Annotated[str, Field(description="Content of a picture or PDF as Base64, in place of a path.")] = "",
    pages: Annotated[str, Field(description="Pages to read, such as 1-3,7; all if it is empty.")] = "",
    expect: Annotated[str, Field(description=f"What each number has to be: {EXAMPLES}.")] = "",
    turn: Annotated[int | None, Field(description=_describe("turn", "0, 90, 180 or 270"))] = None,
    region: Annotated[str, Field(description=_describe("region"))] = "",
    ink: Annotated[str, Field(description=_describe("ink", "dark or light"))] = "",
    model: Annotated[str, Field(description="Name of a model; the active one if it is empty.")] = "",
    details: Annotated[bool, Field(description="Add places and confidences of all numbers, digits and signs.")] = False,
) -> dict[str, Any]:
    """Return the entries of a file's pages as `digitnet read --json` prints them, or the rows of each alone.

    Raises:
        ToolError: the file cannot be read.
    """
    try:
        chosen = tuple(parse_pages(pages)) if pages else None
        file = await to_thread.run_sync(_load, path, content)
        hints = _parse_hints(turn=turn, region=region, ink=ink, expect=expect)
        entries = await read_whole_file(file, Path(path).name, ReadOptions(model or None, hints, pages=chosen))
    except DigitnetError as error:
        raise ToolError(str(error)) from error
    return {"pages": entries if details else [_shorten(entry) for entry in entries]}


def _parse_hints(**values: str | int | None) -> Hints:
    """Return the hints of parameters by the same names as on the server's address; raises DigitnetError."""
    given = {name: str(value) for name, value in values.items() if value not in ("", None)}
    return Hints(**{PARAMETERS[name].hint: PARAMETERS[name].parse(text) for name, text in given.items()})


def _load(path: str, content: str) -> bytes:
    if bool(path) == bool(content):
        raise ToolError(_ONE_SOURCE.format("both" if path else "neither"))
    if path:
        return read_file(Path(path))
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise ToolError(_ONE_SOURCE.format("other text")) from error


def _shorten(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with text, confidence and doubt of its rows alone, and how its picture was turned."""
    if "rows" not in entry:
        return entry
    rows = [
        {
            "text": row["text"],
            "confidence": row["confidence"],
            "doubtful": any(symbol["doubtful"] for symbol in [*row["digits"], *row["signs"]]),
        }
        for row in entry["rows"]
    ]
    kept = ("file", "page", "pages", "note", "turn", "slope", "mirrored")
    return {name: entry[name] for name in kept if name in entry} | {"rows": rows}
