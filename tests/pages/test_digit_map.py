"""Test the map of digits on the page Inside."""

import json

import pytest
import streamlit as st

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError
from pages.inspection import map_points
from pages.inspection.map_points import CURRENT_DIGIT, TEST_DIGIT, USER_DIGIT
from pages.shared import evaluation_charts, feedback, user_collection
from pages.shared.last_reading import LastPicture, Picture
from tests.helpers.app_pages import find_key, make_page


@pytest.fixture
def shown(monkeypatch):
    """Collect the `chart` of the page with its `alt` text, and its downloads as `files`."""
    found = {"files": {}}
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: found.update(chart=chart, alt=alt))
    monkeypatch.setattr(
        feedback, "show_download", lambda label, content, name, *_, **__: found["files"].update({name: content})
    )
    return found


def open_map(**state):
    app = make_page("inside")
    app.session_state.last_read = LastPicture(Picture.load_sample())
    app.session_state.inside_view = "Map of digits"
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def select_rows(shown, kind):
    table = shown["chart"].data
    return table[table["kind"] == kind]


def get_captions(app):
    return "\n".join(caption.value for caption in app.caption)


def test_map_has_200_test_digits_per_label_and_the_current_one(data, shown):
    app = open_map()
    tested = select_rows(shown, TEST_DIGIT)
    assert tested["label"].value_counts().to_dict() == dict.fromkeys("0123456789", 200)
    assert (tested["label"] == tested["read"]).mean() > 0.98
    assert select_rows(shown, CURRENT_DIGIT)["read"].tolist() == ["5"]  # The sample picture holds 58203.
    assert select_rows(shown, USER_DIGIT).empty
    assert "The last hidden layer of cnn" in get_captions(app)
    assert tested["image"].str.startswith("data:image/png;base64,").all()
    assert shown["alt"].startswith("Map of 2,001 digits")


def test_digits_of_one_label_lie_closer_than_all(data, shown):
    open_map()
    tested = select_rows(shown, TEST_DIGIT)
    within = tested.groupby("label")[["x", "y"]].var().sum(axis=1).mean()
    assert within < 0.5 * tested[["x", "y"]].var().sum()


def test_map_shows_user_digits_with_their_writer(data, shown, mnist):
    with Collection.open() as collection:
        images = mnist[1].images[:3]
        collection.add([Sample(image, b"", 7, source="canvas", writer="Ann") for image in images])
    open_map()
    user_rows = select_rows(shown, USER_DIGIT)
    assert user_rows["name"].tolist() == ["your digit, by Ann"] * 3
    assert user_rows["label"].tolist() == ["7"] * 3
    assert sorted(user_rows["read"]) == ["1", "2", "7"]


def test_chosen_labels_are_shown_alone(data, shown):
    open_map(map_labels=[3, 5])
    assert set(select_rows(shown, TEST_DIGIT)["label"]) == {"3", "5"}
    assert len(select_rows(shown, CURRENT_DIGIT)) == 1


def test_points_can_be_downloaded(data, shown):
    open_map()
    ((name, content),) = shown["files"].items()
    assert name == "digitnet-map-cnn.csv"
    lines = content.splitlines()
    assert lines[0] == "x,y,label,read,kind,name"
    assert len(lines) == 2002


def test_methods_without_their_library_are_named(data, shown, monkeypatch):
    app = open_map()
    control = app.segmented_control(key=find_key(app, "map_method"))
    assert control.options[0] == "PCA"
    if len(control.options) == 1:
        assert "t-SNE would need scikit-learn and UMAP would need umap-learn, not installed here." in control.help


def test_chart_data_stay_small(data, shown):
    open_map()
    assert len(json.dumps(shown["chart"].data.to_dict("records"))) < 1_500_000


def test_unreadable_collection_shows_a_sentence(data, shown, monkeypatch):
    def fail():
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", fail)
    app = open_map()
    assert "the file is damaged" in app.warning[0].value
    assert len(select_rows(shown, TEST_DIGIT)) == 2000


def test_digit_colors_contrast_with_light_and_dark_pages():
    def compute_luminance(color):
        shares = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert len(set(evaluation_charts.DIGIT_COLORS)) == 10
    for color in evaluation_charts.DIGIT_COLORS:
        assert 1.05 / (compute_luminance(color) + 0.05) >= 3
        assert (compute_luminance(color) + 0.05) / (compute_luminance("#1a1a18") + 0.05) >= 3


def test_test_digits_are_embedded_once_for_a_model(data, shown, monkeypatch):
    open_map()

    def fail(*_):
        raise AssertionError("embedded again")

    monkeypatch.setattr(map_points, "embed", fail)
    open_map()
