"""Show the digits of the collection page by page, with likely label errors marked."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.collection.label_errors import LIKELY_ERROR, rank_label_errors, score_label_errors
from digitnet.collection.queries import Filters
from digitnet.collection.samples import StoredDigit
from digitnet.labels import NOT_A_DIGIT
from digitnet.models import active, store
from digitnet.preprocessing.images import to_png
from pages.components import digit_gallery
from pages.components.digit_gallery import GalleryTile
from pages.digits.gallery_edits import GALLERY_KEY, get_edits, show_last_edit
from pages.digits.gallery_filters import ORDERS, SOURCES, SUSPICIOUS, choose_filters, format_label, get_order
from pages.shared import formatting, model_choice, remembered, user_collection
from pages.shared.digit_caches import holding_digits
from pages.shared.owners import describe_owner

DIGITS_PER_PAGE = 60


def show_gallery() -> None:
    """Show the filters, and the digits that match them page by page."""
    filters, order = choose_filters(), get_order()
    total = user_collection.open_collection().count(**filters)
    show_last_edit()
    if not total:
        only_deleted = filters.get("deleted") and len(filters) == 1
        message = "Nothing is deleted." if only_deleted else "No digit matches the filters."
        st.info(message, icon=":material/filter_alt_off:")
        return
    pages = -(-total // DIGITS_PER_PAGE)
    wanted = int(remembered.get("data_page", 1))
    page = min(wanted, pages)
    digits = _find_page(filters, order, page)
    st.caption(f"{formatting.format_count(total, 'digit')}{f', page {page} of {pages}' if pages > 1 else ''}")
    label, deletes = f"Digits of the collection, {order.lower()}", not filters.get("deleted")
    digit_gallery.show(GALLERY_KEY, _make_tiles(digits), get_edits().seen, deletes=deletes, label=label)
    if pages > 1:
        if wanted > pages:
            remembered.put("data_page", page)
        remembered.show(st.pagination, pages, name="data_page", default=1)


def _find_page(filters: Filters, order: str, page: int) -> list[StoredDigit]:
    """Return the digits of one page, counted from 1."""
    collection, start = user_collection.open_collection(), (page - 1) * DIGITS_PER_PAGE
    if order != SUSPICIOUS:
        return collection.find(**filters, order=ORDERS[order], limit=DIGITS_PER_PAGE, offset=start)
    ranked = _rank_by_label_error(collection.get_version(), _get_model_key(), repr(sorted(filters.items())), filters)
    ids = ranked[start : start + DIGITS_PER_PAGE].tolist()
    digits = {digit.id: digit for digit in collection.find(ids=ids, deleted=None)}
    return [digits[number] for number in ids if number in digits]


@holding_digits
@st.cache_data(max_entries=8, show_spinner="Comparing the labels with the network's readings...")
def _rank_by_label_error(version: str, model: tuple[str, int], filter_key: str, _filters: Filters) -> NDArray[np.int64]:
    """Return the ids of digits, the likeliest label errors first."""
    ids, digits = user_collection.open_collection().load_pictures(**_filters)
    order, _ = rank_label_errors(digits, model_choice.load_classifier(model[0]))
    return np.asarray(ids[order], np.int64)


def _get_model_key() -> tuple[str, int]:
    """Return the name of the model in use and the time of its last change in ns."""
    name = active.get_active_model()
    return name, store.get_version(name)


def _make_tiles(digits: list[StoredDigit]) -> list[GalleryTile]:
    readings, errors = _check_labels(digits)
    return [
        _make_tile(digit, int(reading), float(error))
        for digit, reading, error in zip(digits, readings, errors, strict=True)
    ]


def _check_labels(digits: list[StoredDigit]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Compare labels with the readings of the model in use.

    Returns:
        The labels that the model reads, int64 (n,), and the probability that each given label is wrong, float32 (n,).
        Without a usable model, all labels count as right.
    """
    labels = np.array([digit.label for digit in digits], np.uint8)
    try:
        classifier = model_choice.load_classifier(active.get_active_model())
    except (DigitnetError, OSError):
        return labels.astype(np.int64), np.zeros(len(digits), np.float32)
    probabilities = classifier.predict_probabilities(np.stack([digit.picture for digit in digits]))
    return probabilities.argmax(axis=1), score_label_errors(labels, probabilities)


def _make_tile(digit: StoredDigit, reading: int, label_error: float) -> GalleryTile:
    """Make the tile of a digit, marked if the model reads another label and is sure of it."""
    is_likely_error = label_error >= LIKELY_ERROR and reading != digit.label
    day = digit.added.astimezone().strftime("%d %b %Y").lstrip("0")
    source = SOURCES[digit.source].lower()
    alternative = f"or {format_label(reading)}? {formatting.format_percent(label_error)}"
    details = [
        f"the model in use doubts it: {format_label(reading)}" if is_likely_error else "",
        f"by {digit.writer}" if digit.writer else "",
        describe_owner(digit.account),
        f"{source}{f' ({digit.file})' if digit.file else ''}, {day}",
        f"read as {format_label(digit.read)}" if digit.read is not None else "",
        "kept for testing" if digit.held_out else "",
        "deleted" if digit.deleted else "",
    ]
    name = "Not a digit" if digit.label == NOT_A_DIGIT else str(digit.label)
    return GalleryTile(
        digit.id,
        digit.crop or to_png(digit.picture),
        digit.label,
        [alternative if is_likely_error else digit.writer or source, day],
        "; ".join([name, *filter(None, details)]),
        not digit.crop,
        is_likely_error,
        digit.deleted,
    )
