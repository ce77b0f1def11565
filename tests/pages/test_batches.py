import hashlib

import pytest

from digitnet.batches.pictures import keep_picture
from digitnet.batches.records import FORM, BatchSettings, SheetPage
from digitnet.batches.store import BatchStore
from digitnet.forms.template import Field, Template, to_json
from digitnet.preprocessing.images import to_png
from tests.helpers.app_pages import find_button, make_page
from tests.helpers.batches import fill_batch, make_entry, make_number
from tests.helpers.batches import make_page as make_sheet
from tests.helpers.callers import ANN, BOB, agree
from tests.helpers.filled_forms import VALUES, fill_sheet, make_order_form

FIELDS = (Field("field 0", (0, 0, 9, 9)), Field("field 1", (20, 0, 29, 9)))
TEMPLATE = to_json(Template("Form", (30, 10), FIELDS, b""))


@pytest.fixture
def store(data):
    with BatchStore.open() as opened:
        yield opened


@pytest.fixture
def batch(store):
    return fill_batch(store, template=TEMPLATE)


def get_text(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def open_batches(batch=""):
    app = make_page("batches")
    if batch:
        app.query_params["batch"] = batch
    return app.run()


def test_page_without_batches_says_how_to_make_one(store):
    app = open_batches()
    assert "**Keep as a batch**" in app.info[0].value
    assert not app.exception


def test_list_says_how_far_each_batch_is(store, batch):
    store.sheets.save_failure(store.sheets.add(batch.id, [make_sheet(8), make_sheet(9)])[0].id, "It is damaged.")
    app = open_batches()
    assert app.markdown[0].value == "**July**"
    assert "2 of 4 sheets read, 1 cannot be read · 2 of 4 numbers to check" in app.caption[0].value
    assert find_button(app, "Check 2 numbers")


def test_batch_shows_its_numbers_with_decisions(store, batch):
    store.numbers.decide(store.sheets.find(batch.id)[0].id, "0:1", "71")
    app = open_batches(batch.id)
    table = app.dataframe[0].value
    assert list(table.columns) == ["File", "field 0", "field 1"]
    assert [list(row) for row in table.to_numpy()] == [["sheet-0.png", "12", "71"], ["sheet-1.png", "12", "7 ?"]]
    assert "Its pictures are not kept" in get_text(app)
    assert not app.exception


def test_renamed_batch_has_its_new_name(store, batch):
    app = open_batches()
    app.text_input[0].set_value("Week 31")
    find_button(app, "Save the name").click().run()
    assert store.get(batch.id).name == "Week 31"


def test_batch_is_deleted_after_a_question_and_restored(store, batch):
    app = find_button(open_batches(), "Delete").click().run()
    assert store.list_batches()
    app = app.button(key="delete-batch").click().run()
    assert store.list_batches() == []
    assert "is deleted" in get_text(app)
    find_button(app, "Undo").click().run()
    assert [found.id for found, _ in store.list_batches()] == [batch.id]


def test_batch_of_somebody_else_is_not_shown(store, visit_as):
    agree(store)
    visit_as(ANN)
    batch = fill_batch(store)
    visit_as(BOB)
    app = open_batches(batch.id)
    assert "not there any more" in app.error[0].value
    assert "No batch yet" in find_button(app, "All batches").click().run().info[0].value


def test_sheets_that_wait_say_how_they_are_read(store, batch):
    store.sheets.add(batch.id, [make_sheet(9)])
    app = open_batches(batch.id)
    assert "Left to read: 1 sheet" in app.info[0].value


def test_sheets_that_cannot_be_read_can_be_removed(store, batch):
    store.sheets.save_failure(store.sheets.add(batch.id, [make_sheet(9)])[0].id, "It is damaged.")
    app = open_batches(batch.id)
    assert "It is damaged" in app.error[0].value
    app = find_button(app, "Remove 1 sheet that cannot be read").click().run()
    assert (len(app.error), store.count(batch.id).sheets) == (0, 2)


def test_sheets_whose_pictures_are_kept_are_read_on(store, mnist, cnn):
    content = to_png(fill_sheet(mnist))
    settings = BatchSettings("cnn", 0.01, keeps_pictures=True)
    batch = store.create("July", FORM, settings, template=to_json(make_order_form(cnn))).id
    store.sheets.add(batch, [SheetPage("a.png", hashlib.sha256(content).hexdigest())])
    keep_picture(batch, content, store.consents)
    app = find_button(open_batches(batch), "Read the other 1 sheet").click().run()
    assert not [button for button in app.button if button.label.startswith("Read the other")]
    for _ in range(100):
        if store.count(batch).read:
            break
        app.run()
    assert [text.removesuffix(" ?") for text in app.run().dataframe[0].value.iloc[0]] == ["a.png", *VALUES]
    assert not app.exception


def test_batch_whose_model_is_gone_can_be_taken_away(store):
    settings = BatchSettings("gone", 0.01, keeps_pictures=True)
    batch = store.create("July", FORM, settings, template=TEMPLATE).id
    read, _ = store.sheets.add(batch, [make_sheet(1), SheetPage("a.png", hashlib.sha256(b"a").hexdigest())])
    store.sheets.save_reading(read.id, make_entry([make_number(0), make_number(1)]), [], "gone", "version")
    keep_picture(batch, b"a", store.consents)
    app = open_batches(batch)
    assert "gone" in app.error[0].value
    assert len(app.dataframe[0].value) == 1
    assert not any(button.proto.disabled for button in app.get("download_button"))
