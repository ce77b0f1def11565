from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from digitnet.batches import review_lessons
from digitnet.batches.records import FORM
from digitnet.batches.review_actions import ACCEPT, LEAVE_OUT, UNDO, NumberId, ReviewAction
from digitnet.batches.store import BatchStore
from digitnet.errors import QuotaError
from pages.components import review_pad
from tests.helpers.app_pages import find_button
from tests.helpers.batches import SETTINGS, fill_batch, make_entry, make_number, make_page
from tests.helpers.cut_numbers import CUT_BOX, cut_number


@pytest.fixture
def store(data):
    with BatchStore.open() as opened:
        yield opened


@pytest.fixture
def batch(store):
    """A batch with three doubtful numbers, of which each teaches two digits."""
    about = {"alternatives": ("41",), "expect": "2 digits"}
    return fill_batch(store, 3, crop=cut_number("47"), crop_box=CUT_BOX, **about).id


@pytest.fixture
def pad(monkeypatch):
    """A stand-in for the component: call it to do something with a number; it has what is `shown`, and can `leave`."""
    state = SimpleNamespace(items=[], progress=None, refusals=[], log=[], left=0)

    def show(key, items, progress, seen, left, refusals):
        state.items, state.progress, state.refusals, state.seen = items, progress, refusals, seen

    def act(item, kind, text=""):
        base = item.decision.token if item.decision else ""
        state.log.append(ReviewAction(len(state.log) + 1, item.number, kind, text, base, f"token-{len(state.log)}"))

    def leave():
        state.left += 1

    monkeypatch.setattr(review_pad, "show", show)
    monkeypatch.setattr(review_pad, "get_actions", lambda key, seen: [each for each in state.log if each.place > seen])
    monkeypatch.setattr(review_pad, "get_held", lambda key: [item.number for item in state.items])
    monkeypatch.setattr(review_pad, "get_left", lambda key: state.left)
    act.shown, act.leave = state, leave
    return act


@pytest.fixture
def app(batch, pad, monkeypatch):
    monkeypatch.setattr(review_lessons, "run_in_worker", lambda function, *values, subject: function(*values))

    def run():
        import streamlit as st

        from pages.batch import review
        from pages.shared.user_batches import open_batches

        if chosen := review.get_chosen():
            review.show(open_batches().get(chosen))
        else:
            st.write("No review")

    app = AppTest.from_function(run, default_timeout=300)
    app.query_params["review"] = batch
    return app.run()


def list_texts(store, batch):
    return [made.text for made in store.numbers.list_decisions(batch)]


def test_review_shows_the_doubtful_numbers_with_what_is_known(app, pad):
    assert not app.exception
    first = pad.shown.items[0]
    assert (first.place, first.text, first.why) == ("field 1 · sheet-0.png", "7", "It is 60% sure.")
    assert (first.expected, first.alternatives) == ("Expected: 2 digits.", ("41",))
    assert first.box == pytest.approx((0.3, 0.3125, 160 / 300, 0.375))
    assert (pad.shown.progress.total, pad.shown.progress.open, len(pad.shown.items)) == (3, 3, 3)


def test_decisions_are_saved_and_learned_from_until_undone(app, pad, store, batch, collected):
    pad(pad.shown.items[0], ACCEPT, "47")
    pad(pad.shown.items[1], LEAVE_OUT)
    app.run()
    assert list_texts(store, batch) == ["47", ""]
    assert (pad.shown.seen, pad.shown.progress.open) == (2, 1)
    assert pad.shown.progress.saved == "All saved; 1 number kept to learn from"
    assert collected.count() == 2
    decided = {item.number: item for item in pad.shown.items}
    pad(next(item for item in decided.values() if item.decision and item.decision.text == "47"), UNDO)
    app.run()
    assert (list_texts(store, batch), collected.count()) == ([""], 0)
    assert pad.shown.progress.saved == ""


def test_review_goes_on_in_another_session(app, pad, store, batch):
    pad(pad.shown.items[0], ACCEPT, "47")
    app.run()
    pad.shown.log.clear()
    again = AppTest.from_function(lambda: None)
    again._script_path, again.query_params["review"] = app._script_path, batch
    again.default_timeout = 60
    again.run()
    assert not again.exception
    assert [item.decision and item.decision.text for item in pad.shown.items] == ["47", None, None]


def test_digits_that_cannot_be_kept_lose_no_decision(app, pad, store, batch, monkeypatch):
    def refuse(*_):
        raise QuotaError("Too many digits were added within a day.")

    monkeypatch.setattr("digitnet.collection.collection.check_quotas", refuse)
    pad(pad.shown.items[0], ACCEPT, "47")
    app.run()
    assert list_texts(store, batch) == ["47"]
    sentence = "All saved, but not kept to learn from: Too many digits were added within a day."
    assert pad.shown.progress.saved == sentence


def test_number_that_is_gone_is_refused_to_its_tab(app, pad):
    pad(pad.shown.items[0]._replace(number=NumberId(4711, "0:1")), ACCEPT, "47")
    app.run()
    assert [refusal.sentence for refusal in pad.shown.refusals] == ["This sheet is not there any more."]


def test_whoever_leaves_sees_the_batches_and_comes_back_to_the_open_numbers(app, pad, store, batch):
    pad(pad.shown.items[0], ACCEPT, "47")
    pad.leave()
    app.run()
    assert app.markdown[0].value == "No review"
    assert list_texts(store, batch) == ["47"]
    app.query_params["review"] = batch
    app.run()
    assert pad.shown.progress.open == 2


def test_sure_numbers_are_checked_by_chance_and_counted(app, pad, store):
    batch = store.create("Sure", FORM, SETTINGS).id
    (sheet,) = store.sheets.add(batch, [make_page(7)])
    found = [make_number(0, doubtful=True), *(make_number(at, crop=cut_number("12")) for at in range(1, 25))]
    store.sheets.save_reading(sheet.id, make_entry(found), found, "cnn", "version")
    app.query_params["review"] = batch
    app.run()
    assert not app.button
    pad(pad.shown.items[0], LEAVE_OUT)
    app.run()
    assert pad.shown.progress.end == "The doubtful number is checked."
    find_button(app, "Check also 20 sure numbers").click().run()
    assert (pad.shown.progress.total, pad.shown.items[0].why) == (20, "It is sure; is it right?")
    for text in ("12", "12", "17"):
        pad(next(item for item in pad.shown.items if not item.decision), ACCEPT, text)
        app.run()
    assert (pad.shown.progress.open, pad.shown.progress.end) == (17, "Of 20 sure numbers 1 was wrong.")
    app.query_params["sure"] = "nonsense"
    app.run()
    assert not app.exception
