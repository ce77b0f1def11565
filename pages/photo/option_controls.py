"""Controls of the options for reading a photo, below it and on it."""

from __future__ import annotations

import streamlit as st

from pages.components import region_picker
from pages.components.structure_editor import LINES as TABLE
from pages.components.structure_editor import SHEETS
from pages.photo import reading_options, shown_region, structure_controls
from pages.photo.reading_options import AUTOMATIC, INKS, LINES, PAPERS, PhotoOptions
from pages.shared import remembered

_REGION = "Part to read"
_EDITS = {_REGION: "", "Paper": SHEETS, "Table": TABLE}


def show_controls(key: str, options: PhotoOptions) -> None:
    """Show the controls of the options for the photo `key`."""
    choices = (("Ink", INKS, "ink"), ("Printed lines", LINES, "lines"), ("Paper", PAPERS, "paper"))
    for label, values, name in choices:
        remembered.show(
            st.segmented_control, label, list(values), name=f"{name}-{key}", default=AUTOMATIC, required=True
        )
    show_turn_buttons(key, options)
    kind = _choose_edit(key)
    if kind:
        structure_controls.show_buttons(options.structure, kind, key)
    else:
        _show_region_controls(key, options)


def _choose_edit(key: str) -> str:
    """Show the choice of what is changed on the picture; return `SHEETS`, `LINES`, or "" for the region."""
    chosen = remembered.show(
        st.segmented_control, "On the picture", list(_EDITS), name=f"edit-{key}", default=_REGION, required=True
    )
    return _EDITS[chosen]


def _show_region_controls(key: str, options: PhotoOptions) -> None:
    st.caption("Drag a box on the picture to read only that part, or set its edges here.")
    labels = ("Left and right edge", "Top and bottom edge")
    for label, name, span in zip(labels, reading_options.name_sliders(key, options), options.spans, strict=True):
        remembered.show(st.slider, label, 0, 100, name=name, default=span, format="%d%%")
    show_whole_button(key, options)


def show_whole_button(key: str, options: PhotoOptions) -> None:
    """Show a button that has the whole photo `key` read."""
    st.button(
        "Whole picture",
        icon=":material/fullscreen:",
        key=f"whole-{key}",
        on_click=options.set_region,
        args=(None,),
        disabled=options.region is None,
    )


def show_turn_buttons(key: str, options: PhotoOptions) -> None:
    """Show a button that turns the photo `key` by 90 degrees and, once it was pressed, one that finds the turn anew."""
    with st.container(horizontal=True, gap="xsmall", width="content"):
        label, icon = "Turn by 90°", ":material/rotate_right:"
        st.button(label, icon=icon, key=f"turn-{key}", on_click=options.turn_further)
        if options.turn is not None:
            help = "Turns the photo as its digits are surest."
            st.button("Turn as found", key=f"turn-as-found-{key}", on_click=options.find_turn, help=help)


def show_photo(key: str, options: PhotoOptions, picture: bytes, plain: bytes, name: str) -> None:
    """Show a photo to correct its sheets or its table on, or to drag a box on, which becomes the region to read.

    Args:
        key: key of the photo.
        options: its options.
        picture: JPEG file of it in any size, upright, with its reading.
        plain: the same without sheets and lines.
        name: name of the photo.
    """
    kind = _EDITS[remembered.get(f"edit-{key}", _REGION)]
    if kind:
        structure_controls.show_editor(options.structure, kind, key, plain, name)
        return
    drag = region_picker.pick_region(picture, name, f"drag-{key}")
    if drag and drag.made != options.last_drag:
        options.last_drag = drag.made
        options.set_region(shown_region.from_shares(drag.sides, options.size, options.read_turn))
        st.rerun()
