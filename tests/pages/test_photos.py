import io
import re

import pytest
import streamlit as st
from PIL import Image

from digitnet.access import callers
from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.models import classifier
from digitnet.models.number_levels import load_levels
from digitnet.preprocessing.images import load, to_png
from digitnet.reading.hints import Hints
from pages.components import region_picker, structure_editor
from pages.shared import reading_cache
from pages.shared.reading_cache import ReadingRequest
from tests.helpers.app_pages import find_button, find_choice, find_key, find_marked, find_toggle, make_page, run_sample
from tests.helpers.samples import BLANK, load_sample


def test_inside_button_passes_the_photo_and_its_hints_on(switched_pages):
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    find_choice(app, "Printed lines").set_value("Leave in").run()
    find_button(app, "How it was read").click().run()
    assert switched_pages == ["pages/inside.py"]
    picture = app.session_state.last_read.picture
    assert (picture.source, picture.file, picture.hints) == ("photo", "even.jpg", Hints(lines=False))


def test_page_without_photos_shows_what_to_do():
    app = make_page("photos").run()
    assert not app.exception
    assert "Add photos or scans of handwritten numbers" in app.markdown[0].value


@pytest.mark.parametrize(
    ("sample", "rows"),
    [("Even paper", "2047\n1385\n96"), ("In shadow", "31415\n92653"), ("Squared paper", "8128\n496\n28")],
)
def test_sample_is_read(sample, rows):
    app = make_page("photos").run()
    app.button_group(key=find_key(app, "sample")).set_value(sample).run()
    assert not app.exception
    assert [code.value for code in app.code] == [rows]


def test_steps_are_shown_on_demand():
    app = run_sample()
    app.toggle[-1].set_value(True).run()
    assert not app.exception
    assert any("7. Each digit" in caption.value for caption in app.caption)


def test_doubtful_digits_and_refused_components_are_shown(doubtful_readings):
    app = run_sample()
    assert not app.exception
    assert any("10 digits in 3 rows, 1 shape left out as not a digit" in caption.value for caption in app.caption)
    assert "<b>4047</b>: 4 or 9?" in re.sub("</?mark[^>]*>", "", find_marked(app)[1])
    assert app.code[0].value == "4047\n1385\n96"
    assert '<mark title="or 9: 30.0%">4</mark>047' in find_marked(app)[0]
    find_toggle(app, "Show the steps").set_value(True).run()
    assert not app.exception
    assert any("1 shape left out as not a digit" in caption.value for caption in app.caption)
    assert any("class=doubtful" in html.proto.body for html in app.get("html"))


def test_photo_is_read_with_the_hints_of_its_controls(doubtful_readings):
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    find_choice(app, "Ink").set_value("Light ink (chalk)").run()
    find_choice(app, "Printed lines").set_value("Leave in").run()
    assert not app.exception
    assert doubtful_readings[-1] == Hints(dark_on_light=False, lines=False)
    find_toggle(app, "Show the steps").set_value(True).run()
    assert doubtful_readings[-1] == Hints(dark_on_light=False, lines=False)
    find_toggle(app, "Read it differently").set_value(False).run()
    assert any("Read with your settings" in caption.value for caption in app.caption)
    app.button_group(key=find_key(app, "sample")).set_value("In shadow").run()
    assert doubtful_readings[-1] == Hints()
    app.button_group(key=find_key(app, "sample")).set_value("Even paper").run()
    find_toggle(app, "Read it differently").set_value(True).run()
    assert find_choice(app, "Ink").value == "Light ink (chalk)"


def test_photo_is_turned_and_read_whole_on_request(doubtful_readings):
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    find_choice(app, "Paper").set_value("Read everything").run()
    find_button(app, "Turn by 90°").click().run()
    assert not app.exception
    assert doubtful_readings[-1] == Hints(sheets=False, turn=90)


def test_turned_photo_says_so_and_can_be_turned_otherwise():
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    find_button(app, "Turn by 90°").click().run()
    find_toggle(app, "Read it differently").set_value(False).run()
    assert not app.exception
    assert any("turned clockwise by 90°" in caption.value for caption in app.caption)
    find_button(app, "Turn by 90°").click().run()
    assert any("turned clockwise by 180°" in caption.value for caption in app.caption)


