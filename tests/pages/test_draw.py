import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitnet.models import active, store
from digitnet.paths import ROOT
from digitnet.preprocessing.images import load, to_png
from digitnet.reading import pipeline
from digitnet.reading.result import Hints
from pages.components import region_picker
from pages.shared import reading_cache
from tests.helpers.samples import SAMPLES


def page(name):
    app = AppTest.from_file(ROOT / "pages" / f"{name}.py", default_timeout=60)
    app.session_state.entered = True
    return app


def canvas_with(*strokes):
    """Stand in for the canvas component, which has no browser here, with strokes drawn on it."""
    image = np.full((400, 640, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(image, [np.array(stroke, np.int32)], False, (0, 0, 0), 16, cv2.LINE_AA)
    objects = [{"path": stroke} for stroke in strokes]
    return lambda **_: SimpleNamespace(json_data={"objects": objects}, image_bytes=to_png(image))


SEVEN = [(60, 100), (160, 100), (100, 300)]
ONE = [(300, 100), (300, 300)]


@pytest.fixture
def report(monkeypatch):
    """Have the canvas report strokes from now on."""

    def change(*strokes):
        stand_in = canvas_with(*strokes)
        monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", SimpleNamespace(st_canvas=stand_in))
        if loaded := sys.modules.get("pages.drawing.canvas"):
            monkeypatch.setattr(loaded, "st_canvas", stand_in)

    return change


@pytest.fixture
def draw(report):
    def run(*strokes):
        report(*strokes)
        return page("draw").run()

    return run


def test_page_without_a_drawing_waits_for_nothing_that_drawings_need():
    code = (
        "import sys; from pages.corrections import panel; from pages.shared import last_reading, reading_view;"
        "from pages.drawing import preload;"
        "heavy = {'altair', 'pandas', 'sqlalchemy'}; print(sorted(heavy & set(sys.modules)));"
        "preload.start_preloading().join(); print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[]", "['altair', 'pandas', 'sqlalchemy']"]


def test_empty_canvas_says_what_to_do(draw):
    app = draw()
    assert not app.exception
    assert "Draw a number" in app.info[0].value
    assert all(button.disabled for button in app.button)


def test_number_on_the_canvas_is_read(draw):
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "71"
    assert [button.label for button in app.button if not button.disabled][:2] == ["Undo", "Clear"]


def test_other_model_reads_too(draw):
    app = draw(SEVEN, ONE)
    app.selectbox(key="model").set_value("mlp").run()
    assert not app.exception
    assert app.code[0].value == "71"


def test_model_put_to_use_elsewhere_stays_chosen_while_the_browser_has_its_name_of_before(models):
    for name in ("cnn", "mlp"):
        shutil.copytree(ROOT / "models" / name, models / name)
    active.activate("mlp")
    app = page("draw")
    app.session_state.chosen_model = app.session_state.chosen_beside = "mlp"
    app.session_state.model = "cnn · 99.61% · in use"  # as Streamlit leaves what it is sent and does not find
    app.run()
    assert not app.exception
    assert app.selectbox(key="model").value == "mlp"


def test_speck_on_the_canvas_is_no_digit(draw):
    app = draw([(300, 200), (301, 200)])
    assert not app.exception
    assert "No digit found" in app.info[0].value


def test_undo_redo_and_clear_give_the_canvas_its_strokes(draw):
    app = draw(SEVEN, ONE)
    app.button[0].click().run()
    assert len(app.session_state.paper.given["objects"]) == 1
    app.button[1].click().run()
    assert len(app.session_state.paper.given["objects"]) == 2
    assert app.session_state.paper.undone == []
    app.button[2].click().run()
    assert app.session_state.paper.given["objects"] == []
    assert [len(strokes) for strokes in app.session_state.paper.undone] == [2]


def test_late_reports_of_the_canvas_bring_nothing_back(draw, report):
    app = draw(SEVEN, ONE, ONE)
    for _ in range(2):
        app.button[0].click().run()
    for strokes in ([SEVEN, ONE, ONE], [SEVEN, ONE], [SEVEN]):
        report(*strokes)
        app.run()
        assert len(app.session_state.paper.strokes) == 1
    assert app.code[0].value == "7"
    app.button[1].click().run()
    assert app.session_state.paper.given["objects"] == [{"path": SEVEN}, {"path": ONE}]


def test_press_counts_though_the_next_message_stops_its_run(draw, overtaken):
    app = draw(SEVEN, ONE)
    with overtaken():
        app.button[0].click().run()
    app.run()
    assert len(app.session_state.paper.given["objects"]) == 1
    assert not app.button[1].disabled


def test_equal_digits_can_each_be_picked(draw):
    app = draw(ONE, [(400, 100), (400, 300)])
    assert app.code[0].value == "11"
    assert app.button_group[-1].value == 0
    app.button_group[-1].set_value(1).run()
    assert app.button_group[-1].value == 1


@pytest.mark.parametrize("stroke", [[(100, 2), (300, 2), (200, 300)], [(3, 50), (3, 300)]], ids=["top", "left"])
def test_digit_at_the_edge_of_the_canvas_is_read(draw, stroke):
    app = draw(stroke)
    assert app.code[0].value in ("7", "1")


def test_small_digit_beside_a_large_one_is_read(draw):
    app = draw([(60, 30), (250, 30), (150, 380)], [(400, 200), (400, 290)])
    assert app.code[0].value == "71"


def test_missing_model_is_a_sentence(draw, models):
    app = draw(SEVEN)
    assert not app.exception
    assert "There is no model called 'cnn'" in app.error[0].value


def doubting(reading):
    """Return the reading with its first digit a 4 or a 9, and a piece that is no digit."""
    probabilities = reading.probabilities.copy()
    probabilities[:1] = 0
    probabilities[:1, [4, 9]] = 0.5, 0.3
    return replace(reading, probabilities=probabilities, refused=np.array([[5, 6, 40, 50]], np.int32))


@pytest.fixture
def doubts(monkeypatch):
    """Have every picture be read with a doubtful digit and a refused piece; return the hints that were given."""
    read, given = pipeline.read_rgb, []

    def read_with_doubts(*args, hints=None, **settings):
        given.append(hints)
        return doubting(read(*args, hints=hints, **settings))

    for module in (pipeline, reading_cache):
        monkeypatch.setattr(module, "read_rgb", read_with_doubts)
    st.cache_data.clear()
    st.cache_resource.clear()  # readings with their stages
    yield given
    st.cache_data.clear()
    st.cache_resource.clear()


def marked(app):
    """The pieces of HTML that mark a doubtful digit."""
    return [html.proto.body for html in app.get("html") if "<mark" in html.proto.body]


def test_doubtful_digit_and_refused_piece_are_told_on_the_canvas(draw, doubts):
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "41"
    number, said = marked(app)
    assert '<mark title="or 9: 30.0%">4</mark>' in number
    assert "or 9: 30.0%" in said
    assert [caption.value for caption in app.caption][:2] == [
        app.caption[0].value,
        "1 piece is no digit and was left out.",
    ]
    assert "sure of the whole number" in app.caption[0].value


def test_chart_has_a_bar_for_no_digit_if_the_network_knows_it(draw, monkeypatch):
    charts = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, **_: charts.append(chart.data["digit"].tolist()))
    app = draw(SEVEN)
    app.selectbox(key="model").set_value("mlp").run()
    assert charts == [[*"0123456789", "none"], [*"0123456789"]]


@pytest.fixture
def switched(monkeypatch):
    """The pages that are switched to; there is no navigation here."""
    pages = []
    monkeypatch.setattr(st, "switch_page", pages.append)
    return pages


def test_way_from_a_drawing_leads_inside(draw, overtaken, switched):
    app = draw(SEVEN, ONE)
    with overtaken():
        next(button for button in app.button if button.label == "How it was read").click().run()
    app.run()
    assert switched == ["pages/inside.py"]
    picture = app.session_state.last_read.picture
    assert (picture.source, picture.read("cnn").text) == ("drawing", "71")


def test_way_from_a_photo_leads_inside_with_what_its_owner_said(switched):
    app = sample()
    toggle(app, "Read it differently").set_value(True).run()
    choice(app, "Printed lines").set_value("Leave in").run()
    next(button for button in app.button if button.label == "How it was read").click().run()
    assert switched == ["pages/inside.py"]
    picture = app.session_state.last_read.picture
    assert (picture.source, picture.file, picture.hints) == ("photo", "even.jpg", Hints(lines=False))


def test_photos_page_says_what_to_do():
    app = page("photos").run()
    assert not app.exception
    assert "Choose photos" in app.info[0].value


@pytest.mark.parametrize(
    ("sample", "rows"),
    [("Even paper", "2047\n1385\n96"), ("In shadow", "31415\n92653"), ("Squared paper", "8128\n496\n28")],
)
def test_sample_is_read_on_the_page(sample, rows):
    app = page("photos").run()
    app.button_group(key="sample").set_value(sample).run()
    assert not app.exception
    assert [code.value for code in app.code] == [rows]


def test_stages_are_shown_on_demand():
    app = page("photos").run()
    app.button_group(key="sample").set_value("Even paper").run()
    app.toggle[-1].set_value(True).run()
    assert not app.exception
    assert any("5. Each digit" in caption.value for caption in app.caption)


def sample(name="Even paper"):
    app = page("photos").run()
    app.button_group(key="sample").set_value(name).run()
    return app


def toggle(app, label):
    return next(toggle for toggle in app.toggle if toggle.label == label)


def choice(app, label):
    return next(group for group in app.button_group if group.label == label)


def test_doubts_and_what_is_no_digit_are_told_of_a_photo(doubts):
    app = sample()
    assert not app.exception
    assert "9 accepted, 1 doubtful, 1 piece left out as no digit" in app.markdown[0].value
    assert app.code[0].value == "4047\n1385\n96"
    assert '<mark title="or 9: 30.0%">4</mark>047' in marked(app)[0]
    toggle(app, "Show the steps").set_value(True).run()
    assert not app.exception
    assert any("Left out as no digit: 1 piece" in caption.value for caption in app.caption)
    assert any("class=doubtful" in html.proto.body for html in app.get("html"))


def test_photo_is_read_as_its_owner_says(doubts):
    app = sample()
    toggle(app, "Read it differently").set_value(True).run()
    choice(app, "Ink").set_value("Lighter").run()
    choice(app, "Printed lines").set_value("Leave in").run()
    assert not app.exception
    assert doubts[-1] == Hints(dark_on_light=False, lines=False)
    toggle(app, "Show the steps").set_value(True).run()
    assert doubts[-1] == Hints(dark_on_light=False, lines=False)
    toggle(app, "Read it differently").set_value(False).run()
    assert any("Read as you said" in caption.value for caption in app.caption)
    app.button_group(key="sample").set_value("In shadow").run()
    assert doubts[-1] == Hints()
    app.button_group(key="sample").set_value("Even paper").run()
    toggle(app, "Read it differently").set_value(True).run()
    assert choice(app, "Ink").value == "Lighter"


def test_part_that_is_dragged_or_set_is_read_until_all_is(monkeypatch):
    app = sample()
    drags = [region_picker.Drag((0.0, 0.0, 1.0, 0.33), 1)]
    monkeypatch.setattr(region_picker, "pick_region", lambda *_: drags[-1])
    toggle(app, "Read it differently").set_value(True).run()
    assert not app.exception
    assert app.code[0].value == "2047"
    assert [slider.value for slider in app.slider] == [(0, 100), (0, 33)]
    app.slider[1].set_value((33, 66)).run()
    assert app.code[0].value == "1385"
    drags.append(region_picker.Drag((0.0, 0.6, 1.0, 1.0), 2))
    app.run()
    assert app.code[0].value == "96"
    next(button for button in app.button if button.label == "Whole picture").click().run()
    assert app.code[0].value == "2047\n1385\n96"


def test_choice_of_mistakes_decides_what_is_doubtful(monkeypatch, models):
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    card = json.loads((models / "cnn" / store.CARD_FILE).read_text())
    card["accept"] = {"0.05": {"level": 0.0, "accepted": 1}, "0.01": {"level": 1.0, "accepted": 0}}
    (models / "cnn" / store.CARD_FILE).write_text(json.dumps(card))
    st.cache_resource.clear()
    app = sample()
    kept = [f"at most 1 wrong in {count} accepted digits" for count in (20, 50, 100)]
    assert app.selectbox(key="risk").options == kept
    assert app.selectbox(key="risk").value == 0.01
    assert "0 accepted, 10 doubtful" in app.markdown[0].value
    app.selectbox(key="risk").set_value(0.05).run()
    assert "10 accepted, 0 doubtful" in app.markdown[0].value


def test_numbers_in_columns_can_be_saved_as_a_table(paper):
    app = page("photos").run()
    picture = to_png(load(paper(height=500).number("20", 40, 40).number("47", 500, 40).number("3", 500, 280).gray()))
    app.file_uploader(key="uploads").set_value([("form.png", picture, "image/png")]).run()
    assert app.code[0].value == "20 47\n3"
    assert [button.proto.label for button in app.get("download_button")] == ["CSV", "Table CSV", "JSON"]


def test_name_of_a_file_is_shown_as_it_is():
    app = page("photos").run()
    app.file_uploader(key="uploads").set_value([("a_$x$_*b*.png", b"no picture", "image/png")]).run()
    assert r"**a_\$x\$_\*b\*\.png**" in app.error[0].value


def test_photos_of_the_same_name_are_numbered():
    app = page("photos").run()
    app.file_uploader(key="uploads").set_value([("a.png", b"1", "image/png"), ("a.png", b"2", "image/png")]).run()
    assert ["(2" in error.value for error in app.error] == [False, True]


def test_bad_file_among_good_ones_is_named_and_the_rest_go_on():
    app = page("photos").run()
    blank = io.BytesIO()
    Image.new("L", (300, 200), 255).save(blank, "PNG")
    files = [
        ("even.jpg", (SAMPLES / "even.jpg").read_bytes(), "image/jpeg"),
        ("text.png", b"no picture", "image/png"),
        ("blank.png", blank.getvalue(), "image/png"),
    ]
    app.file_uploader(key="uploads").set_value(files).run()
    assert not app.exception
    assert app.code[0].value == "2047\n1385\n96"
    assert r"**text\.png**: The file is not a picture" in app.error[0].value
    assert "No digits found" in app.info[0].value
    assert "10 digits in 2 photos**: 10 accepted, 0 doubtful, 1 file could not be read" in app.markdown[0].value
