"""A sheet of paper on which numbers, words and lines are drawn, and a photo of it."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.page_ink import Layer, Page, load_training_digits, redraw_digit
from benchmarks.page_paper import Random, apply_ink, make_paper
from benchmarks.page_photo import expose
from digitnet.augmentation.letters import LATIN
from digitnet.augmentation.stroke_rendering import smooth

Points = list[tuple[float, float]]  # x, y in pixels.
HEIGHT = 60  # A digit's height in pixels.
_PRINT_PIXELS = 64  # The size in which words are printed before they are scaled.
# fmt: off
_WORDS = (
    "Anna", "apples", "bread", "Date", "Dora", "electric", "fuel", "gas", "Hanne", "item", "Kate", "kitchen", "left",
    "Martha", "meter", "Name", "Number", "paid", "pears", "Peter", "phone", "rent", "Remarks", "Room", "Sum", "Team",
    "tea", "Thomas", "Total", "train", "water", "Week",
)
# fmt: on


class Sheet:
    """A sheet of paper on which ink and lines are drawn.

    Attributes:
        ink: the digits, (h, w) in 0..1.
        lines: all that is no digit, (h, w) in 0..1.
        pen: width of the pen in pixels.
    """

    def __init__(self, size: tuple[int, int], rng: Random, height: float = HEIGHT) -> None:
        self.ink, self.lines = np.zeros(size, np.float32), np.zeros(size, np.float32)
        self.height, self.rng = height, rng
        self.pen = height * rng.uniform(0.06, 0.12)

    def write(self, text: str, x: float, y: float, gap: float = 0.35, height: float | None = None) -> float:
        """Write digits from `x` on, with their middle at `y` and gaps in digit heights; return their right side."""
        for character in text:
            digit = self.make_digit(character, (height or self.height) * self.rng.uniform(0.92, 1.08))
            self.paste(digit, x, y)
            x += digit.shape[1] + (gap + self.rng.uniform(-0.1, 0.1)) * self.height
        return x

    def make_digit(self, character: str, height: float) -> Layer:
        """Return the ink of a digit of this height in pixels, without an empty rim."""
        training = load_training_digits()
        index = self.rng.choice(np.flatnonzero(training.labels == int(character)))
        digit = redraw_digit(training.images[index], height, min(self.pen, 0.2 * height))
        x, y, w, h = cv2.boundingRect((digit > 0.3).astype(np.uint8))
        return digit[y : y + h, x : x + w]

    def paste(self, digit: Layer, left: float, middle: float) -> None:
        """Add a digit to the ink."""
        top, x = round(middle - digit.shape[0] / 2), round(left)
        part = self.ink[top : top + digit.shape[0], x : x + digit.shape[1]]
        np.maximum(part, digit[: part.shape[0], : part.shape[1]], out=part)

    def draw(self, points: Points, thickness: float, strength: float = 1.0) -> None:
        """Draw a line through points among the lines."""
        path = np.zeros(self.lines.shape, np.uint8)
        corners = np.round(np.array(points) * 16).astype(np.int32)
        cv2.polylines(path, [corners], False, 255, max(1, round(thickness)), cv2.LINE_AA, shift=4)
        np.maximum(self.lines, path.astype(np.float32) * np.float32(strength / 255), out=self.lines)

    def choose_word(self, most: int = 9) -> str:
        """Return a random word of at most so many letters, 3 at least."""
        return str(self.rng.choice([word for word in _WORDS if len(word) <= max(3, most)]))

    def write_word(self, x: float, y: float, height: float) -> float:
        """Write three to six letters with the pen from `x` on, this tall and with their middle at `y`."""
        for _ in range(int(self.rng.integers(3, 7))):
            width = height * self.rng.uniform(0.45, 0.7)
            corner, size = np.array([x, y - height / 2]), np.array([width, height])
            for stroke in LATIN[int(self.rng.integers(len(LATIN)))]:
                points = smooth(stroke + self.rng.normal(0, 0.03, stroke.shape)) * size + corner
                self.draw([(float(left), float(top)) for left, top in points], self.pen)
            x += width + height * self.rng.uniform(0.12, 0.25)
        return x

    def print_word(self, text: str, x: float, y: float, height: float) -> None:
        """Print a word among the lines from `x` on, its capitals of this height and with their middle at `y`."""
        font = ImageFont.load_default(_PRINT_PIXELS)
        left, top, right, bottom = font.getbbox(text)
        picture = Image.new("L", (round(right - left) + 8, round(bottom) + 8))
        ImageDraw.Draw(picture).text((4 - left, 4), text, fill=255, font=font)
        _, capital_top, _, capital_bottom = font.getbbox("H")
        scale = height / (capital_bottom - capital_top)
        word = cv2.resize(np.asarray(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        left, top = round(x), max(0, round(y - height / 2 - (4 + capital_top) * scale))
        part = self.lines[top : top + len(word), left : left + word.shape[1]]
        np.maximum(part, word[: part.shape[0], : part.shape[1]].astype(np.float32) / np.float32(255), out=part)

    def photograph(self, rows: list[str], degrees: float = 0.0, table: list[list[str]] | None = None) -> Page:
        """Return a photo of the sheet, turned by some degrees."""
        height, width = self.ink.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        ink, lines = (
            cv2.warpAffine(layer, turn, (width, height), flags=cv2.INTER_CUBIC).clip(0, 1)
            for layer in (self.ink, self.lines)
        )
        color = str(self.rng.choice(["black", "blue"]))
        paper = make_paper(self.ink.shape, "white", self.rng)
        page = apply_ink(paper, np.maximum(ink, lines), color, self.rng.uniform(0.8, 0.95), self.rng)
        image = expose(page, (0.3, 0.9), (1.0, 4.0), (60, 92), self.rng)
        return Page(image, rows, np.round(255 - 255 * ink).astype(np.uint8), table or [])


def choose_digits(rng: Random, least: int, most: int) -> str:
    """Return a random number of digits."""
    return "".join(map(str, rng.integers(0, 10, rng.integers(least, most + 1))))
