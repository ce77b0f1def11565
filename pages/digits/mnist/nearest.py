"""Show the digits of MNIST that are most similar to one that the user wrote."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.digits.mnist import cache, closeup
from pages.shared import formatting, last_reading, model_choice, model_report

NEIGHBORS = 24


def show_nearest() -> None:
    """Show the digit that was read last in this tab, and the training digits nearest to it."""
    model = model_choice.choose_model()
    inspected = last_reading.choose_reading(model)
    last_reading.show_source(inspected.picture)
    if inspected.digit is None:
        st.info("There is no digit on the picture that was read last.", icon=":material/search_off:")
        return
    neighbors = cache.find_similar(inspected.digit, NEIGHBORS)
    tiles = []
    for number, distance in zip(neighbors.indices[0], neighbors.distances[0], strict=True):
        text = f"distance {distance:.1f}"
        tiles.append(cache.make_tile(int(number), [text], text))
    model_report.show_tiles([(inspected.digit, "Your digit as the network sees it", "your digit")])
    st.markdown(f"{formatting.escape_markdown(model)} reads your digit as **{inspected.label}**.")
    st.header("Most similar training digits", anchor=False)
    st.caption(closeup.explain_votes(np.array([tile.label for tile in tiles], np.uint8)))
    closeup.show_pickable("mnist_nearest", tiles, "The training digits most similar to yours")
    closeup.show_normalization(inspected.digit)
