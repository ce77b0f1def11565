import pytest

from digitnet.access.callers import acting_as
from digitnet.batches import sheets
from digitnet.batches.records import FAILED, FORM, READ, WAITING
from digitnet.errors import AccessError, CollectionError, QuotaError
from tests.helpers.batches import SETTINGS, fill_batch, make_entry, make_number, make_page
from tests.helpers.callers import ANN, TEACHER, agree


@pytest.fixture
def batch(store):
    return store.create("July", FORM, SETTINGS).id


def test_pages_are_added_once_and_in_order(store, batch):
    first, scan = store.sheets.add(batch, [make_page(2), make_page(1)])
    again = store.sheets.add(batch, [make_page(1), make_page(3), make_page(3)])
    assert again[0] == scan
    pages = store.sheets.add_pages(scan.id, 3)
    assert store.sheets.add_pages(scan.id, 3) == pages
    expected = [first.page, *(make_page(1, page, 3) for page in (1, 2, 3)), again[1].page]
    assert [sheet.page for sheet in store.sheets.find(batch)] == expected
    assert {sheet.state for sheet in store.sheets.find(batch)} == {WAITING}


def test_removed_sheets_are_gone_with_their_numbers(store):
    batch, other = fill_batch(store, 3), fill_batch(store)
    first, second, _ = store.sheets.find(batch.id)
    [elsewhere, _] = store.sheets.find(other.id)
    store.numbers.decide(first.id, "0:1", "7")
    assert store.sheets.remove(batch.id, [first.id, second.id, elsewhere.id]) == 2
    assert (store.count(batch.id).numbers, store.count(other.id).numbers) == (2, 4)
    assert store.numbers.list_decisions(batch.id) == []


def test_reading_is_stored_once(store, batch):
    [sheet] = store.sheets.add(batch, [make_page(1)])
    found = [make_number(0), make_number(1, "7", doubtful=True, alternatives=("1", "9"), expect="1 digit")]
    assert store.sheets.save_reading(sheet.id, make_entry(found), found, "cnn", "v1")
    assert not store.sheets.save_reading(sheet.id, {}, [], "cnn", "v2")
    store.sheets.save_failure(sheet.id, "It is damaged.")
    [stored] = store.sheets.find(batch)
    assert (stored.state, stored.error, stored.model, stored.version) == (READ, "", "cnn", "v1")
    assert stored.entry == make_entry(found)
    kept = store.numbers.find(batch)
    assert [(number.key, number.text, number.alternatives, number.expect) for number in kept] == [
        ("0:0", "12", (), ""),
        ("0:1", "7", ("1", "9"), "1 digit"),
    ]
    assert (kept[1].crop, kept[1].crop_box, kept[1].box, kept[1].page) == (
        found[1].crop,
        found[1].crop_box,
        found[1].box,
        sheet.page,
    )


def test_reading_is_stored_as_a_whole_or_not_at_all(store, batch):
    [sheet] = store.sheets.add(batch, [make_page(1)])
    with pytest.raises(CollectionError):
        store.sheets.save_reading(sheet.id, {}, [make_number(0), make_number(0)], "cnn", "v1")
    assert (store.sheets.find(batch)[0].state, store.numbers.find(batch)) == (WAITING, [])


def test_sheet_that_failed_can_be_read_later(store, batch):
    [sheet] = store.sheets.add(batch, [make_page(1)])
    store.sheets.save_failure(sheet.id, "This is not the form.")
    [failed] = store.sheets.find(batch)
    assert (failed.state, failed.error) == (FAILED, "This is not the form.")
    assert store.sheets.save_reading(sheet.id, make_entry([]), [], "cnn", "v1")
    assert (store.sheets.find(batch)[0].state, store.sheets.find(batch)[0].error) == (READ, "")


def test_same_page_of_another_batch_is_not_read_again(store):
    fill_batch(store, template="form")
    for template, version, is_known in (
        ("form", "version", True),
        ("form", "other", False),
        ("table", "version", False),
    ):
        batch = store.create("August", FORM, SETTINGS, template=template)
        [sheet] = store.sheets.add(batch.id, [make_page(1)])
        assert bool(store.sheets.take_over(sheet.id, version)) == is_known
        assert store.count(batch.id).doubtful == is_known
    [sheet] = store.sheets.add(batch.id, [make_page(77)])
    assert not store.sheets.take_over(sheet.id, "version")


def test_batch_holds_so_many_sheets(store, batch, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_SHEETS", 2)
    store.sheets.add(batch, [make_page(1)])
    with pytest.raises(CollectionError, match="can have 2 sheets"):
        store.sheets.add(batch, [make_page(2), make_page(3)])
    assert len(store.sheets.find(batch)) == 1


def test_sheets_of_a_day_are_limited(store, quotas):
    quotas(sheets_per_day=2)
    agree(store, "ann")
    with acting_as(ANN):
        batch = store.create("July", FORM, SETTINGS).id
        store.sheets.add(batch, [make_page(1), make_page(2)])
        store.sheets.add(batch, [make_page(1), make_page(2)])
        with pytest.raises(QuotaError, match="Too many sheets were added within a day"):
            store.sheets.add(batch, [make_page(3)])


def test_nothing_more_is_kept_once_consent_is_withdrawn(store):
    agree(store, "ann")
    with acting_as(ANN):
        batch = fill_batch(store, 1)
        [read] = store.sheets.find(batch.id)
        [waiting] = store.sheets.add(batch.id, [make_page(7)])
        store.consents.withdraw()
        for keep in (
            lambda: store.sheets.add(batch.id, [make_page(8)]),
            lambda: store.sheets.add_pages(waiting.id, 2),
            lambda: store.sheets.save_reading(waiting.id, {}, [], "cnn", "version"),
            lambda: store.numbers.decide(read.id, "0:1", "7"),
        ):
            with pytest.raises(AccessError, match="only with your consent"):
                keep()
        assert [sheet.state for sheet in store.sheets.find(batch.id)] == [READ, WAITING]


def test_teacher_decides_in_the_batches_of_a_class_without_consent(store):
    agree(store, "ann")
    with acting_as(ANN):
        batch = fill_batch(store, 1)
        [sheet] = store.sheets.find(batch.id)
    with acting_as(TEACHER):
        assert store.numbers.decide(sheet.id, "0:1", "7").text == "7"
