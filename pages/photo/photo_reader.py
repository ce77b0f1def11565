"""Read the photos of a tab in the background, so that the page can be used, and the reading stopped, meanwhile."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import streamlit as st

from digitnet import DigitnetError
from digitnet.models.calibration import DEFAULT_RISK
from pages.shared import reading_cache
from pages.shared.reading_cache import CacheKey, ReadingRequest

_THREADS = 2  # A photo that nobody waits for any more does not hold up the next one.


class PhotoReader:
    """Reads photos in threads, and knows which are read; the readings themselves are in the cache.

    Attributes:
        is_stopped: whether the user has stopped the reading.
    """

    def __init__(self) -> None:
        self.is_stopped = False
        self._executor = ThreadPoolExecutor(_THREADS, "photo")
        self._errors: dict[CacheKey, Future[str]] = {}
        self._wanted: Hashable = None

    def want(self, requests: Iterable[ReadingRequest]) -> None:
        """Note which photos are to be read; other ones than before are read although the user has stopped those."""
        wanted = frozenset(map(_make_key, requests))
        if wanted != self._wanted:
            self._wanted, self.is_stopped = wanted, False

    def stop(self) -> None:
        """Read no further photo. One that is being read is finished in the background, for nothing can end it."""
        self.is_stopped = True

    def resume(self) -> None:
        """Read the photos that were left."""
        self.is_stopped = False

    def read(self, request: ReadingRequest, seconds: float) -> bool:
        """Read a photo for at most so many seconds, or go on with it; return whether it is done."""
        key = _make_key(request)
        if key not in self._errors:
            self._errors[key] = self._executor.submit(_read, request)
        wait([self._errors[key]], seconds)
        return self.is_done(request)

    def is_done(self, request: ReadingRequest) -> bool:
        """Return whether a photo was read, or cannot be read."""
        error = self._errors.get(_make_key(request))
        return error is not None and error.done()

    def get_error(self, request: ReadingRequest) -> str:
        """Return why a photo cannot be read, "" if it was read."""
        return self._errors[_make_key(request)].result()


def get_reader() -> PhotoReader:
    """Return the reader of this tab."""
    reader: PhotoReader = st.session_state.setdefault("photo_reader", PhotoReader())
    return reader


def _make_key(request: ReadingRequest) -> CacheKey:
    try:
        return request.key
    except DigitnetError:  # The model is gone, which is what its reading says, too.
        return request.digest, request.model, "", request.hints


def _read(request: ReadingRequest) -> str:
    """Read a photo into the cache; return an error sentence, or ""."""
    try:
        reading_cache.read_picture(request, DEFAULT_RISK)
    except DigitnetError as error:
        return str(error)
    return ""
