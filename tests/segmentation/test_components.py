import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation import components as components_module
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import find_components

RING = """
    .####.
    ##..##
    #....#
    ##..##
    .####."""
NESTED = """
    #########
    #.......#
    #.#####.#
    #.#...#.#
    #.#.#.#.#
    #.#...#.#
    #.#####.#
    #.......#
    #########"""


def parse(text):
    """Return a drawing in characters as ink, uint8 (h, w), 255 for "#"."""
    return np.array([[255 * (character == "#") for character in line] for line in text.split()], np.uint8)


@st.composite
def draw_shapes(draw):
    """Draw rings, frames, blocks and lines, which often enclose and touch each other and the rim."""
    height, width = draw(st.tuples(st.integers(1, 32), st.integers(1, 32)))
    ink = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(1, 6))):
        x, y, right, down = (draw(st.integers(-2, 32)) for _ in range(4))
        kind, thickness = draw(st.integers(0, 3)), draw(st.sampled_from([1, 1, 2, cv2.FILLED]))
        level = draw(st.sampled_from([255, 255, 40, 0]))
        if kind == 0:
            cv2.circle(ink, (x, y), abs(right) // 2, level, thickness)
        elif kind == 1:
            cv2.rectangle(ink, (x, y), (right, down), level, thickness)
        elif kind == 2:
            cv2.ellipse(ink, (x, y), (abs(right), abs(down) // 2), 0, 0, 360, level, thickness)
        else:
            cv2.line(ink, (x, y), (right, down), level, abs(thickness))
    return ink


SIZES = st.tuples(st.integers(1, 24), st.integers(1, 24))
NOISE = st.sampled_from([[0, 255], [0, 0, 0, 1], [0, 200, 200, 200], [0] + 9 * [255]]).flatmap(
    lambda levels: arrays(np.uint8, SIZES, elements=st.sampled_from(levels), fill=st.nothing())
)
INKS = st.one_of(NOISE, draw_shapes())


def label(ink):
    """Label the components of ink, ordered by their first pixels; return the labels and the number of components."""
    count, labels = cv2.connectedComponents((ink > 0).astype(np.uint8), connectivity=8)
    firsts = [np.flatnonzero(labels == number)[0] for number in range(1, count)]
    ranks = np.append(0, 1 + np.argsort(np.argsort(firsts)))
    return ranks[labels], count - 1


def label_ground(ink):
    """Label the counters of ink on a picture with a margin of one pixel, ground outside of all 0."""
    ground = np.pad((ink == 0).astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(ground, connectivity=4)
    labels[labels == labels[0, 0]] = 0
    return labels


def measure_box(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


@given(INKS)
def test_components_equal_those_of_labeling(ink):
    components, (labels, count) = find_components(ink), label(ink)
    assert len(components) == count
    assert components.areas.tolist() == np.bincount(labels.ravel(), minlength=count + 1)[1:].tolist()
    for index in range(count):
        x0, y0, x1, y1 = measure_box(labels == index + 1)
        assert components.boxes[index].tolist() == [x0, y0, x1, y1]
        assert np.array_equal(components.draw(np.array([index])), 255 * (labels[y0:y1, x0:x1] == index + 1))


@given(INKS, st.data())
def test_drawing_several_components_leaves_out_all_others(ink, data):
    components, (labels, count) = find_components(ink), label(ink)
    if count:
        members = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1))))
        x0, y0, x1, y1 = enclose(components.boxes[members])
        assert np.array_equal(components.draw(members), 255 * np.isin(labels[y0:y1, x0:x1], members + 1))


@given(INKS, st.data())
def test_some_components_are_numbered_in_their_order(ink, data):
    components, (labels, count) = find_components(ink), label(ink)
    members = np.array(data.draw(st.permutations(range(count))), np.intp)[: count // 2 + 1]
    numbers = components.number(members, ink.shape)
    for number, member in enumerate(members, 1):
        assert np.array_equal(numbers == number, labels == member + 1)
    assert numbers.max() == len(members)


@given(INKS, st.tuples(*4 * [st.integers(0, 24)]))
def test_component_is_drawn_within_any_box(ink, corners):
    components, (labels, count) = find_components(ink), label(ink)
    (x0, x1), (y0, y1) = sorted(corners[:2]), sorted(corners[2:])
    sheet = np.pad(labels, ((0, 24), (0, 24)))
    for index in range(count):
        mask = components.draw_within(index, np.array([x0, y0, x1, y1], np.int32))
        assert np.array_equal(mask, 255 * (sheet[y0:y1, x0:x1] == index + 1))


@given(INKS)
def test_counters_and_what_they_hold_equal_the_ground(ink):
    components, (labels, count), ground = find_components(ink), label(ink), label_ground(ink)
    numbers = np.unique(ground[ground > 0])
    boxes = {number: np.array(measure_box(ground == number)) - 1 for number in numbers.tolist()}
    assert sorted(map(tuple, boxes.values())) == sorted(map(tuple, components.counter_boxes.tolist()))
    for index in range(count):
        y, x = np.argwhere(labels == index + 1)[0]
        surrounding = int(ground[y + 1, x])  # The pixel to the left of the first one, on ground with a margin.
        counter = components.surroundings[index]
        assert (counter == -1) == (surrounding == 0)
        if surrounding:
            assert components.counter_boxes[counter].tolist() == boxes[surrounding].tolist()
            top, left = np.argwhere(ground == surrounding)[0] - 1
            assert components.parents[index] == components.owners[counter] == labels[top, left - 1] - 1
        assert components.parents[index] < index


def test_parents_and_counters_of_nested_rings():
    components = find_components(parse(NESTED))
    assert components.boxes.tolist() == [[0, 0, 9, 9], [2, 2, 7, 7], [4, 4, 5, 5]]
    assert components.areas.tolist() == [32, 16, 1]
    assert components.parents.tolist() == [-1, 0, 1]
    assert components.counter_boxes.tolist() == [[1, 1, 8, 8], [3, 3, 6, 6]]
    assert [len(components.list_counters(index)) for index in range(3)] == [1, 1, 0]


def test_diagonal_neighbors_are_one_component_with_a_counter():
    components = find_components(parse(".#. #.# .#."))
    assert components.areas.tolist() == [4]
    assert components.counter_boxes.tolist() == [[1, 1, 2, 2]]


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (40, 30)])
def test_blank_and_full_pictures(shape):
    assert len(find_components(np.zeros(shape, np.uint8))) == 0
    components = find_components(np.full(shape, 255, np.uint8))
    assert components.areas.tolist() == [shape[0] * shape[1]]
    assert len(components.counters) == 0


