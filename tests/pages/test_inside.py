import csv
import io
from importlib.resources import files

import cv2
import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitnet.explain.reading_trace import trace_reading
from digitnet.paths import ROOT
from digitnet.preprocessing.images import to_png
from digitnet.reading.result import require_stages
from pages.inspection import candidate_table
from pages.shared.last_reading import DRAWING, PHOTO, LastPicture, Picture

TWO = [(60, 170), (75, 115), (125, 95), (180, 115), (185, 170), (130, 235), (60, 300), (120, 290), (205, 300)]
ZERO = [(250, 100), (200, 150), (185, 220), (215, 300), (270, 300), (310, 220), (300, 140), (250, 100)]  # on the 2


def drawing(*lines):
    """A drawing of these lines, as the canvas reports it."""
    picture = np.full((400, 640, 3), 255, np.uint8)
    for line in lines:
        cv2.polylines(picture, [np.array(line, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    objects = [
        {"path": [["L" if place else "M", *point] for place, point in enumerate(line)], "strokeWidth": 16}
        for line in lines
    ]
    return Picture.drawing(to_png(picture), objects)


@pytest.fixture
def links(monkeypatch):
    """The pages that links lead to; there is no navigation here."""
    found = []
    monkeypatch.setattr(st, "page_link", lambda target, **_: found.append(target))
    return found


@pytest.fixture
def look(links):
    """Open the page on a picture."""

    def opened(picture=None, **state):
        app = AppTest.from_file(ROOT / "pages" / "inside.py", default_timeout=60)
        app.session_state.entered = True
        app.session_state.last_read = LastPicture(picture)
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    return opened


def texts(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def pictures(app):
    return [image for element in app.get("image") for image in element.proto.imgs]


def table(app):
    return next((html.proto.body for html in app.get("html") if "candidates" in html.proto.body), "")


def test_page_is_never_empty(look, links):
    app = look()
    assert not app.exception
    assert "This is a sample picture" in texts(app)
    assert links == ["pages/draw.py", "pages/photos.py"]
    assert len(pictures(app)) == 11
    assert table(app).count("with the ink around it") >= 2
    assert "What the networks say" in [header.value for header in app.subheader]
    assert table(app).count("✓ chosen") >= 2


def test_every_step_of_a_drawing_is_shown_and_said(look, links):
    app = look(drawing(TWO))
    assert not app.exception
    assert links == []
    captions = [image.caption for image in pictures(app)]
    for name in ("Picture", "Gray", "Light evened out", "Ink", "Segments", "Digits"):
        assert sum(f"**{name}.**" in caption for caption in captions) == 1
    assert "One segment, one candidate: the network was sure of it at once" in texts(app)
    assert all(caption.endswith(".") for caption in captions)


def test_candidates_of_touching_ink_are_listed_and_the_chosen_marked(look):
    app = look(drawing(TWO, ZERO))
    assert not app.exception
    assert "split into" in texts(app)
    assert table(app).count("✓ chosen") == 2
    app.segmented_control(key="candidate_order").set_value("By position").run()
    assert not app.exception


def test_photo_is_shown_as_its_owner_had_it_read(look):
    content = (files("digitnet.resources") / "samples" / "shadow.jpg").read_bytes()
    app = look(Picture(PHOTO, "shadow.jpg", content))
    assert not app.exception
    assert "Photo: shadow" in texts(app)
    assert app.button_group[0].options[:3] == ["3", "1​", "4​​"]


def test_choice_of_the_digit_stays_in_other_views(look):
    app = look()
    app.button_group[0].set_value(3).run()
    app.segmented_control(key="inside_view").set_value("Map of digits").run()
    assert app.button_group[0].value == 3
    assert list(app.session_state.inside_digit.values()) == [3]


def test_picture_without_digits_ends_after_its_steps(look):
    app = look(drawing([(300, 200), (301, 200)]))
    assert not app.exception
    assert "No digit was found" in app.info[0].value
    assert len(pictures(app)) == 6


def test_ink_that_is_refused_says_what_it_could_be(look):
    cross = drawing([(60, 60), (240, 300)], [(240, 60), (60, 300)], [(150, 40), (150, 320)], [(40, 180), (260, 180)])
    app = look(cross)
    assert not app.exception
    assert "No digit was found" in app.info[0].value
    assert "✓ no digit" in table(app)


def test_damaged_picture_is_a_sentence(look):
    app = look(Picture(PHOTO, "broken.jpg", b"broken"))
    assert not app.exception
    assert "not a picture that can be read" in app.error[0].value


def test_network_that_refuses_nothing_says_why_nothing_is_parted(look):
    app = look(drawing(TWO, ZERO), model="mlp", chosen_model="mlp", chosen_beside="cnn")
    assert not app.exception
    assert "this network cannot reject ink that is not a digit" in texts(app)


def test_candidates_are_offered_as_csv(cnn):
    reading = drawing(TWO, ZERO).read("cnn")
    group = trace_reading(require_stages(reading), cnn).get_group(0)
    chosen = {id(step.candidate): step for step in group.path}
    rows = list(csv.DictReader(io.StringIO(candidate_table.to_csv(list(group.candidates), chosen))))
    assert len(rows) == len(group.candidates)
    assert sum(row["chosen"] == "chosen" for row in rows) == sum(step.is_digit for step in group.path)
    for row in rows:
        parts = sum(float(row[name]) for name in ("network", "size", "cuts", "joined"))
        assert float(row["cost"]) == pytest.approx(parts, abs=1e-3)


def test_same_photo_read_otherwise_is_kept_apart():
    content = b"picture"
    assert drawing(TWO).digest != drawing(ZERO).digest
    assert drawing(TWO).source == DRAWING
    assert Picture(PHOTO, "a.jpg", content).digest == Picture(PHOTO, "b.jpg", content).digest
