"""Pages of a file are chosen, shown in small with their state, and opened by a click; no other page is read."""

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PIL import Image

from digitnet.access import callers
from digitnet.access.callers import NOBODY
from digitnet.collection import photo_reading
from digitnet.errors import CanceledError, ImageError
from digitnet.reading.result import Reading
from pages.components import page_strip
from pages.components.page_strip import PagePress
from pages.photo import page_choice, page_thumbnails
from pages.photo.page_choice import describe_numbers
from pages.photo.photo_view import Photo, PhotoResult
from pages.shared import feedback, reading_cache
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.document_files import encode
from tests.helpers.samples import SAMPLES

NAMES = ("even", "shadow", "squared", "touching")
TEXTS = ["2047\n1385\n96", "31415\n92653", "8128\n496\n28", "58203"]


@pytest.fixture(scope="module")
def scan():
    """A TIFF of four pages as a file for the uploader."""
    pictures = [Image.open(SAMPLES / f"{name}.jpg") for name in NAMES]
    return "scan.tif", encode(pictures, "TIFF", compression="jpeg"), "image/tiff"


@pytest.fixture
def strips(monkeypatch, data):
    """The tiles of each strip of pages that is shown from now on."""
    shown = []
    monkeypatch.setattr(page_strip, "show", lambda key, file, tiles, opened: shown.append((tiles, opened)))
    return shown


@pytest.fixture
def pages_read(monkeypatch):
    """The numbers of the pages that workers read from now on."""
    numbers, run = [], reading_cache.run_in_worker

    def run_and_note(function, *arguments, **settings):
        if function is photo_reading.read_for_display:
            numbers.append(arguments[-1])
        return run(function, *arguments, **settings)

    monkeypatch.setattr(reading_cache, "run_in_worker", run_and_note)
    return numbers


def open_scan(scan):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([scan]).run()
    assert not app.exception
    return app


def choose(app, text):
    app.text_input[0].set_value(text).run()
    assert not app.exception


def test_pages_are_shown_with_pictures_and_states(scan, strips):
    open_scan(scan)
    tiles, opened = strips[-1]
    assert opened == 1
    assert [tile.number for tile in tiles] == [1, 2, 3, 4]
    assert all(tile.picture.startswith(b"\xff\xd8") for tile in tiles)
    assert {tile.kind for tile in tiles} <= {"read", "look"}


def test_page_that_is_read_turned_is_shown_turned(strips):
    pictures = [Image.open(SAMPLES / "even.jpg"), Image.open(SAMPLES / "shadow.jpg").rotate(90, expand=True)]
    open_scan(("scan.tif", encode(pictures, "TIFF", compression="jpeg"), "image/tiff"))
    assert [tile.turn for tile in strips[-1][0]] == [0, 90]


def test_page_without_digits_is_shown_as_it_was_turned():
    corrected = SimpleNamespace(reading=replace(Reading.empty(), turn=90))
    result = PhotoResult(Photo("a.pdf", b"", "abc-page1", "abc-0-page1"), SimpleNamespace(corrected=corrected))
    assert page_thumbnails._get_turn(result) == 90


def test_pages_left_out_are_neither_read_nor_exported(scan, strips, lists, pages_read, monkeypatch):
    exports = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, data, name, *_, **__: exports.update({name: data}))
    monkeypatch.setattr(page_choice, "get_chosen", lambda key, count: {2, 4})
    reading_cache._read_picture.clear()
    open_scan(scan)
    assert sorted(pages_read) == [2, 4]
    assert [row.name for row in lists[-1]] == ["scan.tif, page 2", "scan.tif, page 4"]
    assert [tile.state == "left out" for tile in strips[-1][0]] == [True, False, True, False]
    assert '"page": 2' in exports["digitnet.json"]
    assert '"page": 3' not in exports["digitnet.json"]


def test_page_is_opened_by_a_click_and_read_on_request(scan, strips, monkeypatch):
    app = open_scan(scan)
    choose(app, "1-2")
    assert any("2 of 4 pages" in caption.value for caption in app.caption)
    press(monkeypatch, app, 2)
    assert app.code[0].value == TEXTS[1]
    press(monkeypatch, app, 4)
    assert app.info[0].value == "This page is left out."
    find_button(app, "Read this page, too").click().run()
    assert app.code[0].value == TEXTS[3]
    assert app.text_input[0].value == "1-2, 4"


def press(monkeypatch, app, number):
    made = app.session_state.opened_photo.last_page_press + 1
    monkeypatch.setattr(page_strip, "get_press", lambda key: PagePress(made, number))
    app.run()
    assert not app.exception


@pytest.mark.parametrize("text", ["first", "3-9", "0"])
def test_choice_that_is_not_understood_keeps_the_last_one(scan, strips, text):
    app = open_scan(scan)
    choose(app, "3")
    choose(app, text)
    assert any(":material/error:" in caption.value for caption in app.caption)
    assert app.code[0].value == TEXTS[2]


@pytest.mark.parametrize(("numbers", "text"), [([1, 2, 3, 7], "1-3, 7"), ([5], "5"), ([4, 2], "2, 4")])
def test_numbers_of_pages_are_described(numbers, text):
    assert describe_numbers(numbers) == text


def test_pictures_that_cannot_be_made_are_not_asked_for_again(monkeypatch):
    def fail(*_, **__):
        raise ImageError("It takes too long.")

    store, photo = page_thumbnails._Store(), Photo("a.pdf", b"", "abc-page1", "abc-0-page1", file_key="abc-0")
    monkeypatch.setattr(page_thumbnails, "run_in_worker", fail)
    page_thumbnails._make(store, photo, (3, 4))
    assert store.pictures == {("abc", 3): b""}


def test_canceled_pictures_are_made_later(monkeypatch):
    def cancel(*_, **__):
        raise CanceledError("It was canceled.")

    store, photo = page_thumbnails._Store(), Photo("a.pdf", b"", "abc-page1", "abc-0-page1", file_key="abc-0")
    monkeypatch.setattr(page_thumbnails, "run_in_worker", cancel)
    page_thumbnails._make(store, photo, (3, 4))
    assert store.pictures == {}


def test_pictures_beyond_a_quota_wait(monkeypatch, quotas):
    quotas(looks_per_minute=1)
    monkeypatch.setattr(callers, "_find_caller", lambda: NOBODY)
    monkeypatch.setattr(page_thumbnails, "run_in_worker", lambda function, content, numbers, *_: {numbers[0]: b"x"})
    store, photo = page_thumbnails._Store(), Photo("a.pdf", b"", "abc-page1", "abc-0-page1", file_key="abc-0")
    page_thumbnails._make(store, photo, (3, 4))
    page_thumbnails._make(store, photo, (4, 5))
    assert list(store.pictures) == [("abc", 3)]
    assert time.monotonic() < store.pause_end <= time.monotonic() + 60


def test_pictures_are_bounded():
    store = page_thumbnails._Store()
    store.put("abc", dict.fromkeys(range(1000), b"x"))
    assert len(store.pictures) == page_thumbnails._MAX_KEPT
    assert store.drops == 100
