"""All misread test digits of a model, and those of a cell of its confusion matrix, on the page Models."""

import re

import pytest
import streamlit as st

from digitnet.datasets.mnist import load_mnist
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import evaluate
from pages.components import confusion_table
from pages.components.confusion_table import Cell
from tests.helpers.app_pages import find_button, make_page


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(Classifier.load("mlp"), load_mnist()[1])


@pytest.fixture
def app(ship, monkeypatch):
    """The page Models with the model mlp, and `pick`, which stands in for a click on a cell."""
    ship("mlp")
    picks = []

    def show(key, counts, label, chosen, on_pick):
        if picks:
            on_pick()
            picks.clear()
            st.rerun()

    monkeypatch.setattr(confusion_table, "show", show)
    monkeypatch.setattr(confusion_table, "get_pick", lambda key: picks[0])
    page = make_page("models")
    page.session_state.detail = "mlp"
    page.run()
    assert not page.exception

    def pick(true, read):
        picks.append(Cell(true, read))
        page.run()
        assert not page.exception

    page.pick = pick
    return page


def list_numbers(app):
    """Return the numbers of the test digits on the page."""
    shown = "".join(element.proto.body for element in app.get("html"))
    return [int(number.replace(",", "")) for number in re.findall(r"no\. ([\d,]+)<", shown)]


def get_text(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def test_all_misread_digits_are_shown_page_by_page(app, evaluation):
    wrong = evaluation.find_hardest().tolist()
    assert f"{len(wrong)} test digits misread" in get_text(app)
    assert list_numbers(app) == wrong[:24]
    app.session_state["confused-mlp-None"] = 5
    app.run()
    assert list_numbers(app) == wrong[96:]
    assert "Page 5 of 5" in get_text(app)


def test_cell_shows_its_digits_until_it_is_picked_again(app, evaluation):
    app.pick(4, 9)
    places = evaluation.find_cell(4, 9).tolist()
    assert list_numbers(app) == places[:24]
    assert f"{len(places)} test digits of true digit 4, read as 9" in get_text(app)
    app.pick(4, 9)
    assert "misread" in get_text(app)


def test_all_misread_digits_come_back_by_a_button(app):
    app.pick(0, 0)
    assert len(list_numbers(app)) == 24
    find_button(app, "All misread").click().run()
    assert "test digits misread" in get_text(app)
