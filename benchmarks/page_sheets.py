"""Lay sheets of paper on a ground and photograph them: some apart, some at an angle, some beside a dark strip.

A page is float32 (h, w, 3), colors in 0..255. Each function returns a new one of the same size.
"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.page_ink import Layer, Range
from benchmarks.page_paper import Color, Random, get_size, make_noise

GROUNDS: dict[str, Color] = {
    "dark wood": (62, 46, 36),
    "wood": (120, 88, 60),
    "black cloth": (28, 28, 32),
    "blue mat": (40, 70, 130),
    "red cloth": (140, 35, 40),
    "green mat": (30, 90, 60),
    "stone": (90, 90, 92),
}


def make_ground(size: tuple[int, int], name: str, rng: Random) -> Layer:
    """Return a ground without paper, (h, w, 3): wood with its grain, others with a weave."""
    height, width = size
    if "wood" in name:
        grain = make_noise((height, max(8, width // 24)), 3, rng)
        texture = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    else:
        texture = make_noise(size, max(2.0, max(size) / 300), rng)
    texture = 0.14 * texture + 0.08 * make_noise(size, max(size) / 8, rng)
    return (np.array(GROUNDS[name], np.float32) * np.clip(1 + texture, 0.4, 1.8)[..., None]).astype(np.float32)


def lay_on_ground(page: Layer, rng: Random) -> Layer:
    """Lay the page on a larger ground, a little turned, seen from above."""
    return _lay([page], rng, share=(0.55, 0.85), angle=12, perspective=0.0)


def photograph_at_an_angle(page: Layer, rng: Random) -> Layer:
    """Lay the page on a ground and photograph it from one side."""
    return _lay([page], rng, share=(0.65, 0.85), angle=10, perspective=0.13)


def lay_small_on_ground(page: Layer, rng: Random) -> Layer:
    """Lay the page on a ground that fills most of the picture."""
    return _lay([page], rng, share=(0.4, 0.5), angle=8, perspective=0.03)


def tear_in_two(page: Layer, rng: Random) -> Layer:
    """Lay the upper and the lower half of the page on a ground as two sheets, one below the other."""
    half = page.shape[0] // 2
    return _lay([page[:half], page[half:]], rng, share=(0.7, 0.85), angle=5, perspective=0.03)


def cut_off_by_the_rim(page: Layer, rng: Random) -> Layer:
    """Lay the page on a ground so that the picture ends before its lower side does."""
    return _lay([page], rng, share=(0.8, 0.9), angle=4, perspective=0.03, down=0.12)


def add_dark_strip(page: Layer, rng: Random) -> Layer:
    """Show a broad strip of the ground at one side."""
    height, width = get_size(page)
    ground = make_ground((height, width), _choose_ground(rng), rng)
    strip = rng.uniform(0.06, 0.2)
    small = cv2.resize(page, (round(width * (1 - strip)), height), interpolation=cv2.INTER_AREA)
    sides = [small, ground[:, : width - small.shape[1]]]
    return np.concatenate(sides if rng.uniform() < 0.5 else sides[::-1], axis=1)


def _choose_ground(rng: Random) -> str:
    return str(rng.choice(list(GROUNDS)))


def _lay(sheets: list[Layer], rng: Random, share: Range, angle: float, perspective: float, down: float = 0.0) -> Layer:
    """Lay sheets of one width below each other on a ground.

    Args:
        share: the sides of all sheets together, divided by those of the picture.
        angle: each sheet is turned by at most so many degrees.
        perspective: each corner is moved by at most this share of the picture's longer side.
        down: how far the sheets are moved down, as a share of the picture's height.
    """
    height, width = sum(sheet.shape[0] for sheet in sheets), sheets[0].shape[1]
    picture = make_ground((height, width), _choose_ground(rng), rng)
    scale = rng.uniform(*share)
    top = (1 - scale) / 2 * height + down * height
    room = scale * height / len(sheets)
    for sheet in sheets:
        tall = room - (0.06 * height if len(sheets) > 1 else 0)
        wide = tall / sheet.shape[0] * sheet.shape[1]
        center = np.array([width / 2 + rng.uniform(-0.04, 0.04) * width, top + room / 2], np.float32)
        corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]], np.float32) / 2
        turn = np.deg2rad(rng.uniform(-angle, angle))
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
        shift = rng.uniform(-perspective, perspective, (4, 2)).astype(np.float32) * max(height, width) / 2
        picture = _put(picture, sheet, (corners @ rotation + center + shift).astype(np.float32), rng)
        top += room
    return picture


def _put(picture: Layer, sheet: Layer, corners: Layer, rng: Random) -> Layer:
    """Put a sheet on a picture, with its corners, (4, 2), at these places, and its shadow beside it."""
    (height, width), (tall, wide) = get_size(picture), get_size(sheet)
    source = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    warp = cv2.getPerspectiveTransform(source, corners)
    laid = cv2.warpPerspective(sheet, warp, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.ones((tall, wide), np.float32), warp, (width, height), flags=cv2.INTER_LINEAR)
    offset = rng.uniform(-0.01, 0.01, 2) * max(height, width)
    move = np.array([[1, 0, offset[0]], [0, 1, offset[1]]], np.float32)
    shadow = cv2.GaussianBlur(cv2.warpAffine(mask, move, (width, height)), (0, 0), 0.006 * max(height, width))
    shaded = picture * (1 - 0.5 * shadow)[..., None]
    return np.asarray(shaded + (laid - shaded) * mask[..., None], np.float32)
