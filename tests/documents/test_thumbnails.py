import pytest

from digitnet.documents.opening import open_document
from digitnet.documents.thumbnails import make_thumbnails
from digitnet.errors import ImageError
from digitnet.preprocessing.images import load
from tests.helpers.document_files import encode, make_empty_pages, make_gray, make_scan

SIDE = 96


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_pages_are_made_small_and_keep_their_shape(form):
    content = encode([make_gray(level, (600, 300)) for level in (10, 90, 200)], form)
    made = make_thumbnails(content, [3, 1], SIDE, 5)
    assert list(made) == [3, 1]
    assert [load(made[number]).shape for number in (1, 3)] == [(SIDE // 2, SIDE, 3)] * 2
    assert abs(int(load(made[3]).mean()) - 200) < 3


def test_page_of_a_pdf_is_drawn_small_at_once():
    document = open_document(make_scan((2000, 1000), (400, 200)))
    assert document.load_small(1, SIDE).shape == (SIDE // 2, SIDE, 3)


def test_page_that_cannot_be_drawn_has_an_empty_picture():
    made = make_thumbnails(make_empty_pages((100, 100), (90000, 90000)), [1, 2], SIDE, 5)
    assert made[1]
    assert made[2] == b""


def test_only_what_is_made_in_time_is_returned():
    content = encode([make_gray(9)] * 3, "TIFF")
    assert list(make_thumbnails(content, [2, 3], SIDE, 0)) == [2]


def test_file_that_is_no_picture_is_refused():
    with pytest.raises(ImageError, match="not a picture"):
        make_thumbnails(b"no picture", [1], SIDE, 1)
