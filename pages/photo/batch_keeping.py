"""Keep the photos that were read as a batch, to check and take away their numbers later."""

from __future__ import annotations

import hashlib
from datetime import date

import streamlit as st

from digitnet.batches.found_numbers import list_photo_numbers
from digitnet.batches.pictures import delete_pictures, keep_picture
from digitnet.batches.records import PHOTOS, Batch, BatchSettings, SheetPage
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError
from digitnet.models.card import require_card
from digitnet.reading.export import reading_to_dict
from pages.photo import reading_options
from pages.photo.photo_view import PhotoResult
from pages.shared import consent, expectation_choice, user_batches
from pages.shared.formatting import escape_markdown, format_count
from pages.sheets import picture_keeping

_KEPT = "photos_kept_as"  # The batch that was made last, and what it was made of.


def show(results: list[PhotoResult], model: str, risk: float, *, disabled: bool) -> None:
    """Show a button that asks how photos are kept as a batch, and keeps them.

    Args:
        results: the photos, some of which may not be read yet.
        model: name of the model that has read them.
        risk: share of numbers not marked as doubtful that may be wrong, 0 to 1.
        disabled: whether the photos are still being read.
    """
    with st.popover("Keep as a batch", icon=":material/inventory_2:", disabled=disabled, key="keep-as-batch"):
        try:
            consent.ask("photo-batch", is_batch=True)
            st.markdown(
                "Keeps the numbers, to check the doubtful ones later and to take them away, on the page Batches."
            )
            batch, before = st.session_state.get(_KEPT, (None, None))
            if batch and _show_kept(batch, is_same=before == _describe_state(results, model)):
                return
            settings = BatchSettings(model, risk, picture_keeping.choose())
            kept = [result for result in results if _is_kept(result, settings)]
            noun = "page" if any(result.photo.page.count > 1 for result in results) else "photo"
            if left := len(results) - len(kept):
                how = "first" if settings.keeps_pictures else "first, or keep the pictures"
                st.caption(f"{format_count(left, noun)} not read yet: left out. Read them {how}.")
            label, icon = f"Keep {format_count(len(kept), noun)}", ":material/check:"
            if st.button(label, icon=icon, type="primary", disabled=not kept):
                with st.spinner("Keeping the numbers"):
                    batch = keep(kept, settings, user_batches.open_batches())
                st.session_state[_KEPT] = batch, _describe_state(results, model)
                st.rerun()
        except DigitnetError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")


def _show_kept(batch: Batch, *, is_same: bool) -> bool:
    """Say as which batch the photos were kept, and whether they have changed since; return whether they have not."""
    name = escape_markdown(batch.name)
    since = "" if is_same else " Photos or numbers have changed since; keep them again as another batch."
    st.markdown(f"Kept as **{name}**.{since}")
    st.page_link("pages/batches.py", label="Batches", icon=":material/inventory_2:")
    return is_same


def _describe_state(results: list[PhotoResult], model: str) -> list[object]:
    """Return what is equal only as long as the photos, their numbers and the corrections are the same."""
    state: list[object] = [model]
    for result in results:
        corrected = result.read.corrected if result.read else None
        reading = (corrected.reading.text, corrected.reading.corrected.tobytes()) if corrected else None
        state.append((result.photo.key, reading, corrected and corrected.known_rows))
    return state


def _is_kept(result: PhotoResult, settings: BatchSettings) -> bool:
    """Return whether a photo is kept: it was read, or can be read later as it would be now."""
    is_plain = reading_options.get_options(result.photo.key).is_automatic
    return not result.is_waiting or (settings.keeps_pictures and is_plain)


def keep(results: list[PhotoResult], settings: BatchSettings, store: BatchStore) -> Batch:
    """Make a batch of photos with what was read from them, and return it.

    Raises:
        DigitnetError: something cannot be kept; then no batch is left.
    """
    files = list(dict.fromkeys(result.photo.file for result in results))
    name = files[0] if len(files) == 1 else f"Photos, {date.today():%d %b %Y}".replace(", 0", ", ")
    version = require_card(settings.model).sha256
    expect = expectation_choice.get(reading_options.EXPECTED)  # Photos that are left are read by it, too.
    batch = store.create(name, PHOTOS, settings, expect=str(expect or ""))
    try:
        _fill(batch, results, version, store)
    except DigitnetError:
        store.delete(batch.id)
        delete_pictures(batch.id, batch.account)
        raise
    return batch


def _fill(batch: Batch, results: list[PhotoResult], version: str, store: BatchStore) -> None:
    """Store what was read from the photos of a batch."""
    settings = batch.settings
    by_page = {(page.digest, page.page): result for result in results for page in [_to_page(result)]}
    for sheet in store.sheets.add(batch.id, [_to_page(result) for result in results]):
        result = by_page[sheet.page.digest, sheet.page.page]
        if settings.keeps_pictures:
            keep_picture(batch.id, result.photo.content, store.consents)
        if result.read:
            reading = result.read.corrected.reading
            numbers = list_photo_numbers(result.read.load_image(), reading)
            entry = reading_to_dict(result.photo.file, reading)
            store.sheets.save_reading(sheet.id, entry, numbers, settings.model, version)
        elif result.error:
            store.sheets.save_failure(sheet.id, result.error)


def _to_page(result: PhotoResult) -> SheetPage:
    photo = result.photo
    digest = hashlib.sha256(photo.content).hexdigest()
    return SheetPage(photo.file, digest, photo.page.number, photo.page.count)
