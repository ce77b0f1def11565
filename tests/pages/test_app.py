from types import SimpleNamespace

import streamlit as st
from streamlit.testing.v1 import AppTest

from digitnet.paths import ROOT
from tests.helpers.failures import fail_in_opencv


def test_unexpected_error_of_a_page_is_a_sentence(monkeypatch, caplog):
    page = SimpleNamespace(title="Draw", run=fail_in_opencv)
    monkeypatch.setattr(st, "navigation", lambda *_, **__: page)
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = AppTest.from_file(ROOT / "navigation.py", default_timeout=300).run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "An unexpected error occurred. Reload the page, or open another one."
    ]
    assert "page Draw" in caplog.text
    assert "OpenCV" in caplog.text


def test_browser_gets_no_details_of_other_errors():
    assert st.get_option("client.showErrorDetails") == "none"
