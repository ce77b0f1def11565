"""The digits of the collection, looked through on the Data page: found, relabeled, deleted and restored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

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
from pages.shared import formatting, model_choice, user_collection

PER_PAGE = 60
NEWEST, SUSPICIOUS, BY_DIGIT, OLDEST = "Newest first", "Suspicious first", "By digit", "Oldest first"
ORDERS = {NEWEST: "newest", SUSPICIOUS: "", BY_DIGIT: "label", OLDEST: "oldest"}
SOURCES = {"canvas": "Drawn", "photo": "Photos", "import": "Brought in"}
NO_NAME = "without a name"
KEY = "gallery"


@dataclass
class Edits:
    """What was done to digits here, so that it can be undone.

    Attributes:
        seen: number of the last press in the gallery that was taken in.
        before: what could be taken back: what it said, and for each digit its label and whether it was deleted.
        said, problem: what came of the last press.
    """

    seen: int = 0
    before: list[tuple[str, dict[int, tuple[int, bool]]]] = field(default_factory=list)
    said: str = ""
    problem: str = ""

    def take(self, press: digit_gallery.GalleryPress) -> None:
        """Do what was pressed."""
        self.seen, self.said, self.problem = press.number, "", ""
        collection, said = user_collection.open_collection(), _said(press)
        try:
            before = {each.id: (each.label, each.deleted) for each in collection.find(ids=press.ids, deleted=None)}
            if press.action == digit_gallery.DELETE:
                collection.delete(press.ids)
            elif press.action == digit_gallery.RESTORE:
                collection.restore(press.ids)
            else:
                collection.relabel(press.ids, int(press.action))
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        self.before.append((said, before))
        self.said = user_collection.confirm_saved(said)

    def undo(self) -> None:
        """Take the last press back."""
        said, before = self.before[-1]
        self.said, self.problem = "", ""
        collection = user_collection.open_collection()
        try:
            for label in {label for label, _ in before.values()}:
                collection.relabel([each for each, (was, _) in before.items() if was == label], label)
            collection.delete([each for each, (_, deleted) in before.items() if deleted])
            collection.restore([each for each, (_, deleted) in before.items() if not deleted])
        except DigitnetError as error:
            self.problem = f"Not taken back: {error}"
            return
        self.before = self.before[:-1]
        self.said = f"Taken back: {said}"


def _said(press: digit_gallery.GalleryPress) -> str:
    many = formatting.format_count(len(press.ids), "digit")
    are = "is" if len(press.ids) == 1 else "are"
    if press.action in (digit_gallery.DELETE, digit_gallery.RESTORE):
        return f"{many} {are} {'deleted' if press.action == digit_gallery.DELETE else 'restored'}."
    return f"{many} {are} {'no digit' if int(press.action) == NOT_A_DIGIT else press.action} now."


def take_in() -> None:
    """Do what was pressed in the gallery since the last run."""
    edits = _edits()
    for press in digit_gallery.get_presses(KEY, edits.seen):
        edits.take(press)


def _edits() -> Edits:
    edits: Edits = st.session_state.setdefault("edits", Edits())
    return edits


def show() -> None:
    """Show the digits that the filters leave, page by page."""
    filters = choose()
    order = str(st.session_state.get("order") or NEWEST)
    total = user_collection.open_collection().count(**filters)
    show_last(_edits())
    if not total:
        said = "Nothing is deleted." if filters.get("deleted") and len(filters) == 1 else "No digit fits the filters."
        st.info(said, icon=":material/filter_alt_off:")
        return
    pages = -(-total // PER_PAGE)
    wanted = int(st.session_state.get("data_page") or 1)
    page = min(wanted, pages)
    found = _page(filters, order, page)
    st.caption(f"{formatting.format_count(total, 'digit')}{f', page {page} of {pages}' if pages > 1 else ''}")
    label = f"Digits of the collection, {order.lower()}"
    digit_gallery.show(KEY, tiles(found), _edits().seen, deletes=not filters.get("deleted"), label=label)
    if pages > 1:
        if wanted > pages:
            st.session_state.data_page = page
        st.pagination(pages, key="data_page")


def show_last(edits: Edits) -> None:
    """Say what came of the last press and offer to take it back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Undo", icon=":material/undo:", on_click=edits.undo, disabled=not edits.before, key="undo_edit")
        if edits.problem:
            st.error(formatting.escape_markdown(edits.problem), icon=":material/error:")
        elif edits.said:
            st.markdown(formatting.escape_markdown(edits.said))
        else:
            st.caption("Click digits to choose them, then what they are; on the keyboard, a digit key or Delete.")


