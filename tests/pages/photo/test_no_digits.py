from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading
from digitnet.preprocessing.images import to_png
from digitnet.reading import pipeline
from digitnet.reading.hints import Hints
from pages.components import region_picker
from pages.photo import no_digits
from tests.helpers.app_pages import find_button, find_choice, find_toggle, make_page
from tests.helpers.laid_sheets import lay, make_ground
from tests.helpers.samples import BLANK, load_sample


def open_photo(*photo):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([photo]).run()
    assert not app.exception
    return app


def list_buttons(app):
    labels = ("Turn by 90°", "Turn as found", "Light ink (chalk)", "Dark ink", "Read everything", "Whole picture")
    return [button.label for button in app.button if button.label in labels]


@pytest.mark.parametrize(
    ("refused", "lines", "sentence"),
    [
        (0, 0, "Nothing on it looks like writing."),
        (1, 0, "1 shape left out as not a digit: the gray box. Is it a digit? Click it, and say which."),
        (3, 1, "3 shapes left out as not digits: the gray boxes. Is one a digit? Click it, and say which. 1 line was"),
        (0, 4, "4 lines were taken out."),
    ],
)
def test_what_was_left_out_is_said(refused, lines, sentence):
    boxes = np.zeros((refused, 4), np.int32), np.zeros((lines, 4), np.int32)
    reading = replace(Reading.empty((40, 30)), refused=boxes[0], lines=boxes[1])
    assert no_digits.explain(reading, asks=True).startswith(sentence)
    assert "Click it" not in no_digits.explain(reading, asks=False)


def test_blank_photo_is_read_in_other_ways_on_request(monkeypatch):
    hints = []
    read = pipeline.read_rgb
    monkeypatch.setattr(pipeline, "read_rgb", lambda *args, **kw: hints.append(kw["hints"]) or read(*args, **kw))
    app = open_photo(*BLANK)
    assert app.info[0].value == "No digits found on this photo."
    assert list_buttons(app) == ["Turn by 90°", "Light ink (chalk)"]
    find_button(app, "Light ink (chalk)").click().run()
    assert hints[-1] == Hints(dark_on_light=False)
    find_button(app, "Turn by 90°").click().run()
    assert hints[-1] == Hints(dark_on_light=False, turn=90)
    assert list_buttons(app) == ["Turn by 90°", "Turn as found", "Dark ink"]
    find_button(app, "Dark ink").click().run()
    assert hints[-1] == Hints(dark_on_light=True, turn=90)
    find_toggle(app, "Read it differently").set_value(True).run()
    assert find_choice(app, "Ink").value == "Dark ink"
    assert list_buttons(app).count("Turn by 90°") == 1


def test_everything_is_read_on_request_where_only_a_sheet_was(paper):
    picture = make_ground(700, 800)
    lay(
        picture,
        paper().stroke([(40, 60), (700, 60), (40, 250)], 12).gray(),
        [(150, 60), (650, 90), (620, 330), (120, 310)],
    )
    app = open_photo("laid.png", to_png(picture), "image/png")
    find_button(app, "Read everything").click().run()
    assert not app.exception
    assert "Read everything" not in list_buttons(app)
    [options] = app.session_state.treatments.values()
    assert options.hints == Hints(sheets=False)


def test_part_without_digits_leads_back_to_the_whole_photo(monkeypatch):
    app = open_photo(*load_sample("even"))
    monkeypatch.setattr(region_picker, "pick_region", lambda *_: region_picker.Drag((0.9, 0.9, 1.0, 1.0), 1))
    find_toggle(app, "Read it differently").set_value(True).run()
    find_toggle(app, "Read it differently").set_value(False).run()
    assert app.info[0].value == "No digits found in this part of the photo."
    find_button(app, "Whole picture").click().run()
    assert app.code[0].value == "2047\n1385\n96"
