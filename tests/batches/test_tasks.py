import json

import numpy as np
import pytest

from digitnet.batches.crops import MAX_HEIGHT, MAX_WIDTH, cut_surroundings
from digitnet.batches.records import SheetPage
from digitnet.batches.tasks import read_form_sheet, read_photo_sheet
from digitnet.errors import FormError
from digitnet.forms.template import to_json
from digitnet.preprocessing.images import load, to_png
from tests.helpers.filled_forms import DESIGN, VALUES, fill_sheet, make_blank_picture, make_order_form

PAGE = SheetPage("sheet.png", "0" * 64)
NEVER = 1e-9  # Then every number is doubtful.


@pytest.fixture(scope="module")
def form(cnn):
    return to_json(make_order_form(cnn))


@pytest.fixture(scope="module")
def sheet(mnist):
    return fill_sheet(mnist)


def test_fields_of_a_form_are_numbers_with_their_places(form, sheet):
    entry, numbers, pictures, size = read_form_sheet(to_png(sheet), PAGE, form, "cnn", 0.01)
    assert size == sheet.shape[1::-1]
    assert json.loads(json.dumps(entry))["file"] == "sheet.png"
    assert [number.text for number in numbers] == VALUES
    assert [number.name for number in numbers] == [field.name for field in DESIGN.fields]
    assert [number.key for number in numbers] == [f"0:{column}" for column in range(len(VALUES))]
    assert len(pictures) == len(VALUES)
    for number, field in zip(numbers, DESIGN.fields, strict=True):
        left, top, right, bottom = field.box
        x, y = (number.box[0] + number.box[2]) / 2, (number.box[1] + number.box[3]) / 2
        assert left < x < right
        assert top < y < bottom


@pytest.mark.slow
def test_doubtful_numbers_have_a_crop_and_a_reason(form, sheet):
    for risk in (0.01, NEVER):
        for number in read_form_sheet(to_png(sheet), PAGE, form, "cnn", risk).numbers:
            assert bool(number.reason) == number.doubtful
            assert bool(number.crop) == bool(number.crop_box)
            assert number.crop or not number.doubtful
    assert number.doubtful
    assert number.reason.endswith("% sure.")


def test_unexpected_number_says_what_is_expected(form, sheet):
    changed = json.loads(form)
    changed["fields"][0]["expect"] = "200 to 210"
    number = read_form_sheet(to_png(sheet), PAGE, json.dumps(changed), "cnn", 0.01).numbers[0]
    assert (number.doubtful, number.expect) == (True, "200 to 210")
    assert number.reason in ("It is not as expected: 200 to 210.", f"It is {number.confidence:.0%} sure.")


def test_other_form_is_refused_with_a_sentence(form):
    with pytest.raises(FormError, match="This is not the form"):
        read_form_sheet(make_blank_picture(), PAGE, form, "cnn", 0.01)


def test_numbers_of_a_photo_have_keys_by_row_and_place(sheet):
    entry, numbers, pictures, size = read_photo_sheet(to_png(sheet), PAGE, "", "cnn", NEVER)
    assert size == sheet.shape[1::-1]
    listed = [number for row in entry["rows"] for number in row["numbers"]]
    assert [number.text for number in numbers] == [number["text"] for number in listed]
    assert [list(number.box) for number in numbers] == [number["box"] for number in listed]
    assert len({number.key for number in numbers}) == len(numbers) == len(pictures)
    assert all(number.crop for number in numbers)


@pytest.mark.parametrize("box", [(100, 100, 180, 130), (-5, 0, 900, 20), (390, 290, 420, 310), (0, 0, 2, 2)])
def test_crop_is_small_and_marks_its_number(box):
    image = np.full((300, 400, 3), 200, np.uint8)
    image[max(0, box[1]) : box[3], max(0, box[0]) : box[2]] = 0
    picture, (left, top, right, bottom) = cut_surroundings(image, box)
    crop = load(picture)
    height, width = crop.shape[:2]
    assert (width <= MAX_WIDTH, height <= MAX_HEIGHT) == (True, True)
    assert 0 <= left <= right <= width
    assert 0 <= top <= bottom <= height
    inside = crop[top + 1 : bottom - 1, left + 1 : right - 1]
    assert inside.size == 0 or inside.max() < 60
