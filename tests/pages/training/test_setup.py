import pytest

from digitnet.experiments.run import list_runs
from tests.helpers.app_pages import find_path
from tests.helpers.train_page import choose, find_expander, find_start_button, list_texts, widget_key


def test_page_opens_with_a_recipe_ready_to_start(page):
    assert not page.exception
    assert not find_start_button(page).disabled
    assert any("85,578 parameters" in text for text in list_texts(page))
    trained_on = "Trains on 58,800 of MNIST's 60,000 training digits (1,200 more to check on)."
    assert any(trained_on in text and "for 3 epochs" in text for text in list_texts(page))


def test_recipe_brings_its_own_settings(page):
    page.number_input(key=widget_key(page, "epochs")).set_value(7).run()
    page.selectbox(key=widget_key(page, "recipe")).set_value("mlp-512-512-dropout").run()
    assert page.number_input(key=widget_key(page, "epochs")).value == 31
    assert page.slider(key=widget_key(page, "validation_share")).value == 20
    assert any("48,000 of MNIST's 60,000 training digits (12,000 more" in text for text in list_texts(page))
    assert not any("60,000 digits" in info.value for info in page.info)
    assert any("Published: 98.24%" in caption.value.replace("\\", "") for caption in page.caption)
    assert any("669,706 parameters" in text for text in list_texts(page))


def test_network_that_rejects_non_digits_has_one_more_output(page):
    refuse = next(toggle for toggle in page.toggle if toggle.label == "Learns to reject non-digits")
    refuse.set_value(True).run()
    assert not page.exception
    assert any("85,643 parameters" in text for text in list_texts(page))
    assert page.table[0].value.index[-1] == "dense 11 softmax"
    find_start_button(page).click().run()
    assert list_runs()[0].read_config().refuse


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "mlp", "already"),
        ("name", "a/b", "Use only letters, digits"),
        ("learning_rate", "fast", "above 0 and at most 10"),
        ("learning_rate", "-1", "above 0 and at most 10"),
    ],
)
def test_wrong_setting_shows_an_error_and_disables_start(page, name, value, sentence):
    page.text_input(key=widget_key(page, name)).set_value(value).run()
    assert any(sentence in error.value.replace("\\", "") for error in page.error)
    assert find_start_button(page).disabled


def test_settings_stay_in_place_when_the_name_is_wrong(page):
    path = find_path(page, find_expander(page, "All settings"))
    page.text_input(key=widget_key(page, "name")).set_value("mlp").run()
    assert find_path(page, find_expander(page, "All settings")) == path


def test_early_stopping_needs_validation_digits(page):
    page.number_input(key=widget_key(page, "patience")).set_value(2).run()
    page.slider(key=widget_key(page, "validation_share")).set_value(0).run()
    assert any("hold some out" in error.value for error in page.error)
    assert find_start_button(page).disabled


def test_model_in_use_is_continued_with_user_digits(page, user_digits):
    page.run()
    choose(page, "beginning", "continue")
    assert page.radio(key=widget_key(page, "data")).value == "both"
    assert any("mlp cannot learn shapes that are left out" in caption.value for caption in page.caption)
    assert not [box for box in page.selectbox if box.label == "Recipe"]
    page.number_input(key=widget_key(page, "epochs")).set_value(2).run()
    find_start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.start, config.name, config.data, config.epochs) == ("mlp", "mlp-mine", "both", 2)
    assert config.layers == "dense 512, dropout 0.2, dense 256, dropout 0.2"
    assert page.text_input(key=widget_key(page, "name")).value == "mlp-mine-2"
    choose(page, "beginning", "scratch")
    find_start_button(page).click().run()
    assert not list_runs()[1].read_config().start


def test_stale_browser_does_not_restore_old_settings(page, user_digits):
    page.run()
    page.selectbox(key=widget_key(page, "recipe")).set_value("perceptron").run()  # It has no layer with controls.
    page.toggle(key=widget_key(page, "augment")).set_value(True).run()
    for widget in [*page.radio, *page.selectbox, *page.text_input, *page.number_input, *page.slider, *page.toggle]:
        widget.set_value(widget.value)
    beginning = page.radio(key=widget_key(page, "beginning"))
    beginning.set_value("continue").run()
    beginning.run()  # Another click, before the browser shows the result of the first.
    find_start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.start, config.name, config.data, config.epochs) == ("mlp", "mlp-mine", "both", 3)


def open_all_settings(page):
    """Open the expander of all settings, as a click does."""
    page.session_state[widget_key(page, "open")] = True
    page.run()


def test_all_settings_are_folded_until_a_tab_opens_them(page):
    assert not find_expander(page, "All settings").proto.expanded
    open_all_settings(page)
    assert find_expander(page, "All settings").proto.expanded
    page.session_state.remembered.page = "draw.py"  # The tab was on another page, where the widget is dropped.
    page.run()
    assert find_expander(page, "All settings").proto.expanded


def test_wrong_setting_that_is_folded_is_named_beside_start(page):
    page.text_input(key=widget_key(page, "learning_rate")).set_value("fast").run()
    sentences = [error.value for error in page.error if "above 0" in error.value]
    assert len(sentences) == 2
    open_all_settings(page)
    assert len([error for error in page.error if "above 0" in error.value]) == 1
