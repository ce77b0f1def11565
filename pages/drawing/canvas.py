"""The canvas: strokes, undo, redo, clear and the pen width."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

WIDTH, HEIGHT = 640, 400
Strokes = list[dict[str, Any]]
# The canvas keeps its own pixels and is shown smaller where the screen is narrower.
SCREENS = (320, 340, 360, 375, 390, 412, 430, 480, 540, 600, 660, 700)


@dataclass
class CanvasState:
    """What is drawn, and what Undo took away.

    A button's callback is a method of this and asks nothing of `st.session_state`. Streamlit stops a run
    as soon as the browser sends the next message, be it another press or what the canvas reports, and
    does so wherever the run looks into its session state: a press would be lost, or taken by half.
    """

    strokes: Strokes = field(default_factory=list)
    undone: list[Strokes] = field(default_factory=list)
    given: dict[str, Any] | None = None
    outdated: list[Strokes] = field(default_factory=list)
    picture: bytes | None = None
    pen: int = 16

    def take_in(self, seen: Strokes) -> None:
        """Note the strokes that the canvas reports, unless it has yet to show what it was given last.

        A canvas that was given strokes reports the ones before once more, or those of an earlier press of
        Undo, until it has drawn them.
        """
        if seen in self.outdated:
            return
        self.outdated = []
        if len(seen) > len(self.strokes):
            self.undone = []
        self.strokes = seen

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.put(self.strokes[:-1], [*self.undone, self.strokes[-1:]])

    def redo(self) -> None:
        """Draw again what was taken back last."""
        if self.undone:
            self.put([*self.strokes, *self.undone[-1]], self.undone[:-1])

    def clear(self) -> None:
        """Take all strokes back, as one step."""
        self.put([], [self.strokes])

    def put(self, strokes: Strokes, undone: list[Strokes]) -> None:
        """Have the canvas show `strokes`, and remember what redo brings back.

        The canvas redraws only what differs from what it was given last, hence the count.
        """
        count = (self.given or {}).get("count", 0) + 1
        self.outdated = [*self.outdated, self.strokes]
        self.given = {"objects": strokes, "count": count}
        self.strokes, self.undone = strokes, undone


def show_canvas() -> tuple[bytes | None, Strokes]:
    """Show the canvas and its tools; return what is drawn as a PNG file, None while nothing is, and its strokes."""
    state = st.session_state
    paper: CanvasState = state.setdefault("paper", CanvasState())
    if paper.strokes and "pen" not in state:  # back from another page: the canvas is new and empty
        paper.put(paper.strokes, paper.undone)
    with st.container(key="paper"):
        canvas = st_canvas(
            stroke_width=state.get("pen", paper.pen),
            stroke_color="#000000",
            background_color="#ffffff",
            initial_drawing=paper.given,
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            key="canvas",
        )
    # Not `paper`: a run that is overtaken by a later one ends at this look into the state, its report too old.
    state.paper.take_in((canvas.json_data or {}).get("objects", []))
    with st.container(horizontal=True):
        st.button("Undo", icon=":material/undo:", on_click=paper.undo, disabled=not paper.strokes)
        st.button("Redo", icon=":material/redo:", on_click=paper.redo, disabled=not paper.undone)
        st.button("Clear", icon=":material/delete:", on_click=paper.clear, disabled=not paper.strokes)
    paper.pen = st.slider("Pen width", 4, 40, paper.pen, key="pen", format="%d px")
    paper.picture = canvas.image_bytes or paper.picture  # a new canvas sends none before it is drawn on
    return (paper.picture if paper.strokes else None), paper.strokes
