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
from digitnet.collection.database import connect, writer
from digitnet.collection.schema import REVISIONS, digits, metadata
from digitnet.collection.upgrade import read_revision, upgrade_schema
from digitnet.errors import CollectionError
from tests.collection.test_collection import sample

OLD = {"deleted": False, "added": "2024-02-29 12:00:00.000000", **sample(1, 7, read=1, writer="Ann").to_values()}


@pytest.fixture
def first(database):
    """The URL of a collection of one digit, of the first schema."""
    engine = connect(database)
    upgrade_schema(engine, REVISIONS[0])
    columns = ", ".join(OLD)
    values = ", ".join(f":{name}" for name in OLD)
    with writer(engine).begin() as connection:
        connection.execute(text(f"INSERT INTO digits ({columns}) VALUES ({values})"), OLD)
    engine.dispose()
    return database


def copies(tmp_path):
    return [path for path in tmp_path.iterdir() if path.name != "digits.db"]


def test_first_schema_is_brought_up_to_date_with_its_digits(first):
    with Collection.open(first) as kept:
        (digit,) = kept.find()
        assert (digit.label, digit.read, digit.writer, digit.added.year) == (7, 1, "Ann", 2024)
        assert kept.undo(kept.add([sample(1, 2), sample(2)]).batch) == 2
        assert kept.find()[0].label == 7
        assert kept.count(labeled_since=datetime(2024, 2, 29, tzinfo=UTC)) == 1
        assert kept.count(labeled_since=datetime(2024, 3, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_file_is_copied_before_it_is_changed(first, tmp_path):
    Collection.open(first).close()
    (copy,) = copies(tmp_path)
    assert copy.match("digits-0001-*.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT digest, label FROM digits").fetchone() == (OLD["digest"], 7)
    Collection.open(first).close()
    assert copies(tmp_path) == [copy]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_copy_that_cannot_be_made_leaves_the_file_as_it_was(first, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(
            "digitnet.collection.database.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
        )
        with pytest.raises(CollectionError, match="cannot be opened: No space left"):
            Collection.open(first)
    assert copies(tmp_path) == []
    assert revision_of(first) == "0001"
    with Collection.open(first) as kept:
        assert kept.count() == 1


def revision_of(url):
    engine = connect(url)
    with engine.connect() as connection:
        found = read_revision(connection)
    engine.dispose()
    return found


def test_step_that_fails_leaves_the_schema_as_it_was(first):
    engine = connect(first)
    with writer(engine).begin() as connection:
        connection.execute(text("CREATE TABLE changes (what INTEGER)"))
    with pytest.raises(CollectionError, match=r'"?changes"? already exists'):
        Collection.open(first)
    assert revision_of(first) == "0001"
    assert "batch" not in [column["name"] for column in inspect(engine).get_columns("digits")]
    engine.dispose()


def test_newer_schema_is_said_and_left_alone(database):
    Collection.open(database).close()
    engine = connect(database)
    with writer(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CollectionError, match=r"made by a newer digitnet \(9999\); update it"):
        Collection.open(database)
    engine.dispose()


def test_steps_lead_to_the_tables_that_the_code_knows(database):
    Collection.open(database).close()
    engine = connect(database)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(select(digits)).all() == []
    engine.dispose()


def test_revisions_that_the_code_knows_are_those_of_the_steps():
    config = Config()
    config.set_main_option("script_location", "digitnet.collection:migrations")
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert [step.revision for step in steps] == list(reversed(REVISIONS))


def test_each_collection_has_a_name_of_its_own(tmp_path):
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in "ab"]
    versions = []
    for url in urls:
        with Collection.open(url) as kept:
            versions.append(kept.get_version())
    assert versions[0] != versions[1]


def test_what_is_kept_for_undoing_goes_with_its_digit(tmp_path):
    with Collection.open(f"sqlite:///{tmp_path}/digits.db") as kept:
        kept.add([sample(1, 1)])
        kept.add([sample(1, 2)])
        with writer(kept._engine).begin() as connection:
            connection.execute(digits.delete())
            assert connection.execute(text("SELECT count(*) FROM changes")).scalar() == 0
