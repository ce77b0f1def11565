"""User digits for tests of the collection."""

import numpy as np

from digitnet.collection.samples import PNG_SIGNATURE, Sample


def make_sample(number, label=3, **fields):
    """Return a sample whose picture no other number gives."""
    picture = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(picture, PNG_SIGNATURE + b"crop %d" % number, label, **fields)
