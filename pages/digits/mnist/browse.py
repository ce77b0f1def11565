"""Browse the 70,000 digits of MNIST by split and label, in order or at random."""

from __future__ import annotations

import secrets

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.digits.mnist import cache, closeup
from pages.digits.mnist.cache import SIZES, TEST
from pages.shared import formatting, remembered

DIGITS_PER_PAGE = 60
IN_ORDER, AT_RANDOM = "In order", "At random"


def show_digits() -> None:
    """Show the digits of the chosen split and labels, page by page or at random."""
    split, labels = _choose_filters()
    indices = np.flatnonzero(np.isin(cache.load_digits(split).labels, labels or list(range(10))))
    at_random = remembered.get("mnist_order") == AT_RANDOM
    shown = _draw_sample(indices) if at_random else _select_page(indices)
    tiles = [cache.make_tile(cache.to_number(split, int(index))) for index in shown]
    closeup.show_pickable("mnist_browse", tiles, f"{split} digits of MNIST")
    if (number := st.session_state.pop("mnist_wanted", None)) is not None:
        closeup.show_closeup(number)
    pages = -(-len(indices) // DIGITS_PER_PAGE)
    if not at_random and pages > 1:
        remembered.show(st.pagination, pages, name="mnist_page", default=1)


def _choose_filters() -> tuple[str, list[int]]:
    """Show the choice of split, labels, order and number; return the split and the labels, [] for all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = remembered.show(
            st.segmented_control,
            "Part",
            list(SIZES),
            name="mnist_split",
            default=TEST,
            required=True,
            format_func=lambda split: f"{split} ({SIZES[split]:,})",
            help="Networks learn from the training digits and are tested on the test digits, which they never saw.",
        )
        labels = remembered.show(st.pills, "Digit", range(10), name="mnist_labels", default=[], selection_mode="multi")
        orders = [IN_ORDER, AT_RANDOM]
        remembered.show(st.segmented_control, "Order", orders, name="mnist_order", default=IN_ORDER, required=True)
        _choose_number(str(split))
    return str(split), list(labels)


def _choose_number(split: str) -> None:
    """Show the field that goes to a digit by its number."""
    with st.container(width=180):
        remembered.show(
            st.number_input,
            "Go to number",
            0,
            SIZES[split] - 1,
            name=f"mnist_number_{split}",
            default=None,
            step=1,
            placeholder=f"0 to {SIZES[split] - 1:,}",
            on_change=_go_to_number,
            help="Digits are numbered from 0, as in the arrays of MNIST.",
        )


def _go_to_number() -> None:
    """Go to the page of the digit whose number was typed, and have it shown closely."""
    split = str(remembered.get("mnist_split", TEST))
    if (index := remembered.get(f"mnist_number_{split}")) is None:
        return
    all_labels = cache.load_digits(split).labels
    labels = remembered.get("mnist_labels", [])
    if labels and all_labels[index] not in labels:
        labels = []
        remembered.put("mnist_labels", labels)
    place = int(np.isin(all_labels[:index], labels or list(range(10))).sum())
    remembered.put("mnist_page", place // DIGITS_PER_PAGE + 1)
    remembered.put("mnist_order", IN_ORDER)
    st.session_state.mnist_wanted = cache.to_number(split, int(index))


def _select_page(indices: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the indices on the current page, and show its number."""
    pages = max(1, -(-len(indices) // DIGITS_PER_PAGE))
    wanted = int(remembered.get("mnist_page", 1))
    page = min(wanted, pages)
    if wanted > pages:
        remembered.put("mnist_page", page)
    st.caption(f"{len(indices):,} digits, page {page:,} of {pages:,}. Click a digit for a closer look.")
    return indices[(page - 1) * DIGITS_PER_PAGE : page * DIGITS_PER_PAGE]


def _draw_sample(indices: NDArray[np.intp]) -> NDArray[np.intp]:
    """Draw indices at random, and show a button that draws again."""
    seed = int(st.session_state.setdefault("mnist_seed", secrets.randbelow(2**31)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Draw again", icon=":material/casino:", on_click=_draw_again, key="mnist_again")
        count = min(DIGITS_PER_PAGE, len(indices))
        st.caption(f"{count} of {formatting.format_count(len(indices), 'digit')}. Click one for a closer look.")
    return np.random.default_rng(seed).choice(indices, count, replace=False)


def _draw_again() -> None:
    st.session_state.mnist_seed += 1