def test_chosen_region_is_read_until_the_whole_picture_is(monkeypatch):
    app = run_sample()
    drags = [region_picker.Drag((0.0, 0.0, 1.0, 0.33), 1)]
    monkeypatch.setattr(region_picker, "pick_region", lambda *_: drags[-1])
    find_toggle(app, "Read it differently").set_value(True).run()
    assert not app.exception
    assert app.code[0].value == "2047"
    assert [slider.value for slider in app.slider] == [(0, 100), (0, 33)]
    app.slider[1].set_value((33, 66)).run()
    assert app.code[0].value == "1385"
    drags.append(region_picker.Drag((0.0, 0.6, 1.0, 1.0), 2))
    app.run()
    assert app.code[0].value == "96"
    find_button(app, "Whole picture").click().run()
    assert app.code[0].value == "2047\n1385\n96"


def test_region_too_small_for_a_digit_is_not_shown_as_chosen():
    app = run_sample()
    find_toggle(app, "Read it differently").set_value(True).run()
    app.slider[1].set_value((0, 33)).run()
    app.slider[1].set_value((33, 33)).run()
    assert app.slider[1].value == (0, 33)
    assert app.code[0].value == "2047"


def test_chosen_risk_decides_which_digits_are_doubtful(monkeypatch):
    levels = load_levels()._replace(levels={0.05: 0.0, 0.01: 1.0})
    monkeypatch.setattr(classifier, "load_levels", lambda: levels)
    app = run_sample()
    options = [f"at most 1 in {count} unmarked is wrong" for count in (20, 50, 100)]
    assert app.selectbox(key=find_key(app, "risk")).options == options
    assert app.selectbox(key=find_key(app, "risk")).value == 0.01
    assert "all 4 digits" in find_marked(app)[1]
    app.selectbox(key=find_key(app, "risk")).set_value(0.05).run()
    assert find_marked(app) == []


def test_numbers_in_columns_can_be_saved_as_a_table(paper):
    app = make_page("photos").run()
    picture = to_png(load(paper(height=500).number("20", 40, 40).number("47", 500, 40).number("3", 500, 280).gray()))
    app.file_uploader[0].set_value([("form.png", picture, "image/png")]).run()
    assert app.code[0].value == "20 47\n3"
    assert [button.proto.label for button in app.get("download_button")] == [
        "Download digits (CSV)",
        "Download workbook (Excel)",
        "Download table (CSV)",
        "Download digits (JSON)",
    ]


def test_file_name_is_shown_without_markdown():
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("a_$x$_*b*.png", b"no picture", "image/png")]).run()
    assert r"**a_\$x\$_\*b\*\.png**" in app.error[0].value


def test_photos_of_the_same_name_are_numbered(lists):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("a.png", b"1", "image/png"), ("a.png", b"2", "image/png")]).run()
    assert [row.name for row in lists[-1]] == ["a.png", "a.png (2)"]


def test_unreadable_file_is_named_and_the_others_are_read(lists):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), ("text.png", b"no picture", "image/png"), BLANK]).run()
    assert not app.exception
    assert app.code[0].value == "2047\n1385\n96"
    assert [row.name for row in lists[-1] if row.needs_look] == ["text.png", "blank.png"]
    assert "**10 digits in 2 photos**, 1 file could not be read" in [each.value for each in app.markdown]
    find_button(app, "Previous").click().run()
    assert "No digits found" in app.info[0].value
    find_button(app, "Previous").click().run()
    assert r"**text\.png**: The file is not a picture" in app.error[0].value


def test_text_of_many_rows_can_be_scrolled_with_the_keyboard(paper):
    app = make_page("photos").run()
    page = paper(height=1500)
    for row in range(14):
        page.number("20", 40, 40 + 100 * row, 70)
    app.file_uploader[0].set_value([("page.png", to_png(load(page.gray())), "image/png")]).run()
    assert len(app.code[0].value.splitlines()) == 14
    assert any('class="numbers long" tabindex="0"' in html.proto.body for html in app.get("html"))


