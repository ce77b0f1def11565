"""Putting a reading right: digit by digit, all at once or as text; each is saved at once and can be taken back."""

from __future__ import annotations

import streamlit as st

from digitnet.labels import NOT_A_DIGIT
from pages.components import digit_strip
from pages.corrections.history import Fixes, of
from pages.corrections.subject import State, Subject, state_of
from pages.corrections.tiles import tiles
from pages.shared import formatting
from pages.shared.writer_choice import get_writer

STYLE = """
[class*=st-key-fixes-] { gap: 0.6rem; }
[class*=st-key-fixes-] [data-testid=stMarkdownContainer] p { margin-bottom: 0; }
"""
ICONS = {"Saved:": "check_circle", "Taken": "undo", "Changed:": "crop_free"}  # by the first word of what is said


def take_in(subject: Subject) -> State:
    """Save what was pressed or typed since the last run, and return what the picture says by now."""
    fixes, key = of(subject.key), subject.key
    presses = digit_strip.get_presses(f"strip-{key}", fixes.seen)
    text, writer = str(st.session_state.get(f"typed-{key}") or ""), get_writer()
    for press in presses:
        if press.action != digit_strip.LABEL:
            fixes.change_boxes(subject, state_of(subject).reading, press)
            st.rerun()
        fixes.press(subject, press, writer)
    state = state_of(subject)
    if fixes.asked and not state.problem:
        if fixes.take_text(subject, text, state.said, writer):
            st.session_state[f"typed-{key}"] = ""
        state = state_of(subject)
    return state


def show(
    subject: Subject, state: State, plain: bytes, *, picture: bytes = b"", alt: str = "", small: bool = False
) -> None:
    """Show the digits of a picture to click on, and what else puts it right.

    Args:
        subject: the picture.
        state: what it says by now.
        plain: a PNG or JPEG file of it, to draw boxes on.
        picture: a file of it with its boxes, to be shown with the digits.
        alt: what is on the picture.
        small: the digits take little room.
    """
    fixes, edits = of(subject.key), bool(st.session_state.get(f"boxes-{subject.key}"))
    current = not fixes.about or fixes.about <= set(subject.pieces.digests)
    status = fixes.said if current else ""
    with st.container(key=f"fixes-{subject.key}"):
        digit_strip.show(
            f"strip-{subject.key}",
            tiles(subject.pieces, state),
            fixes.seen,
            picture=plain if edits else picture,
            alt=alt,
            small=small,
            edits=edits,
            status=status,
        )
        if edits:
            st.caption("Drag on the picture to add a box; drag a box or its corners to move it; click it for more.")
        elif len(subject.pieces):
            st.caption("Wrong? Click the digit, then what it is; or type it on the keyboard.")
        _show_actions(fixes, subject, state)
        if fixes.problem and current:
            st.error(formatting.escape_markdown(fixes.problem), icon=":material/error:")
        elif status:
            icon = ICONS[status.split()[0]]
            st.markdown(f":material/{icon}: {formatting.escape_markdown(status)}")
        if state.problem:
            st.warning(
                f"Corrections cannot be saved: {formatting.escape_markdown(state.problem)}", icon=":material/warning:"
            )


def _show_actions(fixes: Fixes, subject: Subject, state: State) -> None:
    labels = subject.pieces.to_labels(state.said)
    right = {place: int(label) for place, label in enumerate(labels) if label != NOT_A_DIGIT}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "All correct",
            icon=":material/done_all:",
            key=f"right-{subject.key}",
            on_click=fixes.confirm,
            args=(subject, right, get_writer()),
            disabled=not right or right.keys() <= state.said.keys(),
            help="Keeps all these digits with the labels that they have now, for training.",
        )
        st.button(
            "Take back",
            icon=":material/settings_backup_restore:",
            key=f"back-{subject.key}",
            on_click=fixes.undo,
            disabled=not fixes.done,
        )
        with st.popover("Type it", icon=":material/keyboard:", disabled=not right):
            _show_typing(fixes, subject, state)
        st.toggle("Change boxes", key=f"boxes-{subject.key}", help="Draw, move, split, join and remove them.")


def _show_typing(fixes: Fixes, subject: Subject, state: State) -> None:
    with st.form(f"type-{subject.key}", border=False):
        st.text_area(
            "What is written there",
            key=f"typed-{subject.key}",
            placeholder=state.reading.text,
            height=80 if len(state.reading.rows) < 3 else 140,
            help="Row by row, as you read it: each digit is laid beside one that was found.",
        )
        st.form_submit_button("Save as typed", icon=":material/save:", on_click=fixes.ask)
