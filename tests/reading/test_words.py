"""Doubtful digits within words are letters; digits beside words, and certain ones, are not."""

import numpy as np
import pytest

from digitnet.reading.words import find_label_letters, find_letters


def set_boxes(text, gap=8):
    """Set boxes side by side: a digit for each "d", refused ink for each "x", 60 px of paper for each space."""
    boxes, x = {"d": [], "x": []}, 10
    for kind in text:
        if kind != " ":
            boxes[kind].append((x, 20, x + 30, 80))
        x += 60 if kind == " " else 30 + gap
    return [np.array(boxes[kind], np.int32).reshape(-1, 4) for kind in "dx"]


def count_letters(text, doubtful=True, gap=8):
    digits, refused = set_boxes(text, gap)
    return int(find_letters(digits, refused, np.broadcast_to(doubtful, len(digits))).sum())


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("xddx", 2),  # ROOM
        ("xxddx", 2),
        ("dxxx", 1),
        ("xxxd", 1),
        ("xxxx dd", 0),  # A number beside a word.
        ("dd xxxx", 0),
        ("d", 0),
        ("xd", 0),  # One letter is no word: a unit or a currency.
        ("xddxd", 0),  # More digits than letters.
        ("xxxxddd", 0),  # A number hard by a word.
        ("", 0),
    ],
)
def test_doubtful_digits_of_a_word_are_letters(text, letters):
    assert count_letters(text) == letters


def test_certain_digits_are_none():
    assert count_letters("xddx", doubtful=False) == 0


def test_doubtful_digits_beside_a_certain_one_are_none():
    assert count_letters("xxddx", doubtful=np.array([True, False])) == 0


def test_ink_far_from_a_digit_is_no_letter_of_its_word():
    assert count_letters("xdx", gap=20) == 0


def test_specks_and_frames_are_no_letters():
    digits, refused = set_boxes("xddx")
    refused[0, 1], refused[1, 1:] = 70, (0, 300, 200)
    assert not find_letters(digits, refused, np.ones(2, np.bool_)).any()


def find_in_list(doubtful, letters):
    """Return which of four digits, the labels of rows with a number each, are letters."""
    labels = np.array([(10, y, 30, y + 40) for y in range(0, 240, 60)], np.int32)
    numbers = labels + np.array([100, 0, 100, 0], np.int32)
    others = labels[:letters] + np.array([25, 0, 25, 0], np.int32)
    marks = np.concatenate([np.broadcast_to(doubtful, 4), np.zeros(4, bool)])
    row = np.tile(np.arange(4, dtype=np.int32), 2)
    return find_label_letters(np.concatenate([labels, numbers]), row, others, marks)[:4].tolist()


def test_doubtful_labels_among_letters_are_letters():
    assert find_in_list(doubtful=True, letters=2) == [True] * 4


def test_doubtful_labels_without_letters_are_digits():
    assert find_in_list(doubtful=True, letters=1) == [False] * 4


def test_labels_that_are_certain_digits_are_none():
    assert find_in_list(doubtful=[False, False, True, True], letters=4) == [False] * 4


def test_doubtful_marks_behind_numbers_are_letters_among_letters():
    numbers = np.array([(10, y, 30, y + 40) for y in range(0, 240, 60)], np.int32)
    marks = numbers + np.array([100, 0, 100, 0], np.int32)
    others = marks[:2] + np.array([25, 0, 25, 0], np.int32)
    doubtful = np.repeat([False, True], 4)
    row = np.tile(np.arange(4, dtype=np.int32), 2)
    found = find_label_letters(np.concatenate([numbers, marks]), row, others, doubtful)
    assert found.tolist() == doubtful.tolist()
