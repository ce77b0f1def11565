"""A photo that was turned to be read is shown, corrected and taken away upright."""

import numpy as np
import pytest

from digitnet.preprocessing.images import load, to_png
from pages.components import digit_strip, region_picker
from tests.helpers.app_pages import find_button, find_toggle, make_page


@pytest.fixture
def gray(paper):
    """A page with two rows."""
    return paper(height=500).number("20475", y=40).number("165", y=280).gray()


@pytest.fixture
def open_photo(strips):
    """Return a function that opens a picture, uint8 (h, w), on the page."""

    def open_with(picture):
        app = make_page("photos").run()
        app.file_uploader[0].set_value([("page.png", to_png(load(picture)), "image/png")]).run()
        assert not app.exception
        return app

    return open_with


def find_strip(strips):
    return next(reversed(strips.shown))


def list_boxes(strips):
    return np.array([tile.box for tile in strips.tiles(find_strip(strips))])


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_picture_and_digits_stand_upright(gray, open_photo, strips, quarter):
    open_photo(gray)
    upright = list_boxes(strips)
    strips.shown.clear()
    app = open_photo(np.rot90(gray, quarter))
    assert app.code[0].value == "20475\n165"
    assert list_boxes(strips) == pytest.approx(upright, abs=0.01)
    _, _, settings = strips.shown[find_strip(strips)]
    assert load(settings["picture"]).shape[:2] == gray.shape
    find_toggle(app, "Change boxes").set_value(True).run()
    _, _, settings = strips.shown[find_strip(strips)]
    assert np.abs(load(settings["picture"])[..., 0].astype(int) - gray).mean() < 5


def test_box_is_moved_on_the_upright_picture(gray, open_photo, strips):
    app = open_photo(np.rot90(gray, 1))
    find_toggle(app, "Change boxes").set_value(True).run()
    left, top, width, height = list_boxes(strips)[4]
    key = find_strip(strips)
    strips(key, 4, action=digit_strip.MOVE, box=(left - 0.002, top, width + 0.004, height))
    app.run()
    assert not app.exception
    assert app.code[0].value == "20475\n165"
    assert list_boxes(strips)[4] == pytest.approx((left - 0.002, top, width + 0.004, height), abs=0.004)


def test_region_is_dragged_on_the_upright_picture(gray, open_photo, monkeypatch):
    app = open_photo(np.rot90(gray, 3))
    monkeypatch.setattr(region_picker, "pick_region", lambda *_: region_picker.Drag((0.0, 0.5, 1.0, 1.0), 1))
    find_toggle(app, "Read it differently").set_value(True).run()
    assert not app.exception
    assert app.code[0].value == "165"
    assert [slider.value for slider in app.slider] == [(0, 100), (50, 100)]
    app.slider[1].set_value((0, 50)).run()
    assert app.code[0].value == "20475"


def test_lone_digit_of_a_turned_photo_is_read_as_the_whole_was(gray, open_photo, monkeypatch):
    app = open_photo(np.rot90(gray, 2))
    monkeypatch.setattr(region_picker, "pick_region", lambda *_: region_picker.Drag((0.17, 0.5, 0.36, 1.0), 1))
    find_toggle(app, "Read it differently").set_value(True).run()
    assert app.code[0].value == "6"


def test_turn_is_offered_all_the_way_round_and_found_again(gray, open_photo):
    app = open_photo(gray)
    find_toggle(app, "Read it differently").set_value(True).run()
    find_button(app, "Turn by 90°").click().run()
    find_toggle(app, "Read it differently").set_value(False).run()
    for turn in (180, 270, 0, 90):
        find_button(app, "Turn by 90°").click().run()
        assert not app.exception
        said = "It was not turned (your setting)." if turn == 0 else f"turned clockwise by {turn}°"
        assert any(said in caption.value for caption in app.caption), turn
    find_button(app, "Turn as found").click().run()
    assert app.code[0].value == "20475\n165"
    assert [button.label for button in app.button if button.label in ("Turn as found", "Turn by 90°")] == []
