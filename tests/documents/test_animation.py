import struct

import pytest

from digitnet.documents.animation import count_gif_frames
from digitnet.documents.opening import count_pages, load_main_page, open_document
from digitnet.errors import ImageError
from tests.helpers.document_files import BLACK, WHITE, encode, make_gray

FORMATS = ["GIF", "PNG", "WEBP", "AVIF"]


def make_drawn(level=BLACK):
    image = make_gray(WHITE)
    image.paste((level, level, level), (20, 10, 30, 30))
    return image


def make_animation(form, *frames):
    return encode(frames, form, duration=50)


@pytest.mark.parametrize("form", FORMATS)
def test_first_frame_that_is_not_blank_is_read_and_said(form):
    content = make_animation(form, make_gray(WHITE), make_gray(BLACK), make_drawn(), make_drawn(90))
    image, page = load_main_page(content)
    assert count_pages(content) == page.count == 1
    assert page.note == "This is an animation of 4 frames: frame 3 was read, the first that is not blank."
    assert image[20, 25].max() < 30
    assert image[20, 50].min() > 225


@pytest.mark.parametrize("form", FORMATS)
def test_frame_is_said_although_it_is_the_first(form):
    image, page = load_main_page(make_animation(form, make_drawn(), make_gray(BLACK)))
    assert page.note == "This is an animation of 2 frames: frame 1 was read."
    assert image[20, 50].min() > 225


def test_first_frame_is_read_if_all_are_blank():
    image, page = load_main_page(make_animation("GIF", make_gray(WHITE), make_gray(BLACK)))
    assert page.note == "This is an animation of 2 frames: frame 1 was read, because all are blank."
    assert image.min() == WHITE


def test_only_the_first_frames_of_a_long_animation_are_looked_at(monkeypatch):
    monkeypatch.setattr("digitnet.documents.animation._MAX_FRAMES", 2)
    page = load_main_page(make_animation("GIF", make_gray(WHITE), make_gray(BLACK), make_drawn())).page
    assert page.note == "This is an animation of 3 frames: frame 1 was read, because the first 2 are blank."


def test_first_frame_is_read_if_the_next_ones_are_cut_off():
    content = make_animation("GIF", make_gray(WHITE), make_drawn())
    assert load_main_page(content[:-60]).image.min() == WHITE


def test_gif_of_many_frames_is_counted():
    content = make_animation("GIF", *(make_gray(level) for level in range(0, 250, 10)))
    assert count_gif_frames(content) == 25


@pytest.mark.parametrize("block", [b"!\xfe\1x\0", b"x", b"!\xfe" + b"\1x" * 300 + b"\0"])
def test_gif_of_too_many_small_blocks_is_refused(block):
    first = encode([make_gray(WHITE)], "GIF")[:-1]
    content = first + block * (1_500_000 // len(block)) + encode([make_drawn()], "GIF")[13:]
    with pytest.raises(ImageError, match="too many small parts"):
        open_document(content)


def test_gif_cut_within_its_head_counts_as_one_picture():
    assert count_gif_frames(b"GIF89a" + struct.pack("<HH", 5, 5)) == 1
