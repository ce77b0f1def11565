from digitnet.experiments.run import list_runs
from tests.helpers.train_page import choose, find_start_button, list_texts, widget_key


def test_page_without_user_digits_says_so_and_uses_mnist(page):
    assert any("You have none of your own yet" in info.value for info in page.info)
    find_start_button(page).click().run()
    assert list_runs()[0].read_config().data == "mnist"


def test_user_digits_are_trained_on_as_chosen(page, user_digits):
    page.run()
    choose(page, "data", "both")
    page.multiselect(key=widget_key(page, "writers")).set_value(["B"]).run()
    page.slider(key=widget_key(page, "own_share")).set_value(40).run()
    count = user_digits.count(writers=["B"], held_out=False)
    assert any(f"Trains on **{count}** of your digits" in text for text in list_texts(page))
    find_start_button(page).click().run()
    config = list_runs()[0].read_config()
    assert (config.data, config.writers, config.own_share, config.start) == ("both", ("B",), 0.4, "")


def test_choice_of_digits_survives_a_change_of_recipe(page, user_digits):
    page.run()
    choose(page, "data", "own")
    page.selectbox(key=widget_key(page, "recipe")).set_value("mlp-64-64").run()
    assert page.radio(key=widget_key(page, "data")).value == "own"


def test_held_out_digits_alone_cannot_be_trained_on(page, user_digits):
    user_digits.delete([digit.id for digit in user_digits.find(held_out=False)])
    page.run()
    choose(page, "data", "both")
    assert any("None of these digits can be trained on" in error.value for error in page.error)
    assert find_start_button(page).disabled
