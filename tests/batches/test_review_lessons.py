import pytest

from digitnet.access.callers import acting_as
from digitnet.batches import review_lessons
from digitnet.batches.review import Review
from digitnet.batches.review_actions import ACCEPT, LEAVE_OUT, UNDO, NumberId, ReviewAction
from digitnet.batches.review_lessons import learn
from digitnet.collection.collection import Collection
from tests.helpers.batches import fill_batch
from tests.helpers.callers import ANN, TEACHER, agree
from tests.helpers.cut_numbers import CUT_BOX, cut_number


@pytest.fixture
def collection(database):
    with Collection.open(database) as opened:
        yield opened


@pytest.fixture
def review(store, monkeypatch):
    """The way through a batch with one doubtful number, 47; what is learned from is not left to workers."""
    monkeypatch.setattr(review_lessons, "run_in_worker", lambda function, *values, subject: function(*values))
    return Review(fill_batch(store, 1, crop=cut_number("47"), crop_box=CUT_BOX).id)


@pytest.fixture
def act(store, review):
    number = NumberId.of(review.look(store).numbers[0])

    def do(kind, text="", base=""):
        action = ReviewAction(review.seen + 1, number, kind, text, base, f"token-{review.seen}")
        review.handle(store, action)
        return action.token

    return do


def count_labels(collection):
    return {label: count for label, count in enumerate(collection.count_by_label().tolist()) if count}


def test_confirmed_number_teaches_until_it_is_undone(store, collection, review, act):
    token = act(ACCEPT, "47")
    learn(review, store, collection, "cnn")
    assert review.look(store).learned == 1
    assert count_labels(collection) == {4: 1, 7: 1}
    assert [(string.text, string.file) for string in collection.strings.find()] == [("47", "sheet-0.png")]
    learn(review, store, collection, "cnn")
    assert collection.count() == 2
    act(UNDO, base=token)
    learn(review, store, collection, "cnn")
    assert (count_labels(collection), collection.strings.find()) == ({}, [])


def test_corrected_number_teaches_the_last_text(store, collection, review, act):
    first = act(ACCEPT, "47")
    learn(review, store, collection, "cnn")
    second = act(ACCEPT, "41", first)
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {1: 1, 4: 1}
    act(UNDO, base=second)
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {4: 1, 7: 1}


def test_number_that_was_left_out_teaches_nothing(store, collection, review, act):
    first = act(ACCEPT, "47")
    learn(review, store, collection, "cnn")
    act(LEAVE_OUT, base=first)
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {}


def test_text_of_other_digits_is_decided_but_not_learned(store, collection, review, act):
    act(ACCEPT, "4711")
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {}
    assert [made.text for made in store.numbers.list_decisions(review.batch)] == ["4711"]


def test_decision_undone_at_once_is_not_learned(store, collection, review, act):
    act(UNDO, base=act(ACCEPT, "47"))
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {}


def test_nothing_is_learned_without_consent(store, collection, review, act, monkeypatch):
    monkeypatch.setattr(type(collection.consents), "is_given", lambda _: False)
    act(ACCEPT, "47")
    learn(review, store, collection, "cnn")
    assert count_labels(collection) == {}


def test_numbers_of_others_are_decided_but_not_learned(store, collection, monkeypatch):
    monkeypatch.setattr(review_lessons, "run_in_worker", lambda function, *values, subject: function(*values))
    agree(store, "ann", "teacher")
    with acting_as(ANN):
        batch = fill_batch(store, 1, crop=cut_number("47"), crop_box=CUT_BOX)
    with acting_as(TEACHER):
        review = Review(batch.id)
        number = NumberId.of(review.look(store).numbers[0])
        review.handle(store, ReviewAction(1, number, ACCEPT, "47", "", "token"))
        learn(review, store, collection, "cnn")
        assert [made.text for made in store.numbers.list_decisions(batch.id)] == ["47"]
    assert count_labels(collection) == {}
