"""Make a small form, its template, and templates that lie about it, for `hostile_files.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitnet.forms.making import make_template
from digitnet.forms.template import Field, to_json
from digitnet.preprocessing.images import load, to_png
from digitnet.reading.pipeline import load_classifier

FIELDS = (Field("room", (60, 60, 260, 110), "2 digits"), Field("seat", (60, 160, 260, 290), is_column=True))
_NUMBERS = ("0", "-1", "1e308", "1" + 400 * "0", "4294967296", "0.5", "true", "null", '"9"', "[]", "NaN", "1e999")
_TEXTS = ("", "x" * 10**6, "\u0000", "=1+1", "\ud800", "16 digits, luhn", "sum of seat", "values " + "1 " * 10**5)


@cache
def make_sheet() -> bytes:
    """Return the form, filled, as a PNG file."""
    canvas = Image.new("L", (640, 360), 250)
    draw = ImageDraw.Draw(canvas)
    for index, word in enumerate(("Hall of records", "Number of the room", "Seats", "Return by Friday", "Form 7")):
        draw.text((300, 30 + 65 * index), word, 30, font=ImageFont.load_default(34))
    for field in FIELDS:
        draw.rectangle(field.box, outline=60, width=2)
    gray = np.asarray(canvas).copy()
    for text, place in (("42", (90, 104)), ("7", (120, 205)), ("31", (110, 270))):
        cv2.putText(gray, text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.3, 20, 3, cv2.LINE_AA)
    return to_png(gray)


@cache
def make_good() -> bytes:
    """Return the template of the form as JSON."""
    return to_json(make_template("hall", load(make_sheet()), FIELDS, load_classifier("cnn"))).encode()


def iterate_lies() -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of templates in which one value was replaced by another."""
    good = json.loads(make_good())
    for path in [("size", 0), ("size", 1), *(("fields", 0, "box", side) for side in range(4)), ("digitnet_form",)]:
        for number in _NUMBERS:
            yield f"{'-'.join(map(str, path))}-{number[:8]}.json", _replace(good, path, number)
    for path in [("name",), ("sheet",), ("fields", 0, "name"), ("fields", 1, "expect"), ("fields", 1, "column")]:
        for place, text in enumerate(_TEXTS):
            yield f"{'-'.join(map(str, path))}-text{place}.json", _replace(good, path, json.dumps(text))
    yield "deep.json", b"[" * 10**6
    yield "many.json", json.dumps({**good, "fields": good["fields"] * 10**5}).encode()


def _replace(template: object, path: tuple[str | int, ...], value: str) -> bytes:
    """Return a template as JSON with a JSON value in the place of another."""
    copy = json.loads(json.dumps(template))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = "@value@"
    return json.dumps(copy).replace('"@value@"', value).encode()
