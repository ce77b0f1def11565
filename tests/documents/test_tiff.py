import struct

import pytest

from digitnet.documents.opening import open_document
from digitnet.documents.tiff import list_pages
from digitnet.errors import ImageError
from tests.helpers.document_files import BLACK, WHITE, encode, make_gray

LEVELS = [BLACK, 100, WHITE]


def make_tiff(**settings):
    return encode([make_gray(level) for level in LEVELS], "TIFF", **settings)


def set_subfile_type(content, place, value):
    """Make the first entry of a directory, its width, say what kind of picture it is."""
    entry = struct.pack("<HHLL", 254, 4, 1, value)
    return content[: place + 2] + entry + content[place + 2 + len(entry) :]


def find_link(content, place):
    """Return where the link to the next directory stands."""
    (entries,) = struct.unpack_from("<H", content, place)
    return place + 2 + 12 * entries


def set_link(content, place, target):
    link = find_link(content, place)
    return content[:link] + struct.pack("<L", target) + content[link + 4 :]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "tiff_adobe_deflate"])
def test_pages_of_every_compression_are_loaded(compression):
    document = open_document(make_tiff(compression=compression))
    levels = [int(document.load(number).image[20, 30, 0]) for number in (1, 2, 3)]
    assert levels == pytest.approx(LEVELS, abs=5)


def test_pages_of_a_big_tiff_are_loaded():
    document = open_document(make_tiff(big_tiff=True))
    assert [int(document.load(number).image[20, 30, 0]) for number in (1, 2, 3)] == LEVELS


def test_pages_of_black_and_white_faxes_are_loaded():
    content = encode([make_gray(level).convert("1") for level in (WHITE, BLACK)], "TIFF", compression="group4")
    document = open_document(content)
    assert [int(document.load(number).image[20, 30, 0]) for number in (1, 2)] == [WHITE, BLACK]


@pytest.mark.parametrize(("kind", "is_page"), [(0, True), (2, True), (1, False), (4, False), (5, False)])
def test_smaller_copies_and_masks_are_no_pages(kind, is_page):
    content = make_tiff()
    places = list_pages(content)
    marked = set_subfile_type(content, places[1], kind)
    assert list_pages(marked) == (places if is_page else [places[0], places[2]])


def test_tiff_of_nothing_but_a_smaller_copy_has_one_page():
    content = encode([make_gray(WHITE)], "TIFF")
    (place,) = list_pages(content)
    assert list_pages(set_subfile_type(content, place, 1)) == [place]


def test_chain_that_leads_back_ends():
    content = make_tiff()
    first, second, _ = list_pages(content)
    assert list_pages(set_link(content, second, first)) == [first, second]


def test_link_out_of_the_file_is_a_damaged_page():
    content = make_tiff()
    _, second, _ = list_pages(content)
    document = open_document(set_link(content, second, len(content) + 100))
    assert document.count == 3
    assert document.load(2).image[20, 30, 0] == 100
    with pytest.raises(ImageError, match=r"not a picture|damaged"):
        document.load(3)


def test_damaged_page_leaves_the_others():
    content = bytearray(make_tiff(compression="tiff_adobe_deflate"))
    first, _, third = list_pages(bytes(content))
    content[first + 2 : first + 50] = bytes(48)
    document = open_document(bytes(content))
    with pytest.raises(ImageError, match=r"not a picture|damaged"):
        document.load(1)
    assert document.load(3).image[20, 30, 0] == WHITE
    assert third in list_pages(bytes(content))


def test_each_page_is_checked_for_its_costs():
    content = make_tiff()
    _, second, _ = list_pages(content)
    tile = struct.pack("<HHLL", 322, 4, 1, 30_000) + struct.pack("<HHLL", 323, 4, 1, 30_000)
    document = open_document(content[: second + 2] + tile + content[second + 2 + len(tile) :])
    with pytest.raises(ImageError, match="tiles of 900 megapixels"):
        document.load(2)


@pytest.mark.parametrize("content", [b"II*\0", b"MM\0*\0\0\0\x08", b"II+\0" + bytes(20), b"II*\0\xff\xff\xff\xff"])
def test_head_alone_is_one_damaged_page(content):
    document = open_document(content)
    assert document.count == 1
    with pytest.raises(ImageError):
        document.load(1)
