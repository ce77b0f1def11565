"""ZIP files and folders can be added on the pages Photos and Forms."""

import pytest

from digitnet.access import callers
from digitnet.access.callers import NOBODY
from pages.components import photo_list
from pages.shared import held_files, unpacked_uploads
from tests.helpers.app_pages import find_button, find_toggle, make_page
from tests.helpers.archives import pack
from tests.helpers.samples import SAMPLES, load_sample

EVEN, TOUCHING = ((SAMPLES / f"{name}.jpg").read_bytes() for name in ("even", "touching"))


@pytest.fixture
def names(monkeypatch):
    """The names on the list of photos, anew in each run."""
    shown = []
    monkeypatch.setattr(photo_list, "show", lambda key, rows, *_: shown.append([row.name for row in rows]))
    return shown


def zip_up(files, name="scans.zip"):
    return name, pack(files), "application/zip"


def test_photos_of_a_zip_file_are_read_and_the_rest_is_named(data, names):
    app = make_page("photos").run()
    files = {"page2.jpg": EVEN, "page10.jpg": TOUCHING, "notes.txt": "Hello", "more.zip": pack({"a": "a"})}
    app.file_uploader[0].set_value([zip_up(files)]).run()
    assert not app.exception
    assert names[-1] == ["scans.zip / page2.jpg", "scans.zip / page10.jpg"]
    assert app.code[0].value == "2047\n1385\n96"
    note = app.info[0].value.replace("\\", "")
    assert note.startswith("**scans.zip**: 1 file is no picture: notes.txt. 1 file is an archive in another: more.zip")
    find_button(app, "Hide").click().run()
    assert len(app.info) == 0
    find_button(app, "Remove").click().run()
    assert app.code[0].value == "58203"
    app.file_uploader[0].set_value([]).run()
    assert len(app.code) == 0


def test_zip_file_that_cannot_be_unpacked_is_said_and_the_others_are_read(data):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([("broken.zip", b"PK\x03\x04 broken", "application/zip"), load_sample("even")]).run()
    assert not app.exception
    assert "**broken.zip**: The file is no zip file" in app.error[0].value.replace("\\", "")
    assert app.code[0].value == "2047\n1385\n96"
    app.file_uploader[0].set_value([]).run()
    assert len(app.error) == 0


def test_folder_is_read_and_stays_without_its_uploader(data, names):
    app = make_page("photos").run()
    find_toggle(app, "Add a folder").set_value(True).run()
    folder = [("scans/even.jpg", EVEN, "image/jpeg"), zip_up({"a.jpg": TOUCHING}, "scans/b.zip")]
    app.file_uploader[1].set_value(folder).run()
    assert not app.exception
    assert names[-1] == ["scans/even.jpg", "scans/b.zip / a.jpg"]
    find_toggle(app, "Add a folder").set_value(False).run()
    assert names[-1] == ["scans/even.jpg", "scans/b.zip / a.jpg"]


def test_quota_holds_for_the_files_of_a_zip_file(data, quotas, monkeypatch, names):
    quotas(upload_files=2)
    monkeypatch.setattr(callers, "_find_caller", lambda: NOBODY)
    app = make_page("photos").run()
    app.file_uploader[0].set_value([zip_up({f"{number}.jpg": EVEN for number in range(4)})]).run()
    assert "A tab may hold 2 photos" in app.error[0].value
    assert names[-1] == ["scans.zip / 0.jpg", "scans.zip / 1.jpg"]


def test_page_reports_the_files_that_it_holds(data, monkeypatch):
    reported = {}
    monkeypatch.setattr(held_files, "report", lambda kind, sizes: reported.update({kind: dict(sizes)}))
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), zip_up({"a.jpg": TOUCHING})]).run()
    assert not app.exception
    assert sorted(reported["photos"].values()) == sorted([len(EVEN), len(TOUCHING)])
    app.file_uploader[0].set_value([]).run()
    assert reported["photos"] == {}


def test_unpacking_that_was_stopped_can_be_tried_again(data, monkeypatch):
    archive = zip_up({"even.jpg": EVEN})
    app = make_page("photos").run()
    with monkeypatch.context() as patch:
        patch.setattr(unpacked_uploads.background, "wait_for", lambda run, text, place, stop, label: stop())
        patch.setattr(unpacked_uploads, "run_in_worker", lambda *_, **__: None)
        app.file_uploader[0].set_value([archive]).run()
        app.run()
    assert any("Unpacking scans" in markdown.value and "stopped" in markdown.value for markdown in app.markdown)
    find_button(app, "Try again").click().run()
    assert not app.exception
    assert app.code[0].value == "2047\n1385\n96"
