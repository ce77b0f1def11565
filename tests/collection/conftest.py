import pytest

from digitnet.collection.collection import Collection


@pytest.fixture
def collection(database):
    """Open an empty collection, on SQLite and on PostgreSQL."""
    with Collection.open(database) as opened:
        yield opened


@pytest.fixture
def file_url(tmp_path):
    """Return the URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/digits.db"
