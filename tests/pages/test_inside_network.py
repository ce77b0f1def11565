import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitnet import read
from digitnet.explain.layer_outputs import ModelInspector
from digitnet.explain.perturbation import PERTURBATIONS
from digitnet.models import store
from digitnet.paths import ROOT
from pages.components import unit_picker
from pages.components.unit_picker import UnitPlace
from pages.inspection import network, perturbation_charts
from pages.inspection.unit_sum_view import format_number
from pages.shared.last_reading import PHOTO, LastPicture, Picture
from tests.helpers.app_pages import find_key, make_page
from tests.helpers.samples import SAMPLES

MINUS = "\N{MINUS SIGN}"


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


@pytest.fixture
def picker(monkeypatch):
    """Return a stand-in for the pictures to pick from: `picks` holds a place by key, `shown` the last arguments."""
    stand_in = SimpleNamespace(picks={}, shown={})

    def show(key, pictures, names, label, chosen, **sizes):
        stand_in.shown = {"key": key, "pictures": pictures, "names": names, "label": label, "chosen": chosen, **sizes}

    monkeypatch.setattr(unit_picker, "show", show)
    monkeypatch.setattr(unit_picker, "get_pick", stand_in.picks.get)
    return stand_in


def read_sample_digit():
    """Return the digit that the page explains first, uint8 (28, 28)."""
    return read((SAMPLES / "even.jpg").read_bytes()).crops[0]


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


def test_cnn_shows_filters_feature_maps_and_occlusion(open_page, picker):
    app = open_page()
    filters, occlusion = count_pictures(app).values()
    assert (filters, occlusion) == (32, 2)
    assert (picker.shown["label"], len(picker.shown["pictures"])) == ("32 feature maps of this digit", 32)
    assert "The answer **2** rests on the orange pixels" in get_text(app)


def test_chosen_layer_shows_its_outputs(open_page, picker):
    app = open_page()
    app.button_group(key=find_key(app, "layer-cnn")).set_value(4).run()
    assert picker.shown["label"] == "128 feature maps of this digit"
    app.button_group(key=find_key(app, "layer-cnn")).set_value(7).run()
    assert not app.exception
    assert picker.shown["label"] == "Outputs of 11 units"


def get_sums(app):
    """Return the table of a sum as pairs of name and number."""
    body = next(html.proto.body for html in app.get("html") if 'class="sums"' in html.proto.body)
    return re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', body)


def add_up(sums):
    """Return the sum of all numbers but the last, and the last."""
    numbers = [float(number.replace(MINUS, "-")) for _, number in sums]
    return sum(numbers[:-1]), numbers[-1]


def get_subheader(app):
    return app.subheader[0].value


def test_picked_place_of_a_feature_map_shows_its_sum(open_page, picker):
    picker.picks["unit-cnn-0"] = UnitPlace(7, 12, 9)
    app = open_page()
    assert get_subheader(app).startswith("Feature map 8, row 13, column 10: ")
    sums = get_sums(app)
    assert [name for name, _ in sums] == ["Pixels", "Bias", "Sum"]
    total, stated = add_up(sums)
    assert total == pytest.approx(stated, abs=0.02)
    assert "Its filter of 3 × 3 weights lies on these pixels" in get_text(app)


def test_strongest_unit_is_explained_before_any_is_picked(open_page, picker):
    open_page()
    chosen = picker.shown["chosen"]
    outputs = ModelInspector.load("cnn").compute_outputs(read_sample_digit())[0]
    assert outputs[chosen.row, chosen.column, chosen.tile] == outputs.max()


@pytest.mark.parametrize("place", [UnitPlace(40, 1, 1), UnitPlace(1, 30, 1), UnitPlace(1, 1, 30)])
def test_place_that_a_retrained_network_lacks_is_not_picked(open_page, picker, place):
    picker.picks["unit-cnn-0"] = place
    open_page()
    outputs = ModelInspector.load("cnn").compute_outputs(read_sample_digit())[0]
    chosen = picker.shown["chosen"]
    assert outputs[chosen.row, chosen.column, chosen.tile] == outputs.max()


