"""Print made-up words in the fonts that come with Pillow and OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

_HERSHEY_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
)
_SIZE = 48  # Pixels of a font.
_HERSHEY_SHARE = 0.4
_CONSONANTS, _VOWELS = "bbccddfgghklllmmnnnpqrrrssssttttvwxyzj", "aaaeeeeeiiiiooouuy"
_MAX_SYLLABLES, _MIN_LETTERS = 4, 3


def print_word(rng: np.random.Generator) -> Gray:
    """Print a word or two, trimmed, uint8 (h, w), ink 255 on 0."""
    text = " ".join(_invent_word(rng) for _ in range(1 + int(rng.random() < 0.25)))
    ink = _print_with_opencv(text, rng) if rng.random() < _HERSHEY_SHARE else _print_with_pillow(text)
    if rng.random() < 0.3:
        kernel = np.ones((3, 3), np.uint8)
        ink = cv2.dilate(ink, kernel) if rng.random() < 0.7 else cv2.erode(ink, kernel)
    lean = rng.uniform(0, 0.3) if rng.random() < 0.25 else 0.0
    matrix = np.array([[rng.uniform(0.75, 1.2), -lean, lean * ink.shape[0]], [0, 1, 0]])
    width = round(ink.shape[1] * 1.25 + lean * ink.shape[0])
    return trim(np.asarray(cv2.warpAffine(ink, matrix, (width, ink.shape[0])), np.uint8))


def _invent_word(rng: np.random.Generator) -> str:
    letters = ""
    for _ in range(int(rng.integers(1, _MAX_SYLLABLES + 1))):
        letters += _choose(_CONSONANTS, rng) + _choose(_VOWELS, rng)
        letters += _choose(_CONSONANTS, rng) if rng.random() < 0.5 else ""
    if len(letters) < _MIN_LETTERS:  # So short, it could be a number.
        letters += _choose(_CONSONANTS, rng) + _choose(_VOWELS, rng)
    if rng.random() < 0.2:
        letters = letters[1:] + _choose(_CONSONANTS, rng)
    chance = rng.random()
    word = letters.upper() if chance < 0.15 else letters.capitalize() if chance < 0.4 else letters
    return word + (_choose(".,:;-!?", rng) if rng.random() < 0.1 else "")


def _choose(letters: str, rng: np.random.Generator) -> str:
    return letters[int(rng.integers(len(letters)))]


def _print_with_pillow(text: str) -> Gray:
    font = ImageFont.load_default(_SIZE)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left) + 8, round(bottom - top) + 8))
    ImageDraw.Draw(picture).text((4 - left, 4 - top), text, fill=255, font=font)
    return np.asarray(picture, np.uint8)


def _print_with_opencv(text: str, rng: np.random.Generator) -> Gray:
    font, thickness = _HERSHEY_FONTS[int(rng.integers(len(_HERSHEY_FONTS)))], int(rng.integers(2, 5))
    (width, height), low = cv2.getTextSize(text, font, 1.6, thickness)
    ink = np.zeros((height + low + 16, width + 16), np.uint8)
    return np.asarray(cv2.putText(ink, text, (8, height + 8), font, 1.6, 255, thickness, cv2.LINE_AA), np.uint8)
