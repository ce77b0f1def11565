"""Read the photos of a tab in the background, so that the page can be used, and the reading stopped, meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError
from digitnet.access.callers import Caller, acting_as, get_caller
from digitnet.access.spending import get_spending
from digitnet.collection.photo_reading import warm_up
from digitnet.errors import QuotaError
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.types import Boxes
from digitnet.workers.pool import run_in_worker
from digitnet.workers.process import Cancellation, cancelable
from digitnet.workers.turns import FullError
from pages.shared import feedback, model_choice, reading_cache
from pages.shared.background import TICK_SECONDS
from pages.shared.reading_cache import ReadingRequest

UNEXPECTED = "An unexpected error occurred with this photo. Remove it, or save it in another format."
_TOO_MANY_PIXELS = "The photos before have as many pixels as a tab may hold at a time; remove some of them."
_RETRY_SECONDS = 60  # After which a photo is tried again that found the workers busy; its sentence says so.
_THREADS = 2  # A photo that nobody waits for any more does not hold up the next one.


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


class _Outcome(NamedTuple):
    """What came of a photo.

    Attributes:
        error: why it was not read, or "".
        pixels: how many it has, 0 if it was not read.
        end: time in seconds of the monotonic clock from which on it may be tried again.
    """

    error: str = ""
    pixels: int = 0
    end: float = math.inf


class _Reading(NamedTuple):
    """A reading under way or done, and the way to cancel it."""

    outcome: Future[object]
    cancellation: Cancellation

    def get_outcome(self) -> _Outcome | None:
        """Return what came of a photo, None if it is not read yet, or this is something else."""
        result = self.outcome.result() if self.outcome.done() and not self.outcome.cancelled() else None
        return result if isinstance(result, _Outcome) else None


class PhotoReader:
    """Reads photos in threads, and knows which are read; the readings themselves are in the cache.

    Attributes:
        is_stopped: whether the user has stopped the reading.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._executor = ThreadPoolExecutor(_THREADS, "photo")
        self._readings: dict[Hashable, _Reading] = {}
        self._wanted: frozenset[Hashable] = frozenset()

    def want(self, jobs: Iterable[ReadingJob]) -> None:
        """Note which photos are to be read; other ones than before are read although the user has stopped those.

        A reading that is not wanted any more, such as that of a region which a slider has passed, is canceled.
        """
        wanted = frozenset(job.key for job in jobs)
        now = time.monotonic()
        self._forget(lambda outcome: now >= outcome.end)
        if wanted == self._wanted:
            return
        self._forget(lambda outcome: outcome.error == _TOO_MANY_PIXELS)  # Photos may have been removed.
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
        may_read = self._count_pixels() < get_spending().find_upload_pixels()
        return self.run(job.key, partial(_read, job) if may_read else partial(_Outcome, _TOO_MANY_PIXELS), seconds)

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
        outcome = self._readings[job.key].outcome.result()
        return outcome.error if isinstance(outcome, _Outcome) else ""

    def warm_up(self, model: str) -> None:
        """Start a worker in the background, so that the first photo need not wait for it."""
        self._executor.submit(run_in_worker, warm_up, model)

    def _count_pixels(self) -> int:
        """Return how many pixels the photos have that are wanted and were read."""
        outcomes = [reading.get_outcome() for key, reading in self._readings.items() if key in self._wanted]
        return sum(outcome.pixels for outcome in outcomes if outcome)

    def _forget(self, is_void: Callable[[_Outcome], bool]) -> None:
        """Forget readings by what came of them."""
        for key, reading in list(self._readings.items()):
            if (outcome := reading.get_outcome()) and is_void(outcome):
                del self._readings[key]

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


def read_for(
    jobs: Iterable[ReadingJob], reader: PhotoReader, seconds: float, show_progress: Callable[[int], None]
) -> None:
    """Read photos one after the other for about so many seconds, and show how many are done."""
    end = time.monotonic() + seconds
    for done, job in enumerate(jobs):
        while not reader.read(job, TICK_SECONDS):
            show_progress(done)
        if time.monotonic() > end:
            return


def _run(action: Callable[[], object], cancellation: Cancellation, caller: Caller) -> object:
    with cancelable(cancellation), acting_as(caller):
        return action()


def _read(job: ReadingJob) -> _Outcome:
    """Read a photo into the cache; return what came of it."""
    try:
        with feedback.explain_unexpected_errors(UNEXPECTED):
            read = reading_cache.read_picture(job.request, DEFAULT_RISK, job.boxes)
    except QuotaError as error:
        return _Outcome(str(error), end=time.monotonic() + (error.wait_seconds or math.inf))
    except DigitnetError as error:
        is_full = isinstance(error.__cause__, FullError)
        return _Outcome(str(error), end=time.monotonic() + _RETRY_SECONDS if is_full else math.inf)
    return _Outcome(pixels=math.prod(read.reading.size))