def run_outputs():
    """Run the part of the page that shows the outputs of the layers, for the same reading each time."""
    import streamlit as st

    from pages.inspection import network
    from pages.shared import remembered
    from pages.shared.last_reading import InspectedReading, Picture

    remembered.start_page("inside.py")
    if "inspected" not in st.session_state:
        picture = Picture.load_sample()
        st.session_state.inspected = InspectedReading(picture, picture.read("mine"), "mine")
    network.show_outputs(st.session_state.inspected)


def test_layers_are_those_of_a_network_retrained_meanwhile(models, picker):
    shutil.copytree(ROOT / "models" / "cnn", models / "mine")
    app = AppTest.from_function(run_outputs, default_timeout=300).run()
    app.button_group(key=find_key(app, "layer-mine")).set_value(7).run()
    shutil.copytree(ROOT / "models" / "mlp", models / "mine", dirs_exist_ok=True)
    app.run()
    assert not app.exception
    assert len(app.button_group[0].options) == 3
    assert picker.shown["label"] == "Outputs of 512 units"


def test_map_picked_by_keyboard_shows_its_strongest_place(open_page, picker):
    picker.picks["unit-cnn-0"] = UnitPlace(5, -1, -1)
    open_page()
    chosen = picker.shown["chosen"]
    outputs = ModelInspector.load("cnn").compute_outputs(read_sample_digit())[0]
    assert chosen.tile == 5
    assert outputs[chosen.row, chosen.column, 5] == outputs[..., 5].max()


def test_deeper_feature_map_sums_the_maps_before(open_page, picker):
    app = open_page()
    app.button_group(key=find_key(app, "layer-cnn")).set_value(3).run()
    names = [name for name, _ in get_sums(app)]
    assert names[4:] == ["The other 60", "Bias", "Sum"]
    assert all(name.startswith("Feature map ") for name in names[:4])
    total, stated = add_up(get_sums(app))
    assert total == pytest.approx(stated, abs=0.05)


def test_last_layer_explains_the_answer(open_page, picker):
    app = open_page()
    app.button_group(key=find_key(app, "layer-cnn")).set_value(7).run()
    assert get_subheader(app) == "The unit for 2: 1.00"
    names = [name for name, _ in get_sums(app)]
    assert re.fullmatch(rf"Feature map \d+: {MINUS}?\d\.\d\d × {MINUS}?\d\.\d\d", names[0])
    assert names[8:] == ["The other 120", "Bias", "Sum"]
    assert "Softmax makes probabilities of the sums of all 11 units; this one becomes **99.9%**" in get_text(app)


def test_dense_unit_on_pixels_shows_digit_times_weights(open_page, picker):
    picker.picks["unit-mlp-0"] = UnitPlace(0, 1, 3)
    app = open_page("mlp")
    assert get_subheader(app).startswith(f"Unit {picker.shown['columns'] + 4}: ")
    body = next(html.proto.body for html in app.get("html") if 'class="sums"' in html.proto.body)
    assert [f'alt="{name}"' in body for name in ("The digit", "Weights", "Products")] == [True] * 3
    total, stated = add_up(get_sums(app))
    assert total == pytest.approx(stated, abs=0.03)


def test_square_beyond_the_last_unit_picks_the_last(open_page, picker):
    picker.picks["unit-mlp-1"] = UnitPlace(0, 99, 0)
    app = open_page("mlp")
    app.button_group(key=find_key(app, "layer-mlp")).set_value(1).run()
    assert get_subheader(app).startswith("Unit 256: ")


@pytest.mark.parametrize(("value", "text"), [(0.004, "0"), (-0.314, f"{MINUS}0.31"), (12.0, "12.00")])
def test_numbers_have_two_digits_and_a_minus_sign(value, text):
    assert format_number(value) == text


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
    assert alts[0] == "Probability of 2 by rotation, for cnn and mlp"
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


def test_mostly_refused_digit_is_read_as_not_a_digit():
    table = perturbation_charts.build_table(make_probabilities(0.0), 3)
    assert set(table["read"]) == {"not a digit"}


def test_all_layer_kinds_of_the_recipes_are_explained():
    assert {"Convolution", "Max pooling", "Mean over the picture", "Dropout", "Dense"} <= set(network.MEANINGS)
