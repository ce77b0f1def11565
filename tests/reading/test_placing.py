from dataclasses import replace

import numpy as np
import pytest

from digitnet import read
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.placing import turn_upright
from digitnet.reading.tables import find_table


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_reading_of_a_turned_picture_becomes_that_of_the_upright_one(paper, quarter):
    gray = paper(height=500).number("20475", y=40).number("165", y=280).gray()
    turned = read(np.rot90(gray, quarter))
    turned = replace(turned, grid=turned.boxes[:1], refused=turned.boxes[-1:])
    reading = turn_upright(turned)
    assert (reading.turn, reading.size, reading.text) == (0, (gray.shape[1], gray.shape[0]), turned.text)
    assert np.abs(reading.boxes - read(gray).boxes).max() <= 3
    assert (reading.refused == reading.boxes[-1:]).all()
    assert (np.sort(reading.grid.reshape(2, 2), axis=0).ravel() == reading.boxes[0]).all()
    assert (reading.straight_boxes == turned.straight_boxes).all()
    assert (find_table(reading).row == find_table(turned).row).all()


def test_sheets_and_signs_are_turned(paper):
    gray, _ = turn_picture(paper().number("20475").gray(), 270)
    turned = read(gray)
    sheet = np.array([[0, 0], [10, 0], [10, 20], [0, 20]], np.int32)
    reading = turn_upright(replace(turned, sheets=(sheet,)))
    height = turned.size[1]
    assert reading.sheets[0].tolist() == [[height, 0], [height, 10], [height - 20, 10], [height - 20, 0]]


def test_reading_of_an_upright_picture_stays_as_it_is(paper):
    reading = read(paper().number("20475").gray())
    assert turn_upright(reading) is reading
