"""Hold the template of a form: named boxes on one sheet, and a picture of that sheet to find it again."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import FormError, ImageError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.preprocessing.images import load

VERSION = 1
MAX_FIELDS = 200
_MAX_BYTES = 4_000_000  # Of a file; a picture of a sheet takes about 200,000.
_MAX_NAME = 60
_MIN_SIDE = 4  # Of a box, in pixels of the sheet.

Gray = NDArray[np.uint8]


@dataclass(frozen=True)
class Field:
    """A box of a form.

    Attributes:
        name: name of the field, unique in its form.
        box: x0, y0, x1, y1 in pixels of the sheet.
        expect: what is expected in it, as `Expect.parse` reads it; "" for any number.
        is_column: whether it is a column of a table, which holds a number in each of its rows.
        is_filled: whether something is written in it on the form's own sheet.
    """

    name: str
    box: tuple[int, int, int, int]
    expect: str = ""
    is_column: bool = False
    is_filled: bool = False


@dataclass(frozen=True, eq=False)
class Template:
    """A form: its fields, and the sheet that they were drawn on.

    Attributes:
        name: name of the form.
        size: width and height of the sheet in pixels, in which boxes are counted.
        fields: the fields, in the order of their columns in a table of sheets.
        sheet: a small picture of the sheet as a JPEG file.

    Raises:
        FormError: there are no fields or too many, names are missing or doubled, or a box lies outside the sheet.
    """

    name: str
    size: tuple[int, int]
    fields: tuple[Field, ...]
    sheet: bytes

    def __post_init__(self) -> None:
        if not 1 <= len(self.fields) <= MAX_FIELDS:
            raise FormError(f"Expected 1 to {MAX_FIELDS} fields. Received: {len(self.fields)}.")
        names = [field.name for field in self.fields]
        for field in self.fields:
            if not field.name.strip() or len(field.name) > _MAX_NAME or not field.name.isprintable():
                raise FormError(
                    f"Expected a name of 1 to {_MAX_NAME} characters for a field. Received: {field.name!r}."
                )
            if names.count(field.name) > 1:
                raise FormError(f"Two fields are called {field.name!r}; give each a name of its own.")
            left, top, right, bottom = field.box
            is_inside = left >= 0 and top >= 0 and right <= self.size[0] and bottom <= self.size[1]
            if not is_inside or right - left < _MIN_SIDE or bottom - top < _MIN_SIDE:
                raise FormError(f"The box of {field.name!r} is too small or lies beside the sheet; draw it again.")

    @cached_property
    def gray(self) -> Gray:
        """The picture of the sheet, uint8 (h, w), at most 1200 pixels long.

        Raises:
            FormError: it is no picture.
        """
        try:
            return np.asarray(cv2.cvtColor(load(self.sheet), cv2.COLOR_RGB2GRAY), np.uint8)
        except ImageError as error:
            raise FormError("The template holds no picture of its sheet; make it anew.") from error

    def choose_heads(self, *heads: str) -> list[str]:
        """Return heads for other columns of a table of sheets: followed by "_" where a field has that name."""
        names = {field.name.lower() for field in self.fields}
        return [head + "_" * (head.lower() in names) for head in heads]

    @property
    def scale(self) -> float:
        """The size of the picture of the sheet in that of the sheet."""
        return self.gray.shape[1] / self.size[0]


def to_json(template: Template) -> str:
    """Return a template as JSON, to save and share."""
    fields = [
        {
            "name": field.name,
            "box": list(field.box),
            "expect": field.expect,
            "column": field.is_column,
            "filled": field.is_filled,
        }
        for field in template.fields
    ]
    return json.dumps(
        {
            "digitnet_form": VERSION,
            "name": template.name,
            "size": list(template.size),
            "fields": fields,
            "sheet": base64.b64encode(template.sheet).decode(),
        },
        indent=1,
        ensure_ascii=False,
    )


def from_json(text: str) -> Template:
    """Return the template of a JSON text.

    Raises:
        FormError: the text is no template, or one of a newer digitnet.
    """
    try:
        entry = json.loads(text)
        version = entry["digitnet_form"]
        if version != VERSION:
            raise FormError(f"The template is of version {version!r}, which this digitnet does not know; update it.")
        fields = tuple(_to_field(field) for field in entry["fields"])
        size = _to_ints(entry["size"], 2)
        sheet = base64.b64decode(entry["sheet"], validate=True)
        return Template(str(entry["name"]), (size[0], size[1]), fields, sheet)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise FormError(
            "The file is no template of a form; save one on the page Forms or with `digitnet form`."
        ) from error


def check_size(size: int) -> None:
    """Raise FormError if a file of so many bytes is too large for a template."""
    if size > _MAX_BYTES:
        raise FormError(f"A template has at most {_MAX_BYTES // 1_000_000} MB, and this file {size / 1e6:,.1f} MB.")


def load_template(path: Path) -> Template:
    """Load a template from a file; raises FormError."""
    with explain_os_errors(f"The template {str(path)!r} cannot be read", FormError):
        check_size(path.stat().st_size)
        return from_json(path.read_text(encoding="utf-8", errors="replace"))


def save_template(template: Template, path: Path) -> None:
    """Save a template in a file; raises FormError."""
    with explain_os_errors(f"The template {str(path)!r} cannot be saved", FormError):
        write_atomically(path, to_json(template))


def _to_field(entry: dict[str, Any]) -> Field:
    left, top, right, bottom = _to_ints(entry["box"], 4)
    kinds = bool(entry.get("column")), bool(entry.get("filled"))
    return Field(str(entry["name"]), (left, top, right, bottom), str(entry.get("expect", "")), *kinds)


def _to_ints(values: list[Any], count: int) -> list[int]:
    numbers = [int(value) for value in values]
    if len(numbers) != count or any(isinstance(value, bool) for value in values):
        raise ValueError(f"Expected {count} whole numbers. Received: {values!r}.")
    return numbers
