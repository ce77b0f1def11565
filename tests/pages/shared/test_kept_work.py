"""A session goes on with the work of the session before it in the same browser tab."""

import sys
from types import SimpleNamespace

import pytest
import streamlit as st

from pages.shared import kept_work
from pages.shared.work_store import WorkStore
from tests.helpers.app_pages import ONE, SEVEN, find_button, make_page
from tests.helpers.callers import ANN, BOB, GUEST
from tests.helpers.samples import SAMPLES


@pytest.fixture(autouse=True)
def store(monkeypatch):
    """Start with an empty store, to which no session is connected any more, and tell sessions apart."""
    monkeypatch.setattr(kept_work, "_store", WorkStore(lambda _: False))
    # All sessions without a server have the same id.
    monkeypatch.setattr(kept_work, "_get_session", lambda: str(id(st.session_state["kept_work"])))


@pytest.fixture
def reload_canvas(monkeypatch):
    """Return a function that has the canvas be one that has just been loaded, and has reported nothing."""

    def start_anew():
        empty = SimpleNamespace(json_data={"objects": []}, image_bytes=None)
        monkeypatch.setattr(sys.modules["pages.drawing.canvas"], "st_canvas", lambda **_: empty)

    return start_anew


def get_key(app):
    return app.session_state["kept_work"].key


def reload(app, name="draw"):
    """Return a new session in the browser tab of `app`, which has reported its key."""
    after = make_page(name)
    after.session_state["tab-key"] = {"known": get_key(app)}
    return after.run()


def test_session_without_a_key_of_before_starts_empty(draw, report):
    draw(SEVEN)
    report()
    assert not make_page("draw").run().code


def list_paths(strokes):
    """Return the points of strokes, as a canvas reports them."""
    return [[tuple(point) for point in stroke["path"]] for stroke in strokes]


def test_reload_brings_back_strokes_number_and_redo(draw, report, reload_canvas):
    app = draw(SEVEN, ONE)
    find_button(app, "Undo").click().run()
    report(SEVEN)
    app.run()
    reload_canvas()
    after = reload(app)
    assert not after.exception
    assert after.code[0].value == "7"
    assert list_paths(after.session_state["paper"].initial_drawing["objects"]) == [SEVEN]
    find_button(after, "Redo").click().run()
    assert list_paths(after.session_state["paper"].strokes) == [SEVEN, ONE]


def test_stroke_drawn_before_the_key_is_known_is_added(draw, report):
    app = draw(SEVEN)
    report(ONE)
    after = make_page("draw").run()
    after.session_state["tab-key"] = {"known": get_key(app)}
    after.run()
    assert list_paths(after.session_state["paper"].strokes) == [SEVEN, ONE]


def test_reload_brings_back_the_sheet_with_what_it_asks_for(data, report, reload_canvas):
    report()
    app = make_page("hand")
    app.session_state.writer, app.session_state["hand-times"] = "Ann", 3
    app.run()
    app.session_state["hand"].prompt = (5, 6)  # As if the others had been written.
    report(SEVEN)
    app.run()
    reload_canvas()
    after = reload(app, "hand")
    after.run()
    assert not after.exception
    assert list_paths(after.session_state["hand-paper"].strokes) == [SEVEN]
    assert after.session_state["hand"].prompt == (5, 6)
    assert (after.session_state.writer, after.session_state["hand-times"]) == ("Ann", 3)


def test_later_runs_do_not_bring_the_drawing_back_again(draw, report):
    app = draw(SEVEN)
    report()
    after = reload(app)
    find_button(after, "Clear").click().run()
    after.run()
    assert after.session_state["paper"].strokes == []


def test_tab_duplicated_while_offline_gets_another_key(draw, report, reload_canvas):
    app = draw(SEVEN)
    key = get_key(app)
    report()
    duplicate = reload(app)
    assert get_key(duplicate) == key
    report(ONE)
    app.run()
    assert get_key(app) != key
    reload_canvas()
    assert list_paths(reload(app).session_state["paper"].strokes) == [ONE]
    assert list_paths(reload(duplicate).session_state["paper"].strokes) == [SEVEN]


def test_photos_that_do_not_fit_are_said_to_be_too_large(data, monkeypatch):
    monkeypatch.setattr(kept_work, "_store", WorkStore(lambda _: False, max_tab_bytes=1000))
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("even.jpg", (SAMPLES / "even.jpg").read_bytes(), "image/jpeg")]).run()
    assert any("too large for a reload" in caption.value for caption in app.caption)


def test_photos_of_before_come_first(data):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("even.jpg", (SAMPLES / "even.jpg").read_bytes(), "image/jpeg")]).run()
    after = reload(app, "photos")
    assert [file.name for file in after.session_state["own_photos"].earlier] == ["even.jpg"]
    assert after.code[0].value.startswith("2047")


def test_drawing_is_kept_through_a_sign_in_but_for_nobody_else(draw, report, reload_canvas, visit_as):
    visit_as(GUEST)
    app = draw(SEVEN)
    reload_canvas()
    visit_as(ANN)
    app = reload(app)
    assert len(app.session_state.paper.strokes) == 1
    for caller, expected in ((BOB, 0), (GUEST, 0), (ANN, 1)):
        visit_as(caller)
        assert len(reload(app).session_state.paper.strokes) == expected
