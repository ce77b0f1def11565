import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from digitnet.access import callers
from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.paths import ROOT
from digitnet.reading import annotation, pipeline
from pages import drawing
from tests.helpers.app_pages import ONE, SEVEN, find_button, find_key, find_marked, make_page


@pytest.mark.slow
def test_page_loads_heavy_modules_only_in_the_background():
    code = (
        "import gc, sys; from pages.corrections import panel; from pages.shared import last_reading, reading_view;"
        "from pages.drawing import preload;"
        "heavy = {'altair', 'pandas', 'sqlalchemy'}; print(sorted(heavy & set(sys.modules)));"
        "preload.start_preloading().join(); print(sorted(heavy & set(sys.modules)));"
        "print(gc.get_freeze_count() > len(gc.get_objects()))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[]", "['altair', 'pandas', 'sqlalchemy']", "True"]


def test_empty_canvas_shows_what_to_do(draw):
    app = draw()
    assert not app.exception
    assert "Draw a number" in app.markdown[0].value
    assert all(button.disabled for button in app.button)


def test_stand_in_for_the_canvas_does_not_outlast_its_test(report, monkeypatch):
    report(SEVEN)
    monkeypatch.setattr(drawing, "canvas", None, raising=False)
    monkeypatch.delitem(sys.modules, "pages.drawing.canvas", raising=False)
    assert not make_page("draw").run().code  # The first page with a canvas loads its module for all later tests.


def test_drawn_number_is_read(draw):
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "71"
    assert "sure of 71" in app.caption[0].value
    assert [button.label for button in app.button if not button.disabled][:2] == ["Undo", "Clear"]


def test_several_numbers_show_the_least_confidence(draw):
    app = draw([(60, 40), (140, 40), (90, 160)], [(400, 240), (400, 360)])
    assert app.code[0].value == "7\n1"
    assert app.caption[0].value.endswith("% sure of each, or more")


def test_picture_with_boxes_waits_for_its_download(draw, monkeypatch):
    annotated = []
    monkeypatch.setattr(annotation, "annotate", lambda *args: annotated.append(args))
    app = draw(SEVEN, ONE)
    assert app.get("download_button")[0].label.startswith("Download picture with boxes")
    assert annotated == []


def test_other_model_reads_too(draw):
    app = draw(SEVEN, ONE)
    app.selectbox(key=find_key(app, "model")).set_value("mlp").run()
    assert not app.exception
    assert app.code[0].value == "71"


def test_speck_on_the_canvas_is_not_a_digit(draw):
    app = draw([(300, 200), (301, 200)])
    assert not app.exception
    assert "No digit found. Draw 0 to 9, larger" in app.markdown[0].value


def test_large_letter_is_said_to_be_no_digit(draw):
    app = draw([(100, 80), (100, 320)], [(240, 80), (105, 210), (250, 320)])
    assert not app.exception
    assert any("does not look like a digit" in message.value for message in app.markdown)
    assert not [message for message in app.markdown if "larger" in message.value]


def test_undo_redo_and_clear_change_the_canvas(draw):
    app = draw(SEVEN, ONE)
    app.button[0].click().run()
    assert len(app.session_state.paper.initial_drawing["objects"]) == 1
    app.button[1].click().run()
    assert len(app.session_state.paper.initial_drawing["objects"]) == 2
    assert app.session_state.paper.undone == []
    app.button[2].click().run()
    assert app.session_state.paper.initial_drawing["objects"] == []
    assert [len(strokes) for strokes in app.session_state.paper.undone] == [2]


def test_emptied_paper_shows_another_example(draw, report):
    def find_examples(app):
        return [html.proto.body for html in app.get("html") if '<img class="example"' in html.proto.body]

    app = draw()
    (first,) = find_examples(app)
    report(SEVEN)
    assert find_examples(app.run()) == []
    app.button[2].click().run()
    (second,) = find_examples(app)
    assert second != first


