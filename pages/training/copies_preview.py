"""Show varied copies of a digit, as a training would see them, before it starts."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation
from digitnet.datasets.mnist import load_mnist
from digitnet.models.active import get_active_model
from pages.shared import last_reading, model_report, remembered

COPIES = 11  # Beside the digit itself.
_SAMPLE_LABEL = 4
_ZERO_WIDTH_SPACE = chr(0x200B)


def show_preview(*, other_hands: bool) -> None:
    """Show a digit of the last drawing or photo, or of MNIST, and copies of it that are never the same.

    Args:
        other_hands: whether copies have other styles, pens and damages than MNIST's.
    """
    if not remembered.show(st.toggle, "See varied copies", name="copies-shown", default=False):
        return
    pictures, labels, origin = _load_digits()
    place = 0
    if len(labels) > 1:
        place = remembered.show(
            st.pills,
            "Digit",
            range(len(labels)),
            name=f"copies-digit-{len(labels)}",
            default=0,
            format_func=lambda index: f"{labels[index]}{_ZERO_WIDTH_SPACE * index}",  # Options must differ.
            required=True,
        )
    seed = int(st.session_state.setdefault("copies_seed", 0))
    copies = make_copies(pictures[place], int(labels[place]), seed, other_hands=other_hands)
    tiles = [(pictures[place], f"The {labels[place]} itself", "<b>itself</b>")]
    tiles += [(copy, f"Copy {index} of the {labels[place]}", "") for index, copy in enumerate(copies, 1)]
    st.html(f"<style>{model_report.STYLE}</style>")
    model_report.show_tiles(tiles)
    st.caption(f"{origin} A training makes new copies in each epoch.")
    st.button("Other copies", icon=":material/casino:", on_click=_draw_again, key="copies-again")


def make_copies(picture: NDArray[np.uint8], label: int, seed: int, *, other_hands: bool) -> NDArray[np.uint8]:
    """Return varied copies of a picture, uint8 (28, 28), as `TrainingBatches` makes them, uint8 (11, 28, 28)."""
    augmentation = Augmentation() if other_hands else LIKE_MNIST
    labels = np.full(COPIES, label, np.uint8)
    return augmentation.apply(np.repeat(picture[None], COPIES, axis=0), labels, np.random.default_rng(seed))


def _load_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64], str]:
    """Return the digits of the last picture that was read in this tab, or one of MNIST, and a sentence on them."""
    last = last_reading.get_last_picture().picture
    if last is not None:
        try:
            reading = last.read(get_active_model())
        except DigitnetError:
            reading = None
        if reading is not None and len(reading):
            return reading.crops, reading.labels, "Your own digits, of the last drawing or photo."
    pictures, labels = _load_sample()
    return pictures, labels, "A digit of MNIST: draw a number, and its digits are shown here."


@st.cache_data(max_entries=1, show_spinner=False)
def _load_sample() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    test = load_mnist()[1]
    place = np.flatnonzero(test.labels == _SAMPLE_LABEL)[:1]
    return test.images[place], test.labels[place].astype(np.int64)


def _draw_again() -> None:
    st.session_state.copies_seed += 1
