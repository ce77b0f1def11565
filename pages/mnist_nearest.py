"""The digits of MNIST that are most like one that the user wrote."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages import inside_subject, mnist_digit, mnist_digits, model_view, parts

COUNT = 24


def show() -> None:
    """Show the digit that was read last in this tab, and what is like it."""
    model = parts.choose_model()
    subject = inside_subject.choose(model)
    if subject.digit is None:
        st.info("There is no digit on the picture that was read last.", icon=":material/search_off:")
        return
    found = mnist_digits.similar(subject.digit, COUNT)
    tiles = [
        mnist_digits.tile(int(place), [f"{far:.1f} apart"], f"{far:.1f} apart")
        for place, far in zip(found.places[0], found.distances[0], strict=True)
    ]
    model_view.show_tiles([(subject.digit, "Your digit as the network sees it", "your digit")])
    st.markdown(f"{parts.plain(model)} reads your digit as **{subject.label}**.")
    st.subheader("Most alike among the training digits", anchor=False)
    st.caption(mnist_digit.explain(np.array([tile.label for tile in tiles], np.uint8)))
    mnist_digit.pick_from("mnist_nearest", tiles, "The training digits most like yours")
    mnist_digit.show_normalization(subject.digit)
