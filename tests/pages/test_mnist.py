"""Test MNIST on the page Data."""

import re

import numpy as np
import pytest
import streamlit as st

from digitnet import DatasetError
from pages.components import digit_gallery
from pages.digits.mnist import browse, cache, label_doubts
from pages.digits.mnist.cache import TEST, TRAINING
from pages.shared.last_reading import LastPicture, Picture
from tests.helpers.app_pages import find_key, make_page

USER_DIGITS, MNIST = "Your digits", "MNIST"


@pytest.fixture
def gallery_stub(monkeypatch):
    """Stand in for the gallery: call it to pick a digit; it has the `shown` arguments."""
    shown, log = {}, []
    monkeypatch.setattr(digit_gallery, "show_to_pick", lambda key, tiles, seen, label: shown.update({key: tiles}))
    monkeypatch.setattr(digit_gallery, "get_presses", lambda key, seen: log[seen:] if key == "mnist_browse" else [])

    def pick(tile):
        log.append(digit_gallery.GalleryPress(len(log) + 1, [tile.id], digit_gallery.PICK))

    pick.shown = shown
    return pick


@pytest.fixture
def charts(monkeypatch):
    """Collect the charts that the page shows, each with its alternative text."""
    shown = []
    monkeypatch.setattr(st, "altair_chart", lambda chart, alt, **_: shown.append((chart, alt)))
    return shown


def open_mnist(view="Look through", **state):
    app = make_page("data")
    app.session_state.data_part, app.session_state.mnist_view = MNIST, view
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def get_text(app):
    return "\n".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def get_html(app):
    return "".join(element.proto.body for element in app.get("html"))


def read_probabilities(shown):
    """Return the model's probabilities in the table of a closeup, of which each is rounded to hundredths."""
    return [float(share) for share in re.findall(r">(\d\.\d\d)</td>", shown)]


def test_outputs_for_what_is_not_a_digit_are_shown_with_the_others(data, gallery_stub, charts, mnist):
    app = open_mnist()
    refused = int(np.argmin(cache.evaluate_split("cnn", TEST, 1000).probabilities.sum(axis=1)))
    gallery_stub(cache.make_tile(cache.to_number(TEST, refused)))
    app.run()
    shares = read_probabilities(get_html(app))
    assert len(shares) == 11
    assert shares[10] > 0.1
    assert sum(shares) == pytest.approx(1, abs=0.03)
    assert "The eleventh is that of a picture that is not a digit." in get_text(app)


def test_network_of_ten_outputs_has_ten_in_the_closeup(data, gallery_stub, charts):
    app = open_mnist(model="mlp")
    gallery_stub(gallery_stub.shown["mnist_browse"][0])
    app.run()
    assert len(read_probabilities(get_html(app))) == 10
    assert "One-hot: ten numbers" in get_text(app)


def test_user_digits_are_shown_first_and_the_choice_is_kept(data, monkeypatch):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = make_page("data")
    app.run()
    assert app.segmented_control(key=find_key(app, "data_part")).value == USER_DIGITS
    app.segmented_control(key=find_key(app, "data_part")).set_value(MNIST).run()
    assert not app.exception
    assert app.session_state.data_part == MNIST


def test_test_digits_are_shown_page_by_page(data, gallery_stub, mnist):
    app = open_mnist(mnist_page=3)
    tiles = gallery_stub.shown["mnist_browse"]
    assert [tile.id for tile in tiles] == [60_000 + index for index in range(120, 180)]
    assert [tile.label for tile in tiles] == mnist[1].labels[120:180].tolist()
    assert "10,000 digits, page 3 of 167" in get_text(app)


def test_filters_select_part_and_labels(data, gallery_stub):
    app = open_mnist(mnist_split=TRAINING, mnist_labels=[4, 9])
    assert {tile.label for tile in gallery_stub.shown["mnist_browse"]} == {4, 9}
    assert max(tile.id for tile in gallery_stub.shown["mnist_browse"]) < 60_000
    assert "11,791 digits, page 1 of 197" in get_text(app)


def test_page_beyond_the_last_shows_the_last(data, gallery_stub):
    assert "page 17 of 17" in get_text(open_mnist(mnist_page=150, mnist_labels=[0]))


def test_drawing_again_shows_other_digits(data, gallery_stub):
    app = open_mnist(mnist_order=browse.AT_RANDOM, mnist_labels=[7])
    first = [tile.id for tile in gallery_stub.shown["mnist_browse"]]
    assert len(set(first)) == browse.DIGITS_PER_PAGE
    app.button(key="mnist_again").click().run()
    second = gallery_stub.shown["mnist_browse"]
    assert [tile.id for tile in second] != first
    assert {tile.label for tile in second} == {7}


