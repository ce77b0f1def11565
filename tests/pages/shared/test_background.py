import threading

import pytest
from streamlit.testing.v1 import AppTest

from digitnet.errors import CanceledError
from digitnet.workers.process import Cancellation
from tests.helpers.app_pages import find_button

started = []


def wait_until_canceled(key):
    """Stand in for work in a worker: it ends when it is canceled; that of the key "short" ends at once."""
    started.append(key)
    cancellation = Cancellation.get_current()
    while key != "short" and not cancellation.is_canceled:
        threading.Event().wait(0.01)
    if cancellation.is_canceled:
        raise CanceledError("It was canceled.")
    return f"result {len(started)}"


def page():
    from functools import partial

    import streamlit as st

    from pages.shared import background
    from tests.pages.shared.test_background import wait_until_canceled

    key = st.text_input("Key", "short")
    if key == "none":
        background.forget("test")
    else:
        result = background.do("test", key, partial(wait_until_canceled, key), "Working", "Stop")
        st.code(result or "nothing")


@pytest.fixture
def app():
    started.clear()
    return AppTest.from_function(page, default_timeout=300).run()


def test_result_is_kept_until_it_is_forgotten(app):
    assert app.code[0].value == "result 1"
    assert app.run().code[0].value == "result 1"
    app.text_input[0].set_value("none").run()
    assert app.text_input[0].set_value("short").run().code[0].value == "result 2"


def test_stopped_work_can_be_tried_again(app):
    work = app.session_state["work-test"]
    work.stop()
    assert app.run().code[0].value == "nothing"
    assert "Working: stopped." in [each.value for each in app.markdown]
    assert find_button(app, "Try again").click().run().code[0].value == "result 2"


def test_other_work_cancels_the_one_before(app):
    cancellation = app.session_state["work-test"].cancellation
    app.text_input[0].set_value("none").run()
    assert cancellation.is_canceled
