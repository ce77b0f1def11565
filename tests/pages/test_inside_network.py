import shutil

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitnet.explain.perturbation import PERTURBATIONS
from digitnet.models import store
from digitnet.paths import ROOT
from pages.inspection import network, perturbation_charts
from pages.shared.last_reading import PHOTO, LastPicture, Picture
from tests.helpers.samples import SAMPLES


@pytest.fixture
def view():
    def run(model="cnn"):
        app = AppTest.from_file(ROOT / "pages" / "inside.py", default_timeout=60)
        app.session_state.entered = True
        app.session_state.last_read = LastPicture(Picture(PHOTO, "even.jpg", (SAMPLES / "even.jpg").read_bytes()))
        app.session_state.inside_view = "Inside the network"
        app.session_state.chosen_model, app.session_state.chosen_beside = model, "cnn"
        app.run()
        assert not app.exception
        return app

    return run


def sheets(app):
    """The label of each sheet of pictures and how many it has."""
    bodies = [each.proto.body for each in app.get("html") if 'class="sheet"' in each.proto.body]
    return {body.split('aria-label="')[1].split('"')[0]: body.count("<img") for body in bodies}


def text(app):
    return "\n".join(each.value for each in app.markdown)


def test_layers_of_a_cnn_are_told_with_what_they_do(view):
    app = view()
    table = app.table[0].value
    assert list(table["Output"])[:2] == ["26 × 26 × 32", "24 × 24 × 32"]
    assert "437,163 parameters" in "".join(caption.value for caption in app.caption)
    for term in ("Convolution", "batch normalization", "Max pooling", "Dropout", "Dense", "softmax"):
        assert f"**{term}**" in text(app)
    assert "**Flatten**" not in text(app)


def test_cnn_shows_filters_maps_and_where_the_decision_comes_from(view):
    app = view()
    filters, maps, occlusion = sheets(app).items()
    assert filters[1] == 32
    assert maps == ("32 feature maps of this digit", 32)
    assert occlusion[1] == 2
    assert "The answer **2** rests on what is orange" in text(app)


def test_other_layer_shows_its_own_maps(view):
    app = view()
    app.button_group(key="layer-cnn").set_value(4).run()
    assert "128 feature maps of this digit" in sheets(app)
    app.button_group(key="layer-cnn").set_value(7).run()
    assert not app.exception
    assert "Outputs of 11 units" in sheets(app)


def test_other_digit_of_the_picture_is_looked_at(view):
    app = view()
    app.button_group[0].set_value(2).run()
    assert not app.exception
    assert "The answer **4** rests on" in text(app)


def test_mlp_shows_the_weights_of_its_units_page_by_page(view):
    app = view("mlp")
    assert "**Flatten**" in text(app)
    units = app.selectbox(key="units-mlp")
    assert (len(units.options), units.options[1], units.options[-1]) == (17, "1 to 32", "481 to 512")
    before = [each.proto.body for each in app.get("html")]
    units.set_value("33 to 64").run()
    assert not app.exception
    assert before != [each.proto.body for each in app.get("html")]
    assert "Unit 33, weights" in "".join(each.proto.body for each in app.get("html"))


def test_models_are_compared_on_four_charts(view, monkeypatch):
    charts = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: charts.append(alt))
    app = view()
    assert len(charts) == len(PERTURBATIONS)
    assert all("cnn: " in said and "mlp: " in said for said in charts)
    assert charts[0].startswith("Probability of 2 by rotation in degrees clockwise")
    app.multiselect(key="moved-cnn").set_value([]).run()
    assert "Pick a model" in app.info[0].value


def test_damaged_model_is_a_sentence(view, models):
    shutil.copytree(ROOT / "models" / "cnn", models / "cnn")
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    (models / "mlp" / store.TFLITE_FILE).write_bytes(b"")
    st.cache_data.clear()
    st.cache_resource.clear()
    app = view()
    assert "The network of the model 'mlp' is damaged" in app.error[0].value.replace("\\", "")
    app.multiselect(key="moved-cnn").set_value(["cnn"]).run()
    assert not app.error


def test_table_of_answers_has_a_row_for_each_level():
    answers = {"a": {each.name: np.full((len(each.levels), 10), 0.1, np.float32) for each in PERTURBATIONS}}
    table = perturbation_charts.build_table(answers, 3)
    assert len(table) == sum(len(each.levels) for each in PERTURBATIONS)
    assert set(table["probability"].round(3)) == {0.1}
    assert set(table["read"]) == {"0"}


def test_answer_that_mostly_refuses_is_no_digit():
    row = np.zeros((1, 10), np.float32)
    answers = {"a": {each.name: np.repeat(row, len(each.levels), 0) for each in PERTURBATIONS}}
    assert set(perturbation_charts.build_table(answers, 3)["read"]) == {"no digit"}


def test_every_kind_of_layer_of_the_recipes_is_explained():
    assert {"Convolution", "Max pooling", "Mean over the picture", "Dropout", "Dense"} <= set(network.MEANINGS)
