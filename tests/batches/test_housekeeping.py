import logging

import pytest
from sqlalchemy import update

from digitnet.access.callers import acting_as
from digitnet.batches import housekeeping
from digitnet.batches.store import BatchStore
from digitnet.collection.schema import batches
from tests.helpers.batches import fill_batch
from tests.helpers.callers import ANN, agree


def test_batches_that_anybody_deleted_a_day_ago_are_gone(data):
    with BatchStore.open() as store:
        agree(store, "ann")
        with acting_as(ANN):
            batch, other = fill_batch(store), fill_batch(store)
            store.delete(batch.id)
            store.delete(other.id)
        with store._open_writer() as connection:
            long_ago = batch.created.replace(year=2025)
            connection.execute(update(batches).where(batches.c.id == batch.id).values(deleted=long_ago))
        housekeeping.clean_up()
        with acting_as(ANN):
            store.restore(other.id)
            assert [found.id for found, _ in store.list_batches()] == [other.id]
        assert store.sweep() == 0


def test_database_that_cannot_be_opened_is_noted_in_the_log(data, monkeypatch, caplog):
    monkeypatch.setenv("DIGITNET_DATABASE_URL", "mysql://x")
    with caplog.at_level(logging.WARNING):
        housekeeping.clean_up()
    assert "Deleted batches are still there" in caplog.text


def test_next_day_is_planned_after_an_unexpected_error(monkeypatch):
    planned = []
    monkeypatch.setattr(housekeeping, "_plan", planned.append)
    monkeypatch.setattr(housekeeping, "delete_expired_pictures", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        housekeeping._clean_up_again()
    assert planned == [86_400]
