"""Make hard pages of handwriting and score the reading of them: python benchmarks/pages.py [--kinds NAME ...].

Rows of digits are written with pens of many widths and colours on papers, lit and photographed in many
ways; a kind and a seed always give the same page. The strokes are the middle lines of MNIST's training
digits, so that nothing is chosen by looking at the test digits.

The column `bare` says how much of the ink alone is misread, without paper, light and camera: the rest of
`wrong` is what finding ink costs.

`--samples` makes the sample pictures of the Photos page instead, from test digits.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.cases import SAMPLES, Case
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read
from digitnet.segmentation.skeleton import skeletonize

Layer = NDArray[np.float32]  # (h, w): ink in 0..1, light as a factor; (h, w, 3): colours in 0..255
Picture = NDArray[np.uint8]
Random = np.random.Generator
Color = tuple[float, float, float]
Line = tuple[tuple[float, float], tuple[float, float]]  # x, y of both ends
Change = Callable[[Layer, Random], Layer]  # of a page (h, w, 3)

BOX = 96  # pixels of a digit's longer side when it is drawn
_MARGIN = 0.08  # of a page that nothing is written on
PENS = {
    "black": (35, 35, 40),
    "blue": (45, 60, 140),
    "red": (185, 45, 50),
    "green": (30, 110, 60),
    "pale blue": (110, 120, 185),
    "orange": (225, 130, 50),
}
PAPERS = {
    "white": (238, 236, 230),
    "gray": (170, 170, 168),
    "yellow": (245, 225, 130),
    "pink": (240, 190, 200),
    "brown": (185, 150, 110),
    "blue": (165, 200, 230),
    "board": (45, 62, 52),
    "black": (25, 25, 28),
}


@dataclass(frozen=True)
class Kind:
    """What a page looks like; ranges are drawn from evenly.

    Attributes:
        size: height and width in pixels.
        rows, columns: how many digits.
        share: of the room of a digit that it takes.
        pen: width of the pen over the height of the digit.
        colors: names of `PENS`, or "chalk".
        strength: how opaque the ink is, 0..1.
        papers: names of `PAPERS`.
        under: what is on the paper before it is written on.
        over: what happens to the written page, in this order.
        blur: of the lens, standard deviation in thousandths of the longer side.
        noise: of the sensor, standard deviation in gray levels.
        quality: of the JPEG, 0..100.
    """

    size: tuple[int, int] = (900, 1200)
    rows: tuple[int, int] = (2, 4)
    columns: tuple[int, int] = (3, 6)
    share: tuple[float, float] = (0.5, 0.75)
    pen: tuple[float, float] = (0.05, 0.14)
    colors: tuple[str, ...] = ("black", "blue")
    strength: tuple[float, float] = (0.8, 0.95)
    papers: tuple[str, ...] = ("white",)
    under: tuple[Change, ...] = ()
    over: tuple[Change, ...] = ()
    blur: tuple[float, float] = (0.3, 0.9)
    noise: tuple[float, float] = (1.0, 4.0)
    quality: tuple[int, int] = (60, 92)


class Page(NamedTuple):
    """A picture uint8 (h, w, 3), the text of its rows, and the ink alone: uint8 (h, w), black on white."""

    image: Picture
    rows: list[str]
    ink: Picture


def stroke(picture: Picture, height: float, pen: float) -> Layer:
    """Return an MNIST digit, uint8 (28, 28), rewritten `height` pixels tall with a pen of `pen` pixels."""
    away = _away_from_middle(picture.tobytes())
    factor = height / BOX
    size = (max(1, round(away.shape[1] * factor)), max(1, round(away.shape[0] * factor)))
    distance = cv2.resize(away, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR) * factor
    return np.clip(pen / 2 + 0.5 - distance, 0, 1).astype(np.float32)


@lru_cache(maxsize=4096)
def _away_from_middle(content: bytes) -> Layer:
    picture = np.frombuffer(content, np.uint8).reshape(28, 28)
    x, y, w, h = cv2.boundingRect((picture > 100).astype(np.uint8))
    factor = BOX / max(w, h)
    large = cv2.resize(picture[y : y + h, x : x + w], None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    large = cv2.GaussianBlur(np.pad(large, BOX // 4), (0, 0), 1.5)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((large > 80).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0
    line = skeletonize((areas > 0.1 * areas.sum())[labels].astype(np.uint8))  # without MNIST's specks
    return cv2.GaussianBlur(cv2.distanceTransform(1 - line, cv2.DIST_L2, 5), (0, 0), 1.2) - 0.7


def write(size: tuple[int, int], texts: Sequence[str], kind: Kind, digits: Digits, rng: Random) -> Layer:
    """Return the ink of rows of digits, (h, w) in 0..1."""
    height, width = size
    ink = np.zeros(size, np.float32)
    step = (1 - 2 * _MARGIN) * width / max(map(len, texts))
    line = (1 - 2 * _MARGIN) * height / len(texts)
    room = min(step, line)
    tall = room * rng.uniform(*kind.share)
    pen = tall * rng.uniform(*kind.pen)
    for number, text in enumerate(texts):
        slope = rng.uniform(-0.02, 0.02)
        for place, character in enumerate(text):
            x = width * _MARGIN + (place + 0.5) * step + rng.normal(0, 0.02 * room)
            y = height * _MARGIN + (number + 0.5) * line + slope * (x - width / 2) + rng.normal(0, 0.02 * room)
            index = rng.choice(np.flatnonzero(digits.labels == int(character)))
            _put(ink, stroke(digits.images[index], tall * rng.uniform(0.9, 1.1), pen), x, y)
    return ink


def some_text(kind: Kind, rng: Random) -> list[str]:
    """Return rows of digits drawn evenly."""
    most = int(rng.integers(kind.columns[0], kind.columns[1] + 1))
    lengths = rng.integers(min(most, kind.columns[0]), most + 1, rng.integers(kind.rows[0], kind.rows[1] + 1))
    lengths[rng.integers(len(lengths))] = most
    return ["".join(map(str, rng.integers(0, 10, length))) for length in lengths]


def _put(ink: Layer, part: Layer, x: float, y: float) -> None:
    top, left = round(y - part.shape[0] / 2), round(x - part.shape[1] / 2)
    cut = part[max(0, -top) : ink.shape[0] - top, max(0, -left) : ink.shape[1] - left]
    place = ink[max(0, top) : max(0, top) + cut.shape[0], max(0, left) : max(0, left) + cut.shape[1]]
    np.maximum(place, cut, out=place)


def ink_on(page: Layer, ink: Layer, color: str, strength: float, rng: Random) -> Layer:
    """Return the page (h, w, 3) with ink (h, w) on it; a pen is uneven, chalk and pencil more so."""
    rough = 0.5 if color == "chalk" else 0.45 if color == "pencil" else 0.12
    uneven = 1 - rough * np.clip(cloud(ink.shape, 1.2, rng) * 0.5 + 0.5 * (rough > 0.3), 0, 1)
    shade = {"chalk": (225, 225, 218), "pencil": (70, 70, 74)}.get(color) or PENS[color]
    return page + (np.array(shade, np.float32) - page) * (ink * strength * uneven)[..., None]


def _size(page: Layer) -> tuple[int, int]:
    return page.shape[0], page.shape[1]


def cloud(size: tuple[int, int], grain: float, rng: Random) -> Layer:
    """Return smooth noise (h, w) of mean 0 and deviation 1 whose spots are about `grain` pixels large."""
    factor = max(1.0, grain / 2)
    small = (max(4, round(size[0] / factor)), max(4, round(size[1] / factor)))
    noise = cv2.GaussianBlur(rng.standard_normal(small, np.float32), (0, 0), grain / factor)
    large = cv2.resize(noise, size[::-1], interpolation=cv2.INTER_CUBIC)
    return large / (large.std() + 1e-6)


def paper(size: tuple[int, int], name: str, rng: Random) -> Layer:
    """Return plain paper, (h, w, 3), with grain and blotches."""
    long = max(size)
    shade = cloud(size, 1.5, rng) * rng.uniform(1, 3) + cloud(size, long / 25, rng) * rng.uniform(1, 3)
    return (np.array(PAPERS[name]) * (1 + shade[..., None] / 200)).astype(np.float32)


def _line_color(rng: Random) -> Color:
    strength = rng.uniform(0.7, 1.05)
    color = ((150, 175, 215), (200, 170, 205), (180, 180, 185))[rng.integers(3)]
    red, green, blue = (235 - (235 - value) * strength for value in color)
    return red, green, blue


def _drawn(page: Layer, lines: Sequence[Line], color: Color, thick: float) -> Layer:
    mask = np.zeros(_size(page), np.uint8)
    shade: Layer = np.array(color, np.float32)
    for start, end in lines:
        points = np.round(np.array([start, end]) * 16).astype(np.int32)
        cv2.polylines(mask, [points], False, 255, max(1, round(thick)), cv2.LINE_AA, shift=4)
    return (page + (shade - page) * (mask / 255)[..., None]).astype(np.float32)


def ruled(page: Layer, rng: Random) -> Layer:
    """Return the page with level printed lines, and at times a red margin line."""
    height, width = _size(page)
    step = height / rng.uniform(9, 22)
    thick = max(page.shape) * rng.uniform(0.0008, 0.0025)
    lines = [((0.0, y), (float(width), y)) for y in np.arange(step * rng.uniform(), height, step)]
    page = _drawn(page, lines, _line_color(rng), thick)
    if rng.uniform() < 0.4:
        x = width * rng.uniform(0.02, 0.08)
        page = _drawn(page, [((x, 0.0), (x, float(height)))], (225, 140, 140), thick)
    return page


def squared(page: Layer, rng: Random) -> Layer:
    """Return the page with a printed grid."""
    height, width = _size(page)
    step = height / rng.uniform(14, 34)
    thick = max(page.shape) * rng.uniform(0.0008, 0.002)
    lines = [((0.0, y), (float(width), y)) for y in np.arange(step * rng.uniform(), height, step)]
    lines += [((x, 0.0), (x, float(height))) for x in np.arange(step * rng.uniform(), width, step)]
    return _drawn(page, lines, _line_color(rng), thick)


def dotted(page: Layer, rng: Random) -> Layer:
    """Return the page with dotted lines to write on."""
    height, width = _size(page)
    marked = page.copy()
    radius = max(page.shape) * rng.uniform(0.0013, 0.0022)
    for y in np.arange(height * 0.2, height, height * rng.uniform(0.15, 0.3)):
        for x in np.arange(width * 0.04, width * 0.96, radius * rng.uniform(6, 9)):
            point = (round(x * 16), round(y * 16))
            cv2.circle(marked, point, round(radius * 16), (70, 70, 75), -1, cv2.LINE_AA, shift=4)
    return marked


def show_through(page: Layer, rng: Random) -> Layer:
    """Return the page with the faint, mirrored, blurred writing of its other side."""
    kind = Kind(rows=(3, 5), columns=(4, 7))
    ink = write(_size(page), some_text(kind, rng), kind, training_digits(), rng)
    ink = cv2.GaussianBlur(ink[:, ::-1], (0, 0), max(page.shape) * 0.0025)
    return page * (1 - rng.uniform(0.05, 0.1) * ink[..., None])


def crumpled(page: Layer, rng: Random) -> Layer:
    """Return the page after it was crumpled: facets of other brightness, sharp folds between them."""
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32) / max(page.shape)
    relief = np.zeros(_size(page), np.float32)
    for _ in range(14):
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.2, 0.9)
        relief += np.abs(x * np.cos(angle) + y * np.sin(angle) - offset) * rng.uniform(-1, 1)
    facets = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3)
    dents = cloud(_size(page), max(page.shape) / 60, rng)
    return page * (1 + 0.07 * facets / (facets.std() + 1e-9) + 0.02 * dents)[..., None]


def _place(page: Layer) -> tuple[Layer, Layer]:
    """Return x and y of each pixel over the width and the height."""
    height, width = _size(page)
    return np.linspace(0, 1, width, dtype=np.float32)[None], np.linspace(0, 1, height, dtype=np.float32)[:, None]


def _edge(page: Layer, rng: Random, softness: float) -> Layer:
    """Return (h, w) from 0 to 1 across a straight edge through the middle part of the page."""
    x, y = _place(page)
    angle = rng.uniform(0, 2 * np.pi)
    offset = (x - rng.uniform(0.3, 0.7)) * np.cos(angle) + (y - rng.uniform(0.3, 0.7)) * np.sin(angle)
    return 1 / (1 + np.exp(np.clip(-offset / softness, -60, 60)))


def soft_shadow(page: Layer, rng: Random) -> Layer:
    return page * (1 - rng.uniform(0.3, 0.6) * _edge(page, rng, rng.uniform(0.02, 0.06)))[..., None]


def hard_shadow(page: Layer, rng: Random) -> Layer:
    return page * (1 - rng.uniform(0.3, 0.55) * _edge(page, rng, 0.003))[..., None]


def vignette(page: Layer, rng: Random) -> Layer:
    x, y = _place(page)
    away = (x - rng.uniform(0.4, 0.6)) ** 2 + (y - rng.uniform(0.4, 0.6)) ** 2
    return page * np.exp(-rng.uniform(1.5, 3.5) * away)[..., None]


def dim(page: Layer, rng: Random) -> Layer:
    """Return the page as in a dark room, under light of some colour."""
    return page * np.array([rng.uniform(0.3, 0.7) for _ in range(3)], np.float32)


def finger(page: Layer, rng: Random) -> Layer:
    """Return the page with a thumb that holds it at one side."""
    height, width = _size(page)
    tip = (round(width * rng.uniform(0.03, 0.06)), round(height * rng.uniform(0.3, 0.9)))
    length, thick = round(width * 0.12), round(height * rng.uniform(0.04, 0.07))
    mask = np.zeros((height, width), np.float32)
    center = (tip[0] - length, tip[1])
    cv2.ellipse(mask, center, (length, thick), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    mask = cv2.GaussianBlur(mask, (0, 0), width * 0.002)
    shade = cv2.GaussianBlur(mask, (0, 0), width * 0.008)
    round_shade = 0.75 + 0.25 * cv2.GaussianBlur(mask, (0, 0), width * 0.02)
    skin = np.array([196, 140, 115], np.float32) * round_shade[..., None]
    mixed = page * (1 - 0.35 * shade[..., None])
    return mixed + (skin - mixed) * mask[..., None]


def table(page: Layer, rng: Random) -> Layer:
    """Return the page with a strip of the table at one or two sides."""
    x, y = _place(page)
    color = np.array([[60, 45, 35], [90, 70, 50], [30, 30, 32], [120, 95, 70]][rng.integers(4)], np.float32)
    edges = [x * np.ones_like(y), 1 - x * np.ones_like(y), y * np.ones_like(x), 1 - y * np.ones_like(x)]
    beyond = np.zeros(_size(page), np.float32)
    for side in rng.permutation(4)[: rng.integers(1, 3)]:
        tilt = rng.uniform(-0.02, 0.02) * (y if side < 2 else x)
        beyond = np.maximum(beyond, (edges[side] + tilt < rng.uniform(0.02, 0.05)).astype(np.float32))
    beyond = cv2.GaussianBlur(beyond, (0, 0), 1.0)
    grain = 1 + 0.1 * cloud(_size(page), 6, rng)
    return page + (color * grain[..., None] - page) * beyond[..., None]


def punched(page: Layer, rng: Random) -> Layer:
    """Return the page with two holes at the left and a staple in a corner."""
    height, width = _size(page)
    marked = page.copy()
    for y in (0.36, 0.64):
        center = (round(width * 0.03), round(height * y))
        cv2.circle(marked, center, round(width * 0.009), (50, 45, 40), -1, cv2.LINE_AA)
    start = np.array([width * 0.03, height * 0.06])
    end = start + width * 0.02 * np.array([1, rng.uniform(-1, 1)])
    line = np.round(np.array([start, end]) * 16).astype(np.int32)
    cv2.polylines(marked, [line], False, (125, 125, 130), max(2, round(width * 0.002)), cv2.LINE_AA, shift=4)
    return marked


def turned(page: Layer, rng: Random) -> Layer:
    """Return the page photographed a little askew and from one side."""
    height, width = _size(page)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.uniform(-6, 6))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    moved = (corners - corners[2] / 2) @ spin.T * 1.04 + corners[2] / 2
    moved += rng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * max(height, width)
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(page, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def motion(page: Layer, rng: Random) -> Layer:
    """Return the page blurred by a shaking hand."""
    length = max(3, round(max(page.shape) * 0.004) | 1)
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, int(rng.integers(length))), (length - 1, int(rng.integers(length))), 1.0)
    return cv2.filter2D(page, -1, kernel / kernel.sum())


KINDS = {
    "plain": Kind(),
    "thin pen": Kind(pen=(0.02, 0.035), share=(0.4, 0.6)),
    "thick pen": Kind(pen=(0.18, 0.28), colors=("black", "red", "blue", "green")),
    "colours": Kind(colors=("red", "green", "pale blue", "orange"), over=(vignette,)),
    "coloured paper": Kind(papers=("yellow", "pink", "brown", "blue", "gray"), colors=("black", "blue", "red")),
    "pencil": Kind(colors=("pencil",), strength=(0.3, 0.55), pen=(0.03, 0.06), over=(vignette,)),
    "ruled": Kind(under=(ruled,), pen=(0.03, 0.1), over=(turned,)),
    "squared": Kind(under=(squared,), pen=(0.03, 0.1), over=(turned,)),
    "squared, red": Kind(under=(squared,), pen=(0.03, 0.1), colors=("red", "orange", "pale blue")),
    "squared, pencil": Kind(under=(squared,), pen=(0.03, 0.06), colors=("pencil",), strength=(0.45, 0.7)),
    "dotted": Kind((300, 900), rows=(1, 1), under=(dotted,), pen=(0.04, 0.1)),
    "crumpled": Kind(under=(crumpled,), over=(soft_shadow,)),
    "soft shadow": Kind(over=(soft_shadow, vignette)),
    "hard shadow": Kind(over=(hard_shadow,)),
    "vignette": Kind(over=(vignette, vignette)),
    "dark room": Kind(over=(dim, vignette), noise=(4.0, 9.0)),
    "turned, table": Kind(over=(turned, table, soft_shadow)),
    "finger": Kind(over=(vignette, finger), colors=("red", "blue", "black")),
    "show-through": Kind(under=(show_through,), colors=("black", "blue")),
    "holes": Kind(over=(punched, turned)),
    "board": Kind(papers=("board", "black"), colors=("chalk",), over=(soft_shadow,)),
    "blurred": Kind(blur=(2.0, 3.5), over=(motion,)),
    "noisy": Kind(noise=(10.0, 20.0), quality=(40, 70)),
    "poor JPEG": Kind((450, 600), quality=(12, 25), over=(vignette,)),
    "webcam": Kind((480, 640), (1, 2), (3, 5), over=(dim, vignette, motion), blur=(1.0, 2.0)),
    "screenshot": Kind((60, 240), (1, 1), (3, 6), share=(0.6, 0.8), blur=(0.0, 1.0), noise=(0, 1), quality=(90, 98)),
    "close-up": Kind((600, 450), (1, 1), (1, 1), share=(1.05, 1.2), pen=(0.05, 0.22), over=(vignette,)),
    "close-up, shadow": Kind((300, 300), (1, 1), (1, 1), share=(1.0, 1.1), over=(soft_shadow, dim)),
    "small on a page": Kind((1600, 1200), (3, 6), (2, 4), share=(0.12, 0.2), pen=(0.06, 0.1), over=(vignette,)),
    "squared, photo": Kind(
        (1500, 2000),
        under=(squared,),
        pen=(0.03, 0.08),
        colors=("red", "pale blue", "black", "pencil"),
        over=(turned, table, soft_shadow, vignette),
    ),
    "ruled, photo": Kind(
        (1500, 2000),
        under=(show_through, ruled),
        pen=(0.03, 0.08),
        colors=("red", "blue", "pencil"),
        over=(turned, hard_shadow, finger),
    ),
    "crumpled, photo": Kind(
        (1000, 750),
        papers=("brown", "yellow", "gray"),
        under=(crumpled,),
        over=(punched, turned, table, dim, vignette),
    ),
    "12 Mpx": Kind((3000, 4000), (4, 8), (4, 8), share=(0.25, 0.5), pen=(0.04, 0.08), over=(vignette, turned)),
}


@lru_cache(maxsize=1)
def training_digits() -> Digits:
    return load_mnist()[0]


def make(name: str, seed: int) -> Page:
    """Return the page that belongs to a name of `KINDS` and a seed."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    kind = KINDS[name]
    return compose(some_text(kind, rng), kind, training_digits(), rng)


