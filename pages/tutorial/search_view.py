"""Show a search: progress, buttons, the table of its trials, charts, the best one, and curves."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import notices
from digitnet.experiments.status import RESTING_STATES
from digitnet.experiments.studies import DONE as TRAINED
from digitnet.experiments.studies import Trial
from digitnet.models import store
from digitnet.models.active import get_active_model
from digitnet.tuning import actions
from digitnet.tuning.search import DONE, Search, SearchStatus, list_searches
from digitnet.tuning.searched_settings import describe_values
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import TrialRecord, Trials, find_best
from digitnet.tuning.trial_table import describe_importance, format_objective, list_heads, tabulate
from pages.shared import feedback, formatting, remembered, run_batch, study_curves, wide_table
from pages.tutorial import search_charts

_CHOICE = "shown_search"  # Name of the choice of a search.
_ASKED = "asked_to_discard_search"
_MORE_TRIALS = 10  # That are added by a click.
_STATES = {"queued": "It is about to start.", "interrupted": "Its process is gone; it can go on where it was."}


def open_search(name: str) -> None:
    """Have the search of this name shown."""
    remembered.put(_CHOICE, name)


def show_searches() -> None:
    """Show the choice of a search, and the chosen one, refreshed while it is under way."""
    names = [search.name for search in list_searches()]
    if not names:
        st.info("No search yet: its table and charts appear here.", icon=":material/bar_chart:")
        return
    st.header("Results")
    name = str(remembered.show(st.selectbox, "Search", names, name=_CHOICE, default=names[0]))
    is_active = Search(name).read_status().is_active
    st.fragment(_refresh, run_every=run_batch.REFRESH_SECONDS if is_active else None)(name, is_active)


def _refresh(name: str, was_active: bool) -> None:
    """Show a search; rerun the page if it begins or ends, or a message is due."""
    run_batch.start_next_run()
    search = Search(name)
    if not search.exists() or search.read_status().is_active != was_active or feedback.is_due():
        st.rerun()
    try:
        settings = search.read_settings()
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        _show_buttons(search, search.read_status())
        return
    trials, status = search.read_trials(), search.read_status()
    best = find_best(trials.records, is_maximized=settings.is_maximized)
    progress, table, chosen, charts, curves = (st.container() for _ in range(5))  # Each keeps its place.
    with progress:
        _show_progress(settings, trials, status)
        _show_buttons(search, status, settings.most_trials - settings.trials)
    if not trials.records:
        return
    with table:
        wide_table.show_table(list_heads(settings), tabulate(settings, trials.records, best), f"Trials of {name}")
    with chosen:
        _show_best(name, settings, best, status)
    with charts:
        _show_charts(settings, trials, best)
    with curves:
        _show_curves(settings, trials)
    notices.forget_ended(run for record in trials.list_ended() for run in record.runs)


def _show_progress(settings: SearchSettings, trials: Trials, status: SearchStatus) -> None:
    """Show how many trials have ended, and the time left or why the search rests."""
    ended = len(trials.list_ended())
    text = f"{ended} of {formatting.format_count(settings.trials, 'trial')} ended"
    if status.is_active and status.ends is not None:
        text += f" · about {formatting.format_duration(max(1.0, status.ends - time.time()))} left"
    elif not status.is_active:
        text += f" · {status.state}"
    if status.state != DONE:
        st.progress(min(1.0, ended / settings.trials), text)
    else:
        st.markdown(f":material/check: {text}")
    if status.message:
        st.error(formatting.escape_markdown(status.message), icon=":material/error:")
    elif status.state in _STATES:
        st.caption(_STATES[status.state])


def _show_buttons(search: Search, status: SearchStatus, most_more: int = 0) -> None:
    """Show the buttons that fit: stop, or resume, more trials and discard.

    Args:
        most_more: how many trials more it may have.
    """
    name = search.name
    with st.container(horizontal=True):
        if status.is_active:
            is_stopping = search.is_stop_requested()
            label = "Stopping…" if is_stopping else "Stop"
            hint = "Stops the search and its trainings under way; all can go on later"
            _show_button(label, "stop", "stop", name, hint, disabled=is_stopping)
            return
        if status.state in RESTING_STATES:
            _show_button("Resume", "play_arrow", "resume", name, "Goes on with the trials that have not ended")
        elif more := min(_MORE_TRIALS, most_more):
            label = formatting.format_count(more, "more trial")
            _show_button(label, "add", "add_trials", name, "Draws new values, by what is known of the others", more)
        if st.session_state.get(_ASKED) != name:
            hint = "Deletes the search and its trainings that have not ended; finished models stay"
            st.button(
                "Discard…", icon=":material/delete:", key="discard-search", on_click=_ask, args=(name,), help=hint
            )
            return
    st.markdown("Discard this search, its table and its trainings that have not ended? Finished models stay.")
    with st.container(horizontal=True):
        _show_button("Discard for good", "delete_forever", "discard", name)
        st.button("Keep it", icon=":material/undo:", key="keep-search", on_click=_ask, args=("",))


def _show_button(
    label: str, icon: str, action: str, name: str, hint: str | None = None, *values: int, disabled: bool = False
) -> None:
    kind = "primary" if action == "discard" else "secondary"
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{action}-this-search",
        type=kind,  # type: ignore[arg-type]
        on_click=_act,
        args=(action, name, *values),
        help=hint,
        disabled=disabled,
    )


def _act(action: str, name: str, *values: int) -> None:
    """Act in a callback: a refresh would lose the click otherwise."""
    _ask("")
    functions: dict[str, Callable[..., Any]] = {
        "stop": actions.stop,
        "resume": actions.resume,
        "add_trials": actions.add_trials,
        "discard": actions.discard,
    }
    feedback.run_action("", partial(functions[action], name, *values))


def _ask(name: str) -> None:
    """Ask the user to confirm that a search is discarded; "" asks nothing."""
    st.session_state[_ASKED] = name


def _show_best(name: str, settings: SearchSettings, best: TrialRecord | None, status: SearchStatus) -> None:
    """Show the best trial so far, and the button that has it put to use if it is better than the model in use."""
    if best is None:
        return
    st.markdown(_describe_best(settings, best))
    with st.container(horizontal=True, vertical_alignment="center"):
        is_used = best.runs[0] == get_active_model()
        hint = "Compares both on MNIST's test digits and on your held-out digits first"
        st.button(
            "In use" if is_used else "Use the best if it is better",
            icon=":material/check:" if is_used else ":material/rule:",
            key="use-best-of-search",
            disabled=is_used or best.runs[0] not in store.list_models(),
            on_click=_promote,
            args=(name,),
            help=hint,
        )
        if status.verdict:
            st.markdown(formatting.escape_markdown(status.verdict), width="content")


def _describe_best(settings: SearchSettings, best: TrialRecord) -> str:
    """Say which trial is best, with its values and its result, as Markdown."""
    values = formatting.escape_markdown(describe_values(best.values))
    result = format_objective(settings, best)
    kind = "reads {} of" if settings.is_maximized else "has a loss of {} on"
    test = "" if best.test_accuracy is None else f"; {best.test_accuracy:.2%} of the test digits"
    name = formatting.escape_markdown(best.runs[0])
    return f"Best: **{name}** ({values}) {kind.format(result)} the held-out digits{test}."


def _promote(name: str) -> None:
    feedback.run_action("", actions.promote_best, name)


def _show_charts(settings: SearchSettings, trials: Trials, best: TrialRecord | None) -> None:
    """Show parallel coordinates of all trials, and how much each setting matters."""
    chart = search_charts.plot_trials(settings, trials.records, best)
    if chart is not None:
        st.markdown("**All trials**")
        st.altair_chart(chart, key="search-trials", alt="A line for each trial through its values to its result")
    if len(trials.importance) > 1:
        st.markdown("**What matters**")
        text = describe_importance(trials.importance)
        st.altair_chart(
            search_charts.plot_importance(trials.importance), key="search-importance", alt=f"Importance: {text}"
        )
        st.caption(
            "The share of each setting in what makes a trial one of the best quarter (PED-ANOVA, by Optuna). Of few "
            "trials it is a guess."
        )


def _show_curves(settings: SearchSettings, trials: Trials) -> None:
    """Show the curves of the best trials and of those under way."""
    sign = -1 if settings.is_maximized else 1
    known = [record for record in trials.records if record.runs and record.value is not None]
    best = sorted(known, key=lambda record: sign * (record.value or 0.0))[: study_curves.MAX_CURVES]
    models = store.list_models()
    shown = [
        Trial(run, (f"{record.number}",), 0, TRAINED if run in models else record.state)
        for record in sorted(best, key=lambda record: record.number)
        for run in record.runs[:1]
    ]
    if shown:
        st.caption(f"Curves by trial{'' if len(best) == len(known) else f', of the best {len(best)}'}:")
        study_curves.show_curves(shown, "search", "the trials of this search")
