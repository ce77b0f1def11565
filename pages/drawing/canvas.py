"""The canvas: strokes, undo, redo, clear and the pen width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.components.paper_frame import fit_canvas
from pages.components.stroke_sender import send_strokes_at_once
from pages.drawing import example
from pages.shared import remembered

WIDTH, HEIGHT = 640, 400  # Pixels of the canvas, at all widths at which it is shown.
PAPER = "paper"  # Name of the paper of the page Draw.
_PEN_WIDTH = 16  # Pixels of the canvas.
Strokes = list[dict[str, Any]]  # Paths of fabric.js, as the canvas reports them.


@dataclass
class CanvasState:
    """The strokes on the canvas, and those that Undo has removed.

    The callback of a button is a method of this class and never reads `st.session_state`. When the browser sends its
    next message, another press or a report of the canvas, Streamlit stops the current run where it next reads its
    session state. A callback that read it could be stopped there, and its press would be lost.

    Attributes:
        strokes: strokes that are shown.
        undone: strokes that Redo brings back, the last step last.
        initial_drawing: drawing that was last passed to the canvas, or None.
        outdated_reports: reports to ignore until the canvas shows the drawing that was passed to it.
        picture: PNG file of the canvas, or None if it has sent none yet.
        visit: number of the visit to a page in which the canvas was last shown.
        turn: number of times that the paper was emptied, for an example in turn.
    """

    strokes: Strokes = field(default_factory=list)
    undone: list[Strokes] = field(default_factory=list)
    initial_drawing: dict[str, Any] | None = None
    outdated_reports: list[Strokes] = field(default_factory=list)
    picture: bytes | None = None
    visit: int = 0
    turn: int = 0

    def accept_report(self, reported: Strokes) -> None:
        """Store the strokes that the canvas reports, unless the report is outdated.

        After a drawing is passed to the canvas, it reports its earlier strokes again until it has drawn the new ones.
        """
        if reported in self.outdated_reports:
            return
        self.outdated_reports = []
        if len(reported) > len(self.strokes):
            self.undone = []
        self.strokes = reported

    def undo(self) -> None:
        """Remove the last stroke."""
        if self.strokes:
            self.set_strokes(self.strokes[:-1], [*self.undone, self.strokes[-1:]])

    def redo(self) -> None:
        """Restore the strokes that were removed last."""
        if self.undone:
            self.set_strokes([*self.strokes, *self.undone[-1]], self.undone[:-1])

    def clear(self) -> None:
        """Remove all strokes in one step."""
        self.set_strokes([], [self.strokes])

    def set_strokes(self, strokes: Strokes, undone: list[Strokes]) -> None:
        """Pass `strokes` to the canvas, and keep `undone` for Redo.

        The canvas redraws only if its drawing differs from the last one, hence the count.
        """
        count = (self.initial_drawing or {}).get("count", 0) + 1
        self.outdated_reports = [*self.outdated_reports, self.strokes]
        self.initial_drawing = {"objects": strokes, "count": count}
        self.turn += bool(self.strokes) and not strokes
        self.strokes, self.undone = strokes, undone


def get_canvas_state(name: str = PAPER) -> CanvasState:
    """Return the strokes on the paper `name` of this tab."""
    canvas_state: CanvasState = st.session_state.setdefault(name, CanvasState())
    return canvas_state


def show_example(canvas_state: CanvasState) -> None:
    """Show an example on empty paper."""
    if not canvas_state.strokes:
        example.show_pale(example.choose_example(canvas_state.turn), WIDTH, HEIGHT)


def show_canvas(
    name: str = PAPER, show_underlay: Callable[[CanvasState], None] = show_example
) -> tuple[bytes | None, Strokes]:
    """Show the canvas and its tools.

    Args:
        name: name of the paper; a tab has one on each page that shows a canvas.
        show_underlay: function that shows what lies on the paper besides the strokes.

    Returns:
        PNG file of the drawing, or None if nothing is drawn, and its strokes.
    """
    state, canvas_state = st.session_state, get_canvas_state(name)
    if canvas_state.visit != remembered.count_visits():  # Back from another page, the canvas is new and empty.
        canvas_state.visit = remembered.count_visits()
        if canvas_state.strokes:
            canvas_state.set_strokes(canvas_state.strokes, canvas_state.undone)
    paper = st.container(key="paper")
    with paper:
        canvas = st_canvas(
            stroke_width=remembered.get("pen", _PEN_WIDTH),
            stroke_color="#000000",
            background_color="#ffffff",
            initial_drawing=canvas_state.initial_drawing,
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            key="canvas" if name == PAPER else f"{name}-canvas",
        )
        send_strokes_at_once("paper")
    # This reads the session state, not `canvas_state`, so that a run that a later one has overtaken ends here.
    state[name].accept_report((canvas.json_data or {}).get("objects", []))
    with paper:
        fit_canvas("paper", "Paper to draw on", empty=not canvas_state.strokes)
        show_underlay(canvas_state)
    with st.container(horizontal=True, vertical_alignment="center", key="tools"):
        st.button("Undo", icon=":material/undo:", on_click=canvas_state.undo, disabled=not canvas_state.strokes)
        st.button("Redo", icon=":material/redo:", on_click=canvas_state.redo, disabled=not canvas_state.undone)
        st.button("Clear", icon=":material/delete:", on_click=canvas_state.clear, disabled=not canvas_state.strokes)
        remembered.show(
            st.slider,
            "Pen width",
            4,
            40,
            name="pen",
            default=_PEN_WIDTH,
            format="Pen %d px",
            label_visibility="collapsed",
        )
    canvas_state.picture = canvas.image_bytes or canvas_state.picture  # A new canvas sends no picture at first.
    return (canvas_state.picture if canvas_state.strokes else None), canvas_state.strokes
