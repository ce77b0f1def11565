import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitnet import jobs, store
from digitnet.runs import FAILED, INTERRUPTED, QUEUED, RUNNING, Run, all_runs

ROOT = Path(__file__).parent.parent


@pytest.fixture
def launched(models, monkeypatch):
    """The shipped mlp alone, and a queue whose processes never begin."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(jobs, "_launch", lambda run: None)
    return models


@pytest.fixture
def page(launched):
    app = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=30)
    app.session_state.entered = True
    return app.run()


def said(page):
    return [element.value for element in (*page.error, *page.markdown)]


def start(page):
    return next(button for button in page.button if button.label.startswith("Start"))


def test_page_opens_with_a_recipe_ready_to_start(page):
    assert not page.exception
    assert not start(page).disabled
    assert any("85,578 parameters" in text for text in said(page))
    assert any("for 2 epochs" in text for text in said(page))


def test_recipe_brings_its_own_settings(page):
    page.number_input(key="setup-epochs").set_value(7).run()
    page.selectbox(key="setup-recipe").set_value("mlp-512-512-dropout").run()
    assert page.number_input(key="setup-epochs").value == 31
    assert page.slider(key="setup-validation_share").value == 20
    assert any("Published: 98.24%" in caption.value.replace("\\", "") for caption in page.caption)
    assert any("669,706 parameters" in text for text in said(page))


def test_network_that_knows_what_is_no_digit_has_an_answer_more(page):
    refuse = next(toggle for toggle in page.toggle if toggle.label == "Knows what is no digit")
    refuse.set_value(True).run()
    assert not page.exception
    assert any("85,643 parameters" in text for text in said(page))
    assert page.table[0].value.index[-1] == "dense 11 softmax"
    start(page).click().run()
    assert all_runs()[0].config().refuse


def test_started_run_is_queued_with_the_settings_of_the_page(page):
    page.selectbox(key="setup-recipe").set_value("mlp-64-64").run()
    page.number_input(key="setup-epochs").set_value(3).run()
    page.text_input(key="setup-learning_rate").set_value("0.05").run()
    start(page).click().run()
    assert not page.exception
    (run,) = all_runs()
    config = run.config()
    assert (config.recipe, config.epochs, config.learning_rate) == ("mlp-64-64", 3, 0.05)
    assert run.status().state == QUEUED
    assert page.text_input(key="setup-name").value == "mlp-64-64-2"


def test_layers_are_added_changed_and_removed(page):
    page.selectbox(key="setup-recipe").set_value("mlp-64-64").run()
    next(button for button in page.button if button.key == "add-Dropout").click().run()
    next(number for number in page.number_input if number.label == "Units").set_value(32).run()
    next(button for button in page.button if button.label == "Remove").click().run()
    start(page).click().run()
    assert all_runs()[0].config().layers == "dense 64, dropout 0.2"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("setup-name", "mlp", "already"),
        ("setup-name", "a/b", "Expected a model name"),
        ("setup-learning_rate", "fast", "above 0 and at most 10"),
        ("setup-learning_rate", "-1", "above 0 and at most 10"),
    ],
)
def test_setting_that_cannot_work_is_said_beside_it(page, key, value, sentence):
    page.text_input(key=key).set_value(value).run()
    assert any(sentence in error.value.replace("\\", "") for error in page.error)
    assert start(page).disabled


def test_early_stopping_needs_validation_digits(page):
    page.number_input(key="setup-patience").set_value(2).run()
    page.slider(key="setup-validation_share").set_value(0).run()
    assert any("hold some out" in error.value for error in page.error)
    assert start(page).disabled


def test_network_that_does_not_fit_is_said(page):
    for _ in range(3):
        next(button for button in page.button if button.key == "add-Pooling").click().run()
    assert any("does not fit" in error.value for error in page.error)
    assert start(page).disabled


def test_values_are_tried_as_a_run_each(page):
    page.selectbox(key="setup-recipe").set_value("mlp-512-256").run()
    page.toggle(key="setup-trying").set_value(True).run()
    page.text_input(key="setup-values-dropout").set_value("0, 0.5").run()
    assert start(page).label == "Start 2 runs"
    start(page).click().run()
    assert [run.config().variant for run in all_runs()] == ["0", "0.5"]


@pytest.mark.parametrize(
    ("state", "word"), [(RUNNING, "Interrupted"), (INTERRUPTED, "Interrupted"), (FAILED, "Failed")]
)
def test_run_at_rest_can_be_resumed(page, state, word):
    page.text_input(key="setup-name").set_value("mine").run()
    start(page).click().run()
    Run("mine").tell(state=state, pid=0)
    page.run()
    assert any(word in badge.value for badge in page.markdown if "badge" in badge.value)
    next(button for button in page.button if button.label == "Start again").click().run()
    assert Run("mine").status().state == QUEUED


def test_folder_that_cannot_be_written_is_said(page, monkeypatch):
    def refuse(self, *args, **settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    start(page).click().run()
    assert any("cannot be saved" in error.value for error in page.error)
    assert not all_runs()


def test_model_finished_last_is_put_to_use_and_taken_back(page, tiny_model, launched):
    shutil.copytree(tiny_model, launched / "tiny")
    page.run()
    next(button for button in page.button if button.label == "Use this model").click().run()
    assert store.active_model() == "tiny"
    next(button for button in page.button if button.label.startswith("Back to")).click().run()
    assert store.active_model() == "mlp"
