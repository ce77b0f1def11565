"""Signs of pictures are read as signs: a minus before a number, dashes within it, brackets after it."""

import cv2
import numpy as np
import pytest

from digitnet.reading.pipeline import read

GAP, HEIGHT = 10, 56


def draw_sign(sign):
    ink = np.zeros((HEIGHT, {"-": 24, "~": 80, "+": 26, ")": 18, " ": 40}[sign]), np.uint8)
    if sign == "~":
        cv2.line(ink, (2, HEIGHT // 2 + 2), (76, HEIGHT // 2 - 1), 255, 4, cv2.LINE_AA)
    if sign == "+":
        cv2.line(ink, (4, HEIGHT // 2 + 2), (16, HEIGHT // 2 + 2), 255, 3, cv2.LINE_AA)
        cv2.line(ink, (10, HEIGHT // 2 - 3), (10, HEIGHT // 2 + 7), 255, 3, cv2.LINE_AA)
    if sign == "-":
        cv2.line(ink, (1, HEIGHT // 2), (20, HEIGHT // 2), 255, 4, cv2.LINE_AA)
    if sign == ")":
        cv2.ellipse(ink, (-14, HEIGHT // 2), (26, 34), 0, -45, 45, 255, 3, cv2.LINE_AA)
    return ink


@pytest.fixture(scope="module")
def write(held_out):
    """Return a function that writes digits and signs side by side on gray paper, uint8 (h, w)."""

    def write_text(text, place):
        parts = []
        for character in text:
            if character.isdigit():
                image = held_out.images[np.flatnonzero(held_out.labels == int(character))[place]]
                ink = cv2.resize(image, (HEIGHT, HEIGHT), interpolation=cv2.INTER_CUBIC)
                x, _, width, _ = cv2.boundingRect((ink > 60).astype(np.uint8))
                parts.append(ink[:, x : x + width])
            else:
                parts.append(draw_sign(character))
        ink = np.pad(np.hstack([np.pad(part, ((0, 0), (0, GAP))) for part in parts]), 60)
        return np.asarray(210 - ink * (170 / 255), np.uint8)

    return write_text


@pytest.mark.parametrize("place", [1, 2, 3])
def test_long_minus_is_read_before_a_number(write, cnn, place):
    assert read(write("~45", place), cnn).text == "-45"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_low_plus_is_read_between_numbers(write, cnn, place):
    assert read(write("12+9", place), cnn).text == "12+9"


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("text", ["-45", "-120", "7-06", "12-05", "3) 45", "6)29"])
def test_signs_are_read_beside_digits(write, cnn, text, place):
    reading = read(write(text, place), cnn)
    assert reading.text == text
    assert "".join(reading.rows).replace(" ", "") == "".join(filter(str.isdigit, text))
