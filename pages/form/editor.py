"""Draw the boxes of a form on one of its sheets, and name them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitnet.access.spending import get_spending
from digitnet.errors import DigitnetError
from digitnet.forms.template import Field, to_json
from digitnet.forms.worker_tasks import make, show_sheet
from digitnet.workers.pool import run_in_worker
from pages.components.paper_frame import fit_canvas
from pages.shared import expectation_choice, feedback, formatting, model_choice, remembered
from pages.sheets import chosen_form

_MAX_WIDTH, _MAX_SIDE = 760, 1400  # Pixels of the canvas, and of the picture on it.
_COLOR, _FILL = "#0072b2", "rgba(0, 114, 178, 0.15)"
_DRAFT = "form_draft"
_KINDS = ("One number", "Column of a table")


@dataclass
class Draft:
    """A template that is being made.

    Attributes:
        name: name of the file of the sheet.
        content: its content.
        shown: a JPEG file of it, to draw on.
        size: its width and height in pixels.
        next: label of the next box.
        drawing: the boxes as the canvas has them, None before the first.
        restored: those with which the canvas began, after a reload of the page.
    """

    name: str
    content: bytes
    shown: bytes
    size: tuple[int, int]
    next: int = 1
    drawing: dict[str, Any] | None = None
    restored: dict[str, Any] | None = None

    @property
    def digest(self) -> str:
        """The first digits of the digest of the sheet's content."""
        return hashlib.sha256(self.content).hexdigest()[:12]


def start_draft(name: str, content: bytes) -> None:
    """Begin with a sheet; raises ImageError, or QuotaError after too many sheets within a minute."""
    if (draft := get_draft()) is None or draft.content != content:
        get_spending().count_look()
        shown, size = run_in_worker(show_sheet, content, _MAX_SIDE)
        set_draft(Draft(name, content, shown, size))


def get_draft() -> Draft | None:
    """Return the template that is being made in this tab, None if there is none."""
    draft: Draft | None = st.session_state.get(_DRAFT)
    return draft


def set_draft(draft: Draft | None) -> None:
    """Make a template from now on in this tab, None for none."""
    st.session_state[_DRAFT] = draft


def show_editor(draft: Draft) -> None:
    """Show the sheet to draw boxes on, their names, and the button that makes the template."""
    st.markdown(
        "**Drag a box over each place for a number.** Then name the boxes below, and say what each number is: it is "
        "read by that."
    )
    width = min(_MAX_WIDTH, draft.size[0])
    height = round(draft.size[1] * width / draft.size[0])
    with st.container(key="form-sheet"):
        canvas = st_canvas(
            fill_color=_FILL,
            stroke_color=_COLOR,
            stroke_width=2,
            background_image=draft.shown,
            drawing_mode="labeled_rect",
            label=str(draft.next),
            width=width,
            height=height,
            initial_drawing=draft.restored,
            key=f"form-canvas-{draft.digest}",
        )
        draft.drawing = canvas.json_data or draft.drawing
        fit_canvas("form-sheet", "Sheet to draw boxes on", empty=not canvas.boxes, has_tools=True)
    boxes = _find_boxes(canvas.boxes, draft.size, width)
    numbers = [label.partition(".")[0] for label in boxes]  # A box may get another label on the canvas.
    following = 1 + max((int(number) for number in numbers if number.isdecimal()), default=0)
    if following != draft.next:  # The canvas stamps a box with the label that it was last given.
        draft.next = following
        st.rerun()
    if not boxes:
        st.info("No box yet. The pencil of the canvas draws boxes, its arrow moves and deletes them.")
        return
    for label in boxes:
        _name_box(draft, label)
    if st.button("Make the template", type="primary", icon=":material/check:"):
        _make(draft, boxes)


def _find_boxes(drawn: list[dict[str, Any]], size: tuple[int, int], width: int) -> dict[str, tuple[int, int, int, int]]:
    """Return the boxes in pixels of the sheet, by unique labels, within the sheet."""
    factor, found = size[0] / width, {}
    for box in drawn:
        label, number = str(box["label"]) or "Box", 1
        while label in found:
            label, number = f"{box['label'] or 'Box'}.{number}", number + 1
        sides = (box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"])
        left, top, right, bottom = (round(side * factor) for side in sides)
        found[label] = max(0, left), max(0, top), min(size[0], right), min(size[1], bottom)
    return found


def _name_box(draft: Draft, label: str) -> None:
    """Ask for the name of a box, what it holds, and what each number in it is."""
    name, holds, expected = _name_choices(draft, label)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"form-box-{label}"):
        remembered.show(
            st.text_input, f"Name of box {label}", name=name, default=_get_first_name(label), max_chars=60, width=220
        )
        remembered.show(st.selectbox, "Holds", list(_KINDS), name=holds, default=_KINDS[0], width=200)
        expectation_choice.show(expected, "What each number is")


def name_start(draft: Draft) -> str:
    """Return the start of the names of all choices of a draft."""
    return f"form-{draft.digest}-"


def _get_first_name(label: str) -> str:
    return f"Field {label}" if label[:1].isdecimal() else label


def _name_choices(draft: Draft, label: str) -> tuple[str, str, str]:
    """Return the names of the choices of a box: of its name, what it holds, and what is expected there."""
    start = f"{name_start(draft)}{label}"
    return f"{start}-name", f"{start}-holds", f"{start}-expected"


def _make_field(draft: Draft, label: str, box: tuple[int, int, int, int]) -> Field:
    name, holds, expected = _name_choices(draft, label)
    text = str(remembered.get(name, _get_first_name(label)) or "")
    is_column = remembered.get(holds, _KINDS[0]) == _KINDS[1]
    return Field(text, box, expectation_choice.get_phrases(expected), is_column)


def _make(draft: Draft, boxes: dict[str, tuple[int, int, int, int]]) -> None:
    """Make the template, and go on to read sheets with it."""
    fields = [_make_field(draft, label, box) for label, box in boxes.items()]
    try:
        with st.spinner("Looking at the sheet"), feedback.explain_unexpected_errors("The template cannot be made."):
            get_spending().count_look()
            name, model = PurePath(draft.name).stem[:60], model_choice.get_model()
            template = run_in_worker(make, draft.content, name, fields, model, subject="The sheet")
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    set_draft(None)
    chosen_form.choose(to_json(template))
    st.rerun()
