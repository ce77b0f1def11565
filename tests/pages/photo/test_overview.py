"""Several photos are listed with what to check, and opened one at a time."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.preprocessing.images import load, to_png
from pages.components import photo_list
from pages.components.photo_list import PhotoPress
from pages.photo.overview import OpenedPhoto
from pages.shared import reading_cache
from tests.helpers.app_pages import find_button, find_choice, make_page
from tests.helpers.samples import BLANK, load_sample

TEXTS = {"even.jpg": "2047\n1385\n96", "touching.jpg": "58203", "squared.jpg": "8128\n496\n28"}
SHAPES = [(16000, 1), (1, 16000), (5000, 3)]  # Width and height of thin pictures.


def make_noise(width, height):
    return to_png(np.random.default_rng(0).integers(0, 256, (height, width), np.uint8))


@pytest.fixture
def app(monkeypatch, lists):
    """Return the page with three samples and an empty photo; the third one's first digit is doubtful."""
    read = reading_cache.read_picture

    def read_with_doubts(request, risk, boxes=None):
        components = read(request, risk, boxes)
        reading = components.reading
        if reading.text != TEXTS["squared.jpg"]:
            return components
        probabilities = reading.probabilities.copy()
        probabilities[0] = 0
        probabilities[0, [8, 3]] = 0.6, 0.3
        probabilities = np.concatenate([probabilities, components.probabilities[len(reading) :]])
        doubtful = replace(reading, probabilities=probabilities[: len(reading)])
        return replace(components, reading=doubtful, probabilities=probabilities)

    monkeypatch.setattr(reading_cache, "read_picture", read_with_doubts)
    app = make_page("photos").run()
    app.file_uploader[0].set_value([*map(load_sample, ("even", "touching", "squared")), BLANK]).run()
    assert not app.exception
    return app


def names(rows):
    return [row.name for row in rows]


def press_row(monkeypatch, app, row, opened=None):
    press = PhotoPress(app.session_state.opened_photo.last_press + 1, row.key if opened is None else opened)
    monkeypatch.setattr(photo_list, "get_press", lambda key: press)
    app.run()


def test_photos_to_check_are_listed_first_with_what_to_check(app, lists):
    squared, blank, even, touching = lists[-1]
    assert names(lists[-1]) == ["squared.jpg", "blank.png", "even.jpg", "touching.jpg"]
    assert squared.parts == [("8", True), ("128 · 496 · 28", False)]
    assert (squared.check, squared.needs_look) == ("check the 8", True)
    assert (blank.check, blank.needs_look, blank.parts) == ("No digits found", True, [])
    assert (even.parts, even.check, even.needs_look) == ([("2047 · 1385 · 96", False)], "", False)
    assert touching.thumbnail.startswith(b"\xff\xd8")


def test_one_photo_is_open_and_the_page_shows_no_other(app):
    assert [code.value for code in app.code] == [TEXTS["even.jpg"]]


def test_photo_is_opened_and_closed_by_a_click(app, lists, monkeypatch):
    press_row(monkeypatch, app, lists[-1][3])
    assert app.code[0].value == TEXTS["touching.jpg"]
    press_row(monkeypatch, app, lists[-1][3], opened="")
    assert not app.code
    app.run()
    assert not app.code


def test_next_and_previous_follow_the_list(app):
    find_button(app, "Next").click().run()
    assert app.code[0].value == TEXTS["touching.jpg"]
    find_button(app, "Next").click().run()
    assert app.code[0].value == TEXTS["touching.jpg"]
    find_button(app, "Previous").click().run()
    find_button(app, "Previous").click().run()
    find_button(app, "Previous").click().run()
    assert app.code[0].value == TEXTS["squared.jpg"]


def test_filter_lists_what_needs_a_look_and_the_open_photo(app, lists):
    choice = find_choice(app, "Photos to list")
    assert choice.options[1] == "To check: 2"
    choice.set_value("to check").run()
    assert names(lists[-1]) == ["squared.jpg", "blank.png", "even.jpg"]
    find_button(app, "Previous").click().run()
    assert names(lists[-1]) == ["squared.jpg", "blank.png"]


def test_confirmed_photo_needs_no_look_and_keeps_its_place(app, lists):
    find_button(app, "Previous").click().run()
    find_button(app, "Previous").click().run()
    find_button(app, "All correct").click().run()
    assert not app.exception
    assert names(lists[-1]) == ["squared.jpg", "blank.png", "even.jpg", "touching.jpg"]
    assert [row.needs_look for row in lists[-1]] == [False, True, False, False]


def test_mirrored_photo_is_to_be_checked_until_all_of_it_is_confirmed(app, lists, monkeypatch):
    read = reading_cache.read_picture

    def read_mirrored(request, risk, boxes=None):
        components = read(request, risk, boxes)
        is_touching = components.reading.text == TEXTS["touching.jpg"]
        return replace(components, reading=replace(components.reading, mirrored=is_touching))

    monkeypatch.setattr(reading_cache, "read_picture", read_mirrored)
    app.run()
    assert find_choice(app, "Photos to list").options[1] == "To check: 3"
    [touching] = [row for row in lists[-1] if row.name == "touching.jpg"]
    assert (touching.check, touching.needs_look) == ("seems mirrored", True)
    press_row(monkeypatch, app, touching)
    find_button(app, "All correct").click().run()
    [touching] = [row for row in lists[-1] if row.name == "touching.jpg"]
    assert (touching.check, touching.needs_look) == ("", False)


def test_turned_photo_is_marked_on_the_list(lists, paper):
    turned = to_png(load(np.rot90(paper().number("20475").gray(), 2)))
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), ("turned.png", turned, "image/png")]).run()
    checks = {row.name: row.check for row in lists[-1]}
    assert checks["even.jpg"] == ""
    assert checks["turned.png"].startswith("turned by 180°")


def test_moves_without_an_open_photo_begin_with_the_first():
    opened = OpenedPhoto("", ("a", "b"))
    opened.move(1)
    assert opened.key == "a"
    opened = OpenedPhoto("", ())
    opened.move(1)
    assert opened.key == ""


def test_thin_pictures_are_shown_and_the_others_stay(lists):
    thin = [(f"{width}x{height}.png", make_noise(width, height), "image/png") for width, height in SHAPES]
    app = make_page("photos").run()
    app.file_uploader[0].set_value([*thin, load_sample("even")]).run()
    for _ in SHAPES:
        assert not app.exception
        assert app.info or app.error or app.code
        find_button(app, "Next").click().run()
    assert app.code[0].value == TEXTS["even.jpg"]


def test_photo_that_cannot_be_drawn_gets_a_sentence(monkeypatch, lists):
    def fail(*_):
        raise cv2.error("no size")

    monkeypatch.setattr(reading_cache, "annotate_picture", fail)
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), load_sample("touching")]).run()
    assert not app.exception
    assert r"**even\.jpg**: The picture cannot be processed" in app.error[0].value
    assert [row.name for row in lists[-1]] == ["even.jpg", "touching.jpg"]
