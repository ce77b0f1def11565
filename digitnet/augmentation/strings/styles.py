"""Draw a way to write a string: sizes, slant, spacing and pen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitnet.preprocessing.strips import STRIP_HEIGHT

_INK_SHARE = 0.35  # This share of the strings is written with scanned ink where a hand has it.


@dataclass(frozen=True)
class Style:
    """How a string is written; lengths in pixels of the strip.

    Attributes:
        height: of a usual digit.
        base: row of the base line at the left side.
        pen: width of the strokes.
        slant: columns per row that strokes lean to the right.
        aspect: width of signs beside the usual one.
        gap: usual space between signs.
        gap_sd, size_sd, base_sd, slant_sd: standard deviations from sign to sign.
        drift: rows by which the base line falls, for each column.
        bend: standard deviation of the bending of signs, in pixels of a field.
        unevenness: by how much the pen's width varies, as a share of it.
        scanned: whether to use scanned ink.
        linked_zeros: probability that two zeros are joined.
    """

    height: float
    base: float
    pen: float
    slant: float
    aspect: float
    gap: float
    gap_sd: float
    size_sd: float
    base_sd: float
    slant_sd: float
    drift: float
    bend: float
    unevenness: float
    scanned: bool
    linked_zeros: float


def draw_style(rng: np.random.Generator) -> Style:
    """Draw a style at random."""
    height = STRIP_HEIGHT * rng.uniform(0.4, 0.94)
    free = STRIP_HEIGHT - height
    kind = rng.random()
    if kind < 0.25:
        gap = rng.uniform(0.15, 0.6)
    elif kind < 0.6:
        gap = rng.uniform(0.02, 0.2)
    else:
        gap = rng.uniform(-0.1, 0.03)
    return Style(
        height=height,
        base=height + free * rng.uniform(0.15, 0.85),
        pen=height * rng.uniform(0.04, 0.1) if rng.random() < 0.75 else height * rng.uniform(0.1, 0.2),
        slant=rng.normal(0.12, 0.25),
        aspect=float(np.exp(rng.normal(0.03, 0.22))),
        gap=gap * height,
        gap_sd=height * rng.uniform(0.01, 0.09),
        size_sd=rng.uniform(0.01, 0.1),
        base_sd=height * rng.uniform(0.01, 0.07),
        slant_sd=rng.uniform(0.01, 0.09),
        drift=rng.normal(0, 0.015),
        bend=rng.uniform(0, 2.6),
        unevenness=rng.uniform(0, 0.3),
        scanned=rng.random() < _INK_SHARE,
        linked_zeros=rng.uniform(0.3, 1) if rng.random() < 0.15 else 0.0,
    )
