"""Show studies: progress, table, charts, curves, and their models."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments import notices
from digitnet.experiments.studies import Study, find_study, list_studies
from digitnet.experiments.study_table import GAP_EXPLANATION, tabulate
from pages.shared import model_offer, remembered, run_batch, study_charts, study_curves, wide_table

_CHOICE = "compared_group"  # Name of the choice of a study.


def open_study(group: str) -> None:
    """Have the study of this name shown."""
    remembered.put(_CHOICE, group)


def show_studies() -> bool:
    """Show the choice of a study, and the chosen one, refreshed while its runs are under way.

    Returns:
        Whether there are any studies.
    """
    groups = [study.group for study in list_studies()][::-1]
    if not groups:
        return False
    group = str(remembered.show(st.selectbox, "Comparison", groups, name=_CHOICE, default=groups[0]))
    study = find_study(group)
    active = study is not None and run_batch.is_active(study.unfinished)
    st.fragment(_refresh, run_every=run_batch.REFRESH_SECONDS if active else None)(group, active)
    return True


def _refresh(group: str, was_active: bool) -> None:
    """Show a study; rerun the page if its runs begin or are over, or a message is due."""
    run_batch.start_next_run()
    model_offer.go_inside_if_wanted()
    study = find_study(group)
    state = st.session_state
    if (
        study is None
        or run_batch.is_active(study.unfinished) != was_active
        or state.get("problem")
        or state.get("done")
    ):
        st.rerun()
    else:
        show_study(study)
        notices.forget_ended(trial.name for trial in study.trials if trial.is_done)


def show_study(study: Study) -> None:
    """Show progress and buttons, the table, charts of accuracy and loss, a model, and the curves."""
    progress, table, charts, models, curves = (st.container() for _ in range(5))  # Each keeps its place.
    with progress:
        run_batch.show_batch("study", study.unfinished, study.done)
    with table:
        heads, rows = tabulate(study)
        wide_table.show_table(heads, rows, study.group)
        st.caption(GAP_EXPLANATION)
    with charts:
        show_charts(study)
    with models:
        model_offer.show_offer([trial.name for trial in study.trials if trial.is_done], "study")
    with curves:
        if study.done:
            st.caption(f"Curves by {' and '.join(study.labels).lower()}:")
        study_curves.show_curves(study.sort_trials(), "study", f"the runs of {study.group}")


def show_charts(study: Study) -> None:
    """Show accuracy and loss by the values, side by side."""
    for column, (measure, title) in zip(st.columns(2), study_charts.MEASURES.items(), strict=True):
        if chart := study_charts.plot_study(study, measure):
            with column:
                st.markdown(f"**{title}**")
                st.altair_chart(chart, key=f"study-{measure}", alt=f"{title} by {' and '.join(study.labels)}")
