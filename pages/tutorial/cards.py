"""Show a card for each tutorial: published figures beside ours, its trainings, and their curves."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments import notices, tutorial_results
from digitnet.experiments.published import PUBLISHED
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.studies import Trial
from digitnet.experiments.sweeps import MAX_SEEDS
from digitnet.experiments.trainers import can_train
from digitnet.experiments.tutorial_table import HEADS, tabulate
from digitnet.experiments.tutorials import TUTORIALS, Tutorial
from digitnet.extras import explain_missing_extra
from pages.shared import (
    feedback,
    formatting,
    model_offer,
    remembered,
    run_batch,
    study_curves,
    wide_table,
)
from pages.tutorial import views

_EXPLANATION = (
    "Each is trained with the tutorial's own settings; accuracy and loss are those on MNIST's 10,000 test digits. "
    "Ours come from the models here that were trained so or, without any, from the project's record "
    "(benchmarks/recipes.json); of several seeds, mean ± standard deviation."
)
_ACTIONS_WIDTH = 640  # Pixels; on a phone they stand below the seeds.


def show_tutorials() -> None:
    """Show all cards."""
    st.caption(_EXPLANATION)
    everything = tutorial_results.list_trials(*TUTORIALS.values())
    for tutorial in TUTORIALS.values():
        trials = [trial for trial in everything if trial.values[0] in tutorial.recipes]
        active = run_batch.is_active(_list_unfinished(trials))
        with st.container(border=True, key=f"tutorial-{tutorial.name}"):
            st.header(formatting.escape_markdown(tutorial.title), anchor=False)
            author = f"By {tutorial.author}. " if tutorial.author else ""
            st.markdown(formatting.escape_markdown(author + tutorial.subject))
            st.markdown("\n".join(f"- **{recipe}**: {describe_layers(recipe)}" for recipe in tutorial.recipes))
            st.fragment(_refresh, run_every=run_batch.REFRESH_SECONDS if active else None)(tutorial, active, [trials])


def _refresh(tutorial: Tutorial, was_active: bool, listed: list[list[Trial]]) -> None:
    """Show what changes in a card; rerun the page if its runs begin or are over, or a message is due.

    Args:
        listed: its trials as this run of the page has listed them; a refresh lists them anew.
    """
    run_batch.start_next_run()
    model_offer.go_inside_if_wanted()
    trials = listed.pop() if listed else tutorial_results.list_trials(tutorial)
    if run_batch.is_active(_list_unfinished(trials)) != was_active or feedback.is_due():
        st.rerun()
    if remembered.get(views.CHOICE, views.TUTORIALS) != views.TUTORIALS:
        st.rerun()
    table, progress, start, models, curves = (st.container() for _ in range(5))  # Each keeps its place.
    with table:
        wide_table.show_table(HEADS, tabulate(tutorial, trials), f"Figures of {tutorial.title}")
    with progress:
        run_batch.show_batch(tutorial.name, _list_unfinished(trials), len(_list_done(trials)))
    if not _list_unfinished(trials):
        with start:
            _show_start(tutorial, trials)
    if trials:
        with models:
            model_offer.show_offer(_list_done(trials), tutorial.name)
        with curves:
            shown = {trial.values[0]: PUBLISHED[trial.values[0]] for trial in trials}
            study_curves.show_curves(trials, tutorial.name, tutorial.title, shown)
    notices.forget_ended(_list_done(trials))


def describe_layers(recipe: str) -> str:
    """Describe the layers between picture and probabilities, and the main settings, as Markdown."""
    chosen = RECIPES[recipe]
    layers = chosen.layers or "no hidden layer"
    epochs = formatting.format_count(chosen.epochs, "epoch")
    return f"{layers}; {epochs}, batches of {chosen.batch_size}, {chosen.optimizer}"


def _show_start(tutorial: Tutorial, trials: list[Trial]) -> None:
    """Show the number of seeds, and the button that queues the runs that are missing."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=130):
            hint = "Each network is trained so often, from other random numbers."
            name = f"{tutorial.name}-seeds"
            seeds = remembered.show(st.number_input, "Seeds", 1, MAX_SEEDS, name=name, default=1, step=1, help=hint)
        missing = tutorial_results.list_missing(tutorial, trials, int(seeds))
        with st.container(horizontal=True, vertical_alignment="center", width=_ACTIONS_WIDTH):
            st.button(
                "Train all of it",
                icon=":material/play_arrow:",
                key=f"train-{tutorial.name}",
                disabled=not missing or not can_train(),
                on_click=_start,
                args=(tutorial.name,),
            )
            views.show_expected(missing, "All of it is trained; choose more seeds to repeat it.")
            st.button(
                "Study its settings",
                icon=":material/query_stats:",
                key=f"study-{tutorial.name}",
                help="Try several values of a setting of its first network",
                on_click=views.open_studies,
                args=(tutorial.recipes[0],),
            )
    if not can_train():
        st.warning(explain_missing_extra("train", "Training"), icon=":material/download:")


def _start(name: str) -> None:
    """Queue the missing runs of a tutorial, for as many seeds as are chosen now."""
    seeds = int(remembered.get(f"{name}-seeds", 1))
    feedback.run_action("", lambda: tutorial_results.start(TUTORIALS[name], seeds))


def _list_unfinished(trials: list[Trial]) -> list[str]:
    return [trial.name for trial in trials if not trial.is_done]


def _list_done(trials: list[Trial]) -> list[str]:
    return [trial.name for trial in trials if trial.is_done]
