import pytest

from digitnet.batches.records import LEFT_OUT, DecisionError
from digitnet.errors import CollectionError
from tests.helpers.batches import fill_batch, find_open


@pytest.fixture
def batch(store):
    return fill_batch(store, 3).id


@pytest.fixture
def sheet(store, batch):
    return store.sheets.find(batch)[0].id


def test_doubtful_numbers_are_open_until_decided(store, batch, sheet):
    assert [number.place for number in find_open(store, batch)] == [1, 1, 1]
    decision = store.numbers.decide(sheet, "0:1", " 71 ")
    assert [number.page.file for number in find_open(store, batch)] == ["sheet-1.png", "sheet-2.png"]
    assert store.numbers.get(sheet, "0:1").decision == decision
    assert (decision.text, store.numbers.list_decisions(batch)) == ("71", [decision])
    assert [bool(number.decision) for number in store.numbers.find(batch) if number.doubtful] == [True, False, False]


def test_last_decision_holds_and_undone_ones_do_not(store, batch, sheet):
    first = store.numbers.decide(sheet, "0:1", "1")
    second = store.numbers.decide(sheet, "0:1", "", LEFT_OUT, after=first.id)
    assert store.numbers.get(sheet, "0:1").decision == second
    assert store.numbers.undo(second.id).id == second.id
    assert store.numbers.get(sheet, "0:1").decision == first
    assert store.numbers.undo(first.id).undone == store.numbers.undo(first.id).undone
    assert (store.numbers.list_decisions(batch), len(find_open(store, batch))) == ([], 3)


def test_decision_sent_again_is_stored_once(store, batch, sheet):
    first = store.numbers.decide(sheet, "0:1", "1", token="a")
    assert store.numbers.decide(sheet, "0:1", "1", token="a") == first
    assert store.numbers.decide(sheet, "0:0", "1", token="b") != first


def test_decision_of_somebody_else_is_not_overwritten(store, batch, sheet):
    first = store.numbers.decide(sheet, "0:1", "1")
    with pytest.raises(DecisionError, match="look at it again") as refused:
        store.numbers.decide(sheet, "0:1", "2")
    assert refused.value.decision == first
    store.numbers.undo(first.id)
    with pytest.raises(DecisionError):
        store.numbers.decide(sheet, "0:1", "2", after=first.id)
    assert store.numbers.decide(sheet, "0:1", "2").text == "2"


def test_taught_addition_is_noted(store, batch, sheet):
    decision = store.numbers.decide(sheet, "0:1", "1")
    store.numbers.note_addition(decision.id, "abc")
    assert store.numbers.get(sheet, "0:1").decision.addition == "abc"
    store.numbers.note_addition(decision.id, None)
    assert store.numbers.get(sheet, "0:1").decision.addition is None


def test_decision_of_nothing_is_refused(store, batch, sheet):
    for arguments in (
        (sheet, "9:9", "1"),
        (sheet + 99, "0:1", "1"),
        (sheet, "0:1", "1" * 101),
        (sheet, "0:1", "", "x"),
    ):
        with pytest.raises(CollectionError):
            store.numbers.decide(*arguments)
    with pytest.raises(CollectionError):
        store.numbers.undo(12345)
