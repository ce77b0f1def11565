import os
import sqlite3
from contextlib import closing

import pytest

from digitnet import DigitnetError
from digitnet.collection.collection import Collection
from digitnet.errors import CollectionError
from tests.helpers.user_digits import make_sample


def test_every_connection_has_the_durable_settings(file_url):
    with (
        Collection.open(file_url) as collection,
        collection._engine.connect() as first,
        collection._engine.connect() as second,
    ):
        for connection in (first, second):
            settings = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert settings == ["wal", 2, 1, 30_000]


def test_file_locked_by_another_program_raises_an_error(file_url, monkeypatch):
    monkeypatch.setattr("digitnet.collection.database._LOCK_TIMEOUT_SECONDS", 0.1)
    with Collection.open(file_url) as collection:
        collection.add([make_sample(1)])
        with closing(sqlite3.connect(file_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert collection.count() == 1  # A reader does not wait.
            with pytest.raises(CollectionError, match="cannot be saved: another program has it locked; try again"):
                collection.add([make_sample(2)])
        assert collection.add([make_sample(2)]).stored == 1


def test_default_database_is_a_file_in_the_data_folder(data):
    with Collection.open() as collection:
        collection.add([make_sample(1)])
    assert [path.name for path in data.iterdir()] == ["digits.db"]


def test_environment_variable_selects_the_database(data, monkeypatch, database):
    monkeypatch.setenv("DIGITNET_DATABASE_URL", database)
    with Collection.open() as collection, Collection.open(database) as same:
        collection.add([make_sample(1)])
        assert same.count() == 1
    assert not data.exists()


def test_unreferenced_collection_closes_its_connections(file_url, tmp_path):
    Collection.open(file_url).add([make_sample(1)])
    assert [path.name for path in tmp_path.iterdir()] == [
        "digits.db"
    ]  # The write-ahead log goes with the last connection.


def test_closed_collection_reopens_on_use(collection):
    collection.close()
    assert collection.count() == 0


@pytest.mark.parametrize("url", ["mysql://me:secret@host/x", "sqlite://", "sqlite:///:memory:", "no url", "/data.db"])
def test_other_databases_are_refused_without_the_password(url):
    with pytest.raises(CollectionError, match="Expected a database as sqlite:///FILE or postgresql://") as error:
        Collection.open(url)
    assert "secret" not in str(error.value)


def test_refused_login_raises_an_error_without_names(postgresql):
    url = postgresql.replace("digitnet@", "stranger:secret@")
    with pytest.raises(CollectionError, match="cannot be opened: the database server refuses the login") as error:
        Collection.open(url)
    assert "stranger" not in str(error.value)


def test_missing_server_raises_an_error():
    url = "postgresql://me:secret@/digits?host=/nosuch"
    with pytest.raises(CollectionError, match="cannot be opened: the database server cannot be reached") as error:
        Collection.open(url)
    assert "secret" not in str(error.value)


def test_file_that_is_not_a_database_is_left_unchanged(tmp_path, file_url):
    (tmp_path / "digits.db").write_bytes(b"no database " * 1000)
    with pytest.raises(CollectionError, match="cannot be opened: the file is damaged or is not an SQLite file"):
        Collection.open(file_url)
    assert (tmp_path / "digits.db").read_bytes() == b"no database " * 1000


def test_folder_that_cannot_be_made_raises_an_error(data):
    data.write_text("no folder")
    with pytest.raises(CollectionError, match="folder for the digits cannot be made: File exists"):
        Collection.open()


def test_damaged_file_raises_an_error(tmp_path, file_url):
    with Collection.open(file_url) as collection:
        collection.add([make_sample(number) for number in range(200)])
    content = bytearray((tmp_path / "digits.db").read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    (tmp_path / "digits.db").write_bytes(content)
    with pytest.raises(DigitnetError, match="the file is damaged; put a copy of it in its place"):
        Collection.open(file_url).find()


def test_digits_of_a_read_only_folder_are_read(file_url, monkeypatch):
    with Collection.open(file_url) as collection:
        collection.add([make_sample(1)])
    path = file_url.removeprefix("sqlite:///")
    monkeypatch.setattr(os, "access", lambda folder, mode: False)
    with Collection.open(file_url) as collection:
        assert collection.count() == 1
        assert not os.path.exists(f"{path}-wal")
        with pytest.raises(CollectionError, match="The digits cannot be saved: the file cannot be written"):
            collection.add([make_sample(2)])


@pytest.mark.parametrize(
    ("change", "call"),
    [
        ("UPDATE digits SET picture = x'00'", Collection.find),
        ("UPDATE digits SET picture = x'00'", Collection.load_digits),
        ("UPDATE digits SET label = 77", Collection.find),
        ("UPDATE digits SET label = 77", Collection.count_by_label),
        ("DELETE FROM state", Collection.get_version),
    ],
)
def test_rows_of_wrong_content_are_explained(file_url, change, call):
    with Collection.open(file_url) as collection:
        collection.add([make_sample(1)])
        with closing(sqlite3.connect(file_url.removeprefix("sqlite:///"))) as other, other:
            other.execute(change)
        with pytest.raises(CollectionError, match="The collection of digits is damaged"):
            call(collection)
