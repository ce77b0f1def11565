"""Keep the photos that were read as a batch, to check and take away their numbers later."""

from __future__ import annotations

import hashlib
from datetime import date

import streamlit as st

from digitnet.batches.found_numbers import list_photo_numbers
from digitnet.batches.pictures import keep_picture
from digitnet.batches.records import PHOTOS, Batch, BatchSettings, SheetPage
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError
from digitnet.models.card import require_card
from digitnet.preprocessing.images import load
from digitnet.reading.export import reading_to_dict
from pages.photo import reading_options
from pages.photo.photo_view import PhotoResult
from pages.shared import consent, expectation_choice, user_batches
from pages.shared.formatting import escape_markdown, format_count
from pages.sheets import picture_keeping

_KEPT = "photos_kept_as"  # The batch that was made last, with the keys of its photos.


def show(results: list[PhotoResult], model: str, risk: float, *, disabled: bool) -> None:
    """Show a button that asks how photos are kept as a batch, and keeps them.

    Args:
        results: the photos; those that were not read yet can be read later if their pictures are kept.
        model: name of the model that has read them.
        risk: share of numbers not marked as doubtful that may be wrong, 0 to 1.
        disabled: whether the photos are still being read.
    """
    keys = [result.photo.key for result in results]
    with st.popover("Keep as a batch", icon=":material/inventory_2:", disabled=disabled, key="keep-as-batch"):
        try:
            consent.ask("photo-batch")
            st.markdown(
                "Keeps the numbers, to check the doubtful ones later and to take them away, on the page Batches."
            )
            batch, kept_keys = st.session_state.get(_KEPT, (None, None))
            if batch and kept_keys == keys:
                st.markdown(f"Kept as **{escape_markdown(batch.name)}**.")
                st.page_link("pages/batches.py", label="Batches", icon=":material/inventory_2:")
                return
            keeps = picture_keeping.choose()
            unit = "page" if any(result.photo.page.count > 1 for result in results) else "photo"
            if st.button(f"Keep {format_count(len(results), unit)}", icon=":material/check:", type="primary"):
                with st.spinner("Keeping the numbers"):
                    batch = keep(results, BatchSettings(model, risk, keeps), user_batches.open_batches())
                st.session_state[_KEPT] = batch, keys
                st.rerun()
        except DigitnetError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")


def keep(results: list[PhotoResult], settings: BatchSettings, store: BatchStore) -> Batch:
    """Make a batch of photos with what was read from them, and return it; raises DigitnetError."""
    files = list(dict.fromkeys(result.photo.file for result in results))
    name = files[0] if len(files) == 1 else f"Photos, {date.today():%d %b %Y}".replace(", 0", ", ")
    version = require_card(settings.model).sha256
    expect = expectation_choice.get(reading_options.EXPECTED)  # Photos that are left are read by it, too.
    batch = store.create(name, PHOTOS, settings, expect=str(expect or ""))
    by_page = {(page.digest, page.page): result for result in results for page in [_to_page(result)]}
    for sheet in store.sheets.add(batch.id, [_to_page(result) for result in results]):
        result = by_page[sheet.page.digest, sheet.page.page]
        if settings.keeps_pictures:
            keep_picture(batch.id, result.photo.content, store.consents)
        if result.read:
            reading = result.read.corrected.reading
            numbers = list_photo_numbers(load(result.read.load_jpeg()), reading)
            entry = reading_to_dict(result.photo.file, reading)
            store.sheets.save_reading(sheet.id, entry, numbers, settings.model, version)
        elif result.error:
            store.sheets.save_failure(sheet.id, result.error)
    return batch


def _to_page(result: PhotoResult) -> SheetPage:
    photo = result.photo
    digest = hashlib.sha256(photo.content).hexdigest()
    return SheetPage(photo.file, digest, photo.page.number, photo.page.count)
