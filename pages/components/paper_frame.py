"""A component without a picture that fits the drawing canvas into its container, and replays strokes on it.

The canvas (streamlit-drawable-canvas) shows as many pixels as it has, and tools of its own that act behind the back
of the page. This component shows it as wide as its container, gives it a name for screen readers, and puts its tools
out of reach of pointer, keyboard and screen reader. The canvas finds the pen by the ratio of its pixels to the width
that is shown, so a stroke stays where the pen was, and drawings are the same at all widths.
"""

from __future__ import annotations

from pages.components import loader

_component = loader.load_component("paper_frame")


def fit_canvas(paper: str, name: str, *, empty: bool, has_tools: bool = False) -> None:
    """Fit the canvas in the container with the key `paper`, of which this is a part too, and name it.

    Args:
        paper: key of the container. It has the attribute `data-inked` from the first touch of a pen on.
        name: name of the canvas for screen readers.
        empty: whether nothing is drawn.
        has_tools: whether the canvas shows its own tools.
    """
    _component(key=f"{paper}-frame", data={"paper": paper, "name": name, "empty": empty, "tools": has_tools})
