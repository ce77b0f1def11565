"""The digits of MNIST that are most like one that the user wrote."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.digits.mnist import cache, closeup
from pages.shared import formatting, last_reading, model_choice, model_report

COUNT = 24


def show() -> None:
    """Show the digit that was read last in this tab, and what is like it."""
    model = model_choice.choose_model()
    subject = last_reading.choose_reading(model)
    if subject.digit is None:
        st.info("There is no digit on the picture that was read last.", icon=":material/search_off:")
        return
    found = cache.similar(subject.digit, COUNT)
    tiles = [
        cache.tile(int(place), [f"{far:.1f} apart"], f"{far:.1f} apart")
        for place, far in zip(found.indices[0], found.distances[0], strict=True)
    ]
    model_report.show_tiles([(subject.digit, "Your digit as the network sees it", "your digit")])
    st.markdown(f"{formatting.escape_markdown(model)} reads your digit as **{subject.label}**.")
    st.subheader("Most alike among the training digits", anchor=False)
    st.caption(closeup.explain(np.array([tile.label for tile in tiles], np.uint8)))
    closeup.pick_from("mnist_nearest", tiles, "The training digits most like yours")
    closeup.show_normalization(subject.digit)
