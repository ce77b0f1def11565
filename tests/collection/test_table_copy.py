import sqlite3
import threading
from contextlib import closing

import pytest

from digitnet.access.callers import acting_as
from digitnet.collection.account_counts import Counts
from digitnet.collection.collection import Collection
from digitnet.collection.database import connect
from digitnet.collection.schema import REVISIONS
from digitnet.collection.table_copy import check_tables, count_stored, restore_tables, save_tables
from digitnet.collection.upgrade import upgrade_schema
from digitnet.errors import CollectionError
from tests.helpers.callers import ANN, agree
from tests.helpers.user_digits import make_sample, make_stored_string


def fill(url, numbers, **fields):
    with Collection.open(url) as collection:
        return collection.add([make_sample(number, **fields) for number in numbers], [make_stored_string(numbers[0])])


def list_content(url):
    with Collection.open(url) as collection:
        rows = collection.strings.find(deleted=None)
        return [(digit.id, digit.digest, digit.label, digit.writer, digit.added) for digit in collection.find()], [
            (row.id, row.digest, row.text, row.added) for row in rows
        ]


def change(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_collection_is_restored_as_it_was(database, tmp_path):
    fill(database, [1, 2, 3], writer="Ann")
    before = list_content(database)
    assert save_tables(tmp_path / "copy.db", database) == Counts(3, 1)
    fill(database, [4, 5], label=7)
    with Collection.open(database) as collection:
        collection.relabel([1], 9)
        version = collection.get_version()
    assert check_tables(tmp_path / "copy.db") == Counts(3, 1)
    restore_tables(tmp_path / "copy.db", database)
    assert list_content(database) == before
    with Collection.open(database) as collection:
        assert collection.get_version() != version
    assert fill(database, [6]).stored == 1  # New digits get numbers of their own.
    assert count_stored(database).digits == 4


def test_accounts_and_consents_are_restored(database, tmp_path):
    with Collection.open(database) as collection:
        agree(collection, "ann")
        with acting_as(ANN):
            collection.add([make_sample(1)], [make_stored_string(1)])
        save_tables(tmp_path / "copy.db", database)
        collection.erase(ANN.account)
        restore_tables(tmp_path / "copy.db", database)
        with acting_as(ANN):
            assert (collection.count(), collection.strings.count()) == (1, 1)
            assert collection.consents.is_given()


def test_undo_of_an_addition_is_restored(database, tmp_path):
    fill(database, [1], label=3)
    batch = fill(database, [1], label=8).batch
    save_tables(tmp_path / "copy.db", database)
    fill(database, [2])
    restore_tables(tmp_path / "copy.db", database)
    with Collection.open(database) as collection:
        collection.undo(batch)
        assert [digit.label for digit in collection.find()] == [3]


@pytest.mark.slow
def test_digits_are_copied_while_others_write(tmp_path):
    url = f"sqlite:///{tmp_path}/digits.db"
    fill(url, [1])
    stop = threading.Event()

    def write():
        number = 2
        while not stop.is_set():
            fill(url, [number, number + 1])
            number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [save_tables(tmp_path / f"{number}.db", url) for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert all(digits % 2 == 1 for digits, *_ in counts)  # No addition is cut in two.
    assert [check_tables(tmp_path / f"{number}.db") for number in range(5)] == counts


def test_failed_restore_changes_nothing(database, tmp_path):
    fill(database, [1, 2])
    save_tables(tmp_path / "copy.db", database)
    change(tmp_path / "copy.db", "DROP TABLE changes")
    before = list_content(database)
    with pytest.raises(CollectionError, match="The digits cannot be restored"):
        restore_tables(tmp_path / "copy.db", database)
    assert list_content(database) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE digits SET picture = x'00'",
        "UPDATE digits SET label = 99",
        "UPDATE digits SET added = 'no time'",
        "UPDATE digits SET confidence = 'sure'",
        "UPDATE strings SET added = 5.5",
        "UPDATE strings SET text = x'00'",
        "DROP TABLE strings",
        "UPDATE alembic_version SET version_num = '9999'",
        "CREATE TRIGGER t AFTER INSERT ON digits BEGIN DELETE FROM state; END",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_file_of_other_content_is_refused(statement, tmp_path):
    url = f"sqlite:///{tmp_path}/digits.db"
    fill(url, [1, 2])
    save_tables(tmp_path / "copy.db", url)
    change(tmp_path / "copy.db", statement)
    with pytest.raises(CollectionError):
        check_tables(tmp_path / "copy.db")


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_file_that_claims_an_older_schema_is_refused(revision, tmp_path):
    save_tables(tmp_path / "copy.db", f"sqlite:///{tmp_path}/digits.db")
    change(tmp_path / "copy.db", f"UPDATE alembic_version SET version_num = '{revision}'", "DROP TABLE digits")
    with pytest.raises(CollectionError):
        check_tables(tmp_path / "copy.db")


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_file_of_an_older_schema_is_upgraded(revision, tmp_path):
    url = f"sqlite:///{tmp_path}/digits.db"
    fill(url, [1])
    engine = connect(f"sqlite:///{tmp_path}/copy.db")
    upgrade_schema(engine, revision)
    engine.dispose()
    assert check_tables(tmp_path / "copy.db") == Counts(0, 0)
    restore_tables(tmp_path / "copy.db", url)
    assert count_stored(url) == Counts(0, 0)


def test_open_collection_sees_what_was_restored(database, tmp_path):
    with Collection.open(database) as collection:
        collection.add([make_sample(1)])
        save_tables(tmp_path / "copy.db", database)
        collection.add([make_sample(2)])
        version = collection.get_version()
        restore_tables(tmp_path / "copy.db", database)
        assert collection.count() == 1
        assert collection.get_version() != version
        assert collection.add([make_sample(2)]).stored == 1


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_file_that_is_no_database_is_refused(content, tmp_path):
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(CollectionError):
        check_tables(tmp_path / "copy.db")
