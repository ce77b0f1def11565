"""Pixels that the file calls longer than wide, as those of a fax, are made square."""

import numpy as np
import pytest
from PIL import Image, ImageFile

from digitnet.documents.opening import load_main_page, load_page
from digitnet.documents.pixel_shapes import square_pixels
from digitnet.preprocessing.images import MAX_PIXELS
from tests.helpers.document_files import WHITE, encode, make_gray

FAX = 204, 98


@pytest.mark.parametrize(
    ("form", "dpi", "size"),
    [
        ("TIFF", FAX, (60, 83)),
        ("PNG", FAX, (60, 83)),
        ("JPEG", FAX, (60, 83)),
        ("BMP", FAX, (60, 83)),
        ("TIFF", (204, 391), (115, 40)),
        ("TIFF", (204, 196), (60, 40)),
        ("TIFF", (72, 72), (60, 40)),
        ("TIFF", (1, 300), (60, 40)),
        ("PNG", (0, 98), (60, 40)),
    ],
)
def test_pixels_are_squared_by_the_dpi_of_the_file(form, dpi, size):
    image = load_main_page(encode([make_gray(WHITE)], form, dpi=dpi)).image
    assert image.shape == (*size[::-1], 3)


def test_each_page_has_its_own_pixels():
    content = encode([make_gray(WHITE)] * 2, "TIFF", dpi=FAX)
    assert load_page(content, 2).image.shape == (83, 60, 3)


def test_opened_picture_is_squared_too(tmp_path):
    make_gray(WHITE).save(tmp_path / "fax.tif", dpi=FAX)
    with Image.open(tmp_path / "fax.tif") as image:
        assert load_main_page(image).image.shape == (83, 60, 3)


def test_turned_picture_is_stretched_along_its_stored_height():
    image = make_gray(WHITE)
    exif = image.getexif()
    exif[0x0112] = 6
    assert load_main_page(encode([image], "JPEG", dpi=FAX, exif=exif)).image.shape == (60, 83, 3)


def test_square_pixels_are_not_copied():
    picture = np.zeros((40, 60, 3), np.uint8)
    assert square_pixels(picture, 1.0) is picture


def test_stretched_picture_keeps_to_the_limit(monkeypatch):
    monkeypatch.setattr("digitnet.documents.pixel_shapes.MAX_PIXELS", 2400)
    height, width = square_pixels(np.zeros((40, 60, 3), np.uint8), 2.0).shape[:2]
    assert height * width <= 2400 < MAX_PIXELS
    assert height / width == pytest.approx(80 / 60, rel=0.05)


def test_png_of_square_pixels_is_decoded_once(monkeypatch):
    decoded, load = [], ImageFile.ImageFile.load

    def count(image):
        decoded.append(bool(image.tile))
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", count)
    picture = Image.new("L", (40, 30), 200)
    load_main_page(encode([picture], "PNG"))
    assert decoded.count(True) == 1