def make_png(width, height):
    content = io.BytesIO()
    Image.new("L", (width, height), 255).save(content, "PNG")
    return f"{width}x{height}.png", content.getvalue(), "image/png"


def test_thin_photos_are_shown_beside_the_others(lists):
    app = make_page("photos").run()
    photos = [make_png(*size) for size in [(16_000, 1), (1, 16_000), (3201, 1), (1, 3201), (5, 400_000)]]
    app.file_uploader[0].set_value([*photos, load_sample("even")]).run()
    assert len(lists[-1]) == 6
    assert all(row.thumbnail for row in lists[-1])
    for row in lists[-1]:
        find_toggle(app, "Show the steps").set_value(True).run()
        assert not app.exception
        assert [error.value for error in app.error] == []
        assert len(app.get("image")) == 5 + (row.name == "even.jpg"), row.name  # It has rows, too.
        find_button(app, "Next").click().run()


@pytest.mark.parametrize("step", ["read_picture", "annotate_picture", "make_thumbnail"])
def test_unexpected_error_of_a_photo_leaves_the_others(step, lists, monkeypatch, caplog):
    run = getattr(reading_cache, step)
    name, bad, kind = load_sample("shadow")
    shape = load(reading_cache.to_upright_jpeg(ReadingRequest(bad, "bad", "cnn", Hints()))).shape

    def fail_for_the_shadow(source, *values):
        if (source.content == bad) if isinstance(source, ReadingRequest) else (source.shape == shape):
            raise ZeroDivisionError("secret of the server")
        return run(source, *values)

    st.cache_data.clear()
    monkeypatch.setattr(reading_cache, step, fail_for_the_shadow)
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), (name, bad, kind)]).run()
    assert [code.value for code in app.code] == ["2047\n1385\n96"]
    assert not app.error
    find_button(app, "Next" if lists[-1][0].name == "even.jpg" else "Previous").click().run()
    assert not app.exception
    assert [error.value.partition(":")[0] for error in app.error] == [r"**shadow\.jpg**"] * (step != "make_thumbnail")
    assert all("unexpected" in error.value and "secret" not in error.value for error in app.error)
    assert "secret of the server" in caplog.text


def test_outline_and_table_lines_are_set_and_taken_back(monkeypatch):
    app = run_sample()
    edits = []
    monkeypatch.setattr(structure_editor, "edit", lambda *_: edits[-1] if edits else None)
    find_toggle(app, "Read it differently").set_value(True).run()
    find_choice(app, "On the picture").set_value("Paper").run()
    assert not app.exception
    find_button(app, "Add a sheet").click().run()
    edits.append(structure_editor.Edit(((0.0, 0.0, 1.0, 0.0, 1.0, 0.33, 0.0, 0.33),), 1))
    app.run()
    assert app.code[0].value == "2047"
    edits.append(structure_editor.Edit(((0.0, 0.0, 1.0, 0.33, 1.0, 0.0, 0.0, 0.33),), 2))
    app.run()
    assert app.warning[0].value.startswith("The corners enclose no sheet.")
    assert app.code[0].value == "2047"
    find_button(app, "Sheets as found").click().run()
    assert app.code[0].value == "2047\n1385\n96"
    find_choice(app, "On the picture").set_value("Table").run()
    edits.append(structure_editor.Edit(((0.5, 0.0, 0.5, 1.0),), 3))
    app.run()
    assert app.code[0].value == "20 47\n13 85\n96"
    find_button(app, "Undo").click().run()
    assert app.code[0].value == "2047\n1385\n96"


def test_stranger_who_reads_too_many_photos_is_told_when_to_go_on(quotas, monkeypatch):
    quotas(photos_per_minute=1)
    monkeypatch.setattr(callers, "_find_caller", lambda: Caller(Role.READER, "browser:a", address="203.0.113.5"))
    st.cache_data.clear()
    assert [code.value for code in run_sample().code] == ["2047\n1385\n96"]
    app = run_sample("In shadow")
    assert not app.exception
    assert "Too many photos were read from here within a minute; the next can be read in" in app.error[0].value
