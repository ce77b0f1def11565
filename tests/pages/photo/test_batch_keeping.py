import hashlib

import pytest
import streamlit as st

from digitnet.batches.pictures import list_pictures
from digitnet.batches.records import READ, BatchSettings
from digitnet.batches.store import BatchStore
from digitnet.errors import QuotaError
from digitnet.preprocessing.images import to_png
from pages.photo import batch_keeping, reading_options
from pages.photo.photo_view import Photo, PhotoResult
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.callers import ANN
from tests.helpers.filled_forms import fill_sheet


@pytest.fixture(scope="module")
def photos(mnist):
    """Two photos, and a file that is none."""
    contents = [to_png(fill_sheet(mnist, seed=seed)[:500]) for seed in (1, 2)]
    return [(f"{number}.png", content, "image/png") for number, content in enumerate([*contents, b"no picture"])]


@pytest.fixture
def store(data):
    with BatchStore.open() as opened:
        yield opened


def read(photos):
    app = make_page("photos").run()
    app.file_uploader[0].set_value(photos).run()
    assert not app.exception
    return app


def test_photos_are_kept_with_what_was_read(store, photos):
    app = read(photos)
    app = find_button(app, "Keep 3 photos").click().run()
    [(batch, counts)] = store.list_batches()
    assert (counts.sheets, counts.read, counts.failed) == (3, 2, 1)
    assert batch.name.startswith("Photos, ")
    first = store.sheets.find(batch.id)[0]
    assert (first.page.file, first.state, first.page.digest) == (
        "0.png",
        READ,
        hashlib.sha256(photos[0][1]).hexdigest(),
    )
    listed = [number["text"] for row in first.entry["rows"] for number in row["numbers"]]
    numbers = [number for number in store.numbers.find(batch.id) if number.sheet == first.id]
    assert [number.text for number in numbers] == listed
    assert all(number.crop for number in numbers if number.doubtful)
    assert any("Kept as **Photos" in text.value for text in app.markdown)
    assert not [button for button in app.button if button.label == "Keep 3 photos"]


def test_pictures_are_kept_if_the_user_says_so(store, photos):
    app = read(photos[:2])
    next(box for box in app.checkbox if box.label.startswith("Keep the pictures")).check().run()
    find_button(app, "Keep 2 photos").click().run()
    [(batch, _)] = store.list_batches()
    assert len(list_pictures(batch.id)) == 2


def test_single_photo_is_kept_and_again_once_it_was_corrected(store, photos):
    app = find_button(read(photos[:1]), "Keep 1 photo").click().run()
    assert [batch.name for batch, _ in store.list_batches()] == ["0.png"]
    assert not [button for button in app.button if button.label == "Keep 1 photo"]
    kept, state = app.session_state["photos_kept_as"]
    app.session_state["photos_kept_as"] = kept, [*state, "otherwise before"]
    app.run()
    assert any("have changed since" in text.value for text in app.markdown)
    find_button(app, "Keep 1 photo").click().run()
    assert len(store.list_batches()) == 2


def test_no_half_batch_is_left_if_pictures_cannot_be_kept(store, photos, monkeypatch):
    def refuse(*_):
        raise QuotaError("You keep too many pictures.")

    monkeypatch.setattr(batch_keeping, "keep_picture", refuse)
    app = read(photos[:2])
    next(box for box in app.checkbox if box.label.startswith("Keep the pictures")).check().run()
    find_button(app, "Keep 2 photos").click().run()
    assert "You keep too many pictures" in app.error[0].value
    assert store.list_batches() == []


def test_photos_that_wait_are_kept_with_their_pictures_alone(photos):
    waiting = PhotoResult(Photo("a.png", b"a", "a", "a"))
    assert not batch_keeping._is_kept(waiting, BatchSettings("cnn", 0.01))
    assert batch_keeping._is_kept(waiting, BatchSettings("cnn", 0.01, keeps_pictures=True))
    assert batch_keeping._is_kept(waiting._replace(error="It is damaged."), BatchSettings("cnn", 0.01))
    reading_options.get_options("a").turn = 90
    assert not batch_keeping._is_kept(waiting, BatchSettings("cnn", 0.01, keeps_pictures=True))
    st.session_state.clear()


def test_nothing_is_kept_of_a_stranger_who_has_not_agreed(store, photos, visit_as):
    visit_as(ANN)
    app = find_button(read(photos[:2]), "Keep 2 photos").click().run()
    assert "only with your consent" in app.error[0].value
    assert store.list_batches() == []
