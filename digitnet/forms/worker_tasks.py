"""Do what the page Forms asks for, in steps that a worker can run: files of strangers are parsed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digitnet.documents.opening import load_page
from digitnet.errors import FormError
from digitnet.forms.making import make_template
from digitnet.forms.template import Field, Template, from_json
from digitnet.preprocessing.geometry import scale_down
from digitnet.preprocessing.images import to_jpeg
from digitnet.reading.pipeline import load_classifier


def show_sheet(content: bytes, max_side: int) -> tuple[bytes, tuple[int, int]]:
    """Return the first page of a file as a small JPEG file, and its width and height; raises ImageError."""
    image = load_page(content, 1).image
    shown = scale_down(image, min(1.0, max_side / max(image.shape[:2])))
    return to_jpeg(shown), (image.shape[1], image.shape[0])


def make(content: bytes, name: str, fields: Sequence[Field], model: str) -> Template:
    """Make the template of a form from the first page of a file; raises DigitnetError."""
    return make_template(name, load_page(content, 1).image, fields, load_classifier(model))


def open_template(content: bytes) -> Template:
    """Return the template in a file, with a picture that can be read; raises FormError."""
    template = from_json(content.decode("utf-8", "replace"))
    if not template.gray.size:
        raise FormError("The template holds no picture of its sheet; make it anew.")
    return replace(template)  # Without the picture that was decoded to look at it.
