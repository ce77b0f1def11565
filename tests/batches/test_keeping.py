"""Batches go along where all of an account, or of a database, goes."""

from sqlalchemy import select

from digitnet.access.callers import acting_as
from digitnet.collection.account_counts import Counts
from digitnet.collection.collection import Collection
from digitnet.collection.schema import batches, decisions, numbers, sheets, templates
from digitnet.collection.table_copy import check_tables, restore_tables, save_tables
from tests.helpers.batches import CROP, TEMPLATE, fill_batch
from tests.helpers.callers import ANN, BOB, agree

TABLES = (batches, decisions, numbers, sheets, templates)


def fill(store):
    """Keep a batch with two decisions, one of them undone, and a template."""
    batch = fill_batch(store)
    sheet = store.sheets.find(batch.id)[0].id
    store.numbers.decide(sheet, "0:1", "1")
    store.numbers.undo(store.numbers.decide(sheet, "0:0", "1").id)
    store.templates.save(TEMPLATE, "Order")
    return batch


def list_rows(store):
    with store._open_reader() as connection:
        return [connection.execute(select(table).order_by(*table.primary_key)).all() for table in TABLES]


def test_all_of_an_account_is_deleted(store, database):
    agree(store)
    for caller in (ANN, BOB):
        with acting_as(caller):
            fill(store)
    with Collection.open(database) as collection:
        assert collection.count_by_account() == dict.fromkeys([ANN.account, BOB.account], Counts(0, 0, 1, 1))
        with acting_as(ANN):
            assert collection.erase(ANN.account) == Counts(0, 0, 1, 1)
        assert list(collection.count_by_account()) == [BOB.account]
    assert [len(rows) for rows in list_rows(store)] == [1, 2, 4, 2, 1]


def test_files_hold_no_bytes_of_deleted_crops(file_store, tmp_path):
    agree(file_store, "ann")
    with acting_as(ANN):
        fill(file_store)
        with Collection.open(f"sqlite:///{tmp_path}/digits.db") as collection:
            assert any(CROP[60:120] in path.read_bytes() for path in tmp_path.iterdir())
            collection.erase(ANN.account)
    assert not any(CROP[60:120] in path.read_bytes() for path in tmp_path.iterdir())


def test_backup_restores_batches_and_templates(store, database, tmp_path):
    batch = fill(store)
    before = list_rows(store)
    assert save_tables(tmp_path / "copy.db", database) == Counts(0, 0, 1, 1)
    fill(store)
    assert check_tables(tmp_path / "copy.db").describe() == ["1 batch", "1 template"]
    restore_tables(tmp_path / "copy.db", database)
    assert list_rows(store) == before
    assert store.count(batch.id).undecided == 1
    assert fill(store).id != batch.id  # New rows get numbers of their own.
