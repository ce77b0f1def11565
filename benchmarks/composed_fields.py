"""Compose pictures of fields whose text is known, such as dates, of writers that no network was trained on."""

from __future__ import annotations

import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.strokes import NUMBER_HEIGHT_PIXELS, RGBA, Spacing, draw_number, join_digits
from digitnet.augmentation.strings.hands import collect_hands
from digitnet.augmentation.strings.papers import Papers
from digitnet.augmentation.strings.tokens import Token
from digitnet.augmentation.strings.writing import Line, write
from digitnet.expectations.check_digits import find_check
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.sets import PEN, SWISS
from digitnet.preprocessing.images import load
from digitnet.preprocessing.normalization import trim
from digitnet.training.strings.examples import load_digits
from digitnet.types import RGB, Gray

_PENS = (4, 8, 14)  # Widths in pixels.
_SCANNED_PEN = 10
_MAX_SCALE = 3.5  # Written strips are enlarged up to this many times.
_MIN_PAGE_SCALE, _PAGE_MARGIN = 1.5, 2.0  # Of writing on a page, and of the empty paper around it, in digit heights.
_PAPER_LEVELS, _INK_STRENGTHS = (170, 255), (0.55, 0.95)  # Gray levels of pages, and how much darker writing is.
_FIRST_DAY, _DAYS = date(1950, 1, 1), 29_000

Rng = np.random.Generator


class FieldWriter:
    """Writes texts in the hands of held-out writers of a folder of handwriting."""

    def __init__(self, folder: Path, rng: Rng) -> None:
        self._rng = rng
        self._strokes: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for item in json.loads((folder / PEN.file).read_text(encoding="utf-8")):
            if str(item["writer"]) in PEN.held_out:
                self._strokes[str(item["writer"])][str(item["label"])].append(item["strokes"])
        self._scans: dict[str, dict[str, list[Gray]]] = defaultdict(lambda: defaultdict(list))
        glyphs = load_glyphs(folder)[SWISS]
        for ink, label, writer in zip(*glyphs, strict=True):
            if writer in SWISS.held_out:
                self._scans[writer][label].append(ink)
        self._hands = collect_hands(load_digits(held_out=True, seed=0), folder, held_out=True)
        self._papers = Papers(rng)

    def write(self, text: str) -> RGB:
        """Write a text: digits alone with a pen, of scans or on paper, a third each, and signs on paper."""
        kind = int(self._rng.integers(3)) if text.isdigit() else 2
        return load((self._draw, self._join_scans)[kind](text)) if kind < 2 else self.write_on_strip(text)

    def write_column(self, texts: Sequence[str]) -> RGB:
        """Write digits below each other with a pen, in one hand, so that their last digits stand in a column."""
        spacing, pen = self._choose_spacing(), int(self._rng.choice(_PENS))
        digits = self._choose(self._strokes, "".join(texts))
        ends = np.cumsum([0, *map(len, texts)]).tolist()
        rows = [
            load(draw_number(digits[start:end], spacing, pen, self._rng).picture)
            for start, end in itertools.pairwise(ends)
        ]
        width = max(row.shape[1] for row in rows)
        padded = [np.pad(row, ((0, 0), (width - row.shape[1], 0), (0, 0)), constant_values=255) for row in rows]
        return np.concatenate(padded)

    def _draw(self, text: str) -> RGBA:
        digits = self._choose(self._strokes, text)
        return draw_number(digits, self._choose_spacing(), int(self._rng.choice(_PENS)), self._rng).picture

    def _join_scans(self, text: str) -> RGBA:
        inks = self._choose(self._scans, text)
        factor = NUMBER_HEIGHT_PIXELS / max(max(ink.shape) for ink in inks)
        large = [cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) for ink in inks]
        return join_digits([trim(ink) for ink in large], self._choose_spacing(), _SCANNED_PEN, self._rng)

    def write_on_strip(self, text: str) -> RGB:
        """Write a text on a strip of paper that it fills, most of it printed."""
        line = self._write_line(text)
        margin = round(0.4 * (line.base - line.top))
        gray = self._papers.write_on(np.pad(line.ink, ((0, 0), (margin, margin))), line.base, self._rng)
        scale = self._rng.uniform(1, _MAX_SCALE)
        return load(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))

    def write_on_page(self, text: str) -> RGB:
        """Write a text on a plain page with empty paper around it."""
        line = self._write_line(text)
        ink = np.pad(line.ink, round(_PAGE_MARGIN * (line.base - line.top)))
        scale = self._rng.uniform(_MIN_PAGE_SCALE, _MAX_SCALE)
        large = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).clip(0, 1)
        gray = self._rng.uniform(*_PAPER_LEVELS) * (1 - self._rng.uniform(*_INK_STRENGTHS) * large)
        gray += self._rng.normal(0, self._rng.uniform(0, 4), gray.shape)
        return load(np.clip(gray, 0, 255).astype(np.uint8))

    def _write_line(self, text: str) -> Line:
        while True:
            line = write([Token(character) for character in text], self._hands, self._rng)
            if line is not None and line.text == text:
                return line

    def _choose_spacing(self) -> Spacing:
        spacings = get_args(Spacing)
        return spacings[int(self._rng.integers(len(spacings)))]

    def _choose(self, writers: dict[str, dict[str, list[Any]]], text: str) -> list[Any]:
        """Choose a writer who wrote all digits of a text, and one picture of each."""
        able = sorted(writer for writer, digits in writers.items() if set(text) <= digits.keys())
        digits = writers[able[int(self._rng.integers(len(able)))]]
        return [digits[digit][int(self._rng.integers(len(digits[digit])))] for digit in text]


def make_digits(rng: Rng, count: int) -> str:
    """Make so many digits."""
    return "".join(map(str, rng.integers(10, size=count)))


def make_checked(rng: Rng, name: str, count: int) -> str:
    """Make so many digits, the last of which is the check digit of a rule that has one."""
    check = find_check(name)
    start = make_digits(rng, count - 1)
    return next(start + str(digit) for digit in range(10) if check and check.fits(start + str(digit)))


def make_date(rng: Rng) -> str:
    """Make a date, day first, with or without zeros in front, with a year of two or four digits."""
    day = _FIRST_DAY + timedelta(int(rng.integers(_DAYS)))
    parts = [f"{day.day:02}", f"{day.month:02}"] if rng.random() < 0.6 else [str(day.day), str(day.month)]
    year = str(day.year) if rng.random() < 0.6 else f"{day.year % 100:02}"
    return str(rng.choice([".", "/", "-"])).join([*parts, year])


def make_amount(rng: Rng) -> str:
    """Make an amount below 500 with two decimals."""
    return f"{rng.integers(50_000) / 100:.2f}".replace(".", str(rng.choice([".", ","])))


def make_wrongly_checked(rng: Rng) -> str:
    """Make 8 digits whose last one is a wrong check digit."""
    right = make_checked(rng, "luhn", 8)
    return right[:-1] + str((int(right[-1]) + int(rng.integers(1, 10))) % 10)


# The texts of each kind of field, and what is expected of it.
FIELDS: dict[str, tuple[Callable[[Rng], str], str]] = {
    "8 digits with a Luhn digit": (lambda rng: make_checked(rng, "luhn", 8), "luhn"),
    "8 digits": (lambda rng: make_digits(rng, 8), "8 digits"),
    "date": (make_date, "date dmy"),
    "amount below 500": (make_amount, "2 decimals, from 0 to 500"),
}
