import pytest

from digitnet.collection.crop_samples import make_crop_samples
from digitnet.errors import AlignmentError
from tests.helpers.cut_numbers import CUT_BOX, cut_number


@pytest.fixture(scope="module")
def picture():
    return cut_number("47")


def test_right_text_labels_the_digits_in_the_box(picture):
    made = make_crop_samples(picture, CUT_BOX, "41", "cnn", "scan.png", "Ada")
    assert [sample.label for sample in made.samples] == [4, 1]
    assert [sample.read for sample in made.samples] == [4, 7]
    assert {(sample.source, sample.file, sample.writer) for sample in made.samples} == {("photo", "scan.png", "Ada")}


def test_signs_of_the_text_are_kept_in_a_string(picture):
    made = make_crop_samples(picture, CUT_BOX, "4.7", "cnn")
    assert [(string.text, string.read) for string in made.strings] == [("4.7", "47")]


@pytest.mark.parametrize("text", ["4", "347", "-"])
def test_text_of_other_digits_teaches_nothing(picture, text):
    with pytest.raises(AlignmentError):
        make_crop_samples(picture, CUT_BOX, text, "cnn")
