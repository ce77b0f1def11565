import csv
import io
from importlib.resources import files

import cv2
import numpy as np
import pytest
import streamlit as st

from digitnet.augmentation.touching_digits import compose
from digitnet.expectations.expect import Expect
from digitnet.explain.reading_trace import trace_reading
from digitnet.preprocessing.images import load, to_png
from digitnet.reading.hints import Hints
from digitnet.reading.result import require_stages
from pages.components import step_player
from pages.inspection import candidate_table
from pages.shared import last_reading
from pages.shared.last_reading import DRAWING, PHOTO, LastPicture, Picture
from tests.helpers.app_pages import find_choice, find_key, make_page
from tests.helpers.steps import EVERY_STEP

TWO = [(60, 170), (75, 115), (125, 95), (180, 115), (185, 170), (130, 235), (60, 300), (120, 290), (205, 300)]
# The 0 touches the 2.
ZERO = [(250, 100), (200, 150), (185, 220), (215, 300), (270, 300), (310, 220), (300, 140), (250, 100)]
JOINED = [*TWO, *ZERO]  # Both in one stroke, which has to be split.


def make_drawing(*lines):
    """Make a drawing of these lines, as the canvas reports it."""
    picture = np.full((400, 640, 3), 255, np.uint8)
    for line in lines:
        cv2.polylines(picture, [np.array(line, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    objects = [
        {"path": [["L" if index else "M", *point] for index, point in enumerate(line)], "strokeWidth": 16}
        for line in lines
    ]
    return Picture.from_drawing(to_png(picture), objects)


@pytest.fixture
def links(monkeypatch):
    """Collect the targets of page links, as there is no navigation here."""
    targets = []
    monkeypatch.setattr(st, "page_link", lambda target, **_: targets.append(target))
    return targets


@pytest.fixture(autouse=True)
def player(monkeypatch):
    """Collect the steps that are played, by their names in order."""
    shown = {}

    def show(key, steps, label):
        shown.clear()
        shown.update({step.name: step for step in steps})

    monkeypatch.setattr(step_player, "show", show)
    return shown


@pytest.fixture
def open_page(links):
    """Return a function that opens the page on a picture."""

    def open_with(picture=None, **state):
        app = make_page("inside")
        app.session_state.last_read = LastPicture(picture)
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    return open_with


def get_text(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def count_colors(picture):
    """Count the hues of ink in a picture, uint8 (h, w, 3)."""
    colored = picture[(np.ptp(picture, axis=2) > 100)]
    hues = cv2.cvtColor(colored[None], cv2.COLOR_RGB2HSV)[0, :, 0] // 8
    return int((np.bincount(hues) > 0.02 * len(hues)).sum())


def get_images(app):
    return [image for element in app.get("image") for image in element.proto.imgs]


def get_table(app):
    return next((html.proto.body for html in app.get("html") if "candidates" in html.proto.body), "")


def test_page_without_a_picture_shows_a_sample(open_page, links, player):
    app = open_page()
    assert not app.exception
    assert "This is a sample." in get_text(app)
    assert links == ["pages/draw.py", "pages/photos.py"]
    assert list(player) == EVERY_STEP
    assert len(get_images(app)) == 5
    assert get_table(app).count("with the ink around it") >= 2
    assert "Answers of the networks" in [header.value for header in app.header]
    assert get_table(app).count("✓ chosen") >= 2


def test_every_step_of_a_drawing_has_a_picture_and_a_sentence(open_page, links, player):
    app = open_page(make_drawing(TWO))
    assert not app.exception
    assert links == []
    assert list(player) == EVERY_STEP
    assert all(load(step.picture).shape[2] == 3 for step in player.values())
    assert all(step.sentence.endswith(".") and len(step.sentence) < 210 for step in player.values())
    assert player["Picture"].sentence == "As you drew it."
    assert "one group" in player["Groups"].sentence
    assert "Nothing was cut" in player["Cuts"].sentence
    assert "the network was sure of it at once" in get_text(app).lower()
    assert all(image.caption.endswith(".") for image in get_images(app))


def test_groups_and_cuts_are_drawn_in_colors(open_page, player):
    open_page(make_drawing(JOINED))
    groups, cuts = (count_colors(load(player[name].picture)) for name in ("Groups", "Cuts"))
    assert groups == 1
    assert cuts > groups
    assert "segments" in player["Cuts"].sentence


def test_network_step_has_the_probabilities_of_the_chosen_digit(open_page, player):
    app = open_page(make_drawing(TWO))
    bars = player["Network"].bars
    assert list(bars) == [*"0123456789", "none"]
    assert max(bars, key=bars.get) == "2"
    assert sum(bars.values()) == pytest.approx(1, abs=1e-5)
    assert not app.exception


def test_explanations_are_folded(open_page):
    app = open_page(make_drawing(JOINED))
    folded = [expander.label for expander in app.expander]
    assert folded == ["How is this computed?"] * 3
    assert "Half an 8 looks like a 3" in app.expander[0].markdown[1].value


def test_touching_digits_of_a_stroke_each_are_not_split(open_page):
    app = open_page(make_drawing(TWO, ZERO))
    assert "nothing was split" in get_text(app)
    assert len(app.button_group[0].options) == 2


def test_joined_digits_list_candidates_and_mark_the_chosen(open_page):
    app = open_page(make_drawing(JOINED))
    assert not app.exception
    assert "split into" in get_text(app)
    assert get_table(app).count("✓ chosen") == 2
    app.segmented_control(key=find_key(app, "candidate_order")).set_value("By position").run()
    assert not app.exception


def test_photo_is_named_with_its_digits(open_page):
    content = (files("digitnet.resources") / "samples" / "shadow.jpg").read_bytes()
    app = open_page(Picture(PHOTO, "shadow.jpg", content))
    assert not app.exception
    assert "Photo: shadow" in get_text(app)
    assert app.button_group[0].options[:3] == ["3", "1​", "4​​"]


def test_chosen_digit_stays_chosen_in_other_views(open_page):
    app = open_page()
    app.button_group[0].set_value(3).run()
    app.segmented_control(key=find_key(app, "inside_view")).set_value("Map of digits").run()
    assert app.button_group[0].value == 3


def test_digit_that_another_model_does_not_find_is_not_chosen(open_page, monkeypatch):
    read, two_digits = Picture.read, make_drawing(TWO, [(400, 90), (395, 300)])
    monkeypatch.setattr(Picture, "read", lambda self, model: read(two_digits if model == "mlp" else self, model))
    app = open_page(model="cnn")
    count = len(app.button_group[0].options)
    app.button_group[0].set_value(count - 1).run()
    app.selectbox(key=find_key(app, "model")).set_value("mlp").run()
    assert not app.exception
    assert (len(app.button_group[0].options) < count, app.button_group[0].value) == (True, 0)
    app.selectbox(key=find_key(app, "model")).set_value("cnn").run()
    assert app.button_group[0].value == count - 1


def test_picture_without_digits_shows_its_steps_alone(open_page, player):
    app = open_page(make_drawing([(300, 200), (301, 200)]))
    assert not app.exception
    assert "No digit was found" in app.info[0].value
    assert list(player) == [name for name in EVERY_STEP if name not in ("28 × 28", "Network")]
    assert not get_images(app)


def test_refused_ink_lists_its_candidates(open_page):
    cross = make_drawing(
        [(60, 60), (240, 300)], [(240, 60), (60, 300)], [(150, 40), (150, 320)], [(40, 180), (260, 180)]
    )
    app = open_page(cross)
    assert not app.exception
    assert "No digit was found" in app.info[0].value
    assert "✓ not a digit" in get_table(app)


def test_damaged_picture_shows_a_sentence(open_page):
    app = open_page(Picture(PHOTO, "broken.jpg", b"broken"))
    assert not app.exception
    assert "not a picture that can be read" in app.error[0].value


def test_model_of_ten_labels_says_whose_answer_counts(open_page, monkeypatch):
    app = open_page(make_drawing(TWO), model="mlp")
    assert not app.exception
    assert "mlp alone" not in get_text(app)
    monkeypatch.setattr(last_reading.InspectedReading, "label", 9)
    assert "The answer of mlp alone counts" in get_text(app.run())


def test_digit_that_only_its_expectation_gives_says_so(open_page, monkeypatch, mnist):
    digits = mnist[1].select(np.array([33, 34, 35]))
    ink = np.maximum.reduce(compose(list(digits.images), 7.0, np.random.default_rng(0)))
    picture = Picture(PHOTO, "expected.png", to_png(255 - np.pad(ink, 30)), Hints(expect=Expect(length=4)))
    app, said = open_page(picture), []
    for index in range(4):
        find_choice(app, "Digit").set_value(index)
        assert not app.run().exception
        said.append("likeliest text that is was taken" in get_text(app))
    assert said == [False, True, False, False]  # Of 472, read as 4172, only the 1 was cut out anew.
    monkeypatch.setattr(last_reading.InspectedReading, "label", 9)
    assert r"It is read as a 9, because the number then is as expected: 4 digits." in get_text(app.run())


def test_candidates_can_be_written_as_csv(cnn):
    reading = make_drawing(TWO, ZERO).read("cnn")
    group = trace_reading(require_stages(reading), cnn).get_group(0)
    steps = {id(step.candidate): step for step in group.path}
    rows = list(csv.DictReader(io.StringIO(candidate_table.to_csv(list(group.candidates), steps))))
    assert len(rows) == len(group.candidates)
    assert sum(row["chosen"] == "chosen" for row in rows) == sum(step.is_digit for step in group.path)
    for row in rows:
        total = sum(float(row[name]) for name in ("network", "size", "cuts", "joined"))
        assert float(row["cost"]) == pytest.approx(total, abs=1e-3)


def test_digest_depends_on_content_not_on_file_name():
    content = b"picture"
    assert make_drawing(TWO).digest != make_drawing(ZERO).digest
    assert make_drawing(TWO).source == DRAWING
    assert Picture(PHOTO, "a.jpg", content).digest == Picture(PHOTO, "b.jpg", content).digest


@pytest.mark.parametrize("shape", [(1, 16_000), (16_000, 1), (9, 20_000)])
def test_thin_picture_is_shown(shape, open_page, player):
    gray = np.full(shape, 255, np.uint8)
    gray[shape[0] // 3 :, shape[1] // 3 : shape[1] // 2 + 1] = 0
    app = open_page(Picture(PHOTO, "thin.png", to_png(gray)))
    assert not app.exception
    assert not app.error
    assert len(player) >= 6
