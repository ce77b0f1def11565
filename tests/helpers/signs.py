"""Readings with signs, made without any picture."""

from dataclasses import replace

import numpy as np

from digitnet.reading.result import Reading
from digitnet.reading.signs import SIGNS, Signs

WIDTH, SIGN_WIDTH, HEIGHT = 20, 8, 30  # Of a digit, of a sign and of both, in pixels.
GAP, SPACE, ROW_HEIGHT = 4, 60, 60  # Between symbols, between numbers, and from row to row, in pixels.


def make_signs(text, boxes, place, row, confidence=0.99):
    """Make signs from parallel lists and the confidence of all."""
    return Signs(
        np.array(list(text), "<U1"),
        np.array(boxes, np.int32).reshape(-1, 4),
        np.full(len(text), confidence, np.float32),
        np.array(place, np.int32),
        np.array(row, np.int32),
    )


def make_reading(text, confidence=0.99, sign_confidence=0.99):
    """Make the reading of a page that shows `text`, one digit or sign beside the other."""
    digits, row, number = [], [], []
    boxes = {"digits": [], "signs": []}
    signs, place, sign_row = "", [], []
    count = -1
    for line, content in enumerate(text.split("\n")):
        x, y = 10, 10 + ROW_HEIGHT * line
        for part in content.split():
            count += 1
            for symbol in part:
                width = SIGN_WIDTH if symbol in SIGNS else WIDTH
                boxes["signs" if symbol in SIGNS else "digits"].append([x, y, x + width, y + HEIGHT])
                x += width + GAP
                if symbol in SIGNS:
                    signs, place, sign_row = signs + symbol, [*place, len(digits)], [*sign_row, line]
                else:
                    digits, row, number = [*digits, int(symbol)], [*row, line], [*number, count]
            x += SPACE
    probabilities = np.full((len(digits), 10), (1 - confidence) / 9, np.float32)
    probabilities[np.arange(len(digits)), digits] = confidence
    return Reading(
        np.array(boxes["digits"], np.int32).reshape(-1, 4),
        probabilities,
        np.array(row, np.int32),
        (np.arange(len(digits) * 784) % 251).astype(np.uint8).reshape(-1, 28, 28),  # No two digits look alike.
        (1200, 600),
        number=np.array(number, np.int32),
        signs=make_signs(signs, boxes["signs"], place, sign_row, sign_confidence),
    )


def add_signs(reading, text, confidence=0.99):
    """Add the signs of a text to a reading of the same digits in the same rows; each has a small box."""
    signs, boxes, place, row = "", [], [], []
    count = 0
    for line, content in enumerate(text.split("\n")):
        for symbol in content.replace(" ", ""):
            if symbol not in SIGNS:
                count += 1
                continue
            after = count < len(reading) and reading.row[count] == line
            left, _, right, bottom = reading.boxes[count if after else count - 1].tolist()
            x = left - SIGN_WIDTH if after else right
            boxes.append([x, bottom - SIGN_WIDTH, x + SIGN_WIDTH, bottom])
            signs, place, row = signs + symbol, [*place, count], [*row, line]
    return replace(reading, signs=make_signs(signs, boxes, place, row, confidence))
