import io
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SessionState
from streamlit.testing.v1 import AppTest

from digitnet.drawing import to_png
from tests.conftest import SAMPLES


def page(name):
    app = AppTest.from_file(Path(__file__).parent.parent / "pages" / f"{name}.py", default_timeout=30)
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
        module = SimpleNamespace(st_canvas=canvas_with(*strokes))
        monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", module)

    return change


@pytest.fixture
def draw(report):
    def run(*strokes):
        report(*strokes)
        return page("draw").run()

    return run


def test_empty_canvas_says_what_to_do(draw):
    app = draw()
    assert not app.exception
    assert "Draw a number" in app.info[0].value
    assert all(button.disabled for button in app.button)


def test_number_on_the_canvas_is_read(draw):
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "71"
    assert [button.label for button in app.button if not button.disabled] == ["Undo", "Clear"]


def test_other_model_reads_too(draw):
    app = draw(SEVEN, ONE)
    app.selectbox(key="model").set_value("mlp").run()
    assert not app.exception
    assert app.code[0].value == "71"


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


def test_press_counts_though_the_next_message_stops_its_run(draw, monkeypatch):
    app = draw(SEVEN, ONE)
    start = SessionState.on_script_will_rerun

    def start_and_stop(*args, **keywords):
        get_script_run_ctx().script_requests.request_stop()
        start(*args, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(SessionState, "on_script_will_rerun", start_and_stop)
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


def upload(app, *files):
    return app.file_uploader(key="uploads").upload(*files)


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
    assert any("Step 5" in caption.value for caption in app.caption)


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
