import pytest

from digitnet.reading.entry_values import add_values, has_signs
from digitnet.reading.export import error_to_dict, reading_to_dict
from digitnet.reading.number_values import COMMA, POINT
from tests.helpers.signs import make_reading

PHOTO = reading_to_dict("a.png", make_reading("1,234 7\n12/5"))
FORM = {"file": "a.png", "form": "Order", "rows": [{"numbers": {"text": "1,234"}, "rows": {"text": ""}}]}


@pytest.mark.parametrize(("decimal", "value"), [(POINT, 1234), (COMMA, 1.234)])
def test_numbers_of_photos_and_fields_of_forms_are_worth_the_same(decimal, value):
    photo, form = add_values(PHOTO, decimal), add_values(FORM, decimal)
    assert [number["value"] for row in photo["rows"] for number in row["numbers"]] == [value, 7, None]
    assert [field["value"] for field in form["rows"][0].values()] == [value, None]


def test_entry_without_numbers_or_decimals_stays_as_it_is():
    error = error_to_dict("a.png", "It is no picture.")
    assert add_values(error, POINT) is error
    assert add_values(FORM, None) is FORM


def test_entry_has_signs_if_any_number_is_more_than_digits():
    assert has_signs(PHOTO)
    assert has_signs(FORM)
    assert not has_signs(reading_to_dict("a.png", make_reading("12 7")))
    assert not has_signs(error_to_dict("a.png", "It is no picture."))
