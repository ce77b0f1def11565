"""Choices are remembered over page changes, and widgets show nothing but them."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.helpers.app_pages import find_key

FRUIT = ["apple", "pear", "plum"]


def run_script():
    """Show a page with widgets that make choices; the session state says which page and which options."""
    import streamlit as st

    from pages.shared import remembered

    state = st.session_state
    if "sent" in state:
        key, value = state.pop("sent")
        state[key] = value

    def format_fruit(name):
        return f"{name} {state.get('price', '')}"

    remembered.start_page(state.page)
    state.early = remembered.get("fruit", "nothing")  # Read before its widget is on the page.
    if state.page != "without":
        state.shown = remembered.show(
            st.selectbox, "Fruit", state.options, name="fruit", default=state.default, format_func=format_fruit
        )
        names = list(filter(None, [remembered.get("who")]))
        remembered.show(st.selectbox, "Who", names, name="who", accept_new_options=True)
        remembered.show(st.multiselect, "Colors", ["red", "blue"], name="colors", default=[])
        remembered.show(st.date_input, "Days", name="days", default=())
        remembered.show(st.pills, "Pick", [1, 2], name="pick")
        remembered.show(st.toggle, "Ripe", name="ripe", default=True)
        remembered.show(st.slider, "Span", 0, 9, name="span", default=(2, 7))


@pytest.fixture
def app():
    app = AppTest.from_function(run_script)
    app.session_state.page, app.session_state.options, app.session_state.default = "first", FRUIT, "apple"
    return app.run()


def open_page(app, page):
    app.session_state.page = page
    app.run()
    assert not app.exception


def find_fruit(app):
    return app.selectbox(key=find_key(app, "fruit"))


def test_choice_outlives_page_changes_with_its_widget(app):
    find_fruit(app).set_value("plum").run()
    for page in ("second", "third", "first", "second"):
        open_page(app, page)
        assert find_fruit(app).value == app.session_state.shown == app.session_state.early == "plum"


def test_choice_outlives_pages_without_its_widget(app):
    find_fruit(app).set_value("plum").run()
    for _ in range(3):
        open_page(app, "without")
        assert app.session_state.early == "plum"
    open_page(app, "first")
    assert find_fruit(app).value == app.session_state.shown == "plum"


def test_choices_of_all_kinds_of_widgets_are_remembered(app):
    app.multiselect[0].set_value(["blue"])
    app.button_group[0].set_value(2)
    app.toggle[0].set_value(False)
    app.slider[0].set_value((3, 4)).run()
    for page in ("without", "first", "second"):
        open_page(app, page)
    assert app.multiselect[0].value == ["blue"]
    assert app.button_group[0].value == 2
    assert app.toggle[0].value is False
    assert app.slider[0].value == (3, 4)


def test_choice_can_be_emptied_again_after_a_page_change(app):
    app.session_state.sent = "who-1", "Ann"
    app.date_input[0].set_value((date(2026, 1, 2), date(2026, 1, 3)))
    app.button_group[0].set_value(2).run()
    open_page(app, "second")
    assert app.selectbox[1].value == "Ann"
    assert app.date_input[0].value == (date(2026, 1, 2), date(2026, 1, 3))
    app.selectbox[1].set_value(None)
    app.date_input[0].set_value(())
    app.button_group[0].set_value(None).run()
    open_page(app, "first")
    assert (app.selectbox[1].value, app.date_input[0].value, app.button_group[0].value) == (None, (), None)


def test_new_option_is_kept_by_the_widget_in_which_it_was_typed(app):
    app.session_state.sent = "who-1", "Ann"
    app.run()
    assert app.selectbox(key="who-1").value == app.session_state.who == "Ann"


def test_choice_made_with_the_page_change_counts(app):
    find_fruit(app).set_value("pear")
    open_page(app, "second")
    assert find_fruit(app).value == "pear"


def test_choice_is_known_before_its_widget_is_shown(app):
    find_fruit(app).set_value("pear").run()
    assert app.session_state.early == "pear"


def test_widget_without_a_choice_follows_its_default(app):
    app.session_state.default = "plum"
    app.run()
    assert find_fruit(app).value == app.session_state.shown == "plum"
    assert app.session_state.early == "nothing"


def test_choice_changed_elsewhere_is_shown_by_a_new_widget(app):
    find_fruit(app).set_value("plum").run()
    assert find_key(app, "fruit") == "fruit-1"
    app.session_state.fruit = "pear"
    app.run()
    assert find_fruit(app).value == app.session_state.shown == "pear"
    app.session_state.sent = "fruit-1", "apple"  # The browser may still send the value of the widget before.
    app.run()
    assert find_fruit(app).value == app.session_state.shown == "pear"


def test_chosen_option_with_a_new_label_is_shown_by_a_new_widget(app):
    find_fruit(app).set_value("plum").run()
    app.session_state.price = "for 1"
    app.run()
    assert find_key(app, "fruit") == "fruit-2"  # The browser would go on showing the label before.
    assert find_fruit(app).value == app.session_state.shown == "plum"


def test_choice_that_is_no_option_waits_until_it_is_one(app):
    find_fruit(app).set_value("plum").run()
    app.session_state.options = FRUIT[:2]
    app.run()
    assert find_fruit(app).value == app.session_state.shown == "apple"
    app.session_state.options = FRUIT
    app.run()
    assert find_fruit(app).value == app.session_state.shown == "plum"


def test_value_from_the_browser_that_is_no_option_is_ignored(app):
    app.session_state.sent = "fruit-1", "apple, as it was called before"
    app.run()
    assert not app.exception
    assert find_fruit(app).value == app.session_state.shown == "apple"
    assert app.session_state.early == "nothing"
