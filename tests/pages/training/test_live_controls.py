import psutil
import pytest

from digitnet.experiments.run import Run
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import FINISHING, PAUSED, RUNNING
from tests.helpers.app_pages import find_key
from tests.helpers.train_page import find_start_button, list_texts, press, widget_key


@pytest.fixture
def busy_run(page):
    """Return a run of five epochs that seems to train in this process, shown on the page."""
    page.text_input(key=widget_key(page, "name")).set_value("mine").run()
    page.number_input(key=widget_key(page, "epochs")).set_value(5).run()
    find_start_button(page).click().run()
    me, run = psutil.Process(), Run("mine")
    run.update_status(state=RUNNING, pid=me.pid, born=me.create_time(), epoch=1, epochs=5)
    page.run()
    return run


def list_buttons(page):
    return [button.label for button in page.button]


def test_pause_is_asked_for_and_withdrawn(page, busy_run):
    press(page, "Pause")
    assert RunControls(busy_run).is_pause_requested()
    busy_run.update_status(state=PAUSED)
    page.run()
    assert "Pause" not in list_buttons(page)
    assert any("Waits until it goes on" in text for text in list_texts(page))
    press(page, "Go on")
    assert not RunControls(busy_run).is_pause_requested()


def test_one_epoch_more_is_asked_for_each_time(page, busy_run):
    for epochs in (6, 7):
        press(page, "One epoch more")
        assert RunControls(busy_run).count_epochs() == epochs
        assert page.toast[0].value == f"mine trains {epochs} epochs now."


def test_rate_is_set_or_explained(page, busy_run):
    field = page.text_input(key=find_key(page, "live-rate-mine"))
    assert field.value == "0.006"
    field.set_value("a lot").run()
    press(page, "Set")
    assert any(error.value.endswith("a lot\\.") for error in page.error)
    page.text_input(key=find_key(page, "live-rate-mine")).set_value("0.0005").run()
    press(page, "Set")
    assert RunControls(busy_run).read_rate() == 0.0005


def test_finishing_run_cannot_be_changed(page, busy_run):
    busy_run.update_status(state=FINISHING)
    page.run()
    assert not {"Pause", "One epoch more", "Set"} & set(list_buttons(page))
