"""The Data page."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st

from digitnet.collection.collection import Collection
from digitnet.collection.exchange.importing import preview_files
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError
from digitnet.experiments import auto_retraining
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import to_png
from pages.components import digit_gallery
from pages.digits import gallery, gallery_filters
from pages.shared import feedback, user_collection
from tests.helpers.app_pages import make_page


@pytest.fixture
def kept(data):
    with Collection.open() as opened:
        yield opened


@pytest.fixture
def full(kept, mnist):
    """A collection of thirty test digits of two writers; the first has a wrong label."""
    images, labels = mnist[1].images[:30], mnist[1].labels[:30].astype(int)
    labels[0] = (labels[0] + 1) % 10
    names = ["Ann", "Bob"]
    kept.add(
        [
            Sample(image, b"", int(label), source=["canvas", "photo", "import"][place % 3], writer=names[place % 2])
            for place, (image, label) in enumerate(zip(images, labels, strict=True))
        ]
    )
    st.cache_data.clear()
    return kept


@pytest.fixture
def grid(monkeypatch):
    """Stand in for the gallery, which has no browser here: what it shows, and what is pressed."""
    shown, log = {"tiles": []}, []

    def show(key, tiles, seen, **settings):
        shown.update(tiles=tiles, **settings)

    def press(action, *places):
        ids = [shown["tiles"][place].id for place in places]
        log.append(digit_gallery.GalleryPress(len(log) + 1, ids, str(action)))
        return ids

    monkeypatch.setattr(digit_gallery, "show", show)
    monkeypatch.setattr(digit_gallery, "get_presses", lambda _, seen: [each for each in log if each.number > seen])
    press.shown = shown
    return press


def run(**state):
    app = make_page("data")
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def markdown(app):
    return "\n".join(each.value for each in app.markdown)


def labels(grid):
    return [tile.label for tile in grid.shown["tiles"]]


def test_empty_page_says_how_digits_come_in(kept, monkeypatch):
    links = []
    monkeypatch.setattr(st, "page_link", lambda target, **_: links.append(target))
    app = run()
    assert not app.exception
    assert "There are no digits of your own yet" in app.info[0].value
    assert links == ["pages/draw.py", "pages/photos.py"]


def test_counts_are_said_and_shown(full, grid, monkeypatch):
    charts = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: charts.append((chart.data["count"].tolist(), alt)))
    app = run()
    assert not app.exception
    assert "**30 digits**, by 2 writers." in markdown(app)
    ((counts, said),) = charts
    assert sum(counts) == 30
    assert said.startswith(f"How many digits are saved: 0: {counts[0]}, 1: {counts[1]}")


def test_all_digits_are_there_the_newest_first(full, grid):
    run()
    assert labels(grid) == [digit.label for digit in full.find()]


@pytest.mark.parametrize(
    ("state", "filters"),
    [
        ({"labels": [7, 1]}, {"labels": [7, 1]}),
        ({"writers": ["Ann"]}, {"writers": ["Ann"]}),
        ({"sources": ["photo"]}, {"sources": ["photo"]}),
        ({"sources": ["canvas"], "writers": ["Bob"]}, {"sources": ["canvas"], "writers": ["Bob"]}),
    ],
)
def test_filters_leave_what_fits(full, grid, state, filters):
    assert not run(**state).exception
    assert [tile.id for tile in grid.shown["tiles"]] == [digit.id for digit in full.find(**filters)]
    assert grid.shown["tiles"]


def test_days_leave_what_was_saved_then(full, grid):
    today = datetime.now().astimezone().date()
    run(days=(today, today))
    assert len(grid.shown["tiles"]) == 30
    app = run(days=(today - timedelta(days=9), today - timedelta(days=2)))
    assert "No digit matches" in app.info[0].value


def test_suspicious_labels_come_first_and_are_marked(full, grid):
    run(order=gallery_filters.SUSPICIOUS)
    first, *others = grid.shown["tiles"]
    assert first.odd
    assert first.lines[0].startswith("or 7?")
    assert not any(tile.odd for tile in others)


def test_network_is_asked_once_for_a_page(full, grid, monkeypatch):
    asked, answers = [], Classifier.predict_probabilities
    monkeypatch.setattr(
        Classifier, "predict_probabilities", lambda self, pictures: asked.append(1) or answers(self, pictures)
    )
    run()
    assert len(asked) == 1


def test_several_digits_are_relabelled_and_that_is_taken_back(full, grid):
    app = run()
    before = labels(grid)
    ids = grid(3, 0, 1)
    app.run()
    assert not app.exception
    assert r"Saved\: 2 digits are 3 now\." in markdown(app)
    assert {digit.label for digit in full.find(ids=ids)} == {3}
    next(each for each in app.button if each.label == "Undo").click().run()
    assert labels(grid) == before


def test_training_that_a_new_label_starts_is_told(full, grid, monkeypatch):
    monkeypatch.setattr(auto_retraining, "start_if_due", lambda: "cnn-mine" if full.count(labels=[3]) == 30 else "")
    app = run()
    grid(3, *range(30))
    app.run()
    assert r"Saved\: 30 digits are 3 now\. Enough new digits have come in\: cnn\-mine is being" in markdown(app)


def test_deleted_digits_are_shown_apart_and_restored(full, grid):
    app = run()
    ids = grid(digit_gallery.DELETE, 0, 2)
    app.run()
    assert full.count() == 28
    assert len(grid.shown["tiles"]) == 28
    app.toggle(key="deleted").set_value(True).run()
    assert sorted(tile.id for tile in grid.shown["tiles"]) == sorted(ids)
    assert grid.shown["deletes"] is False
    grid(digit_gallery.RESTORE, 0, 1)
    app.run()
    assert full.count() == 30
    assert "Nothing is deleted" in app.info[0].value
    next(each for each in app.button if each.label == "Undo").click().run()
    assert full.count() == 28


def test_collection_of_deleted_digits_alone_can_be_looked_through(full, grid, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    full.delete([digit.id for digit in full.find()])
    run(deleted=True)
    assert len(grid.shown["tiles"]) == 30


def test_pages_hold_so_many_digits(full, grid, monkeypatch):
    monkeypatch.setattr(gallery, "DIGITS_PER_PAGE", 12)
    app = run(data_page=3)
    assert not app.exception
    assert len(grid.shown["tiles"]) == 6
    assert any("30 digits, page 3 of 3" in caption.value for caption in app.caption)
    assert "page 3 of 3" in "".join(caption.value for caption in run(data_page=9).caption)


def test_tile_says_all_that_is_known(kept, grid, mnist):
    kept.add([Sample(mnist[1].images[0], b"", NOT_A_DIGIT, read=7, source="photo", file="a.jpg", writer="Ann")])
    run()
    (tile,) = grid.shown["tiles"]
    day = datetime.now(UTC).astimezone().strftime("%d %b %Y").lstrip("0")
    assert tile.said.startswith(f"No digit; the model in use doubts it: 7; by Ann; photos (a.jpg), {day}; read as 7")


def test_change_that_cannot_be_saved_is_a_sentence(full, grid, monkeypatch):
    def locked(*_):
        raise CollectionError("The digits cannot be saved: another program keeps it locked; try again.")

    app = run()
    monkeypatch.setattr(Collection, "relabel", locked)
    grid(3, 0)
    app.run()
    assert "another program keeps it locked" in app.error[0].value
    assert "Saved" not in markdown(app)


def test_collection_that_cannot_be_opened_is_a_sentence(monkeypatch):
    def damaged(*_):
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", damaged)
    app = run()
    assert not app.exception
    assert "the file is damaged" in app.error[0].value


def test_gallery_works_without_a_model(full, grid, models):
    assert not run().exception
    assert len(grid.shown["tiles"]) == 30


@pytest.fixture
def zipped(mnist):
    """A zip file of two digits and of a picture that is none."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place in (40, 41):
            archive.writestr(f"{mnist[1].labels[place]}/{place}.png", to_png(mnist[1].images[place]))
        archive.writestr("3/broken.png", b"no picture")
    return packed.getvalue()


