"""The 70,000 digits of MNIST looked through: by part and label, page by page or drawn at random."""

from __future__ import annotations

import secrets

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.digits.mnist import cache, closeup
from pages.digits.mnist.cache import SIZES, TEST
from pages.shared import formatting

PER_PAGE = 60
IN_ORDER, AT_RANDOM = "In order", "At random"


def show() -> None:
    """Show the digits that are asked for."""
    part, labels = choose()
    state = st.session_state
    places = np.flatnonzero(np.isin(cache.digits(part).labels, labels or list(range(10))))
    random = state.get("mnist_order") == AT_RANDOM
    shown = drawn(places) if random else page_of(places)
    tiles = [cache.tile(cache.number(part, int(place))) for place in shown]
    closeup.pick_from("mnist_browse", tiles, f"{part} digits of MNIST")
    pages = -(-len(places) // PER_PAGE)
    if not random and pages > 1:
        st.pagination(pages, key="mnist_page")


def choose() -> tuple[str, list[int]]:
    """Show the choice of a part, of labels and of an order; return the part and the labels, none for all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = st.segmented_control(
            "Part",
            list(SIZES),
            default=TEST,
            required=True,
            format_func=lambda part: f"{part} ({SIZES[part]:,})",
            key="mnist_part",
            help="Networks learn from the training digits and are measured on the test digits, which they never saw.",
        )
        labels = st.pills("Digit", range(10), selection_mode="multi", key="mnist_labels")
        st.segmented_control("Order", [IN_ORDER, AT_RANDOM], default=IN_ORDER, required=True, key="mnist_order")
    return str(part), list(labels)


def page_of(places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Say where in `places` the page lies and return what is on it."""
    pages = max(1, -(-len(places) // PER_PAGE))
    state = st.session_state
    page = min(int(state.get("mnist_page") or 1), pages)
    if int(state.get("mnist_page") or 1) > pages:
        state.mnist_page = page
    said = f"{len(places):,} digits, page {page:,} of {pages:,}. Click a digit for a closer look."
    st.caption(said)
    return places[(page - 1) * PER_PAGE : page * PER_PAGE]


def drawn(places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Offer another draw and return digits drawn at random."""
    seed = int(st.session_state.setdefault("mnist_seed", secrets.randbelow(2**31)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Draw again", icon=":material/casino:", on_click=draw_again, key="mnist_again")
        count = min(PER_PAGE, len(places))
        st.caption(f"{count} of {formatting.format_count(len(places), 'digit')}. Click one for a closer look.")
    return np.random.default_rng(seed).choice(places, count, replace=False)


def draw_again() -> None:
    """Have other digits drawn."""
    st.session_state.mnist_seed += 1
