"""The outcome of the last action."""

from streamlit.testing.v1 import AppTest

from tests.helpers.app_pages import find_path

PAGE = """
import streamlit as st
from pages.shared import feedback
feedback.show_feedback()
st.text_input("Name")
"""


def test_inputs_below_stay_in_place_while_a_problem_is_shown():
    app = AppTest.from_string(PAGE)
    app.session_state.problem = "The disk is full"
    app.run()
    path = find_path(app, app.text_input[0])
    assert [error.value for error in app.error] == ["The disk is full"]
    app.run()
    assert not app.error
    assert find_path(app, app.text_input[0]) == path
