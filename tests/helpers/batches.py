"""Batches for tests."""

import hashlib

import numpy as np

from digitnet.batches.records import FORM, BatchSettings, Number, SheetPage
from digitnet.forms.template import Field, Template
from digitnet.preprocessing.images import to_png

TEMPLATE = Template("Order", (100, 50), (Field("total", (10, 10, 40, 20)),), b"picture")
SETTINGS = BatchSettings("cnn", 0.01)
CROP = to_png(np.random.default_rng(0).integers(0, 256, (60, 100, 3), np.uint8))


def make_page(number, page=1, pages=1):
    """Return a page of a file that is unique to `number`."""
    return SheetPage(f"sheet-{number}.png", hashlib.sha256(b"%d" % number).hexdigest(), page, pages)


def make_number(column, text="12", *, row=0, doubtful=False, **fields):
    """Return a number of the field "field COLUMN"."""
    plain = {"crop": CROP, "crop_box": (10, 10, 90, 40), "reason": "It is 60% sure."} if doubtful else {}
    confidence = 0.6 if doubtful else 0.99
    box = (10, 20, 90, 50)
    return Number(
        f"{row}:{column}", f"field {column}", row, column, text, confidence, doubtful, box=box, **plain | fields
    )


def make_entry(found, file="sheet.png"):
    """Return the entry of a sheet of a form with these numbers."""
    rows = [{} for _ in range(1 + max((number.row for number in found), default=-1))]
    for number in found:
        field = {"text": number.text, "confidence": number.confidence, "doubtful": number.doubtful, "outline": []}
        rows[number.row][number.name] = field
    return {"file": file, "form": "Form", "rows": rows}


def fill_batch(store, sheets=2, name="July", template="", **fields):
    """Make a batch of sheets that were read, each with a sure number and a doubtful one, and return it.

    Args:
        store: the store of batches.
        sheets: how many sheets it has.
        name: its name.
        template: its template.
        fields: fields of the doubtful numbers.
    """
    batch = store.create(name, FORM, SETTINGS, template=template)
    for sheet in store.sheets.add(batch.id, [make_page(number) for number in range(sheets)]):
        found = [make_number(0), make_number(1, "7", doubtful=True, **fields)]
        store.sheets.save_reading(sheet.id, make_entry(found, sheet.page.file), found, "cnn", "version")
    return batch


def find_open(store, batch):
    """Return the doubtful numbers of a batch of which nobody has decided."""
    return [number for number in store.numbers.find(batch) if number.doubtful and not number.decision]
