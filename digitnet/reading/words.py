"""Find doubtful digits that are letters of a word, or of the labels of a list.

A printed O, S or I looks like a digit by itself, and the string recognizer sees one text from the first to the last
letter of a word, however many there are. What stands on either side decides: doubtful ink among letters is a letter.
So are the doubtful labels of a list, as a), if most labels are no digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.list_labels import find_labels
from digitnet.types import Boxes

_MIN_LETTERS = 2  # Ink with fewer letters is no word.
_MAX_RUN = 2  # More digits side by side are a number.
_MAX_GAP = 0.28  # Between the letters of a word, in heights of the taller one.
_MIN_HEIGHT_RATIO, _MAX_HEIGHT_RATIO = 0.5, 2.2  # Of a letter, beside the digit.
_MIN_LETTER_LABELS, _MAX_CERTAIN_LABELS = 0.5, 0.25  # Shares of labels with letters, and with certain digits.
_MIN_OVERLAP = 0.5  # Neighbors share at least this much of the lower one's height.


def find_letters(boxes: Boxes, refused: Boxes, doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which digits stand in words, bool (n,).

    A word has at least two letters, which are refused ink, and no fewer letters than digits; none of its digits is
    certain, and no more than two stand side by side.

    Args:
        boxes: int32 (n, 4) of the digits.
        refused: int32 (m, 4), boxes of ink that is no digit.
        doubtful: bool (n,), whether the number of each digit is doubtful.
    """
    found = np.zeros(len(boxes), np.bool_)
    if len(refused) < _MIN_LETTERS:
        return found
    everything = np.concatenate([boxes, refused])
    for index in np.flatnonzero(doubtful).tolist():
        word = _find_word(everything, index)
        is_digit = word < len(boxes)
        digits, letters = word[is_digit], np.count_nonzero(~is_digit)
        runs = np.bincount(np.cumsum(~is_digit), is_digit)
        found[index] = letters >= max(_MIN_LETTERS, len(digits)) and runs.max() <= _MAX_RUN and doubtful[digits].all()
    return found


def find_label_letters(
    boxes: Boxes, row: NDArray[np.int32], others: Boxes, doubtful: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which digits are letters or brackets in the labels of a list, or in a column of marks behind it, bool (n,).

    Args:
        boxes: int32 (n, 4) of the digits.
        row: int32 (n,), the row of each, counted from the top.
        others: int32 (m, 4), boxes of ink that is no digit.
        doubtful: bool (n,), whether the number of each digit is doubtful.
    """
    found = np.zeros(len(boxes), np.bool_)
    for side in (boxes, others), (_mirror(boxes), _mirror(others)):
        found |= _find_letters_at_left(*side, row, doubtful)
    return found


def _mirror(boxes: Boxes) -> Boxes:
    """Return boxes, int32 (n, 4), with left and right exchanged."""
    return boxes[:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1], np.int32)


def _find_letters_at_left(
    boxes: Boxes, others: Boxes, row: NDArray[np.int32], doubtful: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which digits are letters in a column at the left, bool (n,); arguments as `find_label_letters`."""
    found = np.zeros(len(boxes), np.bool_)
    labels = find_labels(boxes, row, others)
    letters = sum(label.has_letter for label in labels)
    certain = sum(not doubtful[label.digits].all() for label in labels)
    if labels and letters >= _MIN_LETTER_LABELS * len(labels) and certain <= _MAX_CERTAIN_LABELS * len(labels):
        for label in labels:
            found[label.digits] = doubtful[label.digits]
    return found


def _find_word(boxes: Boxes, index: int) -> NDArray[np.intp]:
    """Return the indices of the boxes that form a word with one of them, from left to right."""
    _, heights = widths_and_heights(boxes)
    top, bottom = boxes[index, 1], boxes[index, 3]
    overlap = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
    alike = (heights >= _MIN_HEIGHT_RATIO * heights[index]) & (heights <= _MAX_HEIGHT_RATIO * heights[index])
    alike &= overlap >= _MIN_OVERLAP * np.minimum(heights, heights[index])
    row = np.flatnonzero(alike)
    row = row[boxes[row, 0].argsort(kind="stable")]
    gaps = boxes[row[1:], 0] - np.maximum.accumulate(boxes[row, 2])[:-1]
    apart = np.flatnonzero(gaps > _MAX_GAP * np.maximum(heights[row[1:]], heights[row[:-1]])) + 1
    return next(part for part in np.split(row, apart) if index in part)
