import pytest
from sqlalchemy import update

from digitnet.access.callers import acting_as
from digitnet.batches.records import FORM, BatchCounts
from digitnet.batches.store import BatchStore
from digitnet.collection.collection import Collection
from digitnet.collection.schema import batches
from digitnet.errors import AccessError, CollectionError
from tests.helpers.batches import SETTINGS, fill_batch, make_page
from tests.helpers.callers import ANN, BOB, NOBODY, TEACHER, agree


def test_batch_is_found_again_after_a_restart(database):
    with BatchStore.open(database) as store:
        made = store.create(" July\n2026 ", FORM, SETTINGS, template="{}", expect="5 digits")
    with BatchStore.open(database) as store:
        assert store.get(made.id) == made
        assert store.list_batches() == [(made, BatchCounts())]
    assert (made.name, made.account, made.settings) == ("July 2026", "", SETTINGS)


def test_newest_batch_comes_first_with_its_counts(store):
    first, second = fill_batch(store), fill_batch(store, 3, "August")
    store.numbers.decide(store.sheets.find(first.id)[0].id, "0:1", "7")
    store.sheets.add(first.id, [make_page(9)])
    store.sheets.save_failure(store.sheets.add(first.id, [make_page(10)])[0].id, "It is damaged.")
    assert store.list_batches() == [
        (second, BatchCounts(3, 3, 0, 6, 3, 3)),
        (first, BatchCounts(4, 2, 1, 4, 2, 1)),
    ]
    assert store.count(first.id).waiting == 1


def test_renamed_batch_has_its_new_name(store):
    batch = fill_batch(store)
    store.rename(batch.id, "Week 31")
    assert store.get(batch.id).name == "Week 31"
    with pytest.raises(CollectionError, match="Give the batch a name"):
        store.rename(batch.id, " ")


def test_deleted_batch_can_be_restored_until_it_is_swept_up(store):
    batch, other = fill_batch(store), fill_batch(store)
    store.delete(batch.id)
    with pytest.raises(CollectionError, match="not there any more"):
        store.sheets.find(batch.id)
    assert (store.sweep(), [each.id for each, _ in store.list_batches()]) == (0, [other.id])
    store.restore(batch.id)
    assert store.count(batch.id).read == 2
    store.delete(batch.id)
    with store._open_writer() as connection:
        connection.execute(
            update(batches).where(batches.c.id == batch.id).values(deleted=batch.created.replace(year=2025))
        )
    assert store.sweep() == 1
    with pytest.raises(CollectionError, match="deleted for good"):
        store.restore(batch.id)
    assert store.count(other.id).read == 2


def test_batches_belong_to_who_made_them(store):
    agree(store)
    with acting_as(ANN):
        batch = fill_batch(store)
    with acting_as(BOB):
        assert store.list_batches() == []
        for call in (store.get, store.delete, store.restore, store.sheets.find, store.numbers.find):
            with pytest.raises(CollectionError):
                call(batch.id)
        with pytest.raises(CollectionError):
            store.sheets.add(batch.id, [make_page(5)])
    with acting_as(TEACHER):  # Of Ann's class.
        sheet = store.sheets.find(batch.id)[0]
        store.numbers.decide(sheet.id, "0:1", "8")
        with pytest.raises(CollectionError):
            store.sheets.add(batch.id, [make_page(5)])
    with acting_as(ANN):
        assert store.count(batch.id).undecided == 1


def test_nothing_is_kept_without_consent(store):
    with acting_as(ANN), pytest.raises(AccessError, match="consent"):
        store.create("July", FORM, SETTINGS)
    with acting_as(NOBODY), pytest.raises(AccessError, match="not known"):
        store.create("July", FORM, SETTINGS)


def test_reading_a_batch_leaves_digits_as_they_are(file_store, tmp_path):
    with Collection.open(f"sqlite:///{tmp_path}/digits.db") as collection:
        version = collection.get_version()
        fill_batch(file_store)
        assert collection.get_version() == version
