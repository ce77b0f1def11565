"""Show small pictures side by side, each with a caption."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.segment_drawing import magnify
from digitnet.preprocessing import display
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB

_MIN_PIXELS = 320  # A small picture is magnified until its longer side has this many pixels.
_MAX_HEIGHT = 300  # A picture takes at most this many pixels of the page.
_MIN_CAPTION_WIDTH = 200  # A caption under a narrow picture still has this many pixels.


def to_rgb(picture: NDArray[np.uint8]) -> RGB:
    """Return a gray picture as RGB, uint8 (h, w, 3)."""
    return picture[..., np.newaxis].repeat(3, axis=2)


def show_picture(picture: RGB, caption: str, alt: str) -> None:
    """Show a picture magnified, with a caption and a text for screen readers."""
    shown = display.shrink(magnify(picture, _MIN_PIXELS))
    height, width = shown.shape[:2]
    shown_width = min(width, _MAX_HEIGHT * width // height)
    with st.container(width=max(_MIN_CAPTION_WIDTH, shown_width)):
        st.image(to_png(shown), caption=caption, alt=alt, width=max(1, shown_width))
