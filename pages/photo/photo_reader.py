"""Read the photos of a tab in the background, so that the page can be used, and the reading stopped, meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitnet import DigitnetError
from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.collection.photo_reading import warm_up
from digitnet.errors import QuotaError
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.types import Boxes
from digitnet.workers.pool import run_in_worker
from digitnet.workers.process import Cancellation, cancelable
from pages.shared import feedback, model_choice, reading_cache
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


class _Refusal(str):
    """Why a photo was not read for now.

    Attributes:
        end: time from which on it may be read, in seconds of the monotonic clock.
    """

    end: float

    def __new__(cls, error: QuotaError) -> _Refusal:
        """Take the sentence and the wait of an error."""
        refusal = super().__new__(cls, str(error))
        refusal.end = time.monotonic() + (math.inf if error.wait_seconds is None else error.wait_seconds)
        return refusal


class _Reading(NamedTuple):
    """A reading under way or done, and the way to cancel it."""

    outcome: Future[object]
    cancellation: Cancellation

    @property
    def may_be_repeated(self) -> bool:
        """Whether it was refused for a time that is over."""
        if not self.outcome.done() or self.outcome.cancelled() or self.outcome.exception():
            return False
        result = self.outcome.result()
        return isinstance(result, _Refusal) and time.monotonic() >= result.end


class PhotoReader:
    """Reads photos in threads, and knows which are read; the readings themselves are in the cache.

    Attributes:
        is_stopped: whether the user has stopped the reading.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._executor = ThreadPoolExecutor(_THREADS, "photo")
        self._readings: dict[Hashable, _Reading] = {}
        self._wanted: Hashable = None

    def want(self, jobs: Iterable[ReadingJob]) -> None:
        """Note which photos are to be read; other ones than before are read although the user has stopped those.

        A reading that is not wanted any more, such as that of a region which a slider has passed, is canceled.
        """
        wanted = frozenset(job.key for job in jobs)
        for key in [key for key, reading in self._readings.items() if reading.may_be_repeated]:
            del self._readings[key]
        if wanted == self._wanted:
            return
        self._wanted, self.is_stopped = wanted, False
        self._cancel([key for key in self._readings if key not in wanted])

    def stop(self) -> None:
        """Cancel the readings under way, and read no further photo."""
        self.is_stopped = True
        self._cancel(list(self._readings))

    def resume(self) -> None:
        """Read the photos that were left."""
        self.is_stopped = False

    def read(self, job: ReadingJob, seconds: float) -> bool:
        """Read a photo for at most so many seconds, or go on with it; return whether it is done."""
        return self.run(job.key, partial(_read, job), seconds)

    def run(self, key: Hashable, action: Callable[[], object], seconds: float) -> bool:
        """Run a function once for its key, for at most so many seconds, or go on with it; return whether it ended."""
        if key not in self._readings:
            cancellation = Cancellation()
            outcome = self._executor.submit(_run, action, cancellation, get_caller())
            self._readings[key] = _Reading(outcome, cancellation)
        outcome = self._readings[key].outcome
        wait([outcome], seconds)
        return outcome.done()

    def is_done(self, job: ReadingJob) -> bool:
        """Return whether a photo was read, or cannot be read."""
        reading = self._readings.get(job.key)
        return reading is not None and reading.outcome.done()

    def get_error(self, job: ReadingJob) -> str:
        """Return why a photo cannot be read, "" if it was read."""
        return str(self._readings[job.key].outcome.result())

    def warm_up(self, model: str) -> None:
        """Start a worker in the background, so that the first photo need not wait for it."""
        self._executor.submit(run_in_worker, warm_up, model)

    def _cancel(self, keys: Iterable[Hashable]) -> None:
        """Cancel those of the readings that have not ended."""
        for key in keys:
            reading = self._readings[key]
            if not reading.outcome.done():
                reading.cancellation.cancel()
                reading.outcome.cancel()
                del self._readings[key]


def get_reader() -> PhotoReader:
    """Return the reader of this tab."""
    if "photo_reader" not in st.session_state:
        st.session_state.photo_reader = PhotoReader()
        st.session_state.photo_reader.warm_up(model_choice.get_model())
    reader: PhotoReader = st.session_state.photo_reader
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


def _run(action: Callable[[], object], cancellation: Cancellation, caller: Caller) -> object:
    with cancelable(cancellation), acting_as(caller):
        return action()


def _read(job: ReadingJob) -> str:
    """Read a photo into the cache; return an error sentence, or ""."""
    try:
        with feedback.explain_unexpected_errors(UNEXPECTED):
            reading_cache.read_picture(job.request, DEFAULT_RISK, job.boxes)
    except QuotaError as error:
        return _Refusal(error)
    except DigitnetError as error:
        return str(error)
    return ""
