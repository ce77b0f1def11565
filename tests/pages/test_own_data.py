"""What the pages show and delete of digits is the caller's own, whatever others have seen before."""

import re
import threading

import numpy as np
import pytest
import streamlit as st

from digitnet.access import callers
from digitnet.access.callers import LOCAL_OWNER, acting_as, get_caller
from digitnet.batches.store import BatchStore
from digitnet.collection.exchange.importing import preview_files
from digitnet.collection.samples import Sample
from pages.components import digit_gallery
from pages.shared import feedback
from pages.shared.digit_caches import holding_digits
from pages.shared.last_reading import LastPicture, Picture
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.batches import TEMPLATE, fill_batch
from tests.helpers.callers import ANN, BOB, TEACHER, agree
from tests.helpers.user_digits import make_stored_string

COUNTS = {"owner": 1, "ann": 2, "bob": 3, "teacher": 2}  # The teacher sees Ann's.
PEOPLE = {"owner": LOCAL_OWNER, "ann": ANN, "bob": BOB, "teacher": TEACHER}


@pytest.fixture
def filled(collected, mnist):
    """Fill the collection with a digit of the owner, two of Ann and three of Bob, by writers of these names."""
    agree(collected)
    images, labels = mnist[1].images, mnist[1].labels
    start = 0
    for name in ("owner", "ann", "bob"):
        chosen = range(start, start := start + COUNTS[name])
        with acting_as(PEOPLE[name]):
            samples = [Sample(images[index], b"", int(labels[index]), writer=f"by-{name}") for index in chosen]
            collected.add(samples, [make_stored_string(start, "12", writer=f"by-{name}")])
    return collected


@pytest.fixture
def downloads(monkeypatch):
    """Collect the content of each download by the name of its file."""
    files = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, content, name, *_, **__: files.update({name: content}))
    return files


def list_people(text):
    return set(re.findall(r"by-(\w+)", text))


def open_data(**state):
    app = make_page("data")
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


SEEN = {"owner": {"owner", "ann", "bob"}, "ann": {"ann"}, "bob": {"bob"}, "teacher": {"ann"}}
ORDER = ["owner", "ann", "bob", "teacher", "owner", "bob"]  # Nobody leaves anything to the next.


@pytest.mark.parametrize("order", ["Newest first", "Suspicious first"])
def test_gallery_shows_what_each_may_see(order, filled, visit_as, monkeypatch):
    shown = {}
    monkeypatch.setattr(digit_gallery, "show", lambda key, tiles, seen, **_: shown.update(tiles=tiles))
    for name in ORDER:
        visit_as(PEOPLE[name])
        open_data(data_order=order)
        assert list_people(" ".join(tile.description for tile in shown["tiles"])) == SEEN[name]


def test_export_holds_what_each_may_see(filled, visit_as, downloads):
    for name in ORDER:
        visit_as(PEOPLE[name])
        find_button(open_data(data_view="Export"), "Create the export").click().run()
        with acting_as(LOCAL_OWNER):
            for kind in ("zip", "npz"):
                preview = preview_files({f"x.{kind}": downloads[f"digitnet-digits.{kind}"]})
                assert {sample.writer.removeprefix("by-") for sample in preview.samples} == SEEN[name]
                assert {string.writer.removeprefix("by-") for string in preview.strings} == SEEN[name]


def test_rows_are_those_that_each_may_see(filled, visit_as, downloads):
    for name in ORDER:
        visit_as(PEOPLE[name])
        app = open_data(data_view="Rows")
        assert list_people(" ".join(element.proto.body for element in app.get("html"))) == SEEN[name]


def test_map_of_digits_shows_what_each_may_see(filled, visit_as, downloads):
    for name in ORDER[:4]:
        visit_as(PEOPLE[name])
        app = make_page("inside")
        app.session_state.last_read = LastPicture(Picture.load_sample())
        app.session_state.inside_view = "Map of digits"
        assert not app.run().exception
        assert list_people(downloads["digitnet-map-cnn.csv"]) == SEEN[name]


def test_filter_names_only_writers_that_each_may_see(filled, visit_as):
    for name in ORDER:
        visit_as(PEOPLE[name])
        app = open_data()
        options = [option for choice in app.multiselect for option in choice.options]
        assert list_people(" ".join(options)) == SEEN[name]


