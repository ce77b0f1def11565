"""Controls to correct the outlines of the paper and the lines of the table on a photo."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitnet.preprocessing.quarter_turns import turn_points
from digitnet.reading.hints import Corners
from pages.components import structure_editor
from pages.components.structure_editor import LINES, SHEETS, Shape
from pages.photo.structure import Structure


def show_buttons(structure: Structure, kind: str, key: str) -> None:
    """Show how to correct the sheets or the lines of a photo, with buttons.

    Args:
        structure: the sheets and lines.
        kind: `SHEETS` or `LINES`.
        key: key of the photo.
    """
    count = len(structure.outlines if kind == SHEETS else structure.grid)
    if kind == SHEETS:
        move = "Drag the corners of the paper, or move them with the arrow keys. Only the paper is read."
        found = "No sheet was found, so" if structure.changes.outlines is None else "You removed the sheets;"
        none = f"{found} the whole picture is read. Add a sheet to read only that."
    else:
        move = "Drag a line by its handle, or move it with the arrow keys; Delete removes it."
        none = "The table has no lines. Add lines where columns and rows meet."
    st.caption(move if count else none)
    if structure.error:
        st.warning(structure.error, icon=":material/warning:")
    with st.container(horizontal=True, gap="xsmall"):
        if kind == SHEETS:
            st.button("Add a sheet", icon=":material/add:", on_click=structure.add_sheet, key=f"add-sheet-{key}")
        else:
            for label, is_upright in (("Add an upright line", True), ("Add a level line", False)):
                st.button(
                    label,
                    icon=":material/add:",
                    on_click=structure.add_line,
                    args=(is_upright,),
                    key=f"add-{is_upright}-{key}",
                )
            st.button(
                "No table",
                icon=":material/grid_off:",
                on_click=structure.set_grid,
                args=((),),
                disabled=not structure.grid,
                key=f"no-table-{key}",
            )
        st.button(
            "Undo", icon=":material/undo:", on_click=structure.undo, disabled=not structure.past, key=f"undo-{key}"
        )
        is_set = (structure.changes.outlines if kind == SHEETS else structure.changes.grid) is not None
        reset = structure.set_outlines if kind == SHEETS else structure.set_grid
        label = "Sheets as found" if kind == SHEETS else "Table as found"
        st.button(label, on_click=reset, args=(None,), disabled=not is_set, key=f"as-found-{key}")


def show_editor(structure: Structure, kind: str, key: str, picture: bytes, name: str) -> None:
    """Show a photo with handles on its sheets or lines, and run the page again after an edit.

    Args:
        structure: the sheets and lines.
        kind: `SHEETS` or `LINES`.
        key: key of the photo.
        picture: JPEG file of it in any size, turned upright as it was read.
        name: name of the photo.
    """
    shapes = _make_shapes(structure, kind)
    made, refused = structure.last_edit, structure.refused
    edit = structure_editor.edit(picture, name, kind, shapes, made, refused, f"edit-{kind}-{key}")
    if edit is None or edit.made <= structure.last_edit:
        return
    structure.last_edit = edit.made
    edited = [_to_points(shape, structure) for shape in edit.shapes]
    if kind == SHEETS:
        structure.set_outlines([_roll(corners, structure.turn) for corners in edited])
    else:
        structure.set_grid([(*start, *end) for start, end in edited])
    st.rerun()


def _make_shapes(structure: Structure, kind: str) -> tuple[Shape, ...]:
    """Return the sheets or lines as shapes on the photo as it is shown; sheets begin at their top left corner there."""
    if kind == LINES:
        return tuple(_to_shape(((x0, y0), (x1, y1)), structure) for x0, y0, x1, y1 in structure.grid)
    return tuple(_to_shape(_roll(corners, -structure.turn), structure) for corners in structure.outlines)


def _to_shape(points: Corners, structure: Structure) -> Shape:
    """Return points of the photo as a shape on the photo as it is shown."""
    shares = turn_points(np.array(points) / structure.size, (1, 1), structure.turn)
    return tuple(shares.ravel().tolist())


def _to_points(shape: Shape, structure: Structure) -> Corners:
    """Return the points, in pixels of the photo, of a shape on the photo as it is shown."""
    shares = turn_points(np.reshape(shape, (-1, 2)), (1, 1), -structure.turn)
    return tuple((round(x), round(y)) for x, y in (shares * structure.size).tolist())


def _roll(corners: Corners, turn: int) -> Corners:
    """Return four corners from the one on that is the top left one once their photo is turned back by `turn`."""
    first = turn // 90 % 4
    return corners[first:] + corners[:first]
