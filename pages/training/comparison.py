"""The part of the Train page that shows what own digits brought: before and after, and the digits that changed."""

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

MOST_SHOWN = 24
STYLE = model_report.STYLE


def comparison_of(name: str) -> Comparison | None:
    """Return how a model compares with the one before it, None for one that was not trained on own digits.

    Raises:
        DigitnetError: one of the two or the collection cannot be read.
    """
    card = require_card(name)
    config, before = card.raw_config, card.before
    if config.get("data", "mnist") == "mnist" or not before:
        return None
    with st.spinner(f"Comparing with {before}: 10,000 test digits and yours...", show_time=True):
        own = promotion.load_held_out(tuple(config.get("writers", ())))
        mnist = [model_report.evaluate_model(each, read_card(each).sha256).read for each in (before, name)]
        compared = promotion.compare_user_digits(
            model_choice.load_classifier(before), model_choice.load_classifier(name), own
        )
        return Comparison(PairedPredictions(model_report.load_test_digits(), *mnist), compared)


def show_verdict(name: str, comparison: Comparison) -> None:
    """Say whether the new model should be put to use, and why or why not."""
    if comparison.is_better:
        done = " It was put to use by itself." if require_card(name).promoted else ""
        st.success(formatting.escape_markdown(comparison.verdict + done), icon=":material/trending_up:")
    else:
        st.warning(formatting.escape_markdown(comparison.verdict), icon=":material/trending_flat:")


def show(name: str, comparison: Comparison) -> None:
    """Show the figures before and after, and the own digits that are read otherwise now."""
    before = require_card(name).before
    st.markdown(f"**Before** is {formatting.escape_markdown(before)}, **after** {formatting.escape_markdown(name)}.")
    st.table(to_table(comparison), border="horizontal")
    st.caption("Your digits here are those held out: no training ever sees them.")
    show_changed("Wrong before, right now", comparison.user, comparison.user.fixed.tolist())
    show_changed("Right before, wrong now", comparison.user, comparison.user.regressed.tolist())


def to_table(comparison: Comparison) -> pd.DataFrame:
    """Return a line for all digits and one for each, with what is right before and after."""
    lines: dict[str, dict[str, str]] = {"All": {}}
    for source, outcome in (("MNIST", comparison.mnist), ("mine", comparison.user)):
        for when, right in (("before", outcome.right_before), ("after", outcome.right_after)):
            lines["All"][f"{source} {when}"] = _share(int(right.sum()), len(outcome), source)
        for label, total, before, after in outcome.counts:
            line = lines.setdefault(_called(label), {})
            line[f"{source} before"], line[f"{source} after"] = (_share(n, total, source) for n in (before, after))
    order = ["All", *(name for name in map(_called, range(NOT_A_DIGIT + 1)) if name in lines)]
    columns = ["MNIST before", "MNIST after", "mine before", "mine after"]
    table = pd.DataFrame([[lines[name].get(column, "–") for column in columns] for name in order], order, columns)
    return table.rename_axis("Digit")


def _share(right: int, total: int, source: str) -> str:
    if not total:
        return "–"
    return f"{right / total:.2%}" if source == "MNIST" else f"{right} of {total}"


def _called(label: int) -> str:
    return "no digit" if label == NOT_A_DIGIT else str(label)


def show_changed(title: str, own: PairedPredictions, places: list[int]) -> None:
    """Show the own digits at these places."""
    if not places:
        return
    left_out = f", {len(places) - MOST_SHOWN} more not shown" if len(places) > MOST_SHOWN else ""
    st.markdown(f"**{title}**: {formatting.format_count(len(places), 'digit')}{left_out}")
    model_report.show_tiles([_tile(own, place) for place in places[:MOST_SHOWN]])


def _tile(own: PairedPredictions, place: int) -> tuple[NDArray[np.uint8], str, str]:
    true, before, after = (_called(int(each[place])) for each in (own.digits.labels, own.before, own.after))
    return own.digits.images[place], f"{true}, read as {before} before, as {after} now", f"{before} → <b>{after}</b>"


def try_comparison_of(name: str) -> Comparison | None:
    """Return what `comparison_of` does, or None after the sentence that says why that cannot be."""
    try:
        return comparison_of(name)
    except DigitnetError as error:
        st.warning(
            f"What was gained cannot be shown. {formatting.escape_markdown(str(error))}", icon=":material/error:"
        )
        return None
