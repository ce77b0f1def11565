import json
import threading

import pytest

from digitnet.access.callers import acting_as
from digitnet.batches.keeping import Keeping
from digitnet.batches.pictures import list_pictures
from digitnet.batches.records import LEFT_OUT
from digitnet.batches.store import BatchStore
from digitnet.errors import QuotaError
from digitnet.forms.template import to_json
from digitnet.preprocessing.images import to_png
from digitnet.workers import waiting
from pages.sheets.chosen_form import ChosenForm
from tests.helpers.app_pages import find_button, make_page, open_app, open_page
from tests.helpers.archives import pack
from tests.helpers.batches import make_page as make_sheet
from tests.helpers.callers import ANN, agree
from tests.helpers.filled_forms import DESIGN, VALUES, fill_sheet, make_blank_picture, make_order_form

BLANK = ("blank.png", make_blank_picture(), "image/png")


@pytest.fixture(scope="module")
def template_file(cnn):
    return "form.json", to_json(make_order_form(cnn)).encode(), "application/json"


@pytest.fixture(scope="module")
def sheet(mnist):
    return "sheet.png", to_png(fill_sheet(mnist)), "image/png"


@pytest.fixture
def store(data):
    with BatchStore.open() as opened:
        yield opened


def open_template(app, template_file):
    return app.file_uploader(key="form-template-file").set_value(template_file).run()


@pytest.fixture
def page(store, template_file):
    """The page after a template was opened."""
    return open_template(make_page("forms").run(), template_file)


def read(app, *files):
    if files:
        app.file_uploader[0].set_value(list(files)).run()
    for _ in range(200):
        if app.get("download_button") and not any(button.proto.disabled for button in app.get("download_button")):
            return
        app.run()
    raise AssertionError("The sheets were not read.")


def type_first_doubt(app, text):
    next(each for each in app.text_input if (each.key or "").startswith("typed")).set_value(text)
    find_button(app, "Right").click().run()


def test_sheets_become_rows_of_a_table(page, sheet):
    assert "**Order form**: 8 fields" in page.markdown[0].value
    read(page, sheet, BLANK)
    table = page.dataframe[0].value
    assert list(table.columns) == ["File", *(field.name for field in DESIGN.fields)]
    assert [text.removesuffix(" ?") for text in table.iloc[0]] == ["sheet.png", *VALUES]
    assert "This is not the form" in page.error[0].value
    assert not page.exception


def test_checked_field_is_not_doubtful_any_more(page, sheet, store):
    read(page, sheet)
    doubtful = [text for text in page.dataframe[0].value.iloc[0] if text.endswith(" ?")]
    assert page.subheader[0].value == f"Check {len(doubtful)} field{'s' * (len(doubtful) > 1)}"
    type_first_doubt(page, "47 11 ")
    assert "4711" in list(page.dataframe[0].value.iloc[0])
    assert len([text for text in page.dataframe[0].value.iloc[0] if text.endswith(" ?")]) == len(doubtful) - 1
    [(batch, counts)] = store.list_batches()
    assert (counts.undecided, store.numbers.list_decisions(batch.id)[0].text) == (len(doubtful) - 1, "4711")


def test_confirmed_field_teaches_its_digits(page, sheet, store, collected):
    read(page, sheet)
    text = next(each for each in page.text_input if (each.key or "").startswith("typed")).value
    find_button(page, "Right").click().run()
    [(batch, _)] = store.list_batches()
    [decision] = store.numbers.list_decisions(batch.id)
    digits = sum(map(str.isdecimal, text))
    assert (decision.text, decision.addition is not None, collected.count()) == (text, True, digits)


def test_text_that_is_no_number_is_refused_and_nothing_is_an_empty_field(page, sheet, store):
    read(page, sheet)
    [(batch, _)] = store.list_batches()
    type_first_doubt(page, "abc")
    assert "not 'abc'" in page.error[0].value.replace("\\", "")
    assert store.numbers.list_decisions(batch.id) == []
    type_first_doubt(page, "")
    assert [made.kind for made in store.numbers.list_decisions(batch.id)] == [LEFT_OUT]


