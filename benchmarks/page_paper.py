"""Make paper of several kinds, print lines on it, and put ink on it.

A page is float32 (h, w, 3), colors in 0..255. Each function that changes a page returns a new one.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from benchmarks.page_ink import Layer, choose_rows, load_training_digits, write_rows

Random = np.random.Generator
Color = tuple[float, float, float]
Line = tuple[tuple[float, float], tuple[float, float]]  # x, y of both ends.

INKS: dict[str, Color] = {
    "black": (35, 35, 40),
    "blue": (45, 60, 140),
    "red": (185, 45, 50),
    "green": (30, 110, 60),
    "pale blue": (110, 120, 185),
    "orange": (225, 130, 50),
    "chalk": (225, 225, 218),
    "pencil": (70, 70, 74),
}
_ROUGHNESS = {"chalk": 0.5, "pencil": 0.45}  # The share of the ink that is missing where the paper is roughest.
_PEN_ROUGHNESS = 0.12
PAPERS: dict[str, Color] = {
    "white": (238, 236, 230),
    "gray": (170, 170, 168),
    "yellow": (245, 225, 130),
    "pink": (240, 190, 200),
    "brown": (185, 150, 110),
    "blue": (165, 200, 230),
    "board": (45, 62, 52),
    "black": (25, 25, 28),
}


def get_size(page: Layer) -> tuple[int, int]:
    """Return the height and width of a page."""
    return page.shape[0], page.shape[1]


def make_noise(size: tuple[int, int], grain: float, rng: Random) -> Layer:
    """Return smooth noise (h, w), mean 0 and deviation 1, its spots about `grain` pixels large."""
    factor = max(1.0, grain / 2)
    small = (max(4, round(size[0] / factor)), max(4, round(size[1] / factor)))
    noise = cv2.GaussianBlur(rng.standard_normal(small, np.float32), (0, 0), grain / factor)
    large = cv2.resize(noise, size[::-1], interpolation=cv2.INTER_CUBIC)
    return large / (large.std() + 1e-6)


def make_paper(size: tuple[int, int], name: str, rng: Random) -> Layer:
    """Return blank paper, (h, w, 3), with grain and blotches."""
    shade = make_noise(size, 1.5, rng) * rng.uniform(1, 3) + make_noise(size, max(size) / 25, rng) * rng.uniform(1, 3)
    return (np.array(PAPERS[name]) * (1 + shade[..., None] / 200)).astype(np.float32)


def apply_ink(page: Layer, ink: Layer, color: str, strength: float, rng: Random) -> Layer:
    """Put ink (h, w) on a page; a pen is uneven, chalk and pencil more so."""
    roughness = _ROUGHNESS.get(color, _PEN_ROUGHNESS)
    is_dry = color in _ROUGHNESS
    coverage = 1 - roughness * np.clip(make_noise(get_size(ink), 1.2, rng) * 0.5 + 0.5 * is_dry, 0, 1)
    return page + (np.array(INKS[color], np.float32) - page) * (ink * strength * coverage)[..., None]


def add_ruled_lines(page: Layer, rng: Random) -> Layer:
    """Print horizontal lines, and at times a red margin line."""
    height, width = get_size(page)
    step = height / rng.uniform(9, 22)
    thickness = max(page.shape) * rng.uniform(0.0008, 0.0025)
    lines = [((0.0, y), (float(width), y)) for y in np.arange(step * rng.uniform(), height, step)]
    page = _draw_lines(page, lines, _choose_line_color(rng), thickness)
    if rng.uniform() < 0.4:
        x = width * rng.uniform(0.02, 0.08)
        page = _draw_lines(page, [((x, 0.0), (x, float(height)))], (225, 140, 140), thickness)
    return page


def add_grid(page: Layer, rng: Random) -> Layer:
    """Print a grid."""
    height, width = get_size(page)
    step = height / rng.uniform(14, 34)
    thickness = max(page.shape) * rng.uniform(0.0008, 0.002)
    lines = [((0.0, y), (float(width), y)) for y in np.arange(step * rng.uniform(), height, step)]
    lines += [((x, 0.0), (x, float(height))) for x in np.arange(step * rng.uniform(), width, step)]
    return _draw_lines(page, lines, _choose_line_color(rng), thickness)


def add_dotted_lines(page: Layer, rng: Random) -> Layer:
    """Print dotted lines to write on."""
    height, width = get_size(page)
    printed = page.copy()
    radius = max(page.shape) * rng.uniform(0.0013, 0.0022)
    for y in np.arange(height * 0.2, height, height * rng.uniform(0.15, 0.3)):
        for x in np.arange(width * 0.04, width * 0.96, radius * rng.uniform(6, 9)):
            center = (round(x * 16), round(y * 16))
            cv2.circle(printed, center, round(radius * 16), (70, 70, 75), -1, cv2.LINE_AA, shift=4)
    return printed


def add_show_through(page: Layer, rng: Random) -> Layer:
    """Let the faint, mirrored, blurred writing of the other side show through."""
    rows = choose_rows((3, 5), (4, 7), rng)
    ink = write_rows(get_size(page), rows, (0.5, 0.75), (0.05, 0.14), load_training_digits(), rng)
    ink = cv2.GaussianBlur(ink[:, ::-1], (0, 0), max(page.shape) * 0.0025)
    return page * (1 - rng.uniform(0.05, 0.1) * ink[..., None])


def crumple(page: Layer, rng: Random) -> Layer:
    """Crumple the page: facets of different brightness with sharp folds between them."""
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32) / max(page.shape)
    relief = np.zeros(get_size(page), np.float32)
    for _ in range(14):
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.2, 0.9)
        relief += np.abs(x * np.cos(angle) + y * np.sin(angle) - offset) * rng.uniform(-1, 1)
    facets = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3)
    dents = make_noise(get_size(page), max(page.shape) / 60, rng)
    return page * (1 + 0.07 * facets / (facets.std() + 1e-9) + 0.02 * dents)[..., None]


def _choose_line_color(rng: Random) -> Color:
    strength = rng.uniform(0.7, 1.05)
    color = ((150, 175, 215), (200, 170, 205), (180, 180, 185))[rng.integers(3)]
    red, green, blue = (235 - (235 - value) * strength for value in color)
    return red, green, blue


def _draw_lines(page: Layer, lines: Sequence[Line], color: Color, thickness: float) -> Layer:
    mask = np.zeros(get_size(page), np.uint8)
    for start, end in lines:
        points = np.round(np.array([start, end]) * 16).astype(np.int32)
        cv2.polylines(mask, [points], False, 255, max(1, round(thickness)), cv2.LINE_AA, shift=4)
    shade: Layer = np.array(color, np.float32)
    return (page + (shade - page) * (mask / 255)[..., None]).astype(np.float32)