def test_picked_digit_opens_a_closeup(data, gallery_stub, charts):
    app = open_mnist(mnist_split=TRAINING)
    tile = gallery_stub.shown["mnist_browse"][5]
    gallery_stub(tile)
    app.run()
    assert not app.exception
    assert f"**A {tile.label}**, training digit 5 of MNIST" in get_text(app)
    shown = get_html(app)
    row = re.search(r"Label</th>(.*?)</tr>", shown).group(1)
    assert re.findall(r">(\d)</td>", row) == ["1" if digit == tile.label else "0" for digit in range(11)]
    assert ">none</th>" in shown
    assert sum(read_probabilities(shown)) == pytest.approx(1, abs=0.02)
    assert shown.count("<figure") == 12
    assert f'alt="A {tile.label}, distance 0.0"' in shown
    chart, alt = charts[-1]
    assert chart.layer[0].data["value"].max() == 255
    assert alt.startswith("The 28 × 28 pixels of the digit: its ink is 20 × 18 pixels")
    scales = app.table[-1].value
    assert list(scales.index) == ["As stored", "÷ 255", "Mean of zero"]
    assert scales.loc["As stored", "Range of all"] == "0 to 255"
    assert scales.loc["Mean of zero", "Range of all"] == "-0.42 to 2.82"  # As with a mean of 0.1307 and 0.3081.
    app.run()
    assert "training digit 5" not in get_text(app)


def go_to_number(app, number):
    app.number_input(key=find_key(app, "mnist_number_Test")).set_value(number).run()
    assert not app.exception


def test_first_digit_has_the_number_0(data, gallery_stub):
    open_mnist()
    first = gallery_stub.shown["mnist_browse"][0]
    assert (first.lines, first.description) == (["0"], "A 7; test digit 0")


def test_number_leads_to_its_page_and_a_closeup(data, gallery_stub, charts):
    app = open_mnist()
    go_to_number(app, 9999)
    assert [tile.id for tile in gallery_stub.shown["mnist_browse"]][-1] == 69_999
    assert "page 167 of 167" in get_text(app)
    assert "test digit 9,999 of MNIST" in get_text(app)
    app.run()
    assert "test digit 9,999 of MNIST" not in get_text(app)


def test_number_is_found_among_the_labels_chosen_or_among_all(data, gallery_stub, charts, mnist):
    app = open_mnist(mnist_labels=[7], mnist_order=browse.AT_RANDOM)
    sevens = np.flatnonzero(mnist[1].labels == 7)
    go_to_number(app, int(sevens[100]))
    assert 60_000 + int(sevens[100]) in [tile.id for tile in gallery_stub.shown["mnist_browse"]]
    assert {tile.label for tile in gallery_stub.shown["mnist_browse"]} == {7}
    go_to_number(app, 1)
    assert [tile.label for tile in gallery_stub.shown["mnist_browse"]][:2] == [7, 2]


def test_counts_and_averages_are_shown(data, charts):
    app = open_mnist("Labels and averages")
    (chart, alt), table = charts[0], charts[0][0].data
    assert table.groupby("split")["count"].sum().to_dict() == {TRAINING: 60_000, TEST: 10_000}
    assert len(table) == 20
    assert alt == "How many training and test digits there are of each label"
    assert chart.mark == "bar"
    shown = get_html(app)
    assert shown.count("<figure") == 20
    assert 'alt="Mean of the 5,923 training digits that are 0"' in shown
    app.segmented_control(key=find_key(app, "mnist_averages")).set_value(TEST).run()
    assert 'alt="Mean of the 980 test digits that are 0"' in get_html(app)


@pytest.fixture
def few_digits(monkeypatch):
    """Offer only the first 1,000 test digits."""
    monkeypatch.setattr(label_doubts, "CHOICES", {"some": (TEST, 1000)})


def test_ambiguous_digits_come_first(data, gallery_stub, few_digits):
    app = open_mnist("Hard to read", mnist_read="some")
    tiles = gallery_stub.shown["mnist_ambiguous"]
    assert len(tiles) == label_doubts.MAX_SHOWN_DIGITS
    evaluation = cache.evaluate_split("cnn", TEST, 1000)
    margins = evaluation.margin[[tile.id - 60_000 for tile in tiles]]
    assert (np.diff(margins) >= 0).all()
    assert margins.max() <= np.delete(evaluation.margin, [tile.id - 60_000 for tile in tiles]).min()
    assert "of 1,000" in get_text(app)


def test_confidently_misread_digits_are_likely_label_errors(data, gallery_stub, few_digits):
    open_mnist("Hard to read", mnist_read="some", mnist_doubt=label_doubts.MISLABELED, model="mlp")
    tiles = gallery_stub.shown["mnist_mislabeled"]
    assert tiles
    for tile in tiles:
        assert not tile.lines[0].startswith(f"read as {tile.label},")


def test_training_digits_nearest_to_the_drawing_are_shown(data, gallery_stub, charts, monkeypatch, mnist):
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)
    app = open_mnist("Like yours", last_read=LastPicture(Picture.load_sample()))
    tiles = gallery_stub.shown["mnist_nearest"]
    assert len(tiles) == 24
    votes = np.bincount([tile.label for tile in tiles], minlength=10)
    assert f"**{votes.argmax()}**" in get_text(app)
    assert "Of these 24, " in get_text(app)


def test_damaged_mnist_shows_a_sentence(data, monkeypatch):
    def fail(_):
        raise DatasetError("MNIST could not be loaded from digitnet/resources/mnist.npz: it is no archive.")

    monkeypatch.setattr(cache, "load_digits", fail)
    assert "it is no archive" in open_mnist().error[0].value