def test_late_canvas_reports_do_not_restore_undone_strokes(draw, report):
    app = draw(SEVEN, ONE, ONE)
    for _ in range(2):
        app.button[0].click().run()
    for strokes in ([SEVEN, ONE, ONE], [SEVEN, ONE], [SEVEN]):
        report(*strokes)
        app.run()
        assert len(app.session_state.paper.strokes) == 1
    assert app.code[0].value == "7"
    app.button[1].click().run()
    assert app.session_state.paper.initial_drawing["objects"] == [{"path": SEVEN}, {"path": ONE}]


def test_undo_counts_although_the_next_message_stops_its_run(draw, overtaken):
    app = draw(SEVEN, ONE)
    with overtaken():
        app.button[0].click().run()
    app.run()
    assert len(app.session_state.paper.initial_drawing["objects"]) == 1
    assert not app.button[1].disabled


def test_equal_digits_can_each_be_chosen(draw, strips):
    app = draw(ONE, [(400, 100), (400, 300)])
    assert app.code[0].value == "11"
    strips.choose("strip-drawing", 1)
    app.run()
    assert strips.shown["strip-drawing"][2]["chosen"] == 1


@pytest.mark.parametrize("stroke", [[(100, 2), (300, 2), (200, 300)], [(3, 50), (3, 300)]], ids=["top", "left"])
def test_digit_at_the_edge_of_the_canvas_is_read(draw, stroke):
    app = draw(stroke)
    assert app.code[0].value in ("7", "1")


def test_small_digit_beside_a_large_one_is_read(draw):
    app = draw([(60, 30), (250, 30), (150, 380)], [(400, 200), (400, 290)])
    assert app.code[0].value == "71"


def test_missing_model_shows_an_error_sentence(draw, models):
    app = draw(SEVEN)
    assert not app.exception
    assert "There is no model called 'cnn'" in app.error[0].value


def test_doubtful_digit_and_refused_component_are_shown(draw, doubtful_readings):
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.code[0].value == "41"
    number, doubts = find_marked(app)
    assert '<mark title="or 9: 30.0%">4</mark>' in number
    assert '<span role="listitem" title="or 9: 30.0%"><mark>4</mark> or 9?</span>' in doubts
    assert app.caption[0].value == "1 shape is not a digit and was left out."
    assert not [caption for caption in app.caption if "sure of" in caption.value]


def test_doubt_about_being_a_digit_asks_to_check_it(draw, monkeypatch):
    probabilities = np.zeros((1, 10), np.float32)
    probabilities[0, 7] = 0.6
    read = pipeline.read_drawing
    monkeypatch.setattr(pipeline, "read_drawing", lambda *args: replace(read(*args), probabilities=probabilities))
    app = draw(SEVEN)
    assert find_marked(app)[1].startswith('<div class="doubts">Check <div')
    assert "the <mark>7</mark></span>" in find_marked(app)[1]


def test_chart_has_a_bar_for_non_digits_whatever_the_model(draw, monkeypatch):
    charts = []
    monkeypatch.setattr(st, "vega_lite_chart", lambda table, *_, **__: charts.append(list(table["digit"])))
    app = draw(SEVEN)
    app.selectbox(key=find_key(app, "model")).set_value("mlp").run()
    assert charts == [[*"0123456789", "none"]] * 2
    assert any("mlp knows the ten digits alone" in caption.value for caption in app.caption)


def test_inside_button_passes_the_drawing_on(draw, overtaken, switched_pages):
    app = draw(SEVEN, ONE)
    with overtaken():
        find_button(app, "How it was read").click().run()
    app.run()
    assert switched_pages == ["pages/inside.py"]
    picture = app.session_state.last_read.picture
    assert (picture.source, picture.read("cnn").text) == ("drawing", "71")


def test_stranger_who_draws_too_fast_is_told_when_to_go_on(draw, quotas, monkeypatch):
    quotas(drawings_per_minute=1)
    monkeypatch.setattr(callers, "_find_caller", lambda: Caller(Role.READER, "browser:a", address="203.0.113.5"))
    assert draw(SEVEN).code[0].value == "7"
    app = draw(SEVEN, ONE)
    assert not app.exception
    assert app.error[0].value.startswith("Too many drawings were read from here within a minute; the next can be read")
