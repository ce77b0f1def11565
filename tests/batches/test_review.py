import pytest

from digitnet.batches.records import FORM, LEFT_OUT
from digitnet.batches.review import Review
from digitnet.batches.review_actions import ACCEPT, LEAVE_OUT, PUT_OFF, UNDO, NumberId, ReviewAction
from tests.helpers.batches import CROP, SETTINGS, fill_batch, make_entry, make_number, make_page


@pytest.fixture
def batch(store):
    return fill_batch(store, 13).id


@pytest.fixture
def act(store):
    """A function that does something with a number, after what its tab did before: act(review, number, kind, ...)."""

    def do(review, number, kind, text="", base="", **fields):
        place = fields.pop("place", review.seen + 1)
        token = fields.pop("token", f"{id(review)}-{place}")
        action = ReviewAction(place, number, kind, text, base, token, **fields)
        review.handle(store, action)
        return action

    return do


def list_numbers(view):
    return [NumberId.of(number) for number in view.numbers]


def list_decided(view):
    return [number.decision.text for number in view.numbers if number.decision]


def test_review_begins_with_the_first_number_that_is_open(store, batch, act):
    review = Review(batch)
    first, second, *_ = list_numbers(review.look(store))
    act(review, first, ACCEPT, "71")
    act(review, second, PUT_OFF)
    view = Review(batch).look(store)
    assert (view.total, view.open, list_decided(view)) == (13, 12, ["71"])
    assert list_numbers(view)[:2] == [first, second]
    assert list_numbers(review.look(store))[0] == first
    assert second not in list_numbers(review.look(store))
    assert second in list_numbers(review.look(store, [second]))


def test_decisions_are_stored_as_they_were_made(store, batch, act):
    review = Review(batch)
    first, second, *_ = list_numbers(review.look(store))
    act(review, first, ACCEPT, "71", seconds=2.0)
    act(review, second, LEAVE_OUT, seconds=4.0)
    assert [(made.kind, made.text) for made in store.numbers.list_decisions(batch)] == [("text", "71"), (LEFT_OUT, "")]
    assert review.look(store).pace is None
    act(review, list_numbers(review.look(store))[2], ACCEPT, "7", seconds=9.0)
    assert review.look(store).pace == 4.0
    assert not review.refusals


def test_action_sent_again_is_done_once_also_after_a_restart(store, batch, act):
    review = Review(batch)
    first, second, *_ = list_numbers(review.look(store))
    decided = act(review, first, ACCEPT, "1")
    review.handle(store, decided)
    undone = act(review, first, UNDO, base=decided.token)
    restarted = Review(batch)
    for action in (decided, undone, ReviewAction(9, second, ACCEPT, "2", token="later")):
        restarted.handle(store, action)
    assert [made.text for made in store.numbers.list_decisions(batch)] == ["2"]
    assert not restarted.refusals


def test_decision_of_another_tab_is_not_overwritten_silently(store, batch, act):
    mine, theirs = Review(batch), Review(batch)
    first, second, *_ = list_numbers(mine.look(store))
    stored = act(theirs, first, ACCEPT, "4711")
    act(theirs, second, ACCEPT, "8")
    refused = act(mine, first, ACCEPT, "12")
    act(mine, second, ACCEPT, "8")
    assert [refusal.action for refusal in mine.refusals] == [refused]
    assert mine.refusals[0].sentence == (
        "Somebody has saved 4711 for it meanwhile. Decide again to save 12 instead, or choose Later."
    )
    assert list_decided(mine.look(store, [first])) == ["4711", "8"]
    act(mine, first, ACCEPT, "12", base=stored.token)
    assert list_decided(mine.look(store)) == ["8", "12"]


def test_undo_of_what_another_tab_replaced_changes_nothing(store, batch, act):
    mine, theirs = Review(batch), Review(batch)
    first = list_numbers(mine.look(store))[0]
    decided = act(mine, first, ACCEPT, "1")
    act(theirs, first, LEAVE_OUT, base=decided.token)
    act(mine, first, UNDO, base=decided.token)
    assert [made.kind for made in store.numbers.list_decisions(batch)] == [LEFT_OUT]


def test_undone_decision_gives_way_to_the_one_before(store, batch, act):
    review = Review(batch)
    first = list_numbers(review.look(store))[0]
    one = act(review, first, ACCEPT, "1")
    two = act(review, first, ACCEPT, "2", base=one.token)
    act(review, first, UNDO, base=two.token)
    assert list_decided(review.look(store)) == ["1"]
    act(review, first, UNDO, base=one.token)
    assert (list_decided(review.look(store)), review.look(store).open) == ([], 13)


def test_number_that_is_gone_is_refused_with_a_sentence(store, batch, act):
    review = Review(batch)
    act(review, NumberId(99999, "0:1"), ACCEPT, "1")
    assert [refusal.sentence for refusal in review.refusals] == ["This sheet is not there any more."]
    assert review.seen == 1


def test_sample_of_sure_numbers_says_how_many_were_wrong(store, act):
    batch = store.create("July", FORM, SETTINGS).id
    (sheet,) = store.sheets.add(batch, [make_page(1)])
    sure = [make_number(column, "5", crop=CROP, crop_box=(1, 1, 9, 9)) for column in range(6)]
    found = [*sure, make_number(6), make_number(7, doubtful=True)]
    store.sheets.save_reading(sheet.id, make_entry(found), found, "cnn", "version")
    review = Review(batch, sample=4)
    view = review.look(store)
    assert (view.total, view.open, view.changed) == (4, 4, 0)
    for number, text in zip(list_numbers(view), "5515", strict=True):
        act(review, number, ACCEPT, text)
    assert (review.look(store).open, review.look(store).changed) == (0, 1)
    assert Review(batch, sample=100).look(store).total == 6
    assert Review(batch).look(store).total == 1


def test_text_that_is_not_as_expected_is_stored_and_noted(store, act):
    review = Review(fill_batch(store, 2, expect="2 digits").id)
    first, second = list_numbers(review.look(store))
    act(review, first, ACCEPT, "471")
    assert review.note == "471 is saved, but is not as expected: 2 digits."
    assert list_decided(review.look(store)) == ["471"]
    act(review, second, ACCEPT, "47")
    assert review.note == ""
