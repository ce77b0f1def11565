import shutil

import pytest

from digitnet.experiments.run import Run
from digitnet.experiments.status import QUEUED, RUNNING
from digitnet.models import active, store
from digitnet.models.card import FAILED, INTERRUPTED
from tests.helpers.train_page import find_start_button, list_texts, press, widget_key


@pytest.mark.parametrize(
    ("state", "word"), [(RUNNING, "Interrupted"), (INTERRUPTED, "Interrupted"), (FAILED, "Failed")]
)
def test_inactive_run_can_be_started_again(page, state, word):
    page.text_input(key=widget_key(page, "name")).set_value("mine").run()
    find_start_button(page).click().run()
    Run("mine").update_status(state=state, pid=0)
    page.run()
    assert any(word in badge.value for badge in page.markdown if "badge" in badge.value)
    next(button for button in page.button if button.label == "Start again").click().run()
    assert Run("mine").read_status().state == QUEUED


def test_run_is_discarded_only_after_confirmation(page, interrupted_run, idle_queue, tiny_model):
    shutil.copytree(tiny_model, idle_queue / "mine")  # A stopped run leaves its model.
    active.activate("mlp")
    page.run()
    press(page, "Discard…")
    press(page, "Keep it")
    assert interrupted_run.exists()
    assert "mine" in store.list_models()
    press(page, "Discard…")
    press(page, "Discard for good")
    assert not page.exception
    assert not interrupted_run.exists()
    assert "mine" not in store.list_models()
    assert not [button for button in page.button if button.label.startswith("Discard")]


def test_discarded_run_leaves_the_model_in_use(page, interrupted_run, idle_queue, tiny_model):
    shutil.copytree(tiny_model, idle_queue / "mine")
    active.activate("mine")
    page.run()
    press(page, "Discard…")
    press(page, "Discard for good")
    assert not interrupted_run.exists()
    assert active.get_active_model() == "mine"


def test_curves_are_described_with_the_rules_beside_them(page, interrupted_run):
    page.run()
    assert not page.exception
    assert any("Still improving: the training loss fell to 0.1 in epoch 4" in text for text in list_texts(page))
    assert any("How we decide this" in expander.label for expander in page.expander)
    assert any("Overfitting: the mean validation loss of the last 3 epochs" in text for text in list_texts(page))
