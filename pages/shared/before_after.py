"""Compare a model trained on user digits with the model before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.experiments import promotion
from digitnet.experiments.promotion import Comparison, PairedPredictions
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import read_card, require_card
from pages.shared import formatting, model_choice, model_report

MAX_TILES = 24
STYLE = model_report.STYLE


def try_compare_with_previous(name: str) -> Comparison | None:
    """Return the result of `compare_with_previous`; on an error, show it and return None."""
    try:
        return compare_with_previous(name)
    except DigitnetError as error:
        st.warning(f"The comparison cannot be shown. {formatting.escape_markdown(str(error))}", icon=":material/error:")
        return None


def compare_with_previous(name: str) -> Comparison | None:
    """Compare a model with the one before it; return None if it was not trained on user digits.

    Raises:
        DigitnetError: one of the two models or the collection cannot be read.
    """
    card = require_card(name)
    config, before = card.raw_config, card.before
    if config.get("data", "mnist") == "mnist" or not before:
        return None
    with st.spinner(f"Comparing with {before}: 10,000 test digits and yours...", show_time=True):
        user_digits = promotion.load_held_out(tuple(config.get("writers", ())), tuple(config.get("accounts", ())))
        mnist = [model_report.evaluate_model(model, read_card(model).sha256).read for model in (before, name)]
        compared = promotion.compare_user_digits(
            model_choice.load_classifier(before), model_choice.load_classifier(name), user_digits
        )
        return Comparison(PairedPredictions(model_report.load_test_digits(), *mnist), compared)


def show_verdict(name: str, comparison: Comparison) -> None:
    """Show whether the new model is better, and why or why not."""
    if comparison.is_better:
        sentence = comparison.verdict
        if require_card(name).promoted:
            sentence += " It was put to use automatically."
        st.success(formatting.escape_markdown(sentence), icon=":material/trending_up:")
    else:
        st.warning(formatting.escape_markdown(comparison.verdict), icon=":material/trending_flat:")


def show_comparison(name: str, comparison: Comparison) -> None:
    """Show the figures before and after, and the user digits that are read differently now."""
    before = require_card(name).before
    st.markdown(f"**Before** is {formatting.escape_markdown(before)}, **after** is {formatting.escape_markdown(name)}.")
    st.table(build_table(comparison), border="horizontal")
    st.caption("Only your held-out digits count here: no training ever sees them.")
    show_changed_digits("Wrong before, right now", comparison.user, comparison.user.fixed.tolist())
    show_changed_digits("Right before, wrong now", comparison.user, comparison.user.regressed.tolist())


def build_table(comparison: Comparison) -> pd.DataFrame:
    """Return a table of digits read right before and after, a row for all and for each label."""
    rows: dict[str, dict[str, str]] = {"All": {}}
    for source, outcome in (("MNIST", comparison.mnist), ("yours", comparison.user)):
        for when, right in (("before", outcome.right_before), ("after", outcome.right_after)):
            rows["All"][f"{source} {when}"] = _format_share(int(right.sum()), len(outcome), source)
        for label, total, before, after in outcome.counts:
            row = rows.setdefault(_format_label(label), {})
            row[f"{source} before"] = _format_share(before, total, source)
            row[f"{source} after"] = _format_share(after, total, source)
    order = ["All", *(name for name in map(_format_label, range(NOT_A_DIGIT + 1)) if name in rows)]
    columns = ["MNIST before", "MNIST after", "yours before", "yours after"]
    table = pd.DataFrame([[rows[name].get(column, "–") for column in columns] for name in order], order, columns)
    return table.rename_axis("Digit")


def _format_share(right: int, total: int, source: str) -> str:
    if not total:
        return "–"
    return f"{right / total:.2%}" if source == "MNIST" else f"{right} of {total}"


def _format_label(label: int) -> str:
    return "not a digit" if label == NOT_A_DIGIT else str(label)


def show_changed_digits(title: str, outcome: PairedPredictions, places: list[int]) -> None:
    """Show the user digits at these places under a title, or nothing if there are none."""
    if not places:
        return
    omitted = f", {len(places) - MAX_TILES} more not shown" if len(places) > MAX_TILES else ""
    st.markdown(f"**{title}**: {formatting.format_count(len(places), 'digit')}{omitted}")
    model_report.show_tiles([_make_tile(outcome, place) for place in places[:MAX_TILES]])


def _make_tile(outcome: PairedPredictions, place: int) -> tuple[NDArray[np.uint8], str, str]:
    true, before, after = (
        _format_label(int(labels[place])) for labels in (outcome.digits.labels, outcome.before, outcome.after)
    )
    alt = f"{true}, read as {before} before, as {after} now"
    return outcome.digits.images[place], alt, f"{before} → <b>{after}</b>"
