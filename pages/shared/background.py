"""Wait for what is done in the background, so that a page can be used, and the work be stopped, meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitnet.access.callers import acting_as, get_caller
from digitnet.workers.process import Cancellation, cancelable

TICK_SECONDS = 0.2  # How often a click is looked for meanwhile.
_PATIENCE_SECONDS = 0.5  # A wait that takes longer is told.

T = TypeVar("T")


@dataclass
class _Work:
    """Work of this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.
    """

    key: Hashable
    outcome: Future[object]
    cancellation: Cancellation
    is_stopped: bool = False

    def stop(self) -> None:
        """Stop the work."""
        self.is_stopped = True
        self.cancellation.cancel()


def wait_for(
    run: Callable[[float], bool],
    text: str,
    place: DeltaGenerator,
    stop: Callable[[], None] | None = None,
    label: str = "Stop reading",
) -> None:
    """Wait until `run`, which takes so many seconds at most, returns True; tell how long that takes.

    Args:
        run: function such as `PhotoReader.read`.
        text: Markdown that says what is done.
        place: empty place to tell it, which must be on the page in each run: the browser makes what moves anew, and
            an input below would lose the focus.
        stop: function for a button that ends it, or None if other controls do.
        label: of that button.
    """
    if run(_PATIENCE_SECONDS):
        return
    start = time.monotonic() - _PATIENCE_SECONDS
    with place.container(horizontal=True, vertical_alignment="center", key="waiting" if stop else None):
        progress = st.empty()
        if stop:
            st.button(label, icon=":material/stop:", on_click=stop, key="stop-waiting")
    while not run(TICK_SECONDS):
        # Streamlit ends this run of the page here if the user has pressed a button.
        progress.markdown(f"{text}: {time.monotonic() - start:.0f} s")
    place.empty()


def do(name: str, key: Hashable, action: Callable[[], T], text: str, label: str) -> T | None:
    """Do something once for its key, and wait for it with a button that stops it.

    Work of this name and another key, such as that on files which are not on the page any more, is canceled.

    Args:
        name: of this kind of work, in this tab.
        key: tells this work from other work.
        action: may have workers do it, which the button ends.
        text: Markdown that says what is done.
        label: of the button.

    Returns:
        The result of the action, None if it was stopped.

    Raises:
        DigitnetError: the action raised it.
    """
    place, state = st.empty(), f"work-{name}"
    work: _Work | None = st.session_state.get(state)
    if work is None or work.key != key:
        if work:
            work.cancellation.cancel()
        st.session_state[state] = work = _start(key, action)
    if work.is_stopped:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{text}: stopped.")
            if st.button("Try again", icon=":material/refresh:", key=f"again-{name}"):
                del st.session_state[state]
                st.rerun()
        return None
    outcome = work.outcome
    wait_for(lambda seconds: bool(wait([outcome], seconds).done), text, place, work.stop, label)
    result: T = outcome.result()  # type: ignore[assignment]
    return result


def forget(name: str) -> None:
    """Cancel the work of this name, and forget its result."""
    if work := st.session_state.pop(f"work-{name}", None):
        work.cancellation.cancel()


def _start(key: Hashable, action: Callable[[], object]) -> _Work:
    cancellation, caller = Cancellation(), get_caller()

    def run() -> object:
        with cancelable(cancellation), acting_as(caller):
            return action()

    with ThreadPoolExecutor(1) as thread:
        outcome = thread.submit(run)
        thread.shutdown(wait=False)
    return _Work(key, outcome, cancellation)
