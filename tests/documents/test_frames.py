import pytest

from digitnet.documents.frames import list_pictures
from digitnet.documents.opening import open_document
from tests.helpers.document_files import BLACK, WHITE, encode, make_gray

XMP = b'<x:xmpmeta><rdf:Description hdrgm:Version="1.0"/></x:xmpmeta>'


def make_mpo(*levels):
    return encode([make_gray(level) for level in levels], "MPO")


def add_segment(content, place, data):
    """Add an APP2 segment behind the start of the JPEG at a place."""
    segment = b"\xff\xe2" + (len(data) + 2).to_bytes(2, "big") + data
    return content[: place + 2] + segment + content[place + 2 :]


def find_start(content, number):
    """Return where a picture of an MPO begins."""
    place = -1
    for _ in range(number):
        place = content.find(b"\xff\xd8\xff", place + 1)
    return place


@pytest.mark.parametrize("mark", [XMP, b"urn:iso:std:iso:ts:21496:-1\0", b"apdi:HDRGainMapVersion"])
def test_gain_map_of_a_phone_is_no_picture(mark):
    content = make_mpo(WHITE, BLACK)
    assert open_document(content).count == 2
    document = open_document(add_segment(content, find_start(content, 2), mark))
    assert document.count == 1
    assert document.load(1).image.min() == WHITE


@pytest.mark.parametrize("kind", ["Large Thumbnail (VGA Equivalent)", "Large Thumbnail (Full HD Equivalent)"])
def test_thumbnail_is_no_picture(kind):
    entries = [{"DataOffset": place, "Attribute": {"MPType": name}} for place, name in ((0, ""), (9, kind), (20, ""))]
    assert list_pictures(b"MPF\0" + bytes(40), entries) == [0, 24]


def test_frames_of_a_heic_keep_their_sizes():
    document = open_document(encode([make_gray(BLACK, (60, 40)), make_gray(WHITE, (80, 100))], "HEIF"))
    assert [document.load(number).image.shape for number in (2, 1)] == [(100, 80, 3), (40, 60, 3)]
