"""The sample pictures that ship with the app, and an empty one, as files for the uploader."""

import numpy as np

from digitnet.paths import RESOURCES
from digitnet.preprocessing.images import to_png

SAMPLES = RESOURCES / "samples"
BLANK = "blank.png", to_png(np.full((200, 300), 255, np.uint8)), "image/png"


def load_sample(name):
    """Return the name, the content and the type of a sample picture."""
    return f"{name}.jpg", (SAMPLES / f"{name}.jpg").read_bytes(), "image/jpeg"
