"""Read the photos of a tab in the background, so that the page can be used, and the reading stopped, meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitnet import DigitnetError
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.types import Boxes
from pages.shared import feedback, reading_cache
from pages.shared.reading_cache import ReadingRequest

UNEXPECTED = "An unexpected error occurred with this photo. Remove it, or save it in another format."
_THREADS = 2  # A photo that nobody waits for any more does not hold up the next one.
_PATIENCE_SECONDS = 0.5  # A wait that takes longer is told.
_TICK_SECONDS = 0.2  # How often a click is looked for meanwhile.


class ReadingJob(NamedTuple):
    """A photo to read, and the boxes that the user has changed on it, or None."""

    request: ReadingRequest
    boxes: Boxes | None = None

    @property
    def key(self) -> Hashable:
        """A key that tells the reading from others."""
        boxes = None if self.boxes is None else self.boxes.tobytes()
        try:
            return self.request.key, boxes
        except DigitnetError:  # The model is gone, which is what its reading says, too.
            return self.request.digest, self.request.model, self.request.hints, boxes


class PhotoReader:
    """Reads photos in threads, and knows which are read; the readings themselves are in the cache.

    Attributes:
        is_stopped: whether the user has stopped the reading.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._executor = ThreadPoolExecutor(_THREADS, "photo")
        self._outcomes: dict[Hashable, Future[object]] = {}
        self._wanted: Hashable = None

    def want(self, jobs: Iterable[ReadingJob]) -> None:
        """Note which photos are to be read; other ones than before are read although the user has stopped those.

        A reading that is not wanted any more, such as that of a region which a slider has passed, is not begun.
        """
        wanted = frozenset(job.key for job in jobs)
        if wanted == self._wanted:
            return
        self._wanted, self.is_stopped = wanted, False
        for key, outcome in list(self._outcomes.items()):
            if key not in wanted and outcome.cancel():  # One that has begun cannot be canceled.
                del self._outcomes[key]

    def stop(self) -> None:
        """Read no further photo. One that is being read is finished in the background, for nothing can end it."""
        self.is_stopped = True

    def resume(self) -> None:
        """Read the photos that were left."""
        self.is_stopped = False

    def read(self, job: ReadingJob, seconds: float) -> bool:
        """Read a photo for at most so many seconds, or go on with it; return whether it is done."""
        return self.run(job.key, partial(_read, job), seconds)

    def run(self, key: Hashable, action: Callable[[], object], seconds: float) -> bool:
        """Run a function once for its key, for at most so many seconds, or go on with it; return whether it ended."""
        if key not in self._outcomes:
            self._outcomes[key] = self._executor.submit(action)
        wait([self._outcomes[key]], seconds)
        return self._outcomes[key].done()

    def is_done(self, job: ReadingJob) -> bool:
        """Return whether a photo was read, or cannot be read."""
        outcome = self._outcomes.get(job.key)
        return outcome is not None and outcome.done()

    def get_error(self, job: ReadingJob) -> str:
        """Return why a photo cannot be read, "" if it was read."""
        return str(self._outcomes[job.key].result())


def get_reader() -> PhotoReader:
    """Return the reader of this tab."""
    reader: PhotoReader = st.session_state.setdefault("photo_reader", PhotoReader())
    return reader


def wait_for(
    run: Callable[[float], bool], text: str, place: DeltaGenerator, stop: Callable[[], None] | None = None
) -> None:
    """Wait until `run`, which takes so many seconds at most, returns True; tell how long that takes.

    Args:
        run: function such as `PhotoReader.read`.
        text: Markdown that says what is done.
        place: empty place to tell it, which must be on the page in each run: the browser makes what moves anew, and
            an input below would lose the focus.
        stop: function for a button that ends it, or None if other controls do.
    """
    if run(_PATIENCE_SECONDS):
        return
    start = time.monotonic() - _PATIENCE_SECONDS
    with place.container(horizontal=True, vertical_alignment="center", key="first-reading" if stop else None):
        progress = st.empty()
        if stop:
            st.button("Stop reading", icon=":material/stop:", on_click=stop, key="stop-first")
    while not run(_TICK_SECONDS):
        # Streamlit ends this run of the page here if the user has pressed a button.
        progress.markdown(f"{text}: {time.monotonic() - start:.0f} s")
    place.empty()


def read_for(
    jobs: Iterable[ReadingJob], reader: PhotoReader, seconds: float, show_progress: Callable[[int], None]
) -> None:
    """Read photos one after the other for about so many seconds, and show how many are done."""
    end = time.monotonic() + seconds
    for done, job in enumerate(jobs):
        while not reader.read(job, _TICK_SECONDS):
            show_progress(done)
        if time.monotonic() > end:
            return


def _read(job: ReadingJob) -> str:
    """Read a photo into the cache; return an error sentence, or ""."""
    try:
        with feedback.explain_unexpected_errors(UNEXPECTED):
            reading_cache.read_picture(job.request, DEFAULT_RISK, job.boxes)
    except DigitnetError as error:
        return str(error)
    return ""
