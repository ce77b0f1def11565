"""A button that draws strokes on the drawing canvas, one after the other, as a hand would."""

from __future__ import annotations

from pages.components import loader

TimedStroke = list[list[int]]  # Points [x, y, time]: pixels of the canvas, and milliseconds since the first stroke.
_component = loader.load_component("replay_button", look="plain_button")


def show(label: str, paper: str, strokes: list[TimedStroke]) -> None:
    """Show the button, which replays `strokes` on the canvas in the container with the key `paper`."""
    _component(key=f"{paper}-replay", data={"label": label, "paper": paper, "strokes": strokes})
