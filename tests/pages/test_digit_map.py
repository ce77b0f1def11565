"""The map of digits on the page that looks inside."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError
from digitnet.paths import ROOT
from pages.inspection import map_points
from pages.inspection.map_points import CURRENT_DIGIT, TEST_DIGIT, USER_DIGIT
from pages.shared import evaluation_charts, feedback, user_collection
from pages.shared.last_reading import LastPicture, Picture


@pytest.fixture
def shown(monkeypatch):
    """What the page shows and offers: charts by `chart`, files by `files`."""
    found = {"files": {}}
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt: found.update(chart=chart, alt=alt))
    monkeypatch.setattr(
        feedback, "show_download", lambda label, content, name, *_, **__: found["files"].update({name: content})
    )
    return found


def run(**state):
    app = AppTest.from_file(ROOT / "pages" / "inside.py", default_timeout=150)
    app.session_state.entered = True
    app.session_state.last_read = LastPicture(Picture.sample())
    app.session_state.inside_view = "Map of digits"
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def rows(shown, kind):
    table = shown["chart"].data
    return table[table["kind"] == kind]


def captions(app):
    return "\n".join(each.value for each in app.caption)


def test_map_has_200_test_digits_of_each_and_the_one_at_hand(data, shown):
    app = run()
    tested = rows(shown, TEST_DIGIT)
    assert tested["label"].value_counts().to_dict() == dict.fromkeys("0123456789", 200)
    assert (tested["label"] == tested["read"]).mean() > 0.98
    assert rows(shown, CURRENT_DIGIT)["read"].tolist() == ["5"]  # the sample says 58203
    assert rows(shown, USER_DIGIT).empty
    assert "The last hidden layer of cnn" in captions(app)
    assert tested["image"].str.startswith("data:image/png;base64,").all()
    assert shown["alt"].startswith("Map of 2,001 digits")


def test_digits_of_one_label_lie_closer_than_all(data, shown):
    run()
    tested = rows(shown, TEST_DIGIT)
    within = tested.groupby("label")[["x", "y"]].var().sum(axis=1).mean()
    assert within < 0.5 * tested[["x", "y"]].var().sum()


def test_own_digits_are_among_them(data, shown, mnist):
    with Collection.open() as collection:
        collection.add([Sample(mnist[1].images[place], b"", 7, source="canvas", writer="Ann") for place in range(3)])
    run()
    own = rows(shown, USER_DIGIT)
    assert own["name"].tolist() == ["your digit, by Ann"] * 3
    assert own["label"].tolist() == ["7"] * 3
    assert sorted(own["read"]) == ["1", "2", "7"]


def test_labels_can_be_shown_alone(data, shown):
    run(map_labels=[3, 5])
    assert set(rows(shown, TEST_DIGIT)["label"]) == {"3", "5"}
    assert len(rows(shown, CURRENT_DIGIT)) == 1


def test_points_can_be_taken_away(data, shown):
    run()
    ((name, content),) = shown["files"].items()
    assert name == "digitnet-map-cnn.csv"
    lines = content.splitlines()
    assert lines[0] == "x,y,label,read,kind,name"
    assert len(lines) == 2002


def test_methods_without_a_library_are_named(data, shown, monkeypatch):
    app = run()
    control = app.segmented_control(key="map_method")
    assert control.options[0] == "PCA"
    if len(control.options) == 1:
        assert "t-SNE would need scikit-learn and UMAP would need umap-learn, not installed here." in control.help


def test_chart_is_small(data, shown):
    run()
    assert len(json.dumps(shown["chart"].data.to_dict("records"))) < 1_500_000


def test_collection_that_cannot_be_opened_is_a_sentence(data, shown, monkeypatch):
    def damaged():
        raise CollectionError("The collection of digits cannot be read: the file is damaged.")

    monkeypatch.setattr(user_collection, "open_collection", damaged)
    app = run()
    assert "the file is damaged" in app.warning[0].value
    assert len(rows(shown, TEST_DIGIT)) == 2000


def test_colours_hold_on_light_and_dark():
    def light(colour):
        shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert len(set(evaluation_charts.DIGIT_COLORS)) == 10
    for colour in evaluation_charts.DIGIT_COLORS:
        assert 1.05 / (light(colour) + 0.05) >= 3
        assert (light(colour) + 0.05) / (light("#1a1a18") + 0.05) >= 3


def test_layout_is_made_once_for_a_model(data, shown, monkeypatch):
    run()

    def again(*_):
        raise AssertionError("laid out again")

    monkeypatch.setattr(map_points, "embed", again)
    run()
