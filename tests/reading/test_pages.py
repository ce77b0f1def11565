"""All pages of a file are read in order, and one that cannot be read leaves the others."""

import pytest
from PIL import Image

import digitnet
from digitnet import ImageError, Reading
from digitnet.reading import ink_reader, pipeline
from tests.helpers.document_files import HALF_A_PDF, WHITE, encode, make_empty_pages, make_gray
from tests.helpers.failures import fail_in_opencv, run_out_of_memory
from tests.helpers.samples import SAMPLES

TEXTS = ["31415\n92653", "8128\n496\n28"]


@pytest.fixture(scope="module")
def samples():
    """Return two sample pictures."""
    return [Image.open(SAMPLES / f"{name}.jpg") for name in ("shadow", "squared")]


@pytest.fixture
def read_sizes(monkeypatch):
    """Have the size of a picture read in place of its digits; return the sizes."""
    sizes = []

    def read(rgb, classifier, hints=None):
        sizes.append(rgb.shape[1::-1])
        return Reading.empty(rgb.shape[1::-1])

    monkeypatch.setattr(pipeline, "read_rgb", read)
    return sizes


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_pages_are_read_in_order(form, samples, cnn):
    readings = list(digitnet.read_pages(encode(samples, form), cnn))
    assert [reading.text for reading in readings] == TEXTS
    assert [(reading.page.number, reading.page.count) for reading in readings] == [(1, 2), (2, 2)]
    assert [reading.stages for reading in readings] == [None, None]


def test_pages_are_loaded_one_by_one(read_sizes, cnn):
    pages = digitnet.read_pages(encode([make_gray(WHITE, (60, 40)), make_gray(WHITE, (80, 40))], "TIFF"), cnn)
    assert next(pages).size == (60, 40)
    assert read_sizes == [(60, 40)]
    assert [page.size for page in pages] == [(80, 40)]


def test_chosen_pages_are_read(read_sizes, cnn):
    content = encode([make_gray(WHITE, (size, 40)) for size in (50, 60, 70, 80)], "TIFF")
    readings = list(digitnet.read_pages(content, cnn, pages=[4, 2]))
    assert [(reading.page.number, reading.size[0]) for reading in readings] == [(4, 80), (2, 60)]


def test_file_of_one_page_gives_one_reading(read_sizes, cnn, tmp_path):
    make_gray(WHITE).save(tmp_path / "one.png")
    assert len(list(digitnet.read_pages(tmp_path / "one.png", cnn))) == 1


def test_page_that_cannot_be_read_leaves_the_others(cnn):
    first, second = digitnet.read_pages(HALF_A_PDF, cnn)
    assert (first.page.error, len(first)) == ("", 0)
    assert (second.page.number, second.page.count, len(second)) == (2, 2, 0)
    assert second.page.error == "The page is damaged; save or send the PDF again."


@pytest.mark.parametrize("fail", [fail_in_opencv, run_out_of_memory])
def test_page_whose_reading_fails_leaves_the_others(fail, cnn, monkeypatch):
    find_ink = ink_reader.find_ink
    outcomes = [fail, find_ink, find_ink, find_ink]
    monkeypatch.setattr(ink_reader, "find_ink", lambda *values: outcomes.pop(0)(*values))
    first, second = digitnet.read_pages(encode([make_gray(WHITE)] * 2, "TIFF"), cnn)
    assert first.page.error.startswith("The picture ")
    assert second.page.error == ""


@pytest.mark.parametrize(
    ("source", "sentence"),
    [(b"no picture", "not a picture"), (make_empty_pages(*[(9, 9)] * 1000), "has 1,000 pages; at most 300")],
)
def test_file_that_cannot_be_read_is_an_error_at_once(source, sentence, cnn):
    with pytest.raises(ImageError, match=sentence):
        digitnet.read_pages(source, cnn)


def test_only_page_that_cannot_be_read_is_an_error(cnn):
    content = encode([make_gray(WHITE)], "PNG")[:-30]
    with pytest.raises(ImageError, match="damaged"):
        list(digitnet.read_pages(content, cnn))


def test_read_says_that_there_are_more_pages(read_sizes, cnn):
    reading = digitnet.read(encode([make_gray(WHITE, (size, 40)) for size in (50, 60)], "TIFF"), cnn)
    assert reading.size == (50, 40)
    assert (reading.page.number, reading.page.count) == (1, 2)
    assert reading.page.note == "Only page 1 of 2 was read; digitnet.read_pages reads all."


def test_animation_is_one_page_that_says_its_frame(cnn):
    content = encode([make_gray(WHITE), make_gray(0)], "GIF")
    for reading in (digitnet.read(content, cnn), *digitnet.read_pages(content, cnn)):
        assert reading.page.note == "This is an animation of 2 frames: frame 1 was read, because all are blank."
