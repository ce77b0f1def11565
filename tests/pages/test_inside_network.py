import shutil

import numpy as np
import pytest
import streamlit as st

from digitnet.explain.perturbation import PERTURBATIONS
from digitnet.models import store
from digitnet.paths import ROOT
from pages.inspection import network, perturbation_charts
from pages.shared.last_reading import PHOTO, LastPicture, Picture
from tests.helpers.app_pages import find_key, make_page
from tests.helpers.samples import SAMPLES


@pytest.fixture
def open_page():
    """Return a function that opens the view "Inside the network" with a model."""

    def open_with(model="cnn"):
        app = make_page("inside")
        app.session_state.last_read = LastPicture(Picture(PHOTO, "even.jpg", (SAMPLES / "even.jpg").read_bytes()))
        app.session_state.inside_view = "Inside the network"
        app.session_state.model = model
        app.run()
        assert not app.exception
        return app

    return open_with


def count_pictures(app):
    """Count the pictures of each sheet, by its label."""
    bodies = [html.proto.body for html in app.get("html") if 'class="sheet"' in html.proto.body]
    return {body.split('aria-label="')[1].split('"')[0]: body.count("<img") for body in bodies}


def get_text(app):
    return "\n".join(element.value for element in app.markdown)


def test_layers_of_a_cnn_are_listed_and_explained(open_page):
    app = open_page()
    table = app.table[0].value
    assert list(table["Output"])[:2] == ["26 × 26 × 32", "24 × 24 × 32"]
    assert "437,163 parameters" in "".join(caption.value for caption in app.caption)
    for term in ("Convolution", "batch normalization", "Max pooling", "Dropout", "Dense", "softmax"):
        assert f"**{term}**" in get_text(app)
    assert "**Flatten**" not in get_text(app)


def test_cnn_shows_filters_feature_maps_and_occlusion(open_page):
    app = open_page()
    filters, maps, occlusion = count_pictures(app).items()
    assert filters[1] == 32
    assert maps == ("32 feature maps of this digit", 32)
    assert occlusion[1] == 2
    assert "The answer **2** rests on the orange pixels" in get_text(app)


def test_chosen_layer_shows_its_outputs(open_page):
    app = open_page()
    app.button_group(key=find_key(app, "layer-cnn")).set_value(4).run()
    assert "128 feature maps of this digit" in count_pictures(app)
    app.button_group(key=find_key(app, "layer-cnn")).set_value(7).run()
    assert not app.exception
    assert "Outputs of 11 units" in count_pictures(app)


def test_chosen_digit_is_explained(open_page):
    app = open_page()
    app.button_group[0].set_value(2).run()
    assert not app.exception
    assert "The answer **4** rests on" in get_text(app)


def test_mlp_shows_unit_weights_page_by_page(open_page):
    app = open_page("mlp")
    assert "**Flatten**" in get_text(app)
    units = app.selectbox(key=find_key(app, "units-mlp"))
    assert (len(units.options), units.options[1], units.options[-1]) == (17, "1 to 32", "481 to 512")
    before = [html.proto.body for html in app.get("html")]
    units.set_value("33 to 64").run()
    assert not app.exception
    assert before != [html.proto.body for html in app.get("html")]
    assert "Unit 33, weights" in "".join(html.proto.body for html in app.get("html"))


def test_models_are_compared_on_one_chart_per_change(open_page, monkeypatch):
    alts = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: alts.append(alt))
    app = open_page()
    assert len(alts) == len(PERTURBATIONS)
    assert all("cnn: " in alt and "mlp: " in alt for alt in alts)
    assert alts[0].startswith("Probability of 2 by rotation in degrees clockwise")
    app.multiselect(key=find_key(app, "moved-cnn")).set_value([]).run()
    assert "Pick a model" in app.info[0].value


def test_damaged_model_shows_a_sentence(open_page, models):
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    (models / "mlp" / store.TFLITE_FILE).write_bytes(b"")
    st.cache_data.clear()
    st.cache_resource.clear()
    app = open_page()
    assert "The network of the model 'mlp' is damaged" in app.error[0].value.replace("\\", "")
    app.multiselect(key=find_key(app, "moved-cnn")).set_value(["cnn"]).run()
    assert not app.error


def make_probabilities(value):
    """Make the same ten probabilities of one model for each level of each perturbation."""
    by_name = {change.name: np.full((len(change.levels), 10), value, np.float32) for change in PERTURBATIONS}
    return {"a": by_name}


def test_table_has_a_row_for_each_level():
    table = perturbation_charts.build_table(make_probabilities(0.1), 3)
    assert len(table) == sum(len(change.levels) for change in PERTURBATIONS)
    assert set(table["probability"].round(3)) == {0.1}
    assert set(table["read"]) == {"0"}


def test_mostly_refused_digit_is_read_as_no_digit():
    table = perturbation_charts.build_table(make_probabilities(0.0), 3)
    assert set(table["read"]) == {"no digit"}


def test_all_layer_kinds_of_the_recipes_are_explained():
    assert {"Convolution", "Max pooling", "Mean over the picture", "Dropout", "Dense"} <= set(network.MEANINGS)
