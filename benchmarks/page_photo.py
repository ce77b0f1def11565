"""Photograph a page: light and shadow, things around and on it, a shaking hand, the camera.

A page is float32 (h, w, 3), colors in 0..255. Each function that changes a page returns a new one.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from benchmarks.page_ink import Layer, Picture, Range
from benchmarks.page_paper import Random, get_size, make_noise


def cast_soft_shadow(page: Layer, rng: Random) -> Layer:
    """Darken one side of the page with a soft edge."""
    return page * (1 - rng.uniform(0.3, 0.6) * _make_edge(page, rng, rng.uniform(0.02, 0.06)))[..., None]


def cast_hard_shadow(page: Layer, rng: Random) -> Layer:
    """Darken one side of the page with a sharp edge."""
    return page * (1 - rng.uniform(0.3, 0.55) * _make_edge(page, rng, 0.003))[..., None]


def add_vignette(page: Layer, rng: Random) -> Layer:
    """Darken the page away from its middle."""
    x, y = _make_coordinates(page)
    distance = (x - rng.uniform(0.4, 0.6)) ** 2 + (y - rng.uniform(0.4, 0.6)) ** 2
    return page * np.exp(-rng.uniform(1.5, 3.5) * distance)[..., None]


def dim_light(page: Layer, rng: Random) -> Layer:
    """Darken the page as in a dim room, under colored light."""
    return page * np.array([rng.uniform(0.3, 0.7) for _ in range(3)], np.float32)


def add_finger(page: Layer, rng: Random) -> Layer:
    """Add a thumb that holds the page at its left side."""
    height, width = get_size(page)
    tip = (round(width * rng.uniform(0.03, 0.06)), round(height * rng.uniform(0.3, 0.9)))
    length, thickness = round(width * 0.12), round(height * rng.uniform(0.04, 0.07))
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (tip[0] - length, tip[1]), (length, thickness), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    mask = cv2.GaussianBlur(mask, (0, 0), width * 0.002)
    shadow = cv2.GaussianBlur(mask, (0, 0), width * 0.008)
    shading = 0.75 + 0.25 * cv2.GaussianBlur(mask, (0, 0), width * 0.02)
    skin = np.array([196, 140, 115], np.float32) * shading[..., None]
    shadowed = page * (1 - 0.35 * shadow[..., None])
    return shadowed + (skin - shadowed) * mask[..., None]


def add_table(page: Layer, rng: Random) -> Layer:
    """Show a strip of the table at one or two sides."""
    x, y = _make_coordinates(page)
    color = np.array([[60, 45, 35], [90, 70, 50], [30, 30, 32], [120, 95, 70]][rng.integers(4)], np.float32)
    distances = [x * np.ones_like(y), 1 - x * np.ones_like(y), y * np.ones_like(x), 1 - y * np.ones_like(x)]
    mask = np.zeros(get_size(page), np.float32)
    for side in rng.permutation(4)[: rng.integers(1, 3)]:
        tilt = rng.uniform(-0.02, 0.02) * (y if side < 2 else x)
        mask = np.maximum(mask, (distances[side] + tilt < rng.uniform(0.02, 0.05)).astype(np.float32))
    mask = cv2.GaussianBlur(mask, (0, 0), 1.0)
    grain = 1 + 0.1 * make_noise(get_size(page), 6, rng)
    return page + (color * grain[..., None] - page) * mask[..., None]


def punch_holes(page: Layer, rng: Random) -> Layer:
    """Punch two holes at the left and put a staple into a corner."""
    height, width = get_size(page)
    punched = page.copy()
    for y in (0.36, 0.64):
        center = (round(width * 0.03), round(height * y))
        cv2.circle(punched, center, round(width * 0.009), (50, 45, 40), -1, cv2.LINE_AA)
    start = np.array([width * 0.03, height * 0.06])
    end = start + width * 0.02 * np.array([1, rng.uniform(-1, 1)])
    staple = np.round(np.array([start, end]) * 16).astype(np.int32)
    cv2.polylines(punched, [staple], False, (125, 125, 130), max(2, round(width * 0.002)), cv2.LINE_AA, shift=4)
    return punched


def turn(page: Layer, rng: Random) -> Layer:
    """Photograph the page a little askew and from one side."""
    height, width = get_size(page)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.uniform(-6, 6))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    moved = (corners - corners[2] / 2) @ rotation.T * 1.04 + corners[2] / 2
    moved += rng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * max(height, width)
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(page, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def add_motion_blur(page: Layer, rng: Random) -> Layer:
    """Blur the page as a shaking hand does."""
    length = max(3, round(max(page.shape) * 0.004) | 1)
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, int(rng.integers(length))), (length - 1, int(rng.integers(length))), 1.0)
    return cv2.filter2D(page, -1, kernel / kernel.sum())


def expose(page: Layer, blur: Range, noise: Range, quality: tuple[int, int], rng: Random) -> Picture:
    """Return the page as a camera saves it, uint8 (h, w, 3): blurred, noisy, through JPEG.

    Args:
        blur: standard deviation of the lens's blur in thousandths of the longer side.
        noise: standard deviation of the sensor's noise in gray levels.
        quality: JPEG quality, 0..100.
    """
    sigma = rng.uniform(*blur) * max(page.shape) / 1000
    blurred = cv2.GaussianBlur(page, (0, 0), sigma) if sigma > 0.2 else page
    noisy = blurred + rng.standard_normal(page.shape, np.float32) * rng.uniform(*noise)
    image = np.clip(noisy, 0, 255).astype(np.uint8)
    jpeg_quality = int(rng.integers(quality[0], quality[1] + 1))
    _, content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, jpeg_quality])
    decoded: Any = cv2.imdecode(content, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(decoded[..., ::-1])


def _make_coordinates(page: Layer) -> tuple[Layer, Layer]:
    """Return x (1, w) and y (h, 1) of the pixels, both from 0 to 1."""
    height, width = get_size(page)
    return np.linspace(0, 1, width, dtype=np.float32)[None], np.linspace(0, 1, height, dtype=np.float32)[:, None]


def _make_edge(page: Layer, rng: Random, softness: float) -> Layer:
    """Return (h, w) from 0 to 1 across a straight edge near the middle of the page."""
    x, y = _make_coordinates(page)
    angle = rng.uniform(0, 2 * np.pi)
    offset = (x - rng.uniform(0.3, 0.7)) * np.cos(angle) + (y - rng.uniform(0.3, 0.7)) * np.sin(angle)
    return 1 / (1 + np.exp(np.clip(-offset / softness, -60, 60)))
