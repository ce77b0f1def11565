"""What a number is expected to be is chosen by its kind, or said in words."""

import pytest
from streamlit.testing.v1 import AppTest

from digitnet.expectations.expect import Expect
from pages.shared import expectation_choice
from tests.helpers.app_pages import find_key


def show_choice():
    import streamlit as st

    from pages.shared import expectation_choice, remembered

    remembered.start_page("photos.py")
    expectation_choice.show("expected", "What each number is")
    st.session_state.found = expectation_choice.get("expected")
    st.session_state.phrases = expectation_choice.get_phrases("expected")


@pytest.fixture
def app():
    return AppTest.from_function(show_choice).run()


def choose(app, kind):
    app.selectbox(key=find_key(app, "expected")).set_value(kind).run()
    assert not app.exception


def test_any_number_is_expected_at_first(app):
    assert app.session_state.found is None
    assert len(app.text_input) == len(app.number_input) == 0


@pytest.mark.parametrize("kind", [kind for kind in expectation_choice._KINDS if kind not in ("Any number",)])
def test_each_kind_is_an_expectation_or_asks_for_its_detail(app, kind):
    choose(app, kind)
    assert app.session_state.found is not None or app.text_input[0].value == ""
    assert len(app.caption) == 0


def test_detail_is_part_of_the_expectation(app):
    choose(app, "So many digits")
    app.number_input[0].set_value(7).run()
    assert app.session_state.found == Expect(length=7)
    choose(app, "Date")
    app.selectbox[1].set_value("dmy").run()
    assert app.session_state.phrases == "date dmy"
    choose(app, "One of a list")
    app.text_input[0].set_value("10; 20  50").run()
    assert app.session_state.found == Expect(values=("10", "20", "50"))
    choose(app, "So many digits")
    assert app.session_state.found == Expect(length=7)


def test_words_that_are_not_understood_are_said_and_expect_nothing(app):
    choose(app, "Said in words")
    app.text_input[0].set_value("16 digits, luhn, row").run()
    assert app.session_state.found == Expect(length=16, check="luhn", row=True)
    app.text_input[0].set_value("sixteen digits").run()
    assert app.session_state.found is None
    assert "Received" in app.caption[0].value