def test_find_components_leaves_the_ink_unchanged():
    ink = parse(RING) // 255 * 77
    before = ink.copy()
    find_components(ink)
    assert np.array_equal(ink, before)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_largest_components_of_noise_are_kept(monkeypatch, share):
    ink = 255 * (np.random.default_rng(1).random((200, 300)) < share).astype(np.uint8)
    ink[20:60, 20:90] = ink[100:180, 150:280] = 0
    cv2.circle(ink, (55, 40), 15, 255, 3)
    cv2.putText(ink, "47", (165, 165), cv2.FONT_HERSHEY_SIMPLEX, 2, 255, 5)
    everything = find_components(ink)
    monkeypatch.setattr(components_module, "MAX_CONTOURS", 400)
    largest = find_components(ink)
    assert len(largest) + len(largest.counters) <= 400 < len(everything) + len(everything.counters)
    assert {tuple(box) for box in largest.boxes.tolist()} <= {tuple(box) for box in everything.boxes.tolist()}
    longest = [box for box in everything.boxes.tolist() if max(box[2] - box[0], box[3] - box[1]) >= 25]
    assert all(box in largest.boxes.tolist() for box in longest)


def test_checkerboard_of_pixels_takes_little_time():
    ink = 255 * (np.indices((600, 600)).sum(axis=0) % 2).astype(np.uint8)
    assert len(find_components(ink)) == 1
