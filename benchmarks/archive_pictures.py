"""Make an archive of drawings, amounts, pages and forms whose numbers are known."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.form_sheets import choose_values, design_form, fill_form, photograph, scan_askew
from benchmarks.page_composition import make_page
from benchmarks.page_ink import Picture, write_rows
from benchmarks.page_kinds import KINDS
from digitnet.augmentation.strings.hands import Hands, collect_hands
from digitnet.augmentation.strings.papers import Papers
from digitnet.augmentation.strings.tokens import Token
from digitnet.augmentation.strings.writing import write
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.forms.making import make_template
from digitnet.forms.template import save_template
from digitnet.models.classifier import Classifier

SHARES = {"drawing": 0.5, "amount": 0.3, "page": 0.1, "form": 0.1}
BAD_SHARE = 0.002  # Files that are no pictures.
FORMS, OTHERS, TRUTH, TEMPLATE = "forms", "others", "truth.json", "form.json"
_CANVAS = (400, 640)
_DESIGN = 3  # Seed of the form.
_AMOUNT_HEIGHT = (40, 90)

Rng = np.random.Generator


class Sample(NamedTuple):
    """A picture, its text, and the end of its file's name."""

    picture: Picture
    texts: list[str]
    end: str


def make_archive(folder: Path, count: int, distinct: int) -> None:
    """Make an archive: the folders `others` and `forms`, the template of the form, and the texts of each file.

    Args:
        folder: a new folder.
        count: number of files.
        distinct: pictures of each kind that differ; further files are links to them.
    """
    truth: dict[str, list[str]] = {}
    for kind, share in SHARES.items():
        place = folder / (FORMS if kind == "form" else OTHERS) / kind
        place.mkdir(parents=True)
        number_of_kind = round(share * count)
        firsts: list[Path] = []
        for number in range(number_of_kind):
            if number < distinct:
                picture, texts, end = _MAKERS[kind](np.random.default_rng([7, number, len(kind)]))
                path = place / f"{number:06d}.{end}"
                quality = [cv2.IMWRITE_JPEG_QUALITY, 90] if end == "jpg" else []
                cv2.imwrite(str(path), picture[..., ::-1] if picture.ndim == 3 else picture, quality)
                firsts.append(path)
            else:
                first = firsts[number % distinct]
                path = place / f"{number:06d}{first.suffix}"
                os.link(first, path)
                texts = truth[f"{kind}/{first.name}"]
            truth[f"{kind}/{path.name}"] = texts
    for number in range(max(1, round(BAD_SHARE * count))):
        (folder / OTHERS / f"bad_{number:06d}.png").write_text("This is no picture.")
    _save_template(folder / TEMPLATE)
    (folder / TRUTH).write_text(json.dumps(truth))


def _draw(rng: Rng) -> Sample:
    """Draw a number of one to six digits with a black pen on white."""
    text = "".join(map(str, rng.integers(0, 10, int(rng.integers(1, 7)))))
    ink = write_rows(_CANVAS, [text], (0.5, 0.75), (0.08, 0.14), _load_digits(), rng)
    return Sample(np.round(255 * (1 - ink)).astype(np.uint8), [text], "png")


def _write_amount(rng: Rng) -> Sample:
    """Write an amount with two decimals on some paper, a line high."""
    text = f"{rng.integers(100, 10_000_000) / 100:.2f}"
    hands, papers = _load_materials()
    line = None
    while line is None or line.text != text:
        line = write([Token(character) for character in text], hands, rng)
    margin = round(0.4 * (line.base - line.top))
    gray = papers.write_on(np.pad(line.ink, ((0, 0), (margin, margin))), line.base, rng)
    scale = rng.uniform(*_AMOUNT_HEIGHT) / gray.shape[0]
    return Sample(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), [text], "png")


def _write_page(rng: Rng) -> Sample:
    """Photograph a page of some rows."""
    page = make_page(str(rng.choice(list(KINDS))), int(rng.integers(2**31)))
    return Sample(page.image, page.rows, "jpg")


def _fill_form(rng: Rng) -> Sample:
    """Fill, and scan or photograph a form."""
    design = design_form(_DESIGN)
    values = choose_values(design, rng)
    page = fill_form(design, values, _load_digits(), rng)
    return Sample((scan_askew, photograph)[int(rng.integers(2))](page, rng), values, "jpg")


_MAKERS: dict[str, Callable[[Rng], Sample]] = {
    "drawing": _draw,
    "amount": _write_amount,
    "page": _write_page,
    "form": _fill_form,
}


@cache
def _load_digits() -> Digits:
    return load_mnist()[1]


@cache
def _load_materials() -> tuple[Hands, Papers]:
    rng = np.random.default_rng(11)
    return collect_hands(_load_digits(), None, held_out=True), Papers(rng)


def _save_template(path: Path) -> None:
    design = design_form(_DESIGN)
    fields = [
        replace(field, expect=f"{length} digits") for field, length in zip(design.fields, design.lengths, strict=True)
    ]
    sheet = np.clip(design.paper, 0, 255).astype(np.uint8)
    save_template(make_template("Archive", sheet, fields, Classifier.load()), path)


def make_small_pictures(count: int) -> Iterator[bytes]:
    """Yield PNG files of one number each, which are quick to read."""
    for number in range(count):
        rng = np.random.default_rng([5, number])
        ink = write_rows((60, 200), [f"{number:04d}"], (0.7, 0.8), (0.1, 0.14), _load_digits(), rng)
        yield cv2.imencode(".png", np.round(255 * (1 - ink)).astype(np.uint8))[1].tobytes()
