"""A form of eight fields, its template, and sheets that are filled in."""

import numpy as np

from benchmarks.form_sheets import design_form, fill_form
from digitnet.forms.making import make_template
from digitnet.preprocessing.images import to_png

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]
DESIGN = design_form(3)


def to_picture(page):
    return np.clip(page, 0, 255).astype(np.uint8)


def make_order_form(cnn, name="Order form"):
    """Return the template of the form."""
    return make_template(name, to_picture(DESIGN.paper), DESIGN.fields, cnn)


def fill_sheet(mnist, values=VALUES, seed=4):
    """Return a sheet on which values are written, uint8 (h, w, 3)."""
    return to_picture(fill_form(DESIGN, values, mnist[0], np.random.default_rng(seed)))


def make_blank_picture(side=300):
    """Return a picture without the form as a PNG file."""
    return to_png(np.full((side, side - 100, 3), 230, np.uint8))
