"""Show which digits a model confuses: its confusion matrix, and the digits behind a cell or behind all mistakes."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.models.evaluation import Evaluation
from pages.components import confusion_table
from pages.components.confusion_table import Cell
from pages.shared import model_report, remembered

DIGITS_PER_PAGE = 24
_LABEL = "Counts of test digits by true digit and read digit"


def show_confused_digits(evaluation: Evaluation, name: str) -> None:
    """Show the confusion matrix of the model `name`, beside the digits of the chosen cell or all misread ones."""
    key, choice = f"confusion-{name}", f"confused-{name}"
    cell = remembered.get(choice)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Which digits it confuses**")
        confusion_table.show(key, evaluation.confusion, _LABEL, cell, lambda: choose_cell(key, choice))
        st.caption("A click on a count shows its digits.")
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            places = evaluation.find_cell(*cell) if cell else evaluation.find_hardest()
            st.markdown(f"**{describe_choice(cell, len(places))}**", width="content")
            if cell:
                icon = ":material/close:"
                st.button("All misread", icon=icon, key="all-misread", on_click=remembered.forget, args=(choice,))
        show_page(evaluation, places, f"{choice}-{cell}")


def choose_cell(key: str, choice: str) -> None:
    """Make the cell that was picked in the table `key` the `choice`, or none if it was chosen already."""
    picked = confusion_table.get_pick(key)
    remembered.put(choice, None if picked == remembered.get(choice) else picked)


def describe_choice(cell: Cell | None, count: int) -> str:
    """Say which digits are shown: those of a cell, or all misread ones."""
    digits = f"{count:,} test digit{'' if count == 1 else 's'}"
    if cell is None:
        return f"{digits} misread" if count else "Every digit was read right."
    return f"{digits} of true digit {cell.true}, read as {cell.read}"


def show_page(evaluation: Evaluation, places: NDArray[np.intp], name: str) -> None:
    """Show a page of the digits at `places`, (n,), the most confident readings first; `name` remembers the page."""
    if not len(places):
        return
    pages = -(-len(places) // DIGITS_PER_PAGE)
    page = min(int(remembered.get(name, 1)), pages)
    lead = f"Page {page:,} of {pages:,}, the" if pages > 1 else "The"
    st.caption(f"{lead} most confident readings first, each with its number in MNIST.")
    shown = places[(page - 1) * DIGITS_PER_PAGE : page * DIGITS_PER_PAGE]
    model_report.show_tiles([_make_tile(evaluation, int(place)) for place in shown])
    if pages > 1:
        remembered.show(st.pagination, pages, name=name, default=1)


def _make_tile(evaluation: Evaluation, place: int) -> tuple[NDArray[np.uint8], str, str]:
    true, read = int(evaluation.labels[place]), int(evaluation.read[place])
    confidence = f"{min(float(evaluation.confidence[place]), 0.999):.1%}"
    caption = f"{true} read as <b>{read}</b><br><small>{confidence} sure<br>no. {place:,}</small>"
    description = f"Test digit {place:,}, a {true}, read as {read}, {confidence} sure"
    return model_report.load_test_digits().images[place], description, caption
