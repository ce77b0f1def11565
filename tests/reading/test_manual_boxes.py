from dataclasses import replace

import numpy as np
import pytest

from digitnet import ImageError, read
from digitnet.preprocessing.images import load
from digitnet.reading.hints import Hints
from digitnet.reading.manual_boxes import read_boxes, split_box
from digitnet.reading.pipeline import read_drawing
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import find_components
from tests.helpers.samples import SAMPLES


def test_boxes_of_a_reading_give_the_same_digits(paper, cnn):
    reading = read(paper().number("2047").gray())
    again = read_boxes(reading, reading.boxes[::-1], cnn)
    assert again.text == "2047"
    assert np.array_equal(again.boxes, reading.boxes)
    assert np.array_equal(again.crops, reading.crops)
    assert np.array_equal(again.probabilities, reading.probabilities)


def test_split_box_gives_both_digits(paper, cnn):
    reading = read(paper().number("20").gray())
    joined = enclose(reading.boxes)
    assert len(read_boxes(reading, joined[None], cnn)) == 1
    halves = split_box(reading, joined)
    assert read_boxes(reading, halves, cnn).text == "20"
    assert np.array_equal(enclose(halves), joined)


def test_box_without_ink_or_outside_gives_no_digit(paper, cnn):
    reading = read(paper().number("2").gray())
    boxes = np.array([[600, 10, 700, 100], [-50, -50, 1, 1], [5000, 0, 6000, 100]], np.int32)
    assert len(read_boxes(reading, boxes, cnn)) == 0
    assert len(read_boxes(reading, np.empty((0, 4), np.int32), cnn)) == 0


def test_box_with_swapped_corners_is_read(paper, cnn):
    reading = read(paper().number("7").gray())
    left, top, right, bottom = reading.boxes[0]
    assert read_boxes(reading, np.array([[right, bottom, left, top]]), cnn).text == "7"


def test_neighbor_reaching_into_a_box_is_left_out(paper, cnn):
    page = paper().number("47", x=100)
    reading = read(page.gray())
    wide = reading.boxes[:1].copy()
    wide[0, 2] = reading.boxes[1, 0] + 8
    assert read_boxes(reading, wide, cnn).text == "4"


def test_drawn_box_is_never_refused(paper, cnn):
    reading = read(paper().number("2047").stroke([(600, 100), (700, 110)]).gray())
    assert len(read_boxes(reading, np.array([[590, 90, 710, 120]]), cnn)) == 1


def test_boxes_of_region_and_drawing_are_in_picture_pixels(cnn):
    image = load(SAMPLES / "even.jpg")
    region = read(image, hints=Hints(region=(0, 0, image.shape[1], image.shape[0] // 3)))
    assert read_boxes(region, region.boxes, cnn).text == region.text == "2047"
    canvas = np.full((200, 300, 3), 255, np.uint8)
    canvas[20:180, 100:112] = 0
    drawing = read_drawing(canvas, cnn)
    assert read_boxes(drawing, drawing.boxes, cnn).text == drawing.text == "1"


def test_reading_without_stages_raises(paper, cnn):
    reading = replace(read(paper().number("7").gray()), stages=None)
    with pytest.raises(ImageError, match="stages"):
        read_boxes(reading, reading.boxes, cnn)


def test_components_are_found_once_for_all_box_edits(paper, cnn, monkeypatch):
    reading = read(paper().number("2047").gray())
    found = []
    monkeypatch.setattr(
        "digitnet.reading.stages.find_components", lambda ink: found.append(ink) or find_components(ink)
    )
    for boxes in (reading.boxes[:2], split_box(reading, reading.boxes[0]), reading.boxes):
        read_boxes(reading, boxes, cnn)
    assert len(found) == 1


def test_wall_between_boxes_parts_their_numbers(paper, cnn):
    reading = read(paper().number("2047").gray())
    ink = reading.stages.ink
    wall, middle = np.zeros_like(ink.map), int((reading.boxes[1, 2] + reading.boxes[2, 0]) / 2 * ink.scale)
    wall[:, middle - 1 : middle + 2] = 255
    walled = replace(reading, stages=replace(reading.stages, ink=replace(ink, structure=wall)))
    assert read_boxes(reading, reading.boxes, cnn).numbers == ["2047"]
    assert read_boxes(walled, reading.boxes, cnn).numbers == ["20", "47"]
