"""Each page shows again what was chosen on it, however many other pages were visited."""

import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from tests.helpers.app_pages import find_key, find_toggle, open_app, open_page
from tests.helpers.train_page import widget_key


@pytest.fixture
def app(data):
    """Open the app with two digits in the collection, by two writers."""
    with Collection.open() as collection:
        for label, writer in ((1, "Ann"), (7, "Bob")):
            collection.add([Sample(make_picture(label), b"", label, writer=writer)])
    return open_app()


def make_picture(label):
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 10 + label] = 255
    return picture


def visit_others(app, page):
    """Visit three other pages, and come back."""
    others = [other for other in ("draw", "photos", "models", "inside") if other != page]
    for other in [*others[:3], page]:
        open_page(app, other)


def test_pen_and_writer_are_kept_on_draw(app):
    app.slider(key=find_key(app, "pen")).set_value(30)
    app.selectbox(key=find_key(app, "writer")).set_value("Bob").run()
    visit_others(app, "draw")
    assert app.slider(key=find_key(app, "pen")).value == 30
    assert app.selectbox(key=find_key(app, "writer")).value == "Bob"
    open_page(app, "photos")
    assert app.selectbox(key=find_key(app, "writer")).value == "Bob"


def test_sample_and_ways_to_read_it_are_kept_on_photos(app):
    open_page(app, "photos")
    app.button_group(key=find_key(app, "sample")).set_value("Even paper").run()
    app.selectbox(key=find_key(app, "risk")).set_value(0.05)
    find_toggle(app, "Show the steps").set_value(True)
    find_toggle(app, "Read it differently").set_value(True).run()
    ink = next(group for group in app.button_group if group.label == "Ink")
    ink.set_value("Dark ink").run()
    visit_others(app, "photos")
    assert app.button_group(key=find_key(app, "sample")).value == "Even paper"
    assert app.selectbox(key=find_key(app, "risk")).value == 0.05
    assert find_toggle(app, "Show the steps").value
    assert next(group for group in app.button_group if group.label == "Ink").value == "Dark ink"


def test_view_digit_and_layer_are_kept_on_inside(app):
    open_page(app, "inside")
    next(group for group in app.button_group if group.label == "Digit").set_value(3).run()
    app.button_group(key=find_key(app, "inside_view")).set_value("Inside the network").run()
    app.button_group(key=find_key(app, "layer-cnn")).set_value(2).run()
    visit_others(app, "inside")
    assert next(group for group in app.button_group if group.label == "Digit").value == 3
    assert app.button_group(key=find_key(app, "inside_view")).value == "Inside the network"
    assert app.button_group(key=find_key(app, "layer-cnn")).value == 2


def test_filters_are_kept_on_data(app):
    open_page(app, "data")
    app.button_group(key=find_key(app, "data_labels")).set_value([7])
    app.multiselect(key=find_key(app, "data_writers")).set_value(["Bob"])
    app.selectbox(key=find_key(app, "data_order")).set_value("Oldest first").run()
    visit_others(app, "data")
    assert app.button_group(key=find_key(app, "data_labels")).value == [7]
    assert app.multiselect(key=find_key(app, "data_writers")).value == ["Bob"]
    assert app.selectbox(key=find_key(app, "data_order")).value == "Oldest first"


def test_filter_and_comparison_are_kept_on_models(app):
    open_page(app, "models")
    app.text_input(key=find_key(app, "models_filter")).set_value("cnn")
    app.button_group(key=find_key(app, "models_view")).set_value("Compare").run()
    app.multiselect(key=find_key(app, "compared")).set_value(["mlp"]).run()
    visit_others(app, "models")
    assert app.text_input(key=find_key(app, "models_filter")).value == "cnn"
    assert app.multiselect(key=find_key(app, "compared")).value == ["mlp"]


def test_recipe_settings_and_layers_are_kept_on_train(app):
    open_page(app, "train")
    app.selectbox(key=widget_key(app, "recipe")).set_value("mlp-64-64").run()
    app.number_input(key=widget_key(app, "epochs")).set_value(7)
    app.toggle(key=widget_key(app, "augment")).set_value(True)
    units = next(number for number in app.number_input if number.label == "Units")
    units.set_value(77).run()
    visit_others(app, "train")
    assert app.selectbox(key=widget_key(app, "recipe")).value == "mlp-64-64"
    assert app.number_input(key=widget_key(app, "epochs")).value == 7
    assert app.toggle(key=widget_key(app, "augment")).value
    assert next(number for number in app.number_input if number.label == "Units").value == 77