def bring(app, *files):
    app.segmented_control(key="data_view").set_value("Import").run()
    return app.file_uploader(key="import-0").set_value(list(files)).run()


def test_files_are_shown_before_anything_is_kept(full, grid, zipped):
    app = bring(run(), ("mine.zip", zipped, "application/zip"))
    assert not app.exception
    assert "**2 digits understood**, 1 file left out. Nothing is kept yet." in markdown(app)
    assert full.count() == 30
    table = next(each.value for each in app.dataframe)
    assert table["File"].str.contains("broken").all()
    button = next(each for each in app.button if each.label == "Import 2 digits")
    button.click().run()
    assert not app.exception
    assert full.count(sources=["import"]) == 12
    assert "2 new digits" in app.toast[0].value


def test_empty_collection_takes_files_in(kept, zipped, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = run(chosen_writer="Ann")
    app.file_uploader(key="import-0").set_value([("mine.zip", zipped, "application/zip")]).run()
    next(each for each in app.button if each.label == "Import 2 digits").click().run()
    assert kept.list_writers() == ["Ann"]


def test_file_that_is_no_collection_is_a_sentence(full, grid):
    app = bring(run(), ("train-images.idx3-ubyte", b"\x00\x00\x08\x03", "application/octet-stream"))
    assert not app.exception
    assert app.error or "0 digits understood" in markdown(app)
    assert full.count() == 30


def test_what_is_taken_away_gives_the_same_when_it_is_brought_in(full, grid, monkeypatch):
    given = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, content, name, *_, **__: given.update({name: content}))
    run(data_view="Export", prepare=True)
    assert sorted(given) == ["digitnet-digits.npz", "digitnet-digits.zip"]
    for name, content in given.items():
        preview = preview_files({name: content})
        assert sorted(each.label for each in preview.samples) == sorted(each.label for each in full.find())
