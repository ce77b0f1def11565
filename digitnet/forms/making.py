"""Make the template of a form from one of its sheets, empty or filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from digitnet.expectations.expect import Expect
from digitnet.forms.cutting import cut_field
from digitnet.forms.own_ink import cut_own_ink
from digitnet.forms.printed_marks import is_blank
from digitnet.forms.template import Field, Template
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.geometry import scale_down
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import read_rgb
from digitnet.types import RGB

_SHEET_SIDE = 1200  # The longer side of the picture of the sheet, in pixels.
_MIN_HEIGHT, _MIN_CONFIDENCE = 0.3, 0.5  # Of a digit, by which a field is taken for filled; in the field's height.
_QUALITY = 70  # Of its JPEG file.


def make_template(name: str, image: RGB, fields: Sequence[Field], classifier: Classifier) -> Template:
    """Make a template of a sheet, uint8 (H, W, 3), on which the boxes of fields were drawn.

    Fields in which the classifier finds digits are taken for filled; of the others all that is seen is print.

    Raises:
        FormError: the fields are not those of a form, see `Template`.
        ExpectError: what is expected of a field is not understood.
    """
    for field in fields:
        if field.expect:
            Expect.parse(field.expect)
    small = scale_down(image, min(1.0, _SHEET_SIDE / max(image.shape[:2])))
    sheet = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    template = Template(name, (image.shape[1], image.shape[0]), tuple(fields), sheet.tobytes())
    marked = [replace(field, is_filled=_is_filled(template, field, image, classifier)) for field in fields]
    return replace(template, fields=tuple(marked))


def _is_filled(template: Template, field: Field, image: RGB, classifier: Classifier) -> bool:
    """Return whether digits stand in a field; ticks and small print are none."""
    cut = cut_field(template, field, image, np.eye(3))
    picture, _ = cut_own_ink(cut, is_filled=True)
    if is_blank(picture):
        return False
    reading = read_rgb(picture, classifier, Hints(sheets=False))
    heights = reading.boxes[:, 3] - reading.boxes[:, 1]
    return bool(((heights > _MIN_HEIGHT * cut.height) & (reading.confidence > _MIN_CONFIDENCE)).any())
