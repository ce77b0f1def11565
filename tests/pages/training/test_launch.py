from pathlib import Path

from digitnet.experiments import queue
from digitnet.experiments.run import list_runs
from digitnet.experiments.status import QUEUED
from tests.helpers.train_page import find_start_button, widget_key


def test_started_run_is_queued_with_the_settings_of_the_page(page):
    page.selectbox(key=widget_key(page, "recipe")).set_value("mlp-64-64").run()
    page.number_input(key=widget_key(page, "epochs")).set_value(3).run()
    page.text_input(key=widget_key(page, "learning_rate")).set_value("0.05").run()
    find_start_button(page).click().run()
    assert not page.exception
    (run,) = list_runs()
    config = run.read_config()
    assert (config.recipe, config.epochs, config.learning_rate) == ("mlp-64-64", 3, 0.05)
    assert run.read_status().state == QUEUED
    assert page.text_input(key=widget_key(page, "name")).value == "mlp-64-64-2"


def test_setting_changed_just_before_the_click_is_used(page):
    page.text_input(key=widget_key(page, "name")).set_value("mine")
    page.number_input(key=widget_key(page, "epochs")).set_value(5)
    find_start_button(page).click().run()
    (run,) = list_runs()
    assert (run.name, run.read_config().epochs) == ("mine", 5)


def test_click_right_after_a_wrong_setting_starts_nothing(page):
    page.text_input(key=widget_key(page, "learning_rate")).set_value("fast")
    find_start_button(page).click().run()
    assert not list_runs()
    page.text_input(key=widget_key(page, "learning_rate")).set_value("0.01").run()
    assert not list_runs()


def test_double_click_starts_one_run(page):
    button, name = find_start_button(page), page.text_input(key=widget_key(page, "name"))
    name.set_value(name.value)  # The browser sends it with both clicks.
    button.click().run()
    button.click().run()  # The old button, as a browser still shows it.
    assert [run.name for run in list_runs()] == ["quick"]
    find_start_button(page).click().run()
    assert {run.name for run in list_runs()} == {"quick", "quick-2"}


def test_each_value_to_try_becomes_a_run(page):
    page.selectbox(key=widget_key(page, "recipe")).set_value("mlp-512-256").run()
    page.toggle(key=widget_key(page, "trying")).set_value(True).run()
    page.selectbox(key=widget_key(page, "setting")).set_value("dropout").run()
    page.text_input(key=widget_key(page, "values-dropout")).set_value("0, 0.5").run()
    assert find_start_button(page).label == "Start 2 runs"
    find_start_button(page).click().run()
    assert [run.read_config().variant for run in list_runs()] == ["0", "0.5"]
    assert not page.error
    assert page.text_input(key=widget_key(page, "name")).value == "mlp-512-256-2"


def test_name_under_which_values_were_tried_is_not_proposed_again(page):
    page.toggle(key=widget_key(page, "trying")).set_value(True).run()
    find_start_button(page).click().run()
    page.selectbox(key=widget_key(page, "recipe")).set_value("perceptron").run()
    page.selectbox(key=widget_key(page, "recipe")).set_value("quick").run()
    page.toggle(key=widget_key(page, "trying")).set_value(True).run()
    assert not page.error
    assert page.text_input(key=widget_key(page, "name")).value == "quick-2"


def test_unwritable_folder_shows_an_error(page, idle_queue, monkeypatch):
    make = Path.mkdir

    def refuse(self, *args, **settings):
        if self.is_relative_to(idle_queue):
            raise PermissionError(13, "Permission denied")
        make(self, *args, **settings)

    monkeypatch.setattr(Path, "mkdir", refuse)
    find_start_button(page).click().run()
    assert any("cannot be saved" in error.value for error in page.error)
    assert not list_runs()


def test_start_button_waits_behind_an_active_run(page):
    assert (find_start_button(page).label, find_start_button(page).proto.type) == ("Start training", "primary")
    find_start_button(page).click().run()
    assert (find_start_button(page).label, find_start_button(page).proto.type) == ("Start after quick", "secondary")
    queue.discard("quick")
    page.run()
    assert find_start_button(page).proto.type == "primary"


def test_training_from_scratch_is_offered_as_a_script(page):
    labels = [button.label for button in page.get("download_button")]
    assert labels == ["Keras script"]
    page.radio(key=widget_key(page, "beginning")).set_value("continue").run()
    assert not page.get("download_button")
