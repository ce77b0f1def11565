"""Know the batch into which this tab reads sheets of its form, and where it is kept."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from functools import partial

import streamlit as st

from digitnet.access.accounts import find_own_account
from digitnet.batches.memory import MemoryStore
from digitnet.batches.pictures import delete_pictures
from digitnet.batches.records import FORM, Batch, BatchSettings
from digitnet.batches.store import BatchStore
from digitnet.errors import AccessError, CollectionError
from digitnet.models.card import require_card
from pages.shared import feedback, model_choice, user_batches
from pages.sheets import picture_keeping
from pages.sheets.chosen_form import ChosenForm

_KEEPING = "keeping-pictures"  # Place on the page.
_MEMORY = "unkept_batch"  # The batch of a tab of which nothing may be kept, and its store.


def find_store() -> BatchStore | None:
    """Return the store of batches, None if nothing may be kept of the user; raises CollectionError."""
    store = user_batches.open_batches()
    try:
        find_own_account()
    except AccessError:
        return None
    return store if store.consents.is_given() else None


def get_batch(chosen: ChosenForm, store: BatchStore | None, *, begins: bool) -> Batch | None:
    """Return the batch of this tab: the one before, or if sheets were added a new one; another model needs another.

    Args:
        chosen: the form.
        store: where it is kept, None if it is in memory alone.
        begins: whether a batch is begun if there is none.

    Raises:
        DigitnetError: the batch cannot be made.
    """
    model = model_choice.get_model()
    settings = model, require_card(model).sha256, model_choice.get_risk(model)
    if chosen.batch and chosen.settings in (None, settings):
        chosen.settings = settings
        if batch := _load(chosen.batch, store):
            return batch
    if not begins:
        return None
    how = BatchSettings(model, settings[2], keeps_pictures=store is not None and picture_keeping.get())
    name = f"{chosen.form.name}, {date.today():%d %b %Y}".replace(", 0", ", ")
    if store:
        batch = store.create(name, FORM, how, template=chosen.template)
    else:
        batch = Batch(uuid.uuid4().hex, "", name, FORM, datetime.now(UTC), chosen.template, "", how)
        st.session_state[_MEMORY] = batch, MemoryStore()
    chosen.batch, chosen.settings = batch.id, settings
    return batch


def get_store(batch: Batch, store: BatchStore | None) -> BatchStore | MemoryStore:
    """Return where the sheets of a batch of this tab are stored."""
    if store:
        return store
    memory: MemoryStore = st.session_state[_MEMORY][1]
    return memory


def choose_keeping(batch: Batch | None, store: BatchStore) -> None:
    """Ask whether the pictures are kept; those of a batch are deleted only when its user says so here.

    The answer of a batch that this tab takes up is its own, whatever was chosen in the tab before.
    """
    if batch is None:
        picture_keeping.choose()
        return
    picture_keeping.put(keeps=batch.settings.keeps_pictures)
    picture_keeping.choose(partial(feedback.run_action, "", partial(_keep_pictures, batch, store), place=_KEEPING))
    feedback.show_problem(_KEEPING)


def _keep_pictures(batch: Batch, store: BatchStore) -> None:
    """Keep the pictures of a batch from now on, or delete them, as was just chosen."""
    keeps = picture_keeping.get()
    store.keep_pictures(batch.id, keeps=keeps)
    if not keeps:
        delete_pictures(batch.id, batch.account)


def _load(batch: str, store: BatchStore | None) -> Batch | None:
    """Return a batch by its id, None if it is not there any more."""
    if store is None:
        known, _ = st.session_state.get(_MEMORY, (None, None))
        return known if known and known.id == batch else None
    try:
        return store.get(batch)
    except CollectionError:
        return None
