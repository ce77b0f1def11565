"""A map of digits as the network sees them: alike ones lie close."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.explain.embedding import LIBRARIES, PCA, Embedding, list_methods
from digitnet.models.card import read_card
from pages.inspection import map_chart, map_points
from pages.inspection.map_points import EACH, THIS, Network
from pages.shared import feedback, formatting, user_collection
from pages.shared.last_reading import InspectedReading


def show(subject: InspectedReading) -> None:
    """Show the digit that was picked among others."""
    network = Network(subject.model, read_card(subject.model).sha256)
    method = choose_method()
    labels = st.pills("Only these digits", range(10), selection_mode="multi", key="map_labels")
    with st.spinner(f"Laying out {10 * EACH:,} test digits...", show_time=True):
        laid_out, tested = map_points.layout(network, method), map_points.test_rows(network, method)
    wrong = int((tested["label"] != tested["read"]).sum())
    shown = only(pd.concat([tested, *others(subject, network, method)], ignore_index=True), labels)
    said = f"Map of {len(shown):,} digits; {wrong} of the {len(tested):,} test digits are misread"
    st.altair_chart(map_chart.chart(shown, titles(laid_out)), alt=said)
    explain(subject.model, laid_out, wrong)
    csv = shown.drop(columns="image").to_csv(index=False)
    feedback.show_download("Points as CSV", csv, f"digitnet-map-{subject.model}.csv", "text/csv", "table")


def choose_method() -> str:
    """Show the choice of how to lay digits out, among what can be done here."""
    known = list_methods()
    missing = [f"{method} would need {library}" for method, library in LIBRARIES.items() if method not in known]
    said = [
        "PCA looks along the two directions in which the digits vary most.",
        "t-SNE and UMAP keep neighbours together, and take longer." if len(known) > 1 else "",
        f"{' and '.join(missing)}, not installed here." if missing else "",
    ]
    line = " ".join(filter(None, said))
    return str(st.segmented_control("Laid out by", known, default=PCA, required=True, key="map_method", help=line))


def others(subject: InspectedReading, network: Network, method: str) -> list[pd.DataFrame]:
    """Return the rows of the user's own digits and of the one at hand, where there are such."""
    rows = []
    try:
        collection = user_collection.open_collection()
        if collection.count():
            rows.append(map_points.own_rows(network, method, collection.get_version()))
    except DigitnetError as error:
        st.warning(
            f"Your own digits are not shown: {formatting.escape_markdown(str(error))}", icon=":material/warning:"
        )
    if subject.digit is not None and subject.label is not None:
        rows.append(map_points.this_row(network, method, subject.digit, subject.label))
    return rows


def only(table: pd.DataFrame, labels: list[int]) -> pd.DataFrame:
    """Return the rows of some labels, all if none are given, and always the digit at hand."""
    return table[table["label"].isin([str(label) for label in labels]) | (table["kind"] == THIS)] if labels else table


def titles(layout: Embedding) -> list[str]:
    """Return what the two axes are."""
    if layout.method != PCA:
        return [f"{layout.method}, axis {number} (no unit)" for number in (1, 2)]
    return [
        f"{which} principal component, {share:.0%} of the variance"
        for which, share in zip(("First", "Second"), layout.axes.shares, strict=True)
    ]


def explain(model: str, layout: Embedding, wrong: int) -> None:
    """Say what the map shows and how to use it."""
    share = f"{layout.axes.shares.sum():.0%}"
    how = {
        PCA: f"PCA (principal component analysis) shows the two directions along which these vary most, {share} of the "
        "variance together, and leaves out the rest",
    }.get(layout.method, f"{layout.method} keeps neighbours together; how far groups are apart says little")
    st.caption(
        f"{10 * EACH:,} test digits, {EACH} of each label. The last hidden layer of {formatting.escape_markdown(model)}"
        f" makes {layout.features.shape[1]:,} numbers of each. {how}. Digits that the network finds alike lie close. "
        f"The {wrong} that are misread have a ring in the color of what they are read as. Diamonds are your saved "
        "digits, the square is the digit at hand."
    )
    st.caption(
        "Point at a mark to see the picture. Click a digit in the legend to see it alone, with Shift several. Drag to "
        "move; pinch, or turn the wheel with Ctrl, to zoom; double-click to go back."
    )
