"""A component without a picture that has the drawing canvas report each stroke at once.

The canvas (streamlit-drawable-canvas) reports a stroke 200 ms after the pen lifts. This component hears the pen too,
and presses the canvas's own button that reports at once; the canvas then drops the report it was waiting to make.
Should a version of the canvas come without that button, strokes are reported after 200 ms.
"""

from __future__ import annotations

from pages.components import loader

_component = loader.load_component("stroke_sender")


def send_strokes_at_once(paper: str) -> None:
    """Have the canvas in the container with the key `paper` report strokes as the pen lifts."""
    _component(key=f"{paper}-sender", data={"paper": paper})
