"""The model of a tab: the one it has chosen, or else the one in use."""

import shutil

import pytest
import streamlit as st

from digitnet.models import active, editing, store
from digitnet.models.card import require_card
from digitnet.paths import ROOT
from pages.shared import model_choice
from tests.helpers.app_pages import find_button, find_key, open_app, open_page

ACCURACY = f"{require_card('mlp').accuracy:.2%}"


@pytest.fixture
def folder(models, data):
    """Return a folder of three models: cnn, which is in use, mlp and mine."""
    for name in ("cnn", "mlp"):
        shutil.copytree(ROOT / "models" / name, models / name)
    shutil.copytree(models / "mlp", models / "mine")
    return models


@pytest.fixture
def readers(monkeypatch):
    """Return the names of the models that were asked to read, the latest last."""
    names, load = [], model_choice.load_classifier

    def load_named(name):
        names.append(name)
        return load(name)

    monkeypatch.setattr(model_choice, "load_classifier", load_named)
    st.cache_data.clear()
    return names


@pytest.fixture
def app(folder):
    """Open the app at its first page, Draw."""
    return open_app()


def find_model(app):
    return app.selectbox(key=find_key(app, "model"))


def choose(app, name):
    find_model(app).set_value(name).run()


def get_label(app):
    """Return the choice of the model as the page shows it."""
    box = find_model(app)
    return next(label for label in box.options if label.split(" · ")[0] == box.value)


def test_chosen_model_reads_on_all_pages(app, readers):
    choose(app, "mlp")
    for page in ("photos", "inside", "draw", "inside", "photos"):
        open_page(app, page)
        assert find_model(app).value == "mlp"
    app.button_group(key=find_key(app, "sample")).set_value("Even paper").run()
    assert set(readers) == {"mlp"}


def test_tab_without_a_choice_follows_the_model_in_use(app, readers):
    assert get_label(app) == f"cnn · {require_card('cnn').accuracy:.2%} · in use"
    active.activate("mlp")
    app.run()
    assert get_label(app) == f"mlp · {ACCURACY} · in use"
    open_page(app, "photos")
    active.activate("mine")
    open_page(app, "inside")
    assert get_label(app) == f"mine · {ACCURACY} · in use"
    assert readers[-1] == "mine"


def test_chosen_model_stays_when_another_is_put_to_use(app):
    choose(app, "mlp")
    active.activate("mine")
    for page in ("photos", "draw", "inside"):
        open_page(app, page)
        assert find_model(app).value == "mlp"
        assert "in use" not in get_label(app)


def test_choosing_the_model_in_use_means_following_again(app):
    choose(app, "mlp")
    choose(app, "cnn")
    active.activate("mine")
    open_page(app, "photos")
    assert find_model(app).value == "mine"


def test_chosen_model_that_is_put_to_use_stays_chosen(app):
    choose(app, "mlp")
    active.activate("mlp")
    app.run()
    active.activate("cnn")
    open_page(app, "photos")
    assert find_model(app).value == "mlp"


@pytest.mark.parametrize("change", [editing.delete, lambda name: editing.rename(name, "ours")])
def test_model_in_use_reads_when_the_chosen_one_is_gone(app, change):
    choose(app, "mine")
    change("mine")
    open_page(app, "photos")
    assert find_model(app).value == "cnn"
    assert [toast.value for toast in app.toast] == ["The model mine is gone: cnn, the model in use, reads now."]
    active.activate("mlp")
    app.run()
    assert find_model(app).value == "mlp"
    assert not app.toast


def test_model_put_to_use_is_followed_by_its_tab(app):
    choose(app, "mlp")
    open_page(app, "models")
    app.selectbox(key=find_key(app, "detail")).set_value("mine").run()
    find_button(app, "Use this model").click().run()
    assert "in use now, on all pages" in app.toast[0].value
    for page in ("photos", "inside", "draw"):
        open_page(app, page)
        assert get_label(app) == f"mine · {ACCURACY} · in use"
    active.activate("cnn")
    app.run()
    assert find_model(app).value == "cnn"


def test_chosen_model_keeps_its_choice_under_a_new_name(app):
    choose(app, "mine")
    open_page(app, "models")
    app.selectbox(key=find_key(app, "detail")).set_value("mine").run()
    app.text_input(key="new-mine").set_value("ours")
    find_button(app, "Rename").click().run()
    open_page(app, "draw")
    assert find_model(app).value == "ours"
    assert store.list_models() == ["cnn", "mlp", "ours"]
