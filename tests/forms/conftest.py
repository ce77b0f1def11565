"""A form with print, filled sheets of it, and its template."""

import cv2
import numpy as np
import pytest

from benchmarks.form_sheets import choose_values, design_form, fill_form
from digitnet.forms.making import make_template

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


def to_picture(page):
    return np.clip(page, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def design():
    return design_form(3)


@pytest.fixture(scope="session")
def template(design, cnn):
    return make_template("Score sheet", to_picture(design.paper), design.fields, cnn)


@pytest.fixture(scope="session")
def filled(design, mnist):
    """A sheet on which VALUES are written, uint8 (h, w, 3)."""
    return to_picture(fill_form(design, VALUES, mnist[0], np.random.default_rng(4)))


@pytest.fixture(scope="session")
def other_sheet(mnist):
    """A filled sheet of another form of the same make."""
    rng, other = np.random.default_rng(1), design_form(5)
    return to_picture(fill_form(other, choose_values(other, rng), mnist[0], rng))


@pytest.fixture(scope="session")
def move():
    """A function that moves a picture as on a scanner: move(image, degrees, scale, shift)."""

    def moved(image, degrees=0.0, scale=1.0, shift=(0.0, 0.0)):
        height, width = image.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
        matrix[:, 2] += shift
        turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=(240, 240, 240))
        return np.asarray(turned, np.uint8), np.vstack([matrix, [0, 0, 1]])

    return moved