def choose() -> Filters:
    """Show the filters and the order, and return the filters."""
    filters: Filters = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labels = st.pills("Digit", range(NOT_A_DIGIT + 1), selection_mode="multi", format_func=_label, key="labels")
        sources = st.pills(
            "From", list(SOURCES), selection_mode="multi", format_func=SOURCES.__getitem__, key="sources"
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Order", list(ORDERS), key="order", width=180)
        writers = user_collection.open_collection().list_writers()
        chosen = choose_writers(writers) if any(writers) else []
        days = st.date_input("Saved from and to", [], key="days", width=240, format="YYYY-MM-DD")
        deleted = st.toggle("Deleted ones", key="deleted")
    if labels:
        filters["labels"] = labels
    if sources:
        filters["sources"] = sources
    if chosen:
        filters["writers"] = chosen
    if isinstance(days, tuple) and days:
        filters["since"] = _start(days[0])
        filters["until"] = _start(days[-1] + timedelta(days=1)) if len(days) > 1 else None
    if deleted:
        filters["deleted"] = True
    return filters


def choose_writers(writers: list[str]) -> list[str]:
    """Show the choice of writers."""

    def named(name: str) -> str:
        return name or NO_NAME

    return st.multiselect("Writers", writers, key="writers", placeholder="All", format_func=named)


def _label(label: int) -> str:
    return "none" if label == NOT_A_DIGIT else str(label)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()


def _page(filters: Filters, order: str, page: int) -> list[StoredDigit]:
    """Return the digits of one page, counted from 1."""
    collection, start = user_collection.open_collection(), (page - 1) * PER_PAGE
    if order != SUSPICIOUS:
        return collection.find(**filters, order=ORDERS[order], limit=PER_PAGE, offset=start)
    ids = _ranked(collection.get_version(), _model_key(), repr(sorted(filters.items())), filters)
    wanted = ids[start : start + PER_PAGE].tolist()
    found = {each.id: each for each in collection.find(ids=wanted, deleted=None)}
    return [found[each] for each in wanted if each in found]


@st.cache_data(max_entries=8, show_spinner="Comparing the labels with what the network reads...")
def _ranked(version: str, model: tuple[str, int], chosen: str, _filters: Filters) -> NDArray[np.int64]:
    ids, digits = user_collection.open_collection().load_pictures(**_filters)
    order, _ = rank_label_errors(digits, model_choice.load_classifier(model[0]))
    return np.asarray(ids[order], np.int64)


def _model_key() -> tuple[str, int]:
    """Return the name of the model in use and when it was written."""
    name = active.get_active_model()
    return name, (store.model_dir(name) / store.CARD_FILE).stat().st_mtime_ns


def tiles(found: list[StoredDigit]) -> list[GalleryTile]:
    """Return digits as tiles, those whose label the model in use doubts strongly marked."""
    read, doubts = _opinions(found)
    return [_tile(each, int(label), float(doubt)) for each, label, doubt in zip(found, read, doubts, strict=True)]


def _opinions(found: list[StoredDigit]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return what the model in use reads, and how sure it is that each label is wrong; no doubts without a model."""
    labels = np.array([each.label for each in found], np.uint8)
    try:
        classifier = model_choice.load_classifier(active.get_active_model())
    except (DigitnetError, OSError):
        return labels.astype(np.int64), np.zeros(len(found), np.float32)
    answers = classifier.predict_probabilities(np.stack([each.picture for each in found]))
    return answers.argmax(axis=1), score_label_errors(labels, answers)


def _tile(digit: StoredDigit, read: int, doubt: float) -> GalleryTile:
    odd = doubt >= LIKELY_ERROR and read != digit.label
    day = digit.added.astimezone().strftime("%d %b %Y").lstrip("0")
    second = (
        f"or {_label(read)}? {formatting.format_percent(doubt)}"
        if odd
        else digit.writer or SOURCES[digit.source].lower()
    )
    details = [
        f"the model in use doubts it: {_label(read)}" if odd else "",
        f"by {digit.writer}" if digit.writer else "",
        f"{SOURCES[digit.source].lower()}{f' ({digit.file})' if digit.file else ''}, {day}",
        f"read as {_label(digit.read)}" if digit.read is not None else "",
        "kept for testing" if digit.held_out else "",
        "deleted" if digit.deleted else "",
    ]
    name = "No digit" if digit.label == NOT_A_DIGIT else str(digit.label)
    png = digit.crop or to_png(digit.picture)
    said = "; ".join([name, *filter(None, details)])
    return GalleryTile(digit.id, png, digit.label, [second, day], said, not digit.crop, odd, digit.deleted)
