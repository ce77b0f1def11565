"""The page Learn my hand: write, learn, compare."""

import json
import shutil

import numpy as np
import pytest

from digitnet import extras
from digitnet.collection.samples import Sample
from digitnet.datasets.mnist import Digits
from digitnet.experiments import hands
from digitnet.experiments.promotion import Comparison, PairedPredictions
from digitnet.experiments.run import list_runs
from digitnet.experiments.status import QUEUED
from digitnet.labels import NOT_A_DIGIT
from digitnet.models import active, store
from digitnet.models.card import FAILED
from pages.shared import before_after
from tests.helpers.app_pages import find_button, find_key, make_page
from tests.helpers.callers import TEACHER
from tests.helpers.digit_strokes import STROKES

STRIP = "strip-hand"


@pytest.fixture
def folder(ship):
    return ship("cnn")


@pytest.fixture
def page(folder, strips, report):
    """Return the page with empty paper."""
    report()
    return make_page("hand").run()


@pytest.fixture
def write(report):
    """Return a function that runs a page with digits on its paper."""

    def run_with(page, text):
        report(*[stroke for place, digit in enumerate(text) for stroke in place_strokes(digit, place)])
        page.run()
        assert not page.exception

    return run_with


def place_strokes(digit, place):
    """Return the strokes of a digit in a column of the paper."""
    left = 128 * place + 34
    return [[(round(left + 60 * x), round(110 + 200 * y)) for x, y in stroke] for stroke in STROKES[digit]]


def press(page, label):
    find_button(page, label).click()
    page.run()
    assert not page.exception


def list_labels(page):
    return [button.label for button in page.button]


def read_prompt(page):
    """Return the digits that the page asks for, "" if it asks for none."""
    bodies = [html.proto.body for html in page.get("html") if 'class="prompt"' in html.proto.body]
    return bodies[0].split("<b>")[1].split("</b>")[0] if bodies else ""


def go(page, step):
    page.button_group(key=find_key(page, "hand-step")).set_value(step).run()
    assert not page.exception


def choose_times(page, times):
    page.selectbox(key=find_key(page, "hand-times")).set_value(times).run()


def add_digits(collected, mnist, times=3, writer=""):
    """Add MNIST's digits to the collection: each label so many times."""
    images, labels = mnist[1]
    places = np.concatenate([np.flatnonzero(labels == label)[:times] for label in range(10)])
    samples = [Sample(images[place], b"", int(labels[place]), writer=writer) for place in places]
    collected.add(samples)


def add_learned_model(folder):
    """Add a copy of cnn that was fine-tuned on the digits without a writer."""
    shutil.copytree(folder / "cnn", folder / "cnn-mine")
    card = store.load_card("cnn")
    settings = card["config"] | {"start": "cnn", "writers": [""], "data": "both"}
    card |= {"name": "cnn-mine", "before": "cnn", "finished": "2026-01-01T10:00:00", "config": settings}
    (folder / "cnn-mine" / store.CARD_FILE).write_text(json.dumps(card))


def test_empty_paper_asks_for_the_first_digits(page):
    assert not page.exception
    assert read_prompt(page) == "0 1 2 3 4"
    assert "**0 of 50** digits are written" in page.markdown[0].value
    assert not [label for label in list_labels(page) if label.startswith(("Save", "Take back"))]


def test_written_digits_are_saved_with_their_labels_and_writer(page, write, strips, collected):
    page.session_state.writer = "Ann"
    write(page, "01234")
    assert [tile.label for tile in strips.tiles(STRIP)] == [0, 1, 2, 3, 4]
    press(page, "Save 5 digits")
    assert sorted((digit.label, digit.writer, digit.source, digit.model) for digit in collected.find()) == [
        (label, "Ann", "canvas", "cnn") for label in range(5)
    ]
    assert read_prompt(page) == "5 6 7 8 9"
    assert page.session_state["hand-paper"].strokes == []


def test_label_is_what_was_asked_for_not_what_was_read(page, write, strips, collected):
    write(page, "98765")
    assert any(caption.value.startswith("Is your 0 right? It looks like a 9.") for caption in page.caption)
    assert [tile.doubtful for tile in strips.tiles(STRIP)] == [True] * 5
    press(page, "Save 5 digits")
    assert sorted((digit.label, digit.read) for digit in collected.find()) == [(0, 9), (1, 8), (2, 7), (3, 6), (4, 5)]


def test_digit_that_is_left_out_is_asked_for_again(page, write, strips, collected):
    write(page, "01234")
    strips(STRIP, 1, NOT_A_DIGIT)
    page.run()
    press(page, "Save 4 digits")
    assert sorted(digit.label for digit in collected.find()) == [0, 2, 3, 4]
    assert read_prompt(page) == "1 5 6 7 8"


def test_saved_sheet_is_taken_back_with_its_strokes(page, write, collected):
    write(page, "01234")
    press(page, "Save 5 digits")
    press(page, "Take back 0 1 2 3 4")
    assert collected.count() == 0
    assert read_prompt(page) == "0 1 2 3 4"
    assert len(page.session_state["hand-paper"].strokes) == 6  # The 4 has two.


def test_second_of_two_quick_clicks_saves_nothing(page, write, collected):
    write(page, "01234")
    hand = page.session_state["hand"]
    sheet = hand.sheet
    press(page, "Save 5 digits")
    hand.save(sheet, [Sample(np.zeros((28, 28), np.uint8), b"", 3)], [])
    assert collected.count() == 5
    assert len(hand.saved) == 1


