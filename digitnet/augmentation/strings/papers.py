"""Put writing on paper: plain, ruled, printed against forgery, badly lit, blurred, and next to other writing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.strings.printed_lines import draw_lines
from digitnet.augmentation.strings.specks import draw_specks
from digitnet.preprocessing.strips import STRIP_HEIGHT
from digitnet.types import Gray

Floats = NDArray[np.float32]
_TEXTURES = 160  # Security prints that are made once for each process.
_TEXTURE_HEIGHT, _TEXTURE_WIDTH = 96, 560  # Pixels.
_PRINT_SHARE, _LINE_SHARE, _NEIGHBOR_SHARE, _SPECK_SHARE = 0.42, 0.33, 0.18, 0.12
_MAX_PRINT = 0.6  # Print is at most this dark beside the ink.
_JPEG_SHARE, _BLUR_SHARE, _COARSE_SHARE = 0.25, 0.5, 0.35


class Papers:
    """Papers to write on."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._textures = [make_texture(rng) for _ in range(_TEXTURES)]

    def write_on(self, ink: Floats, base: float, rng: np.random.Generator, *, printed: Floats | None = None) -> Gray:
        """Return the gray picture of ink on some paper, uint8 (40, w).

        Args:
            ink: float32 (40, w), 0 to 1.
            base: row of the base line.
            rng: the source of randomness.
            printed: printed lines, float32 (40, w), 0 to 1; without them, the paper is ruled now and then.
        """
        height, width = ink.shape
        plain = rng.random() < 0.3  # A drawing or a good scan.
        paper = np.full((height, width), rng.uniform(150, 255), np.float32)
        strength = rng.uniform(0.35, 1.0)
        if not plain and rng.random() < _PRINT_SHARE:
            paper *= 1 - rng.uniform(0.06, min(0.42, _MAX_PRINT * strength)) * self._cut_texture(width, rng)
        if not plain and rng.random() < 0.5:
            paper *= _make_light((height, width), rng)
        marks = ink * strength
        if printed is not None or rng.random() < _LINE_SHARE:
            lines = draw_lines((height, width), base, rng) if printed is None else printed
            marks = np.maximum(marks, lines * rng.uniform(0.15, min(0.95, 1.2 * strength)))
        if rng.random() < _SPECK_SHARE:
            marks = np.maximum(marks, draw_specks(ink, base, rng))
        if rng.random() < _BLUR_SHARE:
            marks = cv2.GaussianBlur(marks, (0, 0), rng.uniform(0.3, 1.1))
        gray = paper * (1 - marks)
        if not plain:
            gray += rng.normal(0, rng.uniform(0, 7), gray.shape)
        picture = np.clip(gray, 0, 255).astype(np.uint8)
        return _damage(picture, rng)

    def _cut_texture(self, width: int, rng: np.random.Generator) -> Floats:
        texture = self._textures[int(rng.integers(len(self._textures)))]
        top = int(rng.integers(_TEXTURE_HEIGHT - STRIP_HEIGHT + 1))
        left = int(rng.integers(max(1, _TEXTURE_WIDTH - width + 1)))
        window = texture[top : top + STRIP_HEIGHT, left : left + width]
        cut = np.asarray(window[:: int(rng.choice([-1, 1])), :: int(rng.choice([-1, 1]))] / 255, np.float32)
        return cut if cut.shape[1] == width else np.asarray(cv2.resize(cut, (width, STRIP_HEIGHT)), np.float32)


def make_texture(rng: np.random.Generator) -> Gray:
    """Make a security print, uint8 (96, 560): warped waves, hatching, woven dots."""
    y, x = np.mgrid[:_TEXTURE_HEIGHT, :_TEXTURE_WIDTH].astype(np.float32)
    texture = np.zeros_like(x)
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.uniform(0, np.pi)
        along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
        for _ in range(int(rng.integers(1, 3))):
            period = rng.uniform(15, 120)
            across = across + rng.uniform(0, 0.16) * period * np.sin(2 * np.pi * along / period + rng.uniform(0, 6))
        wave = 0.5 + 0.5 * np.sin(2 * np.pi * across / rng.uniform(2.6, 9.0))
        wave = wave ** rng.uniform(0.7, 7)
        if rng.random() < 0.25:  # The lines are dotted.
            wave *= 0.5 + 0.5 * np.sin(2 * np.pi * along / rng.uniform(2.5, 8))
        texture = np.maximum(texture, wave * rng.uniform(0.4, 1)) if rng.random() < 0.6 else texture + wave / 2
    texture *= _make_light(texture.shape, rng)
    return np.asarray(np.clip(texture / max(0.5, float(texture.max())) * 255, 0, 255), np.uint8)


def _make_light(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Return the brightness of uneven light, float32 of `shape`, up to 1."""
    coarse = rng.uniform(rng.uniform(0.55, 0.95), 1, (2, 4)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def add_neighbors(ink: Floats, top: float, base: float, rng: np.random.Generator) -> Floats:
    """Add parts of the lines above and below, float32 (40, w), where there is room for them."""
    if rng.random() > _NEIGHBOR_SHARE:
        return ink
    moved = np.zeros_like(ink)
    height = ink.shape[0]
    flipped = np.roll(ink[:, ::-1], int(rng.integers(ink.shape[1])), axis=1)
    if rng.random() < 0.5:
        shift = int(base + rng.uniform(1, 6) - top)
        if 0 < shift < height:
            moved[shift:] = flipped[: height - shift]
    else:
        shift = int(base + rng.uniform(1, 6) - top)
        if 0 < shift < height:
            moved[: height - shift] = flipped[shift:]
    return np.maximum(ink, moved)


def _damage(picture: Gray, rng: np.random.Generator) -> Gray:
    """Lower the resolution of a picture, or save it as JPEG."""
    height, width = picture.shape
    if rng.random() < _COARSE_SHARE:
        factor = rng.uniform(0.5, 1.0)
        small = cv2.resize(
            picture, (max(8, round(width * factor)), round(height * factor)), interpolation=cv2.INTER_AREA
        )
        picture = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < _JPEG_SHARE:
        _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        picture = np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture
