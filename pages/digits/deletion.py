"""Delete for good all that is kept of the user, on the Data page."""

from __future__ import annotations

import streamlit as st

from digitnet.access.accounts import find_own_account, owns
from digitnet.experiments.forgetting import forget_own
from pages.shared import feedback, user_collection
from pages.shared.digit_caches import forget_digits

_PLACE = "deletion"
_TAB_STATES = ("edits", "row_edits", "fixes", "exported_version")  # What a tab remembers of digits that are gone.


def count_own() -> str:
    """Return "2 digits, 1 row": all that is kept of the user, also what was marked as deleted.

    Raises:
        DigitnetError: the collection cannot be read, or the user has no account.
    """
    counts = user_collection.open_collection().count_by_account()
    return ", ".join(counts[account].describe()) if (account := find_own_account()) in counts else "nothing"


def has_any() -> bool:
    """Return whether anything is kept of the user; raises CollectionError if the collection cannot be read."""
    return any(map(owns, user_collection.open_collection().count_by_account()))


def show_deletion() -> None:
    """Say what is deleted and what stays, and show the button that asks before it deletes."""
    feedback.show_problem(_PLACE)
    st.markdown(
        f"Deletes **{count_own()}** of yours for good, also those that you have deleted before, and the models that "
        "learned your hand."
    )
    st.caption(
        "Other models keep what they have learned from them, and backups keep their copies; whoever runs this server "
        "can delete those."
    )
    if st.button("Delete all of mine…", icon=":material/delete_forever:", key="delete_all"):
        _confirm()


@st.dialog("Delete all of yours?", icon=":material/delete_forever:")
def _confirm() -> None:
    """Ask for confirmation before everything of the user is deleted."""
    st.markdown(f"**{count_own()}** will be deleted for good. Export them first if you may want them again.")
    with st.container(horizontal=True):
        if st.button("Keep", key="keep_all", icon=":material/close:"):
            st.rerun()
        label, icon = "Delete for good", ":material/delete_forever:"
        if st.button(label, key="delete_all_forever", type="primary", icon=icon, on_click=_delete):
            st.rerun()


def _delete() -> None:
    """Delete everything of the user, also what this server remembers of it."""
    collection = user_collection.open_collection()
    if feedback.run_action("All of yours is deleted.", lambda: forget_own(collection), place=_PLACE):
        for name in _TAB_STATES:
            st.session_state.pop(name, None)
        forget_digits()