def test_sheets_are_read_into_a_batch_and_not_again_after_a_restart(page, sheet, store, template_file):
    read(page, sheet)
    [(batch, counts)] = store.list_batches()
    assert (counts.read, batch.name.startswith("Order form, ")) == (1, True)
    before = store.sheets.find(batch.id)
    app = open_template(make_page("forms").run(), template_file)
    read(app, sheet)
    [(other, counts), _] = store.list_batches()
    assert (counts.read, store.sheets.find(other.id)[0].version) == (1, before[0].version)
    assert store.sheets.find(batch.id) == before


def test_new_batch_begins_without_the_sheets_of_the_last(page, sheet, store):
    read(page, sheet)
    app = find_button(page, "New batch").click().run()
    assert len(app.dataframe) == 0
    read(app, BLANK, sheet)
    assert len(store.list_batches()) == 2


def test_pictures_are_kept_only_if_the_user_says_so(page, sheet, store):
    read(page, sheet)
    [(batch, _)] = store.list_batches()
    assert list_pictures(batch.id) == set()
    assert any("only a small picture of each doubtful number is kept" in text.value for text in page.caption)
    page.checkbox[0].check().run()
    assert len(list_pictures(batch.id)) == 1
    page.checkbox[0].uncheck().run()
    assert list_pictures(batch.id) == set()


def test_pictures_of_a_batch_stay_when_another_tab_takes_it_up(page, sheet, store):
    read(page, sheet)
    page.checkbox[0].check().run()
    [(batch, _)] = store.list_batches()
    app = make_page("forms")
    app.session_state["chosen_form"] = ChosenForm(batch.template, batch.id)
    app.run()
    assert (app.checkbox[0].value, len(list_pictures(batch.id))) == (True, 1)
    assert store.get(batch.id).settings.keeps_pictures
    app.checkbox[0].uncheck().run()
    assert list_pictures(batch.id) == set()
    page.run()
    assert not page.checkbox[0].value
    assert not store.get(batch.id).settings.keeps_pictures


def test_pictures_stay_when_the_setting_keeps_none_of_new_ones(page, sheet, store, monkeypatch):
    read(page, sheet)
    page.checkbox[0].check().run()
    [(batch, _)] = store.list_batches()
    monkeypatch.setattr("pages.sheets.picture_keeping.get_keeping", lambda: Keeping(picture_days=0))
    page.run()
    assert len(list_pictures(batch.id)) == 1


def test_nothing_is_kept_of_a_stranger_who_does_not_agree(store, sheet, template_file, visit_as):
    visit_as(ANN)
    app = open_template(make_page("forms").run(), template_file)
    read(app, sheet)
    assert [text.removesuffix(" ?") for text in app.dataframe[0].value.iloc[0]] == ["sheet.png", *VALUES]
    assert any("These sheets are not kept" in text.value for text in app.caption)
    type_first_doubt(app, "4711")
    assert "4711" in list(app.dataframe[0].value.iloc[0])
    agree(store, "ann")
    with acting_as(ANN):
        assert store.list_batches() == []


def test_sheets_read_before_the_user_agrees_are_kept_from_then_on(store, sheet, template_file, visit_as):
    visit_as(ANN)
    app = open_template(make_page("forms").run(), template_file)
    read(app, sheet)
    type_first_doubt(app, "4711")
    agree(store, "ann")
    read(app.run())
    assert "4711" in list(app.dataframe[0].value.iloc[0])
    with acting_as(ANN):
        [(batch, counts)] = store.list_batches()
        assert [decision.text for decision in store.numbers.list_decisions(batch.id)] == ["4711"]
    assert counts.read == 1


def test_sheets_that_cannot_be_kept_later_stay_on_the_page(store, sheet, template_file, visit_as, monkeypatch):
    def refuse(*_):
        raise QuotaError("The disk is nearly full.")

    visit_as(ANN)
    app = open_template(make_page("forms").run(), template_file)
    read(app, sheet)
    type_first_doubt(app, "4711")
    agree(store, "ann")
    monkeypatch.setattr("pages.form.current_batch.move_to_store", refuse)
    read(app.run())
    assert "The disk is nearly full" in app.warning[0].value
    assert "4711" in list(app.dataframe[0].value.iloc[0])


