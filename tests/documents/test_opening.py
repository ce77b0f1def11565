"""All pages of a file are found, each is loaded by itself, and no damage ends in more than a sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitnet.documents.opening import (
    MAX_PAGES,
    choose_pages,
    count_pages,
    load_main_page,
    load_page,
    open_document,
)
from digitnet.errors import ImageError
from digitnet.preprocessing.images import MAX_BYTES
from tests.helpers.document_files import BLACK, WHITE, encode, make_empty_pages, make_gray
from tests.helpers.examples import try_at_most

LEVELS = [BLACK, 100, WHITE]
PAGED_FORMATS = ["TIFF", "MPO", "HEIF", "PDF"]


def make_pages(form, levels=LEVELS, **settings):
    return encode([make_gray(level) for level in levels], form, **settings)


def get_level(loaded):
    """Return the gray level in the middle of a page."""
    return int(loaded.image[loaded.image.shape[0] // 2, loaded.image.shape[1] // 2].mean())


@pytest.mark.parametrize("form", PAGED_FORMATS)
def test_each_page_is_loaded_by_its_number(form):
    content = make_pages(form)
    document = open_document(content)
    assert document.count == count_pages(content) == 3
    for number in (2, 3, 1):
        loaded = load_page(content, number)
        assert abs(get_level(loaded) - LEVELS[number - 1]) < 6
        assert (loaded.page.number, loaded.page.count, loaded.page.note) == (number, 3, "")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "BMP", "TIFF", "GIF", "PDF"])
def test_file_of_one_picture_has_one_page(form):
    content = encode([make_gray(100)], form)
    image, page = load_main_page(content)
    assert abs(int(image[20, 30].mean()) - 100) < 6
    assert (page.number, page.count, page.note) == (1, 1, "")


def test_file_is_opened_by_its_path(tmp_path):
    path = tmp_path / "scan.tif"
    path.write_bytes(make_pages("TIFF"))
    assert open_document(path).count == open_document(str(path)).count == 3


def test_opened_picture_gives_its_frames_and_shows_the_same_one(tmp_path):
    (tmp_path / "scan.tif").write_bytes(make_pages("TIFF"))
    with Image.open(tmp_path / "scan.tif") as image:
        image.seek(1)
        document = open_document(image)
        assert (document.count, document.main) == (3, 2)
        assert [get_level(document.load(number)) for number in (3, 1)] == [WHITE, BLACK]
        assert image.tell() == 1


def test_main_page_says_that_there_are_others(caplog):
    note = "Only page 1 of 3 was read; digitnet.read_pages reads all."
    assert load_main_page(make_pages("TIFF")).page.note == note
    assert note in caplog.text


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "empty"),
        (b"just some text", "not a picture that can be read; use JPEG, .* or PDF"),
        (make_pages("PNG", [BLACK])[:-60], "damaged"),
        (bytes(MAX_BYTES + 1), "40 MB"),
        ("no/such/file.pdf", "No such file"),
        (".", "cannot be opened"),
        (None, "Expected a path"),
    ],
)
def test_bad_source_gets_a_sentence(source, sentence):
    with pytest.raises(ImageError, match=sentence):
        load_main_page(source)


def test_file_larger_than_the_limit_gets_its_size(tmp_path):
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(ImageError, match=r"50\.0 MB"):
        load_main_page(tmp_path / "large.pdf")


@pytest.mark.parametrize(
    ("count", "pages", "sentence"),
    [
        (1000, None, "has 1,000 pages; at most 300 are read at once, so choose some or split it"),
        (1000, range(1, 900), "asked for more pages; at most 300"),
        (5, [2, 6], "has 5 pages; there is no page 6"),
        (1, [0], "has one page; there is no page 0"),
    ],
)
def test_pages_that_cannot_be_read_get_a_sentence(count, pages, sentence):
    with pytest.raises(ImageError, match=sentence):
        choose_pages(count, pages)


def test_pages_are_read_in_the_order_in_which_they_are_asked_for():
    assert choose_pages(5, [4, 2]) == [4, 2]
    assert choose_pages(MAX_PAGES) == list(range(1, MAX_PAGES + 1))


def test_file_of_too_many_pages_counts_as_one_that_cannot_be_read():
    content = make_empty_pages(*[(9, 9)] * (MAX_PAGES + 1))
    assert count_pages(content) == count_pages(b"no picture") == 1
    with pytest.raises(ImageError, match="has 301 pages; at most 300"):
        load_page(content, 1)
    assert load_main_page(content).page.count == 301


@given(st.sampled_from([*PAGED_FORMATS, "GIF", "PNG", "WEBP"]), st.data())
@try_at_most(80)
def test_any_damage_gives_pages_or_a_sentence(form, data):
    content = bytearray(make_pages(form))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    damaged = bytes(content[: data.draw(st.integers(1, len(content)))])
    assert count_pages(damaged) >= 1
    try:
        document = open_document(damaged)
    except ImageError:
        return
    for number in range(1, min(document.count, 4) + 1):
        with suppress(ImageError):
            assert document.load(number).image.ndim == 3
