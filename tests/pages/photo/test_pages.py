"""A file of several pages is listed page by page."""

import csv
import io
import json

import pytest
from PIL import Image

from pages.photo import own_photos
from pages.shared import feedback
from pages.shared.own_files import File
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.document_files import HALF_A_PDF, LOCKED_PDF, WHITE, encode, make_empty_pages, make_gray
from tests.helpers.samples import SAMPLES, load_sample

SHADOW, SQUARED = "31415\n92653", "8128\n496\n28"


@pytest.fixture(scope="module")
def scan():
    """Return a TIFF of two pages as a file for the uploader."""
    pictures = [Image.open(SAMPLES / f"{name}.jpg") for name in ("shadow", "squared")]
    return "scan.tif", encode(pictures, "TIFF", compression="jpeg"), "image/tiff"


@pytest.fixture
def exports(monkeypatch):
    """Return the contents of the files that are offered, by name."""
    contents = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, data, name, *_, **__: contents.update({name: data}))
    return contents


def open_files(*files):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([*files]).run()
    assert not app.exception
    return app


def test_pages_are_listed_opened_and_downloaded(scan, lists, exports):
    app = open_files(scan, load_sample("even"))
    assert [row.name for row in lists[-1]] == ["scan.tif, page 1", "scan.tif, page 2", "even.jpg"]
    assert app.code[0].value == SHADOW
    assert "**29 digits on 3 pages**" in [each.value for each in app.markdown]
    find_button(app, "Next").click().run()
    assert app.code[0].value == SQUARED
    assert r"Page 2 of 2\, scan\.tif" in [caption.value for caption in app.caption]
    entries = json.loads(exports["digitnet.json"])
    assert [(entry["file"], entry.get("page")) for entry in entries] == [
        ("scan.tif", 1),
        ("scan.tif", 2),
        ("even.jpg", None),
    ]
    lines = list(csv.DictReader(io.StringIO(exports["digitnet.csv"])))
    assert [(line["file"], line["page"], line["text"]) for line in lines[1:3]] == [
        ("scan.tif", "1", "92653"),
        ("scan.tif", "2", "8128"),
    ]


def test_file_is_removed_with_all_its_pages(scan, lists):
    app = open_files(load_sample("even"), scan)
    find_button(app, "Next").click().run()
    find_button(app, "Remove file").click().run()
    assert [code.value for code in app.code] == ["2047\n1385\n96"]


def test_page_is_passed_on_to_inside_and_its_steps(scan, switched_pages):
    app = open_files(scan)
    find_button(app, "Next").click().run()
    find_button(app, "How it was read").click().run()
    picture = app.session_state.last_read.picture
    assert (picture.file, picture.page) == ("scan.tif, page 2", 2)
    assert picture.read("cnn").text == SQUARED


def test_page_that_cannot_be_read_leaves_the_others(lists):
    app = open_files(("half.pdf", HALF_A_PDF, "application/pdf"))
    assert "**0 digits on 1 page**, 1 page could not be read" in [each.value for each in app.markdown]
    assert [row.check for row in lists[-1]] == ["No digits found", "Cannot be read"]
    find_button(app, "Next").click().run()
    assert r"**half\.pdf\, page 2**: The page is damaged" in app.error[0].value


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LOCKED_PDF, "The PDF is locked by a password; save it without one."),
        (make_empty_pages(*[(9, 9)] * 1000), "The file has 1,000 pages; at most 300 are read at once"),
    ],
)
def test_pdf_that_cannot_be_read_gets_one_sentence(content, sentence):
    app = open_files(("odd.pdf", content, "application/pdf"))
    assert [sentence in error.value for error in app.error] == [True]


def test_frame_of_an_animation_is_said():
    app = open_files(("moving.gif", encode([make_gray(WHITE), make_gray(0)], "GIF"), "image/gif"))
    note = "This is an animation of 2 frames: frame 1 was read, because all are blank."
    assert note in [caption.value for caption in app.caption]


def test_page_belongs_to_its_file():
    files = [File("a.png", b"a"), File("a.png", b"b"), File("c.png", b"c")]
    found = [own_photos.find_file(files, name).content for name in ("a.png", "a.png (2)", "c.png")]
    assert found == [b"a", b"b", b"c"]
