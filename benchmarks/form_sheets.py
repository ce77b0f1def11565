"""Design forms with printed labels and boxes, fill them by hand with known values, and scan or photograph them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.form_hands import Hand, make_mnist_hand
from benchmarks.page_ink import Layer, Picture, paste
from benchmarks.page_paper import apply_ink, make_paper
from benchmarks.page_photo import cast_soft_shadow, expose
from digitnet.datasets.mnist import Digits
from digitnet.expectations.check_digits import find_check
from digitnet.forms.template import Field

SIZE = (1684, 1190)  # A4 with 2 megapixels: height and width.
_TITLES = [
    "Delivery note",
    "Meter reading",
    "Expense claim",
    "Score sheet",
    "Medical record",
    "Stock count",
    "Tax form",
]
_LABELS = (
    *(
        "Invoice no.",
        "Customer",
        "Date",
        "Total",
        "Quantity",
        "Weight kg",
        "Meter",
        "Room",
        "Phone",
        "Postcode",
        "Order",
    ),
    *("Batch", "Year", "Amount", "Page", "Bed", "Dose mg", "Pulse", "Points", "Round", "Lane", "Seat", "Part no."),
)
_HINTS = [
    "Please write clearly in the boxes.",
    "Use a pen. One digit in each place.",
    "Return to the office by Friday.",
]
_INKS = ["black", "blue"]
_MIN_CHECKED = 6
_STYLES = ("box", "line", "comb", "gray")


@dataclass(frozen=True)
class Design:
    """A printed form: its paper without ink, float32 (h, w, 3), and its fields with how many digits each takes.

    Long numbers, of six digits or more, end with a check digit (Luhn).
    """

    title: str
    paper: Layer
    fields: tuple[Field, ...]
    lengths: tuple[int, ...]

    @property
    def phrases(self) -> list[str]:
        """All that is known of each field: how many digits, and the check digit of a long number."""
        return [f"{length} digits" + ", luhn" * (length >= _MIN_CHECKED) for length in self.lengths]


def design_form(seed: int) -> Design:
    """Design a form: a title, a hint, and eight labeled places for numbers in two columns."""
    rng = np.random.default_rng([seed, 7])
    paper = make_paper(SIZE, "white", rng)
    canvas = Image.new("L", SIZE[::-1], 255)
    draw = ImageDraw.Draw(canvas)
    title, style = str(rng.choice(_TITLES)), str(rng.choice(_STYLES))
    draw.text((90, 80), f"{title} {seed}", 20, font=ImageFont.load_default(54))
    draw.text((90, 160), str(rng.choice(_HINTS)), 60, font=ImageFont.load_default(26))
    draw.line((90, 205, SIZE[1] - 90, 205), 30, 4)
    names = list(rng.choice(_LABELS, 8, replace=False))
    fields, lengths = [], []
    top = 270
    for place, name in enumerate(names):
        left, length = 100 + 530 * (place % 2), int(rng.integers(3, 8))
        width, height = 60 * length + 30, int(rng.integers(76, 96))
        draw.text((left, top), str(name), 30, font=ImageFont.load_default(28))
        box = left, top + 42, left + width, top + 42 + height
        _draw_place(draw, box, length, style)
        fields.append(Field(str(name), box))
        lengths.append(length)
        top += (place % 2) * int(rng.integers(210, 300))
    draw.text(
        (90, SIZE[0] - 110), f"Form {1000 + 37 * seed}, edition {seed % 12 + 1}", 90, font=ImageFont.load_default(22)
    )
    print_ = 1 - np.asarray(canvas, np.float32)[..., None] / 255
    return Design(title, (paper * (1 - print_ * 0.9)).astype(np.float32), tuple(fields), tuple(lengths))


def _draw_place(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], length: int, style: str) -> None:
    left, _, right, bottom = box
    if style == "line":
        draw.line((left, bottom, right, bottom), 40, 3)
    elif style == "gray":
        draw.rectangle(box, 225, 150, 1)
    else:
        draw.rectangle(box, None, 40, 3)
    if style == "comb":
        for place in range(1, length):
            x = left + (right - left) * place // length
            draw.line((x, bottom - 18, x, bottom), 90, 2)


def fill_form(design: Design, values: Sequence[str], digits: Digits, rng: np.random.Generator) -> Layer:
    """Write values into the places of a form with MNIST's digits; return the page, float32 (h, w, 3)."""
    return write_form(design, values, make_mnist_hand(digits), rng)


def write_form(design: Design, values: Sequence[str], hand: Hand, rng: np.random.Generator) -> Layer:
    """Write values into the places of a form in somebody's hand; return the page, float32 (h, w, 3)."""
    ink = np.zeros(SIZE, np.float32)
    pen = rng.uniform(4.0, 7.0)
    for field, value, length in zip(design.fields, values, design.lengths, strict=True):
        left, top, right, bottom = field.box
        step = (right - left - 20) / length
        height = min((bottom - top) * rng.uniform(0.6, 0.85), step * 1.35)
        for place, character in enumerate(value):
            digit = hand(character, height, pen, rng)
            x = left + 10 + (place + 0.5) * step + rng.normal(0, 2)
            y = (top + bottom) / 2 + rng.normal(0, 4)
            paste(ink, digit, x, y)
    return apply_ink(design.paper, ink, str(rng.choice(_INKS)), rng.uniform(0.8, 1.0), rng)


def choose_values(design: Design, rng: np.random.Generator) -> list[str]:
    """Choose a number for each field, with as many digits as it has places."""
    return [_check("".join(map(str, rng.integers(0, 10, length)))) for length in design.lengths]


def _check(value: str) -> str:
    """Return a number with a right check digit in place of its last one, if it is long."""
    if len(value) < _MIN_CHECKED:
        return value
    luhn = find_check("luhn")
    return next(value[:-1] + str(digit) for digit in range(10) if luhn and luhn.fits(value[:-1] + str(digit)))


def scan_askew(page: Layer, rng: np.random.Generator) -> Picture:
    """Scan a page moved, turned by up to 7 degrees, at another scale, on a gray or white lid."""
    height, width = page.shape[:2]
    scale, angle = rng.uniform(0.8, 1.05), rng.uniform(-7, 7)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    matrix[:, 2] += rng.uniform(-25, 25, 2)
    lid = [float(rng.choice([245, 205]))] * 3
    moved = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=lid)
    return expose(np.asarray(moved, np.float32), (0.2, 0.6), (1, 4), (60, 92), rng)


def photograph(page: Layer, rng: np.random.Generator) -> Picture:
    """Photograph a page on a dark table at an angle, under a soft shadow, at times upside down."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.uniform(-10, 10) + 180 * (rng.uniform() < 0.2))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    seen = (corners - corners[2] / 2) @ rotation.T * rng.uniform(0.78, 0.92) + corners[2] / 2
    seen += rng.uniform(-0.035, 0.035, (4, 2)).astype(np.float32) * max(height, width)
    warp = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    table = np.array([70, 55, 45], np.float32) * rng.uniform(0.5, 1.5)
    moved = cv2.warpPerspective(page, warp, (width, height), flags=cv2.INTER_LINEAR, borderValue=table.tolist())
    return expose(cast_soft_shadow(np.asarray(moved, np.float32), rng), (0.3, 0.8), (2, 6), (70, 92), rng)
