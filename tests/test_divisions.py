import json
from dataclasses import replace
from importlib.resources import files

import cv2
import numpy as np
import pytest

from digitnet import store
from digitnet.candidates import Stretch
from digitnet.datasets import split
from digitnet.dividing import examples, make_examples
from digitnet.division_training import train
from digitnet.divisions import CARD, FILE, judge, views
from digitnet.litert import Network
from digitnet.parting import Part, take_apart
from digitnet.touching import HEIGHT, compose, in_stretch


@pytest.fixture(scope="module")
def held_out(mnist):
    """Training digits that the network of divisions was not trained on."""
    return split(mnist[0], 0.02, 0)[1]


@pytest.fixture
def number(held_out):
    """Three digits that touch, as a stretch, and the picture."""
    picture = np.maximum.reduce(compose(list(held_out.images[:3]), 6.0, np.random.default_rng(0)))
    return in_stretch(picture, HEIGHT, 6.0), picture


def inner(stretch):
    return np.arange(1, len(stretch.lefts) - 1)


def test_all_ink_near_a_division_is_seen_on_one_side_or_the_other(number):
    stretch, _ = number
    seen = views(stretch, inner(stretch))
    assert seen.shape == (len(stretch.lefts) - 2, 28, 40, 2)
    assert seen.max() == 255
    lefts, rights = (seen[..., side].sum(axis=(1, 2)) > 0 for side in (0, 1))
    assert lefts.all()
    assert rights.all()


def test_left_side_lies_left_of_the_right_one(number):
    stretch, _ = number
    column = np.arange(40)
    for picture in views(stretch, inner(stretch)).astype(float):
        left, right = ((picture[..., side].sum(axis=0) @ column) / picture[..., side].sum() for side in (0, 1))
        assert left < right


@pytest.mark.parametrize("scale", [0.5, 2, 3])
def test_what_is_seen_does_not_depend_on_the_resolution(number, scale):
    stretch, _ = number
    parts = [
        Part(np.round(part.box * scale).astype(np.int32), cv2.resize(part.ink, size(part, scale)))
        for part in stretch.parts
    ]
    other = replace(stretch, parts=parts, height=stretch.height * scale, cut=stretch.cut * scale)
    apart = views(stretch, inner(stretch)).astype(float) - views(other, inner(other))
    assert np.abs(apart).mean() < 12


def size(part, scale):
    x0, y0, x1, y1 = np.round(part.box * scale).astype(int).tolist()
    return x1 - x0, y1 - y0


def test_ends_and_gaps_between_groups_are_beyond_doubt(number):
    _, picture = number
    part = in_stretch(picture, HEIGHT, 6.0).parts[0]
    lone = take_apart(part, 1000.0, 6.0)
    stretch = Stretch.of(0, 0, 56.0, [lone, lone])
    assert judge([stretch, stretch])[1].tolist() == [1.0, 1.0, 1.0]
    assert judge([]) == []


def test_tall_and_wide_ink_is_seen_as_far_as_it_fits():
    field = np.zeros((400, 700), np.uint8)
    cv2.line(field, (10, 10), (690, 390), 255, 9)
    cv2.line(field, (690, 10), (10, 390), 255, 9)
    stretch = in_stretch(field, 90.0, 9.0)
    (believed,) = judge([stretch])
    assert len(believed) == len(stretch.lefts)
    assert ((believed >= 0) & (believed <= 1)).all()


def test_divisions_between_digits_are_told_from_those_within(held_out):
    found = make_examples(held_out, 150, (5,))
    network = judge_all(found.pictures)
    right = found.right == 1
    assert right.any()
    assert np.mean(network[right] > 0.5) > 0.8
    assert np.mean(network[~right] > 0.5) < 0.1


def judge_all(pictures):
    return Network((files("digitnet.resources") / FILE).read_bytes()).run(pictures)[:, 0]


def test_examples_know_what_parts_two_digits(held_out):
    rng = np.random.default_rng(1)
    found = [examples(held_out, rng) for _ in range(60)]
    share = np.concatenate([each.right for each in found]).mean()
    assert 0.05 < share < 0.4
    assert all(len(each.pictures) == len(each.right) for each in found)


def test_short_training_writes_a_network_that_runs_and_its_card(tmp_path):
    said = []
    train(tmp_path, numbers=60, epochs=1, seed=3, report=said.append)
    content = (tmp_path / FILE).read_bytes()
    card = json.loads((tmp_path / CARD).read_text())
    assert card["sha256"] == store.digest(content)
    assert (card["numbers"], card["epochs"], card["seed"]) == (60, 1, 3)
    assert any(line.startswith("epoch 1 of 1: loss") for line in said)


def test_shipped_network_is_the_one_of_its_card():
    folder = files("digitnet.resources")
    card = json.loads((folder / CARD).read_text())
    content = (folder / FILE).read_bytes()
    assert card["sha256"] == store.digest(content)
    assert card["tflite_bytes"] == len(content) < 250_000
