import uuid
from datetime import UTC, datetime

import pytest

from digitnet.batches.memory import MemoryStore
from digitnet.batches.moving import move_to_store
from digitnet.batches.records import FAILED, FORM, LEFT_OUT, READ, WAITING, Batch
from digitnet.errors import QuotaError
from tests.helpers.batches import SETTINGS, make_entry, make_number, make_page


@pytest.fixture
def batch():
    return Batch(uuid.uuid4().hex, "", "July", FORM, datetime.now(UTC), "{}", "", SETTINGS)


@pytest.fixture
def memory(batch):
    """Three files: one that was read, one of two pages of which the second was read, and one that cannot be read."""
    memory = MemoryStore()
    first, second, third = memory.sheets.add(batch.id, [make_page(number) for number in range(3)])
    last = memory.sheets.add_pages(second.id, 2)[1]
    for sheet in (first, last):
        found = [make_number(0), make_number(1, "7", doubtful=True)]
        memory.sheets.save_reading(sheet.id, make_entry(found, sheet.page.file), found, "cnn", "version")
    memory.sheets.save_failure(third.id, "It is damaged.")
    memory.numbers.decide(first.id, "0:1", "71")
    memory.numbers.decide(last.id, "0:1", "", LEFT_OUT)
    return memory


def test_batch_of_memory_is_kept_with_its_sheets_and_decisions(store, memory, batch):
    kept = move_to_store(batch, memory, store)
    found = store.sheets.find(kept.id)
    assert [(sheet.page.file, sheet.page.page, sheet.page.pages, sheet.state) for sheet in found] == [
        ("sheet-0.png", 1, 1, READ),
        ("sheet-1.png", 1, 2, WAITING),
        ("sheet-1.png", 2, 2, READ),
        ("sheet-2.png", 1, 1, FAILED),
    ]
    assert found[0].entry == memory.sheets.find(batch.id)[0].entry
    assert (found[0].model, found[0].version, found[3].error) == ("cnn", "version", "It is damaged.")
    decided = [(number.sheet, number.key, number.decision) for number in store.numbers.find(kept.id)]
    assert [(sheet, key, each.kind, each.text) for sheet, key, each in decided if each] == [
        (found[0].id, "0:1", "text", "71"),
        (found[2].id, "0:1", LEFT_OUT, ""),
    ]
    assert (kept.name, kept.template, store.count(kept.id).undecided) == ("July", "{}", 0)


def test_nothing_is_kept_of_a_batch_that_cannot_be_moved_whole(store, memory, batch, monkeypatch):
    def refuse(*_):
        raise QuotaError("The disk is nearly full.")

    monkeypatch.setattr(type(store.sheets), "save_failure", refuse)
    with pytest.raises(QuotaError):
        move_to_store(batch, memory, store)
    assert store.list_batches() == []
    assert len(memory.numbers.list_decisions(batch.id)) == 2
