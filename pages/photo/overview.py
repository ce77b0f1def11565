"""List all photos with what to check on each, and open one at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import streamlit as st

from digitnet import DigitnetError
from digitnet.preprocessing.images import load
from pages.components import photo_list
from pages.components.photo_list import PhotoRow
from pages.photo import doubts
from pages.photo.photo_reader import UNEXPECTED
from pages.photo.photo_view import PAGE_MARK, PhotoResult, make_request
from pages.shared import feedback, reading_cache, reading_view, remembered
from pages.shared.reading_cache import CacheKey, ReadingRequest

_LIST = "photo-list"  # Key of the list.
_FILTER = "photos-filter"  # Name of the choice.
_ALL, _TO_CHECK = "all", "to check"
_MAX_TEXT = 60  # Characters of a text in the list.
_THUMBNAIL = 128, 96  # Width and height in pixels.


@dataclass
class OpenedPhoto:
    """The photo that is open, one of those on the list.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        key: key of the photo, "" if the user has closed it.
        keys: keys of the photos on the list, from the top.
        last_press: time of the last click on the list that was handled.
        last_page_press: time of the last click on the strip of pages that was handled.
        pressed: key of the page that was clicked last on the strip, which may be left out.
    """

    key: str = "none yet"
    keys: tuple[str, ...] = ()
    last_press: int = 0
    last_page_press: int = 0
    pressed: str = ""

    def move(self, steps: int) -> None:
        """Open the photo so many places further down the list, or up if that is negative."""
        if not self.keys:
            return
        place = self.keys.index(self.key) + steps if self.key in self.keys else 0
        self.key = self.keys[min(max(0, place), len(self.keys) - 1)]


def get_opened(keys: Sequence[str], left_out: Collection[str] = ()) -> OpenedPhoto:
    """Return which of the photos with these keys is open in this tab, or of pages `left_out`, after a click."""
    opened: OpenedPhoto = st.session_state.setdefault("opened_photo", OpenedPhoto())
    press = photo_list.get_press(_LIST)
    if press and press.made != opened.last_press:
        opened.key, opened.last_press = press.opened, press.made
    is_looked_at = opened.key in left_out and opened.key == opened.pressed
    if opened.key not in keys and not is_looked_at and (opened.key or len(keys) == 1):
        file = opened.key.partition(PAGE_MARK)[0]
        opened.key = next((key for key in keys if key.partition(PAGE_MARK)[0] == file), keys[0])
    opened.keys = tuple(key for key in opened.keys if key in keys)
    return opened


def choose_results(results: list[PhotoResult], opened: OpenedPhoto) -> list[PhotoResult]:
    """Show the choice of photos to list, and return those chosen."""
    to_check = [result for result in results if needs_look(result)]
    labels = {_ALL: f"All {len(results)}", _TO_CHECK: f"To check: {len(to_check)}"}
    chosen = remembered.show(
        st.segmented_control,
        "Photos to list",
        list(labels),
        name=_FILTER,
        default=_ALL,
        required=True,
        format_func=labels.__getitem__,
        label_visibility="collapsed",
    )
    if chosen == _ALL:
        return results
    # The open one stays on the list while it is corrected.
    return [result for result in results if needs_look(result) or result.photo.key == opened.key]


def show_list(opened: OpenedPhoto, results: list[PhotoResult], model: str) -> None:
    """Show the list of photos to open one of, those to check first once all are read."""
    rows = [make_row(result, model) for result in _sort(results)]
    opened.keys = tuple(row.key for row in rows)
    if rows:
        photo_list.show(_LIST, rows, opened.key, "Photos")
    else:
        st.caption("Nothing to check.")


def _sort(results: list[PhotoResult]) -> list[PhotoResult]:
    """Sort results once all are read: first those to check as they were read, so that corrections move none."""
    if any(result.is_waiting for result in results):
        return results
    return sorted(results, key=lambda result: not needs_look(result, as_read=True))


def needs_look(result: PhotoResult, *, as_read: bool = False) -> bool:
    """Return whether somebody should look at a photo, corrected or `as_read`."""
    if result.is_waiting:
        return False
    if result.read is None:
        return True
    reading = result.read.picture.components.reading if as_read else result.read.corrected.reading
    return not len(reading) or reading.has_doubts or doubts.seems_mirrored(reading)


def make_row(result: PhotoResult, model: str) -> PhotoRow:
    """Make the row of a photo."""
    row = PhotoRow(result.photo.key, result.photo.name, [])
    if result.is_waiting:
        return row._replace(check="Not read yet", is_waiting=True)
    reading = result.reading
    if reading is None:
        return row._replace(check="Cannot be read", needs_look=True)
    with suppress(DigitnetError), feedback.explain_unexpected_errors(UNEXPECTED):
        row = row._replace(thumbnail=make_thumbnail(make_request(result.photo, model)))
    view = doubts.describe_view(reading)
    if not len(reading):
        return row._replace(check=", ".join(filter(None, ["No digits found", view])), needs_look=True)
    check = doubts.describe_check(reading) or reading_view.describe_refused(len(reading.refused))
    return row._replace(
        parts=_shorten(doubts.split_text(reading)),
        check=", ".join(filter(None, [view, check])),
        needs_look=needs_look(result),
    )


def _shorten(parts: list[doubts.Part]) -> list[tuple[str, bool]]:
    """Cut a text to a length that a list can show."""
    starts = np.cumsum([0, *(len(part.text) for part in parts)]).tolist()
    return [
        (part.text[: _MAX_TEXT - start], part.doubtful)
        for part, start in zip(parts, starts, strict=False)
        if start < _MAX_TEXT
    ]


def make_thumbnail(request: ReadingRequest) -> bytes:
    """Make a small picture of a photo that was read, a JPEG file."""
    return _make_thumbnail(request, request.key)


@st.cache_data(max_entries=400, show_spinner=False)
def _make_thumbnail(_request: ReadingRequest, key: CacheKey) -> bytes:
    return reading_cache.make_thumbnail(load(reading_cache.to_upright_jpeg(_request)), *_THUMBNAIL)
