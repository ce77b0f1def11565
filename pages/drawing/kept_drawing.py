"""Keep the drawing over a reload of the page."""

from __future__ import annotations

import json

from pages.drawing.canvas import get_canvas_state
from pages.shared import kept_work

_STROKES, _PICTURE = "strokes.json", "canvas.png"


def restore() -> None:
    """Put the drawing from before a reload on the canvas, with the strokes that Redo brings back."""
    files, canvas = dict(kept_work.take(kept_work.DRAWING)), get_canvas_state()
    if not files:
        return
    kept = json.loads(files[_STROKES])
    if not canvas.strokes:  # The picture also holds what has been drawn in the meantime.
        canvas.picture = files.get(_PICTURE)
    canvas.set_strokes([*kept["strokes"], *canvas.strokes], kept["undone"])


def keep() -> None:
    """Keep the drawing for after a reload."""
    canvas = get_canvas_state()
    if not canvas.strokes and not canvas.undone:
        kept_work.put(kept_work.DRAWING, [])
        return
    strokes = json.dumps({"strokes": canvas.strokes, "undone": canvas.undone}).encode()
    picture = [(_PICTURE, canvas.picture)] if canvas.picture else []
    kept_work.put(kept_work.DRAWING, [*picture, (_STROKES, strokes)])
