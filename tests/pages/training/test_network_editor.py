from digitnet.experiments.run import list_runs
from tests.helpers.train_page import find_start_button, widget_key


def test_layers_are_added_changed_and_removed(page):
    page.selectbox(key=widget_key(page, "recipe")).set_value("mlp-64-64").run()
    next(button for button in page.button if button.key == "add-Dropout").click().run()
    next(number for number in page.number_input if number.label == "Units").set_value(32).run()
    next(button for button in page.button if button.label == "Remove").click().run()
    find_start_button(page).click().run()
    assert list_runs()[0].read_config().layers == "dense 64, dropout 0.2"


def test_network_that_does_not_fit_shows_an_error(page):
    for _ in range(3):
        next(button for button in page.button if button.key == "add-Pooling").click().run()
    assert any("does not fit" in error.value for error in page.error)
    assert find_start_button(page).disabled
