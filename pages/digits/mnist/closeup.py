"""Show one digit closely: its one-hot label, its normalization and its nearest neighbors."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.preprocessing.normalization import BOX_SIZE, PICTURE_SIZE, locate_ink
from pages.components import digit_gallery
from pages.components.digit_gallery import GalleryTile
from pages.digits.mnist import cache
from pages.digits.mnist.pixel_chart import plot_pixels
from pages.digits.mnist.scaling import show_scaling
from pages.shared import formatting, model_choice, model_report

NEIGHBORS = 12
_MIN_PROBABILITY = 1e-7  # A smaller probability of the label counts as this one in the loss.
STYLE = """
table.onehot { border-collapse: collapse; font-size: 0.8rem; width: 100%; max-width: 34rem; }
table.onehot th, table.onehot td { padding: 0.2rem 0.15rem; text-align: center; border-bottom: 1px solid #8885; }
table.onehot th:first-child { text-align: left; font-weight: normal; }
table.onehot td.one { background: #2b83cb; color: #fff; font-weight: bold; }
@media (max-width: 499px) { table.onehot { font-size: 0.68rem; } table.onehot :is(th, td) { padding: 0.2rem 0; } }
"""


def show_pickable(key: str, tiles: list[GalleryTile], label: str) -> None:
    """Show digits, and open a closeup of the one that is picked; `label` describes the digits."""
    seen: dict[str, int] = st.session_state.setdefault("mnist_seen", {})
    presses = digit_gallery.get_presses(key, seen.get(key, 0))
    if presses:
        seen[key] = presses[-1].number
    digit_gallery.show_to_pick(key, tiles, seen.get(key, 0), label)
    if presses:
        show_closeup(presses[-1].ids[-1])


@st.dialog("A closer look", width="medium")
def show_closeup(number: int) -> None:
    """Show the digit of MNIST with this number: its label, normalization and neighbors."""
    digit = cache.get_digit(number)
    st.markdown(f"**A {digit.label}**, {digit.name} of MNIST.")
    try:
        st.markdown("**Its label, one-hot**")
        show_label(digit.picture, digit.label)
        show_normalization(digit.picture)
        show_scaling(digit.picture)
        st.markdown("**Most similar training digits**")
        show_neighbors(digit.picture)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def show_label(picture: NDArray[np.uint8], label: int) -> None:
    """Show the one-hot label beside the model's probabilities, and the loss between them."""
    model = model_choice.get_model()
    probabilities = model_choice.load_classifier(model).predict_probabilities(picture[None])[0]
    one_hot = [int(output == label) for output in range(len(probabilities))]
    st.html(_format_table(model, one_hot, probabilities))
    count, last = ("eleven", " The eleventh is that of a picture that is not a digit.") if one_hot[10:] else ("ten", "")
    loss = -np.log(max(float(probabilities[label]), _MIN_PROBABILITY))
    st.caption(
        f"One-hot: {count} numbers, a 1 at the label and 0 elsewhere. The network ends in softmax, which gives {count} "
        f"probabilities that sum to 1, and training moves them towards the one-hot label.{last} The loss "
        "(cross-entropy) measures how far they are from it: minus the logarithm of the probability of the label, here "
        f"{loss:.2g}; 0 is perfect."
    )


def _format_table(model: str, one_hot: list[int], probabilities: NDArray[np.float32]) -> str:
    """Return an HTML table of a one-hot label and of a model's probabilities, (10,) or (11,) with "not a digit"."""
    names = [*map(str, range(10)), "none"][: len(one_hot)]
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    ones = "".join(f'<td class="one">{one}</td>' if one else f"<td>{one}</td>" for one in one_hot)
    shares = "".join(f"<td>{share:.2f}</td>" for share in probabilities)
    return (
        f'<table class="onehot"><tr><th scope="row">Digit</th>{heads}</tr>'
        f'<tr><th scope="row">Label</th>{ones}</tr><tr><th scope="row">{escape(model)}</th>{shares}</tr></table>'
    )


def show_normalization(picture: NDArray[np.uint8]) -> None:
    """Show the pixels of a digit, with its box, its center of mass and its values."""
    st.markdown("**How it was normalized**")
    placement = locate_ink(picture)
    left, top, right, bottom = placement.box
    column, row = placement.center
    measures = (
        f"its ink is {right - left} × {bottom - top} pixels, its center of mass at column {column:.1f}, row {row:.1f}"
    )
    chart = plot_pixels(picture, placement)
    st.altair_chart(chart, width="content", alt=f"The 28 × 28 pixels of the digit: {measures}")
    st.caption(
        f"A digit of any size is scaled in proportion to fit a box of {BOX_SIZE} × {BOX_SIZE} pixels (dashed), and "
        f"placed with its center of mass (blue cross) in the middle of {PICTURE_SIZE} × {PICTURE_SIZE} pixels (gray "
        f"lines), give or take a pixel. Here {measures}. Each pixel is a whole number from 0 (empty) to 255 (ink); the "
        f"network gets these divided by 255, 0 to 1. Here they go up to {picture.max()} and are "
        f"{picture.mean() / 255:.2f} on average."
    )


def show_neighbors(picture: NDArray[np.uint8]) -> None:
    """Show the training digits nearest to a picture, uint8 (28, 28), and their votes."""
    neighbors = cache.find_similar(picture, NEIGHBORS)
    digits = [cache.get_digit(int(number)) for number in neighbors.indices[0]]
    tiles = []
    for digit, distance in zip(digits, neighbors.distances[0], strict=True):
        caption = f"<b>{digit.label}</b><br><small>distance {distance:.1f}</small>"
        tiles.append((digit.picture, f"A {digit.label}, distance {distance:.1f}", caption))
    model_report.show_tiles(tiles)
    st.caption(explain_votes(np.array([digit.label for digit in digits], np.uint8)))


def explain_votes(labels: NDArray[np.uint8]) -> str:
    """Explain the vote of nearest neighbors with these labels."""
    return (
        f"Of these {len(labels)}, {cache.describe_votes(labels)}: a vote of the nearest neighbors reads digits "
        "too, without any training. The distance is Euclidean: the root of the sum of the squared differences of "
        "all 784 pixels, each 0 to 1; a training digit is at distance 0 from itself."
    )