def test_forged_press_changes_no_digit_of_another(filled, visit_as, monkeypatch):
    before = [(digit.id, digit.label, digit.deleted) for digit in filled.find(deleted=None)]
    ids = [digit.id for digit in filled.find(accounts=[BOB.account, ""])]
    for action in (digit_gallery.DELETE, "7", digit_gallery.RESTORE):
        press = digit_gallery.GalleryPress(1, ids, action)
        monkeypatch.setattr(digit_gallery, "get_presses", lambda _, seen, press=press: [press] if seen < 1 else [])
        visit_as(ANN)
        open_data()
    visit_as(LOCAL_OWNER)
    assert [(digit.id, digit.label, digit.deleted) for digit in filled.find(deleted=None)] == before


def test_all_of_ones_own_is_deleted_after_a_question(filled, visit_as, ship):
    ship("cnn")
    visit_as(ANN)
    app = open_data(data_view="Delete all")
    assert any("**2 digits, 1 row** of yours for good" in text.value for text in app.markdown)
    app = find_button(app, "Delete all of mine…").click().run()
    assert filled.count(accounts=[ANN.account]) == 2
    app = find_button(app, "Delete for good").click().run()
    assert not app.exception
    assert not app.error
    visit_as(LOCAL_OWNER)
    assert (filled.count(deleted=None), filled.strings.count(deleted=None)) == (4, 2)
    assert filled.count(accounts=[ANN.account], deleted=None) == 0


def test_batches_and_templates_alone_can_be_deleted(collected, visit_as, ship):
    ship("cnn")
    visit_as(ANN)
    assert not [each for each in open_data().button if each.label == "Delete all of mine…"]
    with BatchStore.open() as store, acting_as(ANN):
        store.consents.give()
        fill_batch(store)
        store.templates.save(TEMPLATE, "Order")
    app = open_data()
    assert any("**1 batch, 1 template** of yours for good" in text.value for text in app.markdown)
    app = find_button(app, "Delete all of mine…").click().run()
    find_button(app, "Delete for good").click().run()
    with acting_as(LOCAL_OWNER):
        assert collected.count_by_account() == {}


def test_deletion_forgets_cached_digits_and_nothing_else(filled, visit_as, ship):
    ship("cnn")
    asked = []

    @holding_digits
    @st.cache_data
    def export(name):
        asked.append(name)

    @st.cache_data
    def read_photo(name):
        asked.append(name)

    export("digits")
    read_photo("photo")
    visit_as(ANN)
    app = find_button(open_data(data_view="Delete all"), "Delete all of mine…").click().run()
    find_button(app, "Delete for good").click().run()
    export("digits")
    read_photo("photo")
    assert asked == ["digits", "photo", "digits"]


def test_deletion_again_and_again_is_refused(filled, visit_as, ship, quotas):
    quotas(deletions_per_hour=1)
    ship("cnn")
    visit_as(ANN)
    for number in range(2):
        with acting_as(ANN):
            filled.consents.give()
            filled.add([Sample(np.full((28, 28), number, np.uint8), b"", 3)])
        app = find_button(open_data(data_view="Delete all"), "Delete all of mine…").click().run()
        app = find_button(app, "Delete for good").click().run()
        errors = [error.value.replace("\\", "") for error in app.error]
    assert errors == ["All was deleted too often from here within an hour; delete yours in 60 minutes."]


def test_deletion_can_be_thought_over(filled, visit_as):
    visit_as(BOB)
    app = find_button(open_data(data_view="Delete all"), "Delete all of mine…").click().run()
    find_button(app, "Keep").click().run()
    assert filled.count() == 3


def test_download_is_made_for_whoever_sees_its_button(monkeypatch):
    made = []
    monkeypatch.setattr(st, "download_button", lambda label, data, *_, **__: made.append(data))
    with acting_as(ANN):
        feedback.show_download("Rows", lambda: get_caller().account.encode(), "rows.zip", "application/zip", "download")
    monkeypatch.setattr(callers, "_find_caller", lambda: None)
    results = []
    thread = threading.Thread(target=lambda: results.append(made[0]()))
    thread.start()
    thread.join()
    assert results == [ANN.account.encode()]
