"""Make small pictures of the pages of a file in the background, those in view first, and show them as a strip."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.documents.thumbnails import make_thumbnails
from digitnet.errors import CanceledError, DigitnetError, QuotaError
from digitnet.workers.pool import run_in_worker
from pages.components import page_strip
from pages.components.page_strip import PageTile
from pages.photo import doubts
from pages.photo.overview import OpenedPhoto
from pages.photo.photo_reader import PhotoReader
from pages.photo.photo_view import Photo, PhotoResult
from pages.shared import feedback
from pages.shared.background import TICK_SECONDS

_STRIP = "page-strip"  # Key of the strip.
_STORE = "page_thumbnails"  # Name of the pictures of this tab.
_MAX_SIDE = 144  # Pixels: twice as many as are shown, for dense displays.
_BATCH = 8  # Pages that a worker draws at a time.
_BATCH_SECONDS = 1.0
_MAX_KEPT = 900  # Pictures that a tab keeps, of some kilobytes each.
_FIRST_VIEW = 12  # Pages that are in view at first.
_PAUSE_SECONDS = 60.0  # If nobody says for how long.
_UNEXPECTED = "An unexpected error occurred with this page."


@dataclass
class _Store:
    """The pictures of this tab.

    Attributes:
        pictures: JPEG files by the digest of the file and the number of the page; b"" if it cannot be drawn.
        drops: how many were dropped, to make room; they may be made again.
        pause_end: time of the monotonic clock until which none is made, because those were too many.
    """

    pictures: dict[tuple[str, int], bytes] = field(default_factory=dict)
    drops: int = 0
    pause_end: float = 0.0

    def put(self, digest: str, made: Mapping[int, bytes]) -> None:
        """Keep the pictures of pages of a file, and drop those that were made first if there are too many."""
        for number, picture in made.items():
            self.pictures[digest, number] = picture
        for key in list(self.pictures)[: max(0, len(self.pictures) - _MAX_KEPT)]:
            del self.pictures[key]
            self.drops += 1


def take_press(photos: Sequence[Photo], opened: OpenedPhoto) -> None:
    """Open the page that was clicked last on the strip, one of `photos`."""
    press = page_strip.get_press(_STRIP)
    if press is None or press.made == opened.last_page_press:
        return
    opened.last_page_press = press.made
    shown = next((photo for photo in photos if photo.key == opened.key), None)
    for photo in photos:
        if shown and photo.file_key == shown.file_key and photo.page.number == press.number:
            opened.key = opened.pressed = photo.key


def show_strip(photo: Photo, results: Mapping[int, PhotoResult]) -> list[int]:
    """Show the pages of the file of a photo, and return the numbers of those in view without a picture yet.

    Args:
        photo: the page that is open.
        results: what was read of the other pages, by their numbers; pages without a result are left out.
    """
    store, numbers = _get_store(), range(1, photo.page.count + 1)
    pictures = store.pictures
    first, last = page_strip.get_view(_STRIP, photo.file_key) or _guess_view(photo)
    near = range(first - _FIRST_VIEW, last + _FIRST_VIEW + 1)
    tiles = [
        _make_tile(number, results.get(number))._replace(turn=_get_turn(results.get(number))) for number in numbers
    ]
    # The browser keeps the pictures of pages that are out of view.
    shown = [
        tile._replace(picture=pictures.get((photo.file_digest, tile.number))) if tile.number in near else tile
        for tile in tiles
    ]
    page_strip.show(_STRIP, photo.file_key, shown, photo.page.number)
    if time.monotonic() < store.pause_end:
        return []
    return [number for number in range(first, last + 1) if (photo.file_digest, number) not in pictures][:_BATCH]


def start(photo: Photo, numbers: Sequence[int], reader: PhotoReader) -> None:
    """Have pictures of pages made in the background."""
    _run(photo, numbers, reader, 0)


def wait_for(photo: Photo, numbers: Sequence[int], reader: PhotoReader) -> None:
    """Wait until pictures of pages are made, and run the page again; a click ends it earlier."""
    place = st.empty()
    while not _run(photo, numbers, reader, TICK_SECONDS):
        place.empty()  # Streamlit ends this run of the page here if the user has pressed a button.
    st.rerun()


def _run(photo: Photo, numbers: Sequence[int], reader: PhotoReader, seconds: float) -> bool:
    store = _get_store()
    key = "thumbnails", photo.file_digest, tuple(numbers), store.drops, store.pause_end
    return reader.run(key, partial(_make, store, photo, tuple(numbers)), seconds)


def _make(store: _Store, photo: Photo, numbers: tuple[int, ...]) -> None:
    """Have a worker draw pages in small; of those that it cannot draw the first gets an empty picture."""
    try:
        with feedback.explain_unexpected_errors(_UNEXPECTED):
            get_spending().count_look()
            made = run_in_worker(make_thumbnails, photo.content, numbers, _MAX_SIDE, _BATCH_SECONDS)
    except CanceledError:
        return
    except QuotaError as error:
        store.pause_end = time.monotonic() + (error.wait_seconds or _PAUSE_SECONDS)
        return
    except DigitnetError:
        made = {numbers[0]: b""}
    store.put(photo.file_digest, made)


def _make_tile(number: int, result: PhotoResult | None) -> PageTile:
    if result is None:
        return PageTile(number, "left out", "left-out")
    if result.is_waiting:
        return PageTile(number, "waiting", "waiting")
    if result.reading is None:
        return PageTile(number, "not readable", "look")
    count = int(result.reading.doubtful.sum() + result.reading.doubtful_signs.sum())
    if count:
        return PageTile(number, f"{count} to check", "look")
    if doubts.seems_mirrored(result.reading):
        return PageTile(number, "mirrored", "look")
    return PageTile(number, "read", "read") if len(result.reading) else PageTile(number, "no digits", "look")


def _get_turn(result: PhotoResult | None) -> int:
    """Return by how many degrees a page was turned clockwise to be read."""
    return result.reading.turn if result and result.reading is not None else 0


def _guess_view(photo: Photo) -> tuple[int, int]:
    """Return the first and the last page that are in view before the browser has said so."""
    first = max(1, photo.page.number - _FIRST_VIEW // 2)
    return first, min(photo.page.count, first + _FIRST_VIEW - 1)


def _get_store() -> _Store:
    store: _Store = st.session_state.setdefault(_STORE, _Store())
    return store
