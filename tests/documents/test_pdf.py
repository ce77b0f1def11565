"""Pages of a PDF are drawn at the size that reads best, and what cannot be drawn gets a sentence."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from digitnet.documents import pdf
from digitnet.documents.opening import load_main_page, load_page, open_document
from digitnet.errors import ImageError
from tests.helpers.document_files import (
    HALF_A_PDF,
    LOCKED_PDF,
    WHITE,
    encode,
    make_empty_pages,
    make_gray,
    make_pdf,
    make_scan,
)

A4 = 595, 842


def measure(content, number=1):
    """Return the width and height of a page in pixels."""
    return load_page(content, number).image.shape[1::-1]


def test_page_has_about_four_megapixels_whatever_its_size():
    content = make_empty_pages(A4, (4000, 3000), (300, 100))
    assert measure(content) == (1681, 2379)
    for number in (2, 3):
        width, height = measure(content, number)
        assert width * height == pytest.approx(pdf.PAGE_PIXELS, rel=0.01)


@pytest.mark.parametrize(("size", "pixels"), [((10, 10), (160, 160)), ((2, 14_000), (2, 16_000))])
def test_tiny_and_narrow_pages_are_bounded(size, pixels):
    assert measure(make_empty_pages(size)) == pixels


@pytest.mark.parametrize("points", [(432, 240), (90, 50), (4500, 2500)])
def test_page_that_a_picture_fills_has_its_pixels(points):
    assert measure(make_scan((900, 500), points)) == (900, 500)
    assert measure(make_scan((900, 500), points, turn=90)) == (500, 900)


def test_page_that_a_large_picture_fills_is_bounded():
    width, height = measure(make_scan((3000, 2000), (432, 288)))
    assert width * height == pytest.approx(pdf.PAGE_PIXELS, rel=0.01)


def test_fax_on_a_page_keeps_the_pixels_of_its_wider_side():
    assert measure(make_scan((864, 570), (305, 419))) == (864, 1187)


@pytest.mark.parametrize("drawing", [b"0 0 m 9 9 l S", b"q 9 0 0 9 0 0 cm /Scan Do Q"])
def test_page_with_notes_on_a_picture_is_drawn_sharp(drawing):
    width, height = measure(make_scan((60, 40), (420, 280), drawing))
    assert width * height == pytest.approx(pdf.PAGE_PIXELS, rel=0.01)


def test_empty_paper_is_white():
    assert load_main_page(make_empty_pages(A4)).image.min() == WHITE


def test_colors_are_red_green_and_blue():
    red = make_gray(WHITE)
    red.paste((255, 0, 0), (0, 0, 60, 40))
    image = load_main_page(encode([red], "PDF")).image
    assert image[image.shape[0] // 2, image.shape[1] // 2].tolist() == pytest.approx([255, 0, 0], abs=10)


def test_turned_page_is_drawn_upright():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate 90>>"
    width, height = measure(make_pdf(b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page))
    assert width > height


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LOCKED_PDF, "locked by a password; save it without one"),
        (make_empty_pages(), "has no pages"),
        (b"%PDF-1.7\nand nothing else", "damaged or incomplete"),
        (encode([make_gray(WHITE)], "PDF")[:300], "damaged or incomplete"),
        (make_empty_pages((14_400, 14_400)), "measures 508 by 508 cm, which is too large"),
    ],
)
def test_pdf_that_cannot_be_read_gets_a_sentence(content, sentence):
    with pytest.raises(ImageError, match=sentence) as caught:
        load_main_page(content)
    assert "\n" not in str(caught.value)


def test_missing_page_leaves_the_others():
    document = open_document(HALF_A_PDF)
    assert document.count == 2
    assert document.load(1).image.size > 0
    with pytest.raises(ImageError, match="page is damaged"):
        document.load(2)


def test_page_that_takes_too_long_is_left(monkeypatch):
    monkeypatch.setattr(pdf, "_MAX_SECONDS", -1)
    lines = b" ".join(b"0 %d m 595 %d l S" % (y, 842 - y) for y in range(842)) * 20
    content = make_pdf(
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(lines), lines),
    )
    with pytest.raises(ImageError, match="takes too long to draw"):
        load_main_page(content)


def test_pages_are_drawn_by_several_threads():
    content = encode([make_gray(level) for level in (0, 50, 100, 150)], "PDF")
    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(lambda number: load_page(content, number), [1, 2, 3, 4] * 3))
    levels = [int(page.image[page.image.shape[0] // 2, page.image.shape[1] // 2, 0]) for page in pages]
    assert levels == pytest.approx([0, 50, 100, 150] * 3, abs=5)


def test_pdfium_is_loaded_for_pdfs_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert load_main_page(encode([make_gray(WHITE)], "PNG")).image.size > 0