def compose(rows: list[str], kind: Kind, digits: Digits, rng: Random) -> Page:
    """Return a photo of rows of digits."""
    page = paper(kind.size, str(rng.choice(kind.papers)), rng)
    for change in kind.under:
        page = change(page, rng)
    ink = write(kind.size, rows, kind, digits, rng)
    page = ink_on(page, ink, str(rng.choice(kind.colors)), rng.uniform(*kind.strength), rng)
    for change in kind.over:
        page = change(page, rng)
    return Page(photographed(page, kind, rng), rows, np.round(255 - 255 * ink).astype(np.uint8))


def photographed(page: Layer, kind: Kind, rng: Random) -> Picture:
    """Return the page (h, w, 3) as a camera saves it: blurred, noisy, 8 bits, through JPEG."""
    blur = rng.uniform(*kind.blur) * max(page.shape) / 1000
    sharp = cv2.GaussianBlur(page, (0, 0), blur) if blur > 0.2 else page
    noisy = sharp + rng.standard_normal(page.shape, np.float32) * rng.uniform(*kind.noise)
    image = np.clip(noisy, 0, 255).astype(np.uint8)
    quality = int(rng.integers(kind.quality[0], kind.quality[1] + 1))
    _, content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded: Any = cv2.imdecode(content, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(decoded[..., ::-1])


_SAMPLE = Kind((880, 1280), pen=(0.06, 0.08), share=(0.7, 0.75), noise=(2.0, 2.0), quality=(88, 88))
SAMPLE_PAGES = {
    "even": (40, ["2047", "1385", "96"], replace(_SAMPLE, colors=("blue",))),
    "shadow": (41, ["31415", "92653"], replace(_SAMPLE, colors=("black",), over=(turned, soft_shadow))),
    "squared": (9, ["8128", "496", "28"], replace(_SAMPLE, colors=("red",), under=(squared,), over=(turned,))),
    "touching": (53, ["58203"], replace(_SAMPLE, size=(480, 800), colors=("black",), share=(1.45, 1.55))),
}


def make_samples(folder: Path) -> None:
    """Write the sample pictures and `labels.csv` beside them, which says what is written."""
    digits = load_mnist()[1]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as lines:
        labels = csv.writer(lines, lineterminator="\n")
        labels.writerow(["file", "rows"])
        for name, (seed, rows, kind) in SAMPLE_PAGES.items():
            picture = compose(rows, kind, digits, np.random.default_rng(seed)).image
            cv2.imwrite(str(folder / f"{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
            labels.writerow([f"{name}.jpg", "|".join(rows)])


def score(name: str, seeds: range, classifier: Classifier, errors: Path | None) -> tuple[int, int, int]:
    """Read pages of a kind and print one line.

    Returns:
        How many digits were wrong, how many of the bare ink, and how many there were.
    """
    from benchmarks.accuracy import edit_distance, save_error, without_spaces

    wrong = bare = digits = exact = 0
    times = []
    for seed in seeds:
        image, rows, ink = make(name, seed)
        started = time.perf_counter()
        reading = read(image, classifier)
        times.append(time.perf_counter() - started)
        found = without_spaces(reading.rows)
        wrong += edit_distance("".join(rows), "".join(found))
        bare += edit_distance("".join(rows), "".join(without_spaces(read(ink, classifier).rows)))
        digits, exact = digits + len("".join(rows)), exact + (found == rows)
        if errors and found != rows:
            save_error(errors, Case(f"{name.replace(' ', '_')}_{seed}", image, rows), reading)
    milliseconds = statistics.median(times) * 1000
    count = len(seeds)
    shares = f"{wrong / digits:>7.2%} {bare / digits:>7.2%} {digits:>7}"
    print(f"{name:<18} {shares} {exact:>5} / {count:<4} {milliseconds:>7.1f}", flush=True)
    return wrong, bare, digits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), metavar="NAME", default=list(KINDS))
    parser.add_argument("--pages", type=int, default=10, help="pages of each kind (default 10)")
    parser.add_argument("--first", type=int, default=0, help="the first page's seed (default 0)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save each page that was misread here")
    parser.add_argument("--samples", action="store_true", help="make the sample pictures of the Photos page")
    args = parser.parse_args()
    if args.samples:
        make_samples(SAMPLES)
        return
    classifier = Classifier.load(args.model)
    seeds = range(args.first, args.first + args.pages)
    print(f"{'kind':<18} {'wrong':>7} {'bare':>7} {'digits':>7} {'exact':>12} {'ms':>7}")
    totals = np.array([score(name, seeds, classifier, args.errors) for name in args.kinds])
    wrong, bare, digits = totals.sum(axis=0)
    print(f"{'all':<18} {wrong / digits:>7.2%} {bare / digits:>7.2%} {digits:>7}")


if __name__ == "__main__":
    main()
