"""The examples on the empty paper of the page Draw."""

import json

import cv2
import numpy as np
import pytest

from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read_drawing
from pages.drawing import example
from pages.shared.canvas_strokes import to_strokes

_PEN_WIDTH = 16
NUMBERS = list(json.loads(example._FILE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("model", ["cnn", "mlp"])
@pytest.mark.parametrize("turn", range(len(NUMBERS)))
def test_examples_are_read_without_a_doubt(model, turn):
    strokes = example.choose_example(turn)
    image = np.full((400, 640, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(image, [np.array([point[:2] for point in stroke])], False, (0, 0, 0), _PEN_WIDTH, cv2.LINE_AA)
    objects = [{"path": [["L", x, y] for x, y, _ in stroke], "strokeWidth": _PEN_WIDTH} for stroke in strokes]
    reading = read_drawing(image, Classifier.load(model), to_strokes(objects))
    assert reading.text == NUMBERS[turn]
    assert not reading.doubtful.any()


@pytest.mark.parametrize("strokes", example.load_examples(), ids=NUMBERS)
def test_examples_take_two_seconds_on_the_paper(strokes):
    x, y, times = np.array([point for stroke in strokes for point in stroke]).T
    for places, side in ((x, 640), (y, 400)):
        assert _PEN_WIDTH < places.min() <= places.max() < side - _PEN_WIDTH
    assert (np.diff(times) >= 0).all()
    assert 1500 < times[-1] < 2500
