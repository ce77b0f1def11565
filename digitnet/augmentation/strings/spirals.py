"""Draw several zeros as one spiral, as quick hands do at the end of an amount."""

from __future__ import annotations

import numpy as np

from digitnet.augmentation.stroke_rendering import Points

_POINTS_PER_RING = 10


def draw_spiral(count: int, rng: np.random.Generator) -> list[Points]:
    """Draw `count` rings in one stroke, which goes on from the top of each; one stroke, float64 (n, 2)."""
    radius = rng.uniform(0.18, 0.34)
    pitch = 2 * radius * rng.uniform(0.85, 1.5)
    tall = np.linspace(1, rng.uniform(0.75, 1.0), count)  # The rings shrink.
    rings = []
    for place, size in enumerate(tall.tolist()):
        # Each ring is nearly closed before the pen goes on to the top of the next.
        turn = np.linspace(rng.uniform(-0.3, 0.3), 2 * np.pi + rng.uniform(-0.4, 0.4), _POINTS_PER_RING)
        x = place * pitch - radius * size * np.sin(turn)
        rings.append(np.stack([x, 1 - size * (0.5 + 0.5 * np.cos(turn))], axis=1))
    return [np.vstack(rings)]
