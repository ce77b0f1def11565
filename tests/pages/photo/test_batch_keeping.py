import hashlib

import pytest

from digitnet.batches.pictures import list_pictures
from digitnet.batches.records import READ
from digitnet.batches.store import BatchStore
from digitnet.preprocessing.images import to_png
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


def test_nothing_is_kept_of_a_stranger_who_has_not_agreed(store, photos, visit_as):
    visit_as(ANN)
    app = find_button(read(photos[:2]), "Keep 2 photos").click().run()
    assert "only with your consent" in app.error[0].value
    assert store.list_batches() == []
