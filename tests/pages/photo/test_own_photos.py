"""A user's own photos replace the sample, and outlive visits to other pages."""

import json

import pytest

from benchmarks.page_composition import make_page
from digitnet.access import callers
from digitnet.access.callers import NOBODY
from digitnet.preprocessing.images import to_png
from pages.shared import feedback
from tests.helpers.app_pages import find_button, find_choice, find_toggle, open_app, open_page
from tests.helpers.samples import SAMPLES, load_sample

SAMPLE_LABEL = "Or try a sample"
EVEN, TOUCHING = "2047\n1385\n96", "58203"


@pytest.fixture
def exports(monkeypatch):
    """Return the contents of the files that are offered, by name."""
    contents = {}

    def record(label, data, name, *args, **settings):
        contents[name] = data

    monkeypatch.setattr(feedback, "show_download", record)
    return contents


@pytest.fixture
def app(data):
    app = open_app()
    open_page(app, "photos")
    return app


def visit_draw(app):
    open_page(app, "draw")
    open_page(app, "photos")


def get_texts(app):
    """Return the texts of all photos, the first on the list first."""
    keys = app.session_state.opened_photo.keys
    if len(keys) < 2 or not app.code:
        return [code.value for code in app.code]
    texts = []
    for key in keys:
        app.session_state.opened_photo.key = key
        texts.append(app.run().code[0].value)
    return texts


def has_samples(app):
    return any(group.label == SAMPLE_LABEL for group in app.button_group)


def test_own_photo_replaces_the_sample_in_page_and_exports(app, exports):
    find_choice(app, SAMPLE_LABEL).set_value("Touching digits").run()
    assert get_texts(app) == [TOUCHING]
    app.file_uploader[0].set_value([load_sample("even")]).run()
    assert get_texts(app) == [EVEN]
    assert [entry["file"] for entry in json.loads(exports["digitnet.json"])] == ["even.jpg"]
    assert "touching" not in exports["digitnet.csv"]
    assert not has_samples(app)


def test_sample_is_not_chosen_any_more_once_own_photos_are_gone(app):
    find_choice(app, SAMPLE_LABEL).set_value("Touching digits").run()
    app.file_uploader[0].set_value([load_sample("even")]).run()
    app.file_uploader[0].set_value([]).run()
    assert get_texts(app) == []
    assert find_choice(app, SAMPLE_LABEL).value is None


def test_photos_of_an_earlier_visit_stay_beside_new_ones(app):
    app.file_uploader[0].set_value([load_sample("even")]).run()
    visit_draw(app)
    assert get_texts(app) == [EVEN]
    app.file_uploader[0].set_value([load_sample("touching")]).run()
    assert get_texts(app) == [EVEN, TOUCHING]
    visit_draw(app)
    visit_draw(app)
    assert get_texts(app) == [EVEN, TOUCHING]
    find_button(app, "Remove all").click().run()
    assert get_texts(app) == []
    assert has_samples(app)


def test_photo_taken_is_kept_without_the_camera(app):
    find_toggle(app, "Use the camera").set_value(True).run()
    app.camera_input[0].set_value(load_sample("even")).run()
    assert get_texts(app) == [EVEN]
    visit_draw(app)
    assert get_texts(app) == [EVEN]
    assert not find_toggle(app, "Use the camera").value
    find_toggle(app, "Use the camera").set_value(True).run()
    app.camera_input[0].set_value(load_sample("touching")).run()
    find_toggle(app, "Use the camera").set_value(False).run()
    assert get_texts(app) == [EVEN, TOUCHING]


def test_removed_photo_is_gone_and_the_others_stay(app, exports):
    app.file_uploader[0].set_value([load_sample(name) for name in ("even", "shadow", "squared")]).run()
    visit_draw(app)
    app.file_uploader[0].set_value([load_sample("touching")]).run()
    for text in (EVEN, "58203"):  # An earlier photo, and one in the uploader.
        app.session_state.opened_photo.key = app.session_state.opened_photo.keys[get_texts(app).index(text)]
        app.run()
        find_button(app, "Remove").click().run()
    assert get_texts(app) == ["31415\n92653", "8128\n496\n28"]
    assert [entry["file"] for entry in json.loads(exports["digitnet.json"])] == ["shadow.jpg", "squared.jpg"]


def test_removal_of_all_empties_uploader_and_camera(app):
    find_toggle(app, "Use the camera").set_value(True).run()
    app.camera_input[0].set_value(load_sample("even")).run()
    app.file_uploader[0].set_value([load_sample("touching")]).run()
    find_button(app, "Remove all").click().run()
    assert get_texts(app) == []
    app.file_uploader[0].set_value([load_sample("squared")]).run()
    assert get_texts(app) == ["8128\n496\n28"]


def test_lines_of_a_table_are_in_the_legend(app):
    def has_line():
        return any("line, taken out" in html.proto.body for html in app.get("html"))

    app.file_uploader[0].set_value([load_sample("even")]).run()
    assert not has_line()
    app.file_uploader[0].set_value([("table.png", to_png(make_page("table", 0).image), "image/png")]).run()
    assert has_line()


def test_stranger_is_told_which_photos_were_left_out(app, quotas, monkeypatch):
    quotas(upload_files=1)
    monkeypatch.setattr(callers, "_find_caller", lambda: NOBODY)
    files = [(f"{name}.jpg", (SAMPLES / f"{name}.jpg").read_bytes(), "image/jpeg") for name in ("even", "touching")]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert app.error[0].value.startswith("A tab may hold 1 photos of 400 MB at a time, so the last ones were left out")
    assert app.code[0].value == EVEN
