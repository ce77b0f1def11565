"""Know the batch into which this tab reads sheets of its form, and where it is kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import streamlit as st

from digitnet.access.accounts import find_own_account
from digitnet.batches.memory import MemoryStore
from digitnet.batches.moving import move_to_store
from digitnet.batches.pictures import delete_pictures
from digitnet.batches.records import FORM, Batch, BatchSettings
from digitnet.batches.store import BatchStore
from digitnet.errors import AccessError, CollectionError, DigitnetError
from digitnet.models.card import require_card
from pages.shared import feedback, formatting, model_choice, user_batches
from pages.sheets import picture_keeping
from pages.sheets.chosen_form import ChosenForm

_KEEPING = "keeping-pictures"  # Place on the page.
_MEMORY = "unkept_batch"  # The batch of a tab of which nothing may be kept.


@dataclass
class _Unkept:
    """A batch that is in memory alone.

    Attributes:
        batch: the batch.
        store: its sheets.
        problem: why it cannot be kept although its user has agreed meanwhile, "" if that was not tried.
    """

    batch: Batch
    store: MemoryStore
    problem: str = ""


def find_store(chosen: ChosenForm) -> BatchStore | None:
    """Return the store of batches, None if nothing may be kept of the user; raises CollectionError.

    What was read and checked before the user has agreed is kept from then on; if that fails, it stays in memory.
    """
    store = user_batches.open_batches()
    try:
        find_own_account()
    except AccessError:
        return None
    if not store.consents.is_given():
        return None
    unkept: _Unkept | None = st.session_state.get(_MEMORY)
    if unkept is None or unkept.batch.id != chosen.batch:
        return store
    if not unkept.problem:
        try:
            chosen.batch = move_to_store(unkept.batch, unkept.store, store).id
        except DigitnetError as error:
            unkept.problem = str(error)
        else:
            del st.session_state[_MEMORY]
            return store
    st.warning(formatting.escape_markdown(f"These sheets cannot be kept. {unkept.problem}"), icon=":material/warning:")
    return None


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
        st.session_state[_MEMORY] = _Unkept(batch, MemoryStore())
    chosen.batch, chosen.settings = batch.id, settings
    return batch


def get_store(batch: Batch, store: BatchStore | None) -> BatchStore | MemoryStore:
    """Return where the sheets of a batch of this tab are stored."""
    if store:
        return store
    unkept: _Unkept = st.session_state[_MEMORY]
    return unkept.store


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
        unkept: _Unkept | None = st.session_state.get(_MEMORY)
        return unkept.batch if unkept and unkept.batch.id == batch else None
    try:
        return store.get(batch)
    except CollectionError:
        return None
