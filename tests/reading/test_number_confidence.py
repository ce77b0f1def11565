import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.models.number_levels import APART, WAYS, NumberEvidence, load_levels
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.number_confidence import collect_evidence, spread_confidence
from digitnet.reading.pipeline import read
from digitnet.reading.result import Reading

CHANCES = st.floats(1e-5, 1)


def make_probabilities(confidences, labels):
    probabilities = np.zeros((len(labels), 10), np.float32)
    for row, confidence, label in zip(probabilities, confidences, labels, strict=True):
        row[:] = (1 - confidence) / 10
        row[label] = confidence
    return probabilities


def make_evidence(digits, in_line, in_picture, way="picture"):
    return NumberEvidence(*map(np.array, (digits, in_line, in_picture)), np.full(len(digits), way))


def match_numbers(probabilities, number, in_line, in_picture):
    """Adjust the probabilities of digits until their product is that of the whole number."""
    evidence = collect_evidence(probabilities, number, in_line, in_picture, np.full(len(number), "picture"))
    return spread_confidence(probabilities, number, evidence.estimate_confidence())


@given(
    st.lists(st.tuples(st.floats(0.15, 1), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=8),
    CHANCES,
    CHANCES,
)
def test_product_of_the_digits_is_the_confidence_of_the_number(digits, in_line, in_picture):
    confidences, labels, numbers = zip(*digits, strict=True)
    number = np.unique(numbers, return_inverse=True)[1].astype(np.int32)
    probabilities = make_probabilities(confidences, labels)
    matched = match_numbers(probabilities, number, np.full(len(number), in_line), np.full(len(number), in_picture))
    assert matched.argmax(axis=1).tolist() == probabilities.argmax(axis=1).tolist()
    assert (matched >= 0).all()
    assert (matched.sum(axis=1) <= 1 + 1e-4).all()
    for index in np.unique(number):
        own = number == index
        product = probabilities[own].max(axis=1).astype(np.float64).prod()
        evidence = make_evidence([product], [in_line], [in_picture])
        assert matched[own].max(axis=1).prod() == pytest.approx(evidence.estimate_confidence()[0], rel=0.02, abs=1e-4)


def test_least_certain_digit_bears_most_of_the_doubt():
    unsure = np.full(2, 0.01)
    matched = match_numbers(make_probabilities([0.99, 0.6], [4, 7]), np.zeros(2, np.int32), unsure, unsure)
    assert matched[1].max() < matched[0].max()


@given(st.sampled_from(WAYS), CHANCES, CHANCES, CHANCES, CHANCES, st.integers(0, 2))
def test_confidence_rises_with_each_probability(way, first, second, low, high, place):
    low, high = sorted((low, high))
    others = [[first, first], [second, second]]
    lower, higher = make_evidence(*others[:place], [low, high], *others[place:], way=way).estimate_confidence()
    assert lower <= higher


def test_smaller_risks_have_higher_levels():
    levels = load_levels().levels
    assert [levels[risk] for risk in sorted(levels)] == sorted(levels.values(), reverse=True)
    assert 0.02 in levels


@given(st.lists(st.tuples(st.floats(0.3, 1), st.integers(0, 2)), min_size=1, max_size=8), st.floats(0.05, 0.999))
def test_doubtful_number_has_a_doubtful_digit_and_others_have_none(digits, level):
    confidences, numbers = zip(*digits, strict=True)
    number = np.unique(numbers, return_inverse=True)[1].astype(np.int32)
    reading = Reading(
        np.zeros((len(number), 4), np.int32),
        make_probabilities(confidences, [3] * len(number)),
        np.zeros(len(number), np.int32),
        np.zeros((len(number), 28, 28), np.uint8),
        number=number,
        level=level,
    )
    for index in np.unique(number):
        own = number == index
        assert reading.doubtful[own].any() == (reading.confidence[own].astype(float).prod() < level)


@pytest.mark.parametrize("margin", [4, 40])
def test_number_is_as_sure_as_the_evidence_of_its_reading_says(held_out, cnn, margin):
    inks = [held_out.images[np.flatnonzero(held_out.labels == label)[1]] for label in (2, 0, 4, 7)]
    ink = np.pad(cv2.resize(np.hstack(inks), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), margin)
    reading = read(255 - ink, cnn)
    assert reading.rows == ["2047"]
    assert reading.evidence.estimate_confidence() == pytest.approx(float(reading.number_confidence[0]), abs=1e-3)


def test_reading_of_several_numbers_has_evidence_for_each_digit(paper, cnn):
    reading = read(paper(height=500).number("20").number("47", y=300).gray(), cnn)
    assert len(reading.numbers) == 2
    sure = reading.evidence.estimate_confidence()
    assert [sure[0], sure[-1]] == pytest.approx(reading.number_confidence.tolist(), abs=1e-3)


def test_boxes_drawn_by_hand_have_no_evidence(paper, cnn):
    reading = read(paper().number("2047").gray(), cnn)
    assert reading.evidence is not None
    assert read_boxes(reading, reading.boxes[:2], cnn).evidence is None


def test_digits_that_stand_apart_are_sure_whatever_their_line_shows():
    sure, unsure = make_evidence([0.9999, 0.97], [0.06, 0.06], [0.06, 0.06], way=APART).estimate_confidence()
    assert sure > 0.85 > unsure
