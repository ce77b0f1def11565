"""A strip at the top of a page that shows the active training, and leads to it.

Every page shows it. Without a training it must cost nothing, and so what it needs is imported only with one.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from digitnet.experiments import notices
from pages.shared import writer_choice

if TYPE_CHECKING:
    from digitnet.experiments.run import Run
    from digitnet.experiments.status import Status

_REFRESH_SECONDS = 2.0
_KEY = "training-strip"


class _News(NamedTuple):
    """What there is to say of trainings.

    Attributes:
        text: a text for users, or "" if there is nothing to say.
        icon: name of the text's icon.
        is_active: whether a run is active or queued, so that the text changes by itself.
        page: page that shows more.
    """

    text: str = ""
    icon: str = ""
    is_active: bool = False
    page: str = "pages/train.py"


def show_strip() -> None:
    """Show the strip, if a run is active, or has ended and was not looked at yet."""
    with st.container():  # One element with and without a strip, so that the elements below keep their place.
        if not notices.has_runs():
            return
        news = _find_news()
        if news.text:
            st.fragment(_refresh, run_every=_REFRESH_SECONDS if news.is_active else None)()


def _refresh() -> None:
    news = _find_news()
    with st.container(key=_KEY):
        if news.text:
            st.page_link(news.page, label=news.text, icon=f":material/{news.icon}:")


def _find_news() -> _News:
    from digitnet.experiments.run import list_runs
    from digitnet.experiments.status import QUEUED

    runs = [(run, run.read_status()) for run in list_runs()]
    active = [(run, status) for run, status in runs if status.is_active]
    if not active:
        return _describe_end([run for run, _ in runs])
    run, status = next((entry for entry in active if entry[1].state != QUEUED), active[0])
    text = _describe_active(run.name, status, len(active) - 1)
    return _News(text, "school", is_active=True, page=_choose_page(run.read_settings()))


def _choose_page(settings: dict[str, Any]) -> str:
    """Return the page that leads the writer on whose hand is learned by a training, or else the page Train."""
    from digitnet.experiments import hands

    return "pages/hand.py" if hands.is_hand(settings, writer_choice.get_writer()) else "pages/train.py"


def _describe_active(name: str, status: Status, more: int) -> str:
    """Describe an active run: "quick: epoch 2 of 3, 12 s left, 1 more waits"."""
    from pages.shared.formatting import escape_markdown
    from pages.shared.run_text import describe_position, describe_time_left

    position = describe_position(status)
    waiting = f"{more} more {'wait' if more > 1 else 'waits'}" if more else ""
    parts = [position[:1].lower() + position[1:], describe_time_left(status, time.time()), waiting]
    return f"**{escape_markdown(name)}**: {', '.join(filter(None, parts))}"


def _describe_end(runs: list[Run]) -> _News:
    """Describe the last run that has ended and was not looked at."""
    from digitnet.experiments.run import Run
    from digitnet.models import store
    from digitnet.models.card import FAILED, read_card
    from pages.shared.formatting import escape_markdown

    failed = {run.name for run in runs if run.read_status().state == FAILED}
    models = store.list_models()
    for name in reversed(notices.list_ended()):
        if name in failed:
            text = f"**{escape_markdown(name)}** has failed · see why"
            return _News(text, "error", page=_choose_page(Run(name).read_settings()))
        if name in models:
            card = read_card(name)
            share = f": {card.accuracy:.1%}" if card.accuracy is not None else ""
            text = f"**{escape_markdown(name)}** is ready{share} · compare"
            return _News(text, "check_circle", page=_choose_page(card.raw_config))
    return _News()