def test_sheets_stay_while_another_page_is_shown(store, sheet, template_file):
    app = open_app()
    open_page(app, "forms")
    open_template(app, template_file)
    read(app, sheet)
    open_page(app, "draw")
    open_page(app, "forms")
    read(app)
    assert app.dataframe[0].value.iloc[0]["File"] == "sheet.png"
    assert len(store.list_batches()) == 1


def test_template_is_kept_renamed_deleted_and_restored(page, store):
    next(each for each in page.text_input if each.label == "Name").set_value("Orders")
    find_button(page, "Save the name").click().run()
    [kept] = store.templates.find()
    assert kept.name == "Orders"
    app = find_button(page, "Another template").click().run()
    next(each for each in app.text_input if each.label == "Name").set_value("Bills")
    app = find_button(app, "Save the name").click().run()
    assert store.templates.find()[0].name == "Bills"
    app = find_button(app, "Delete").click().run()
    assert store.templates.find() == []
    app = find_button(app, "Undo").click().run()
    assert store.templates.find()[0].name == "Bills"
    app = find_button(app, "Bills").click().run()
    assert "**Order form**: 8 fields" in app.markdown[0].value


def test_sheets_of_a_zip_file_are_read_and_the_rest_is_named(page, sheet):
    archive = pack({"a/sheet.png": sheet[1], "notes.txt": "Hello"})
    read(page, ("sheets.zip", archive, "application/zip"))
    assert page.dataframe[0].value.iloc[0]["File"] == "sheets.zip / a/sheet.png"
    assert "1 file is no picture" in page.info[0].value
    assert not page.exception


def test_file_that_is_no_template_is_said(store):
    app = open_template(make_page("forms").run(), ("x.json", b"{}", "application/json"))
    assert "The file is no template of a form" in app.error[0].value
    app = open_template(make_page("forms").run(), ("x.json", bytes(4_100_000), "application/json"))
    assert "at most 4 MB" in app.error[0].value


def test_templates_that_are_looked_at_are_counted(store, template_file, visit_as, quotas):
    quotas(looks_per_minute=1)
    visit_as(ANN)
    other = template_file[0], json.dumps(json.loads(template_file[1])).encode(), template_file[2]
    app = open_template(make_page("forms").run(), template_file)
    app = find_button(app, "Another template").click().run()
    assert "Too much" in open_template(app, other).error[0].value


def test_another_template_can_be_taken(page):
    find_button(page, "Another template").click().run()
    assert len(page.file_uploader) == 2
    assert not page.exception


def test_sheets_of_a_batch_that_are_left_to_read_are_named(page, sheet, store):
    read(page, sheet)
    [(batch, _)] = store.list_batches()
    store.sheets.add(batch.id, [make_sheet(7), make_sheet(8)])
    app = make_page("forms")
    app.session_state["chosen_form"] = ChosenForm(batch.template, batch.id)
    app.run()
    assert "Left to read: 2 sheets" in app.info[0].value
    assert len(app.dataframe[0].value) == 1


def test_stopped_reading_goes_on_when_the_user_says_so(page, sheet, monkeypatch):
    gate, run = threading.Event(), waiting.run_in_worker

    def run_later(*arguments, **settings):
        gate.wait()
        waiting.check_wanted()
        return run(*arguments, **settings)

    monkeypatch.setattr(waiting, "run_in_worker", run_later)
    page.file_uploader[0].set_value([sheet]).run()
    find_button(page, "Stop").click().run()
    gate.set()
    for _ in range(100):
        if any(button.label == "Go on" for button in page.button):
            break
        page.run()
    assert "Stopped: 0 of 1 file read" in page.info[0].value
    find_button(page, "Go on").click().run()
    read(page)
    assert page.dataframe[0].value.iloc[0]["File"] == "sheet.png"
    assert not page.exception


def test_sheet_to_draw_on_comes_before_a_template_file_and_takes_its_place(store, sheet):
    app = make_page("forms").run()
    labels = [uploader.label for uploader in app.file_uploader]
    assert labels == ["One sheet of the form, empty if you have one", "Or a template that you have (JSON)"]
    app.file_uploader(key="form-sheet-file").set_value(sheet).run()
    assert not app.exception
    assert [uploader.label for uploader in app.file_uploader] == labels[:1]
