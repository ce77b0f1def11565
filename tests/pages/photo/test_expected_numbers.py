"""Photos are read by what each number is said to be; misfits are marked, until somebody confirms them."""

import json
import re

import pytest

from digitnet.batches.store import BatchStore
from pages.photo import reading_options
from pages.shared import feedback
from tests.helpers.app_pages import find_button, find_key, find_marked, make_page, open_app, open_page, run_sample
from tests.helpers.samples import load_sample


@pytest.fixture
def exports(monkeypatch):
    """The contents of the files that are offered, by name."""
    contents = {}
    monkeypatch.setattr(feedback, "show_download", lambda label, data, name, *_, **__: contents.update({name: data}))
    return contents


def expect_four_digits(app):
    app.selectbox(key=find_key(app, reading_options.EXPECTED)).set_value("So many digits").run()
    app.number_input[0].set_value(4).run()
    assert not app.exception


def list_captions(app):
    return [caption.value.replace("\\", "") for caption in app.caption]


def test_number_that_does_not_fit_is_marked_with_a_sentence_and_in_exports(data, exports):
    app = run_sample()
    assert find_marked(app) == []
    expect_four_digits(app)
    assert ":material/rule: Not as expected (4 digits): 96." in list_captions(app)
    assert "96" in re.sub("<[^>]*>", "", find_marked(app)[1])
    [entry] = json.loads(exports["digitnet.json"])
    assert entry["expect"] == "4 digits"
    assert [number["fits"] for row in entry["rows"] for number in row["numbers"]] == [True, True, False]


def test_numbers_that_fit_say_so(data):
    app = run_sample("Touching digits")
    app.selectbox(key=find_key(app, reading_options.EXPECTED)).set_value("So many digits").run()
    assert app.code[0].value == "58203"
    assert ":material/rule: Read as expected: 5 digits" in list_captions(app)
    assert not any("Read with your settings" in caption for caption in list_captions(app))


def test_confirmed_misfit_is_neither_doubtful_nor_named_any_more(data, exports):
    app = run_sample()
    expect_four_digits(app)
    assert find_marked(app)
    find_button(app, "All correct").click().run()
    assert not app.exception
    assert find_marked(app) == []
    assert not any("s expected" in caption for caption in list_captions(app))
    assert "notes" not in json.loads(exports["digitnet.json"])[0]


def test_choice_is_remembered_on_another_page(data):
    app = open_app()
    open_page(app, "photos")
    app.selectbox(key=find_key(app, reading_options.EXPECTED)).set_value("Date").run()
    open_page(app, "draw")
    open_page(app, "photos")
    assert app.selectbox(key=find_key(app, reading_options.EXPECTED)).value == "Date"


def test_batch_of_photos_keeps_what_is_expected(data):
    app = make_page("photos").run()
    app.file_uploader[0].set_value([load_sample("even"), load_sample("touching")]).run()
    expect_four_digits(app)
    find_button(app, "Keep 2 photos").click().run()
    assert not app.exception
    with BatchStore.open() as store:
        assert [batch.expect for batch, *_ in store.list_batches()] == ["4 digits"]
