"""Test the page Data."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import streamlit as st

from digitnet.collection.collection import Collection
from digitnet.collection.exchange import row_export
from digitnet.collection.exchange.importing import preview_files
from digitnet.collection.samples import Sample
from digitnet.collection.string_store import StringStore
from digitnet.collection.strings import StringSample
from digitnet.errors import CollectionError
from digitnet.experiments import auto_retraining
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import to_png
from pages.components import digit_gallery
from pages.digits import gallery, gallery_filters
from pages.shared import feedback, user_collection
from tests.helpers.app_pages import find_button, find_key, find_path, make_page


@pytest.fixture
def filled(collected, mnist):
    """Fill the collection with thirty test digits of two writers; the first has a wrong label."""
    images, labels = mnist[1].images[:30], mnist[1].labels[:30].astype(int)
    labels[0] = (labels[0] + 1) % 10
    names = ["Ann", "Bob"]
    collected.add(
        [
            Sample(image, b"", int(label), source=["canvas", "photo", "import"][index % 3], writer=names[index % 2])
            for index, (image, label) in enumerate(zip(images, labels, strict=True))
        ]
    )
    st.cache_data.clear()
    return collected


@pytest.fixture
def gallery_stub(monkeypatch):
    """Stand in for the gallery: call it to press on digits; it has the `shown` arguments."""
    shown, log = {"tiles": []}, []

    def show(key, tiles, seen, **settings):
        shown.update(tiles=tiles, **settings)

    def press_digits(action, *indices):
        ids = [shown["tiles"][index].id for index in indices]
        log.append(digit_gallery.GalleryPress(len(log) + 1, ids, str(action)))
        return ids

    monkeypatch.setattr(digit_gallery, "show", show)
    monkeypatch.setattr(digit_gallery, "get_presses", lambda _, seen: [press for press in log if press.number > seen])
    press_digits.shown = shown
    return press_digits


def open_data(**state):
    app = make_page("data")
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def get_text(app):
    return "\n".join(element.value for element in app.markdown)


def get_labels(gallery_stub):
    return [tile.label for tile in gallery_stub.shown["tiles"]]


def test_empty_page_explains_how_to_collect_digits(collected, monkeypatch):
    links = []
    monkeypatch.setattr(st, "page_link", lambda target, **_: links.append(target))
    app = open_data()
    assert not app.exception
    assert "There are no digits of your own yet" in app.info[0].value
    assert links == ["pages/draw.py", "pages/photos.py", "pages/hand.py"]


def test_counts_are_written_and_charted(filled, gallery_stub, monkeypatch):
    charts = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: charts.append((chart.data["count"].tolist(), alt)))
    app = open_data()
    assert not app.exception
    assert "**30 digits**, by 2 writers." in get_text(app)
    ((counts, alt),) = charts
    assert sum(counts) == 30
    assert alt == "How many digits are saved of each label"


def test_gallery_shows_all_digits_newest_first(filled, gallery_stub):
    open_data()
    assert get_labels(gallery_stub) == [digit.label for digit in filled.find()]


@pytest.mark.parametrize(
    ("state", "filters"),
    [
        ({"data_labels": [7, 1]}, {"labels": [7, 1]}),
        ({"data_writers": ["Ann"]}, {"writers": ["Ann"]}),
        ({"data_sources": ["photo"]}, {"sources": ["photo"]}),
        ({"data_sources": ["canvas"], "data_writers": ["Bob"]}, {"sources": ["canvas"], "writers": ["Bob"]}),
    ],
)
def test_filters_select_matching_digits(filled, gallery_stub, state, filters):
    assert not open_data(**state).exception
    assert [tile.id for tile in gallery_stub.shown["tiles"]] == [digit.id for digit in filled.find(**filters)]
    assert gallery_stub.shown["tiles"]


def test_days_select_digits_saved_between(filled, gallery_stub):
    today = datetime.now().astimezone().date()
    open_data(data_days=(today, today))
    assert len(gallery_stub.shown["tiles"]) == 30
    app = open_data(data_days=(today - timedelta(days=9), today - timedelta(days=2)))
    assert "No digit matches" in app.info[0].value


def test_suspicious_labels_come_first_and_are_marked(filled, gallery_stub):
    open_data(data_order=gallery_filters.SUSPICIOUS)
    first, *others = gallery_stub.shown["tiles"]
    assert first.suspect
    assert first.lines[0].startswith("or 7?")
    assert not any(tile.suspect for tile in others)


def test_network_reads_a_page_in_one_call(filled, gallery_stub, monkeypatch):
    calls, predict = [], Classifier.predict_probabilities
    monkeypatch.setattr(
        Classifier, "predict_probabilities", lambda self, pictures: calls.append(1) or predict(self, pictures)
    )
    open_data()
    assert len(calls) == 1


def test_several_digits_are_relabeled_and_undone(filled, gallery_stub):
    app = open_data()
    before = get_labels(gallery_stub)
    ids = gallery_stub(3, 0, 1)
    app.run()
    assert not app.exception
    assert r"Saved\: 2 digits are 3 now\." in get_text(app)
    assert {digit.label for digit in filled.find(ids=ids)} == {3}
    find_button(app, "Undo").click().run()
    assert get_labels(gallery_stub) == before


def test_relabeling_reports_the_training_it_starts(filled, gallery_stub, monkeypatch):
    monkeypatch.setattr(auto_retraining, "start_if_due", lambda: "cnn-mine" if filled.count(labels=[3]) == 30 else "")
    app = open_data()
    gallery_stub(3, *range(30))
    app.run()
    assert r"Saved\: 30 digits are 3 now\. Enough new digits have come in\: cnn\-mine is being" in get_text(app)


def test_deleted_digits_are_shown_apart_and_restored(filled, gallery_stub):
    app = open_data()
    ids = gallery_stub(digit_gallery.DELETE, 0, 2)
    app.run()
    assert filled.count() == 28
    assert len(gallery_stub.shown["tiles"]) == 28
    app.toggle(key=find_key(app, "data_deleted")).set_value(True).run()
    assert sorted(tile.id for tile in gallery_stub.shown["tiles"]) == sorted(ids)
    assert gallery_stub.shown["deletes"] is False
    gallery_stub(digit_gallery.RESTORE, 0, 1)
    app.run()
    assert filled.count() == 30
    assert "Nothing is deleted" in app.info[0].value
    find_button(app, "Undo").click().run()
    assert filled.count() == 28


def test_collection_of_deleted_digits_alone_can_be_shown(filled, gallery_stub, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    filled.delete([digit.id for digit in filled.find()])
    open_data(data_deleted=True)
    assert len(gallery_stub.shown["tiles"]) == 30


def test_page_beyond_the_last_shows_the_last(filled, gallery_stub, monkeypatch):
    monkeypatch.setattr(gallery, "DIGITS_PER_PAGE", 12)
    app = open_data(data_page=3)
    assert not app.exception
    assert len(gallery_stub.shown["tiles"]) == 6
    assert any("30 digits, page 3 of 3" in caption.value for caption in app.caption)
    assert "page 3 of 3" in "".join(caption.value for caption in open_data(data_page=9).caption)


def test_tile_describes_all_that_is_known(collected, gallery_stub, mnist):
    collected.add([Sample(mnist[1].images[0], b"", NOT_A_DIGIT, read=7, source="photo", file="a.jpg", writer="Ann")])
    open_data()
    (tile,) = gallery_stub.shown["tiles"]
    day = datetime.now(UTC).astimezone().strftime("%d %b %Y").lstrip("0")
    assert tile.description.startswith(
        f"Not a digit; the model in use doubts it: 7; by Ann; photos (a.jpg), {day}; read as 7"
    )


def test_failed_change_shows_a_sentence(filled, gallery_stub, monkeypatch):
    def fail(*_):
        raise CollectionError("The digits cannot be saved: another program keeps it locked; try again.")

    app = open_data()
    monkeypatch.setattr(Collection, "relabel", fail)
    gallery_stub(3, 0)
    app.run()
    assert "another program keeps it locked" in app.error[0].value
    assert "Saved" not in get_text(app)


def test_unreadable_collection_shows_a_sentence(monkeypatch):
    def fail(*_):
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", fail)
    app = open_data()
    assert not app.exception
    assert "the file is damaged" in app.error[0].value


def test_gallery_works_without_a_model(filled, gallery_stub, models):
    assert not open_data().exception
    assert len(gallery_stub.shown["tiles"]) == 30


@pytest.fixture
def zipped(mnist):
    """Make a zip file of two digits and of a file that is not a picture."""
    archive_file = io.BytesIO()
    with zipfile.ZipFile(archive_file, "w") as archive:
        for index in (40, 41):
            archive.writestr(f"{mnist[1].labels[index]}/{index}.png", to_png(mnist[1].images[index]))
        archive.writestr("3/broken.png", b"no picture")
    return archive_file.getvalue()


def upload(app, *files):
    app.segmented_control(key=find_key(app, "data_view")).set_value("Import").run()
    return app.file_uploader(key="import-0").set_value(list(files)).run()


def test_import_previews_files_before_keeping_them(filled, gallery_stub, zipped):
    app = upload(open_data(), ("mine.zip", zipped, "application/zip"))
    assert not app.exception
    assert "**2 digits understood**, 1 file left out. Nothing is kept yet." in get_text(app)
    assert filled.count() == 30
    table = next(table.value for table in app.dataframe)
    assert table["File"].str.contains("broken").all()
    find_button(app, "Import 2 digits").click().run()
    assert not app.exception
    assert filled.count(sources=["import"]) == 12
    assert "2 new digits" in app.toast[0].value


def test_empty_collection_imports_files(collected, zipped, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = open_data(writer="Ann")
    app.file_uploader(key="import-0").set_value([("mine.zip", zipped, "application/zip")]).run()
    find_button(app, "Import 2 digits").click().run()
    assert collected.list_writers() == ["Ann"]


def test_unusable_file_imports_nothing(filled, gallery_stub):
    app = upload(open_data(), ("train-images.idx3-ubyte", b"\x00\x00\x08\x03", "application/octet-stream"))
    assert not app.exception
    assert app.error or "0 digits understood" in get_text(app)
    assert filled.count() == 30


def test_exports_import_the_same_digits(filled, gallery_stub, monkeypatch):
    downloads = {}
    monkeypatch.setattr(
        feedback, "show_download", lambda label, content, name, *_, **__: downloads.update({name: content})
    )
    app = open_data(data_view="Export")
    assert not downloads
    find_button(app, "Create the export").click().run()
    assert sorted(downloads) == ["digitnet-digits.npz", "digitnet-digits.zip"]
    for name, content in downloads.items():
        preview = preview_files({name: content})
        assert sorted(sample.label for sample in preview.samples) == sorted(digit.label for digit in filled.find())
    downloads.clear()
    filled.relabel([filled.find()[0].id], 9)
    app.run()
    assert not downloads


@pytest.fixture
def rows(collected):
    """Fill the collection with 21 rows alone; the last one was read without its point."""
    picture = to_png(np.full((40, 200), 255, np.uint8))
    texts = [f"{number}.5" for number in range(21)]
    strings = [StringSample(picture, text, digest=f"{number:064x}") for number, text in enumerate(texts)]
    collected.add([], [*strings[:-1], replace(strings[-1], read="205", writer="<Ann>", source="photo", file="a.png")])
    return collected


def find_rows(app):
    return [html.proto.body for html in app.get("html") if "saved-row" in html.proto.body and "<img" in html.proto.body]


def test_rows_are_shown_page_by_page(rows):
    app = open_data(data_view="Rows")
    assert not app.exception
    shown = find_rows(app)
    assert len(shown) == 20
    assert "<b>20.5</b><small>read as 205, by &lt;Ann&gt;, photos (a.png)" in shown[0]
    assert "<b>1.5</b><small>drawn, " in shown[-1]
    assert any("21 rows, page 1 of 2" in caption.value for caption in app.caption)
    assert "**21 rows** of numbers." in get_text(app)


def test_choice_of_the_page_stays_in_place_below_fewer_rows(rows):
    app = open_data(data_view="Rows")
    path = find_path(app, app.get("pagination")[0])
    app.session_state.data_rows_page = 2
    app.run()
    assert len(find_rows(app)) == 1
    assert find_path(app, app.get("pagination")[0]) == path


def test_row_is_deleted_and_restored(rows):
    app = open_data(data_view="Rows")
    find_button(app, "Delete").click().run()
    assert rows.strings.count() == 20
    assert "<b>19.5</b>" in find_rows(app)[0]
    app.toggle(key=find_key(app, "data_rows_deleted")).set_value(True).run()
    assert ["<b>20.5</b>" in row for row in find_rows(app)] == [True]
    find_button(app, "Restore").click().run()
    assert rows.strings.count() == 21
    assert "Nothing is deleted" in app.info[-1].value


def test_failed_deletion_of_a_row_is_explained(rows, monkeypatch):
    def fail(*_):
        raise CollectionError("The digits cannot be saved: the disk is full.")

    app = open_data(data_view="Rows")
    monkeypatch.setattr(StringStore, "delete", fail)
    find_button(app, "Delete").click().run()
    assert "the disk is full" in app.error[0].value
    assert len(find_rows(app)) == 20


def test_rows_have_no_view_without_any(filled, gallery_stub):
    app = open_data()
    assert "Rows" not in app.button_group(key=find_key(app, "data_view")).options


def test_rows_are_exported_and_imported(rows, filled, gallery_stub, monkeypatch, tmp_path):
    downloads = {}
    monkeypatch.setattr(
        feedback, "show_download", lambda label, content, name, *_, **__: downloads.update({name: content})
    )
    app = open_data(data_view="Export")
    assert "**30 digits**, by 2 writers; **21 rows** of numbers." in get_text(app)
    assert "All 30 digits and 21 rows, including deleted ones" in get_text(app)
    find_button(app, "Create the export").click().run()
    for name, content in downloads.items():
        with Collection.open(f"sqlite:///{tmp_path}/{name}.db") as other:
            monkeypatch.setattr(user_collection, "open_collection", lambda other=other: other)
            app = open_data()
            app.file_uploader(key="import-0").set_value([(name, content, "application/octet-stream")]).run()
            assert "**30 digits and 21 rows understood**, 0 files left out." in get_text(app)
            assert len(find_rows(app)) == 6
            find_button(app, "Import 30 digits and 21 rows").click().run()
            assert not app.exception
            assert (other.count(), other.strings.count()) == (30, 21)
            assert "Saved: 30 new digits, 21 rows new or changed." in app.toast[0].value


def test_known_rows_are_not_imported_again(rows, monkeypatch):
    content = row_export.to_zip(rows.strings.find())
    rows.strings.delete([rows.strings.find()[0].id])
    app = upload(open_data(), ("rows.zip", content, "application/zip"))
    find_button(app, "Import 21 rows").click().run()
    assert "Saved: 1 row new or changed, 20 rows already known." in app.toast[0].value
    assert rows.strings.count() == 21
