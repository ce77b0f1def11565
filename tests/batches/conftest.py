import pytest

from digitnet.batches.store import BatchStore


@pytest.fixture
def store(database):
    """Open a store without batches, on SQLite and on PostgreSQL."""
    with BatchStore.open(database) as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path):
    """Open a store without batches in a file."""
    with BatchStore.open(f"sqlite:///{tmp_path}/digits.db") as opened:
        yield opened