def test_too_few_digits_are_not_saved(page, write):
    write(page, "012")
    assert any("3 of 5 found" in caption.value for caption in page.caption)
    assert not [label for label in list_labels(page) if label.startswith("Save")]


def test_digits_of_this_writer_alone_count(page, collected, mnist):
    add_digits(collected, mnist, times=5, writer="Bob")
    page.run()
    assert "**0 of 50** digits are written" in page.markdown[0].value
    page.selectbox(key=find_key(page, "writer")).set_value("Bob").run()
    assert "**50 of 50** digits are written" in page.markdown[0].value
    assert read_prompt(page) == ""


def test_sheet_of_a_teacher_is_saved_once_it_is_allowed(page, write, collected, mnist, visit_as):
    add_digits(collected, mnist, times=5)  # Those of the owner do not count.
    visit_as(TEACHER)
    write(page, "01234")
    assert "**0 of 50** digits are written" in page.markdown[0].value
    press(page, "Save 5 digits")
    assert collected.count(accounts=[TEACHER.account]) == 0
    press(page, "Keep my digits")
    press(page, "Save 5 digits")
    assert collected.count(accounts=[TEACHER.account]) == 5


def test_last_sheet_leads_on_to_learning(page, write, collected, mnist):
    add_digits(collected, mnist)
    collected.delete([digit.id for digit in collected.find(labels=[7], limit=1)])
    choose_times(page, 3)
    assert read_prompt(page) == "7"
    write(page, "7")
    press(page, "Save 1 digit")
    assert "Learn my hand" in list_labels(page)
    go(page, "write")
    press(page, "Take back 7")
    assert read_prompt(page) == "7"


def test_nothing_is_learned_or_compared_before_digits_are_written(page):
    go(page, "learn")
    assert find_button(page, "Learn my hand").disabled
    assert "no digits to learn from" in page.markdown[0].value
    go(page, "compare")
    assert "Nothing has been learned yet" in page.markdown[0].value


def test_learning_is_started_and_cancelled(page, collected, mnist):
    add_digits(collected, mnist)
    go(page, "learn")
    train, held_out = collected.count(held_out=False), collected.count(held_out=True)
    assert f"learns from **{train}** of your digits. **{held_out}** more are held out" in page.markdown[0].value
    press(page, "Learn my hand")
    (run,) = list_runs()
    assert (run.name, run.read_config().writers, run.read_status().state) == ("cnn-mine", ("",), QUEUED)
    assert "Learn my hand" not in list_labels(page)
    press(page, "Cancel")
    assert list_runs() == []
    assert not find_button(page, "Learn my hand").disabled
    assert collected.count() == 30


def test_model_of_ten_labels_is_said_to_leave_shapes_out(page, ship, collected, mnist):
    add_digits(collected, mnist)
    go(page, "learn")
    assert "left out" not in page.markdown[0].value
    ship("mlp")
    active.activate("mlp")
    page.run()
    assert r"mlp cannot learn shapes that are left out\: put cnn to use to teach those" in page.markdown[0].value


def test_failed_learning_says_why_and_can_go_on(page, collected, mnist):
    add_digits(collected, mnist)
    hands.learn("")
    list_runs()[0].update_status(state=FAILED, message="The disk is full.")
    page.run()
    go(page, "learn")
    assert [error.value for error in page.error] == [r"The disk is full\."]
    press(page, "Go on learning")
    assert list_runs()[0].read_status().state == QUEUED


def test_missing_tensorflow_is_told_in_one_sentence(page, collected, mnist, monkeypatch):
    monkeypatch.setattr(extras, "has_extra", lambda extra: extra != "train")
    add_digits(collected, mnist)
    page.run()
    assert [warning.value for warning in page.warning] == [
        "Learning a hand needs TensorFlow; install with: pip install -r requirements.txt"
    ]
    go(page, "learn")
    assert len(page.warning) == 1
    assert find_button(page, "Learn my hand").disabled


@pytest.fixture
def learned(page, folder, monkeypatch):
    """Return a function that opens the comparison with a model that reads so many of ten digits right; 7 before."""

    def open_comparison(right):
        labels = np.arange(10)
        digits = Digits(np.zeros((10, 28, 28), np.uint8), labels.astype(np.uint8))
        before, after = (np.where(labels < count, labels, (labels + 1) % 10) for count in (7, right))
        compared = Comparison(PairedPredictions(digits, labels, labels), PairedPredictions(digits, before, after))
        monkeypatch.setattr(before_after, "compare_with_previous", lambda name: compared)
        add_learned_model(folder)
        page.run()
        go(page, "compare")
        return page

    return open_comparison


def test_better_model_is_proposed_and_put_to_use(learned):
    page = learned(9)
    assert page.table[0].value.loc["Your held-out digits read right"].tolist() == ["7 of 10", "9 of 10"]
    assert page.success[0].value.startswith("Better")
    assert find_button(page, "Use it").proto.type == "primary"
    press(page, "Use it")
    assert active.get_active_model() == "cnn-mine"
    assert "Use it" not in list_labels(page)
    press(page, "Back to cnn")
    assert active.get_active_model() == "cnn"


def test_old_model_is_kept(learned):
    page = learned(6)
    assert page.warning[0].value.startswith("Not better")
    assert find_button(page, "Keep the old one").proto.type == "primary"
    press(page, "Keep the old one")
    assert active.get_active_model() == "cnn"
    assert any("**cnn** stays in use" in text.value for text in page.markdown)
    press(page, "Write more digits")
    assert read_prompt(page) == "0 1 2 3 4"
