"""Controls to correct the outlines of the paper and the lines of the table on a photo."""

from __future__ import annotations

import streamlit as st

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
        st.button("As found", on_click=reset, args=(None,), disabled=not is_set, key=f"as-found-{key}")


def show_editor(structure: Structure, kind: str, key: str, picture: bytes, name: str) -> None:
    """Show a photo with handles on its sheets or lines, and run the page again after an edit.

    Args:
        structure: the sheets and lines.
        kind: `SHEETS` or `LINES`.
        key: key of the photo.
        picture: JPEG file of it in any size.
        name: name of the photo.
    """
    shapes = _make_shapes(structure, kind)
    made, refused = structure.last_edit, structure.refused
    edit = structure_editor.edit(picture, name, kind, shapes, made, refused, f"edit-{kind}-{key}")
    if edit is None or edit.made <= structure.last_edit:
        return
    structure.last_edit = edit.made
    width, height = structure.size
    scales = [width, height] * (4 if kind == SHEETS else 2)
    edited = [tuple(round(share * scale) for share, scale in zip(shape, scales, strict=True)) for shape in edit.shapes]
    if kind == SHEETS:
        structure.set_outlines([tuple(zip(sides[::2], sides[1::2], strict=True)) for sides in edited])
    else:
        structure.set_grid([(x0, y0, x1, y1) for x0, y0, x1, y1 in edited])
    st.rerun()


def _make_shapes(structure: Structure, kind: str) -> tuple[Shape, ...]:
    width, height = structure.size
    if kind == LINES:
        return tuple((x0 / width, y0 / height, x1 / width, y1 / height) for x0, y0, x1, y1 in structure.grid)
    return tuple(tuple(side for x, y in corners for side in (x / width, y / height)) for corners in structure.outlines)
