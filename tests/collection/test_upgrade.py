import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from digitnet.collection.collection import Collection
from digitnet.collection.database import connect, with_immediate_transactions
from digitnet.collection.schema import REVISIONS, digits, metadata
from digitnet.collection.upgrade import read_revision, upgrade_schema
from digitnet.errors import CollectionError
from tests.helpers.user_digits import make_sample

OLD = {"deleted": False, "added": "2024-02-29 12:00:00.000000", **make_sample(1, 7, read=1, writer="Ann").to_values()}


@pytest.fixture
def first_schema(database):
    """Make a collection with one digit and the first schema, and return its URL."""
    engine = connect(database)
    upgrade_schema(engine, REVISIONS[0])
    columns = ", ".join(OLD)
    values = ", ".join(f":{name}" for name in OLD)
    with with_immediate_transactions(engine).begin() as connection:
        connection.execute(text(f"INSERT INTO digits ({columns}) VALUES ({values})"), OLD)
    engine.dispose()
    return database


def list_copies(tmp_path):
    return [path for path in tmp_path.iterdir() if path.name != "digits.db"]


def test_first_schema_is_upgraded_with_its_digits(first_schema):
    with Collection.open(first_schema) as collection:
        (digit,) = collection.find()
        assert (digit.label, digit.read, digit.writer, digit.added.year) == (7, 1, "Ann", 2024)
        assert collection.undo(collection.add([make_sample(1, 2), make_sample(2)]).batch) == 2
        assert collection.find()[0].label == 7
        assert collection.count(labeled_since=datetime(2024, 2, 29, tzinfo=UTC)) == 1
        assert collection.count(labeled_since=datetime(2024, 3, 1, tzinfo=UTC)) == 0


def insert(connection, table, **values):
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_digits_of_before_accounts_are_the_owners(database):
    engine = connect(database)
    upgrade_schema(engine, "0004")
    common = {"model": "", "writer": "", "deleted": False}
    with with_immediate_transactions(engine).begin() as connection:
        for number in (1, 2, 3):
            values = {**OLD, **make_sample(number, number).to_values(), "batch": "second", "labelled": OLD["added"]}
            insert(connection, "digits", **values)
        connection.execute(text("DELETE FROM digits WHERE label = 3"))
        insert(connection, "changes", batch="second", digit=1, before="first", label=7, **common)
        names = ("digest", "picture", "source", "file", "added")
        insert(connection, "strings", **{name: OLD[name] for name in names}, text="12", read="", **common)
    engine.dispose()
    with Collection.open(database) as collection:
        digits_by_age = collection.find(order="oldest")
        assert [(digit.id, digit.label, digit.account) for digit in digits_by_age] == [(1, 1, ""), (2, 2, "")]
        assert [row.account for row in collection.strings.find()] == [""]
        assert collection.undo("second") == 2
        assert [(digit.id, digit.label) for digit in collection.find()] == [(1, 7)]
        collection.add([make_sample(9)])
        assert max(digit.id for digit in collection.find()) == 4  # The number of the removed one stays used.


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_file_is_copied_before_the_upgrade(first_schema, tmp_path):
    Collection.open(first_schema).close()
    (copy,) = list_copies(tmp_path)
    assert copy.match("digits-0001-*.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT digest, label FROM digits").fetchone() == (OLD["digest"], 7)
    Collection.open(first_schema).close()
    assert list_copies(tmp_path) == [copy]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_failed_copy_leaves_the_file_unchanged(first_schema, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(
            "digitnet.collection.database.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
        )
        with pytest.raises(CollectionError, match="cannot be opened: No space left"):
            Collection.open(first_schema)
    assert list_copies(tmp_path) == []
    assert get_revision(first_schema) == "0001"
    with Collection.open(first_schema) as collection:
        assert collection.count() == 1


def get_revision(url):
    engine = connect(url)
    with engine.connect() as connection:
        found = read_revision(connection)
    engine.dispose()
    return found


def test_failed_migration_leaves_the_schema_unchanged(first_schema):
    engine = connect(first_schema)
    with with_immediate_transactions(engine).begin() as connection:
        connection.execute(text("CREATE TABLE changes (what INTEGER)"))
    with pytest.raises(CollectionError, match=r'"?changes"? already exists'):
        Collection.open(first_schema)
    assert get_revision(first_schema) == "0001"
    assert "batch" not in [column["name"] for column in inspect(engine).get_columns("digits")]
    engine.dispose()


def test_newer_schema_raises_an_error(database):
    Collection.open(database).close()
    engine = connect(database)
    with with_immediate_transactions(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CollectionError, match=r"made by a newer digitnet \(9999\); update it"):
        Collection.open(database)
    engine.dispose()


def test_migrations_lead_to_the_tables_of_the_code(database):
    Collection.open(database).close()
    engine = connect(database)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(select(digits)).all() == []
    engine.dispose()


def test_revisions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", "digitnet.collection:migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert [step.revision for step in steps] == list(reversed(REVISIONS))


def test_collections_have_different_versions(tmp_path):
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in "ab"]
    versions = []
    for url in urls:
        with Collection.open(url) as collection:
            versions.append(collection.get_version())
    assert versions[0] != versions[1]


def test_undo_rows_are_deleted_with_their_digit(tmp_path):
    with Collection.open(f"sqlite:///{tmp_path}/digits.db") as collection:
        collection.add([make_sample(1, 1)])
        collection.add([make_sample(1, 2)])
        with with_immediate_transactions(collection._engine).begin() as connection:
            connection.execute(digits.delete())
            assert connection.execute(text("SELECT count(*) FROM changes")).scalar() == 0
