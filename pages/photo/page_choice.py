"""Choose which pages of a file are read; the others are left out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from typing import Any

import streamlit as st

from digitnet.documents.opening import choose_pages
from digitnet.documents.page import Page
from digitnet.errors import ImageError
from digitnet.reading.options import parse_pages
from pages.photo.photo_view import PAGE_MARK, Photo
from pages.shared import formatting, remembered
from pages.shared.own_files import File, name_files

_LAST_CHOICES = "page_choices"  # Pages that were chosen last in a way that is understood, by the keys of files.


def make_photos(files: Iterable[File]) -> tuple[list[Photo], list[Photo]]:
    """Return the pages of files that are to be read, and those that are left out: IMG.jpg, scan.pdf, page 1."""
    photos: list[Photo] = []
    left_out: list[Photo] = []
    for file, name, key in name_files(files):
        chosen = get_chosen(key, file.pages)
        for number in range(1, file.pages + 1):
            mark = f"{PAGE_MARK}{number}" if file.pages > 1 else ""
            page = Page(number, file.pages)
            photo = Photo(name, file.content, file.digest + mark, key + mark, page, key)
            (photos if number in chosen else left_out).append(photo)
    return photos, left_out


def get_chosen(key: str, count: int) -> set[int]:
    """Return the numbers of the pages to read of the file `key`; what was chosen last if that is not understood."""
    choices = _get_last_choices()
    with suppress(ImageError):
        choices[key] = _parse(_get_text(key), count)
    return choices.get(key) or set(range(1, count + 1))


def show_choice(photo: Photo) -> None:
    """Show the field of the pages to read of the file of a photo, and how many these are."""
    key, count = photo.file_key, photo.page.count
    with st.container(horizontal=True, vertical_alignment="bottom", key="page-choice"):
        remembered.show(
            st.text_input, "Pages to read", name=_name(key), default="", placeholder="all, or 1-3, 7", width=220
        )
        st.caption(f"{len(get_chosen(key, count))} of {count} pages", width="content")
    try:
        _parse(_get_text(key), count)
    except ImageError as error:
        st.caption(f":material/error: {formatting.escape_markdown(str(error))}")


def add_page(photo: Photo) -> None:
    """Choose a page that was left out, too."""
    numbers = get_chosen(photo.file_key, photo.page.count) | {photo.page.number}
    remembered.put(_name(photo.file_key), "" if len(numbers) == photo.page.count else describe_numbers(numbers))


def describe_numbers(numbers: Iterable[int]) -> str:
    """Return numbers of pages as a text such as "1-3, 7"."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)


def _parse(text: str, count: int) -> set[int]:
    """Return the numbers of pages of a text; raises ImageError."""
    if not text.strip():
        return set(range(1, count + 1))
    return set(choose_pages(count, chain.from_iterable(parse_pages(text))))


def _get_text(key: str) -> str:
    return str(remembered.get(_name(key), "") or "")


def _get_last_choices() -> dict[str, Any]:
    choices: dict[str, Any] = st.session_state.setdefault(_LAST_CHOICES, {})
    return choices


def _name(key: str) -> str:
    return f"pages-{key}"
