"""Show a map of digits; digits that the network finds similar lie close to each other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.explain.embedding import LIBRARIES, PCA, Embedding, list_methods
from digitnet.models.card import read_card
from pages.inspection import map_chart, map_points
from pages.inspection.map_points import CURRENT_DIGIT, TEST_DIGITS_PER_LABEL, ModelVersion
from pages.shared import feedback, formatting, remembered, user_collection
from pages.shared.last_reading import InspectedReading

_TEST_DIGITS = 10 * TEST_DIGITS_PER_LABEL


def show_map(inspected: InspectedReading) -> None:
    """Show the chosen digit among test digits and the user's digits."""
    model = ModelVersion(inspected.model, read_card(inspected.model).sha256)
    method = _choose_method()
    labels = remembered.show(
        st.pills, "Only these digits", range(10), name="map_labels", default=[], selection_mode="multi"
    )
    with st.spinner(f"Placing {_TEST_DIGITS:,} test digits...", show_time=True):
        embedding, tested = map_points.embed_test_digits(model, method), map_points.make_test_rows(model, method)
    misread = int((tested["label"] != tested["read"]).sum())
    rows = pd.concat([tested, *_make_other_rows(inspected, model, method)], ignore_index=True)
    shown = _select_labels(rows, labels)
    alt = f"Map of {len(shown):,} digits; {misread} of the {len(tested):,} test digits are misread"
    st.altair_chart(map_chart.build_chart(shown, _describe_axes(embedding)), alt=alt)
    _explain_map(inspected.model, embedding, misread)
    csv = shown.drop(columns="image").to_csv(index=False)
    name = f"digitnet-map-{inspected.model}.csv"
    feedback.show_download("Download points (CSV)", csv, name, "text/csv", "table")


def _choose_method() -> str:
    """Show the choice of a method whose library is installed."""
    methods = list_methods()
    missing = [f"{method} would need {library}" for method, library in LIBRARIES.items() if method not in methods]
    sentences = [
        "PCA shows the two directions in which the digits vary most.",
        "t-SNE and UMAP keep neighbors together, and take longer." if len(methods) > 1 else "",
        f"{' and '.join(missing)}, not installed here." if missing else "",
    ]
    line = " ".join(filter(None, sentences))
    return str(
        remembered.show(
            st.segmented_control, "Method", methods, name="map_method", default=PCA, required=True, help=line
        )
    )


def _make_other_rows(inspected: InspectedReading, model: ModelVersion, method: str) -> list[pd.DataFrame]:
    """Return the rows of the user's digits and of the current digit, if there are any."""
    rows = []
    try:
        collection = user_collection.open_collection()
        if collection.count():
            rows.append(map_points.make_user_rows(model, method, collection.get_version()))
    except DigitnetError as error:
        reason = formatting.escape_markdown(str(error))
        st.warning(f"Your digits are not shown: {reason}", icon=":material/warning:")
    if inspected.digit is not None and inspected.label is not None:
        rows.append(map_points.make_current_row(model, method, inspected.digit, inspected.label))
    return rows


def _select_labels(table: pd.DataFrame, labels: list[int]) -> pd.DataFrame:
    """Select the rows of some labels, or all without labels; the current digit always stays."""
    if not labels:
        return table
    return table[table["label"].isin([str(label) for label in labels]) | (table["kind"] == CURRENT_DIGIT)]


def _describe_axes(embedding: Embedding) -> list[str]:
    """Return a title for each axis."""
    if embedding.method != PCA:
        return [f"{embedding.method}, axis {number} (no unit)" for number in (1, 2)]
    return [
        f"{ordinal} principal component, {share:.0%} of the variance"
        for ordinal, share in zip(("First", "Second"), embedding.axes.shares, strict=True)
    ]


def _explain_map(model: str, embedding: Embedding, misread: int) -> None:
    """Show how to read and how to use the map."""
    method = (
        "PCA (principal component analysis) shows the two directions along which these numbers vary most, with "
        f"{embedding.axes.shares.sum():.0%} of the variance, and leaves out the rest"
        if embedding.method == PCA
        else f"{embedding.method} keeps neighbors together; the distance between groups means little"
    )
    st.caption(
        f"{_TEST_DIGITS:,} test digits, {TEST_DIGITS_PER_LABEL} of each label. The last hidden layer of "
        f"{formatting.escape_markdown(model)} turns each into {embedding.features.shape[1]:,} numbers. {method}. "
        "Digits that the network finds similar lie close to each other. A ring marks each of the "
        f"{misread} misread digits, in the color of the digit that it is read as. Diamonds are your saved digits; the "
        "square is the current digit."
    )
    st.caption(
        "Point at a mark to see the picture. Click a digit in the legend to see it alone, or several "
        "with Shift. Drag to move; pinch, or turn the wheel with Ctrl, to zoom; double-click to go back."
    )
