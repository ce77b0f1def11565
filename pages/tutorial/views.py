"""The views of the page Tutorials, and the way from one to the other."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments import duration
from digitnet.experiments.config import TrainingConfig
from pages.shared import formatting, remembered

TUTORIALS, STUDIES, SEARCHES = "Tutorials", "Studies", "Search settings"
CHOICE = "tutorials_view"  # Name of the choice of a view.
RECIPE = "study-recipe"  # Name of the choice of the recipe whose settings are studied.


def open_studies(recipe: str) -> None:
    """Have the studies shown, with a recipe chosen to study."""
    remembered.put(RECIPE, recipe)
    remembered.put(CHOICE, STUDIES)


def show_expected(missing: list[TrainingConfig], otherwise: str) -> None:
    """Show how many runs are missing and how long they take, or a sentence if none is."""
    text = otherwise
    if missing:
        seconds = sum(estimate.total for estimate in duration.estimate_durations(missing))
        runs = formatting.format_count(len(missing), "run")
        text = f"{runs}, about {formatting.format_duration(seconds)}"
    st.markdown(text, width="content")
