"""Keep the drawing over a reload of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pages.drawing.canvas import PAPER, get_canvas_state
from pages.shared import kept_work
from pages.shared.work_store import File

_STROKES, _PICTURE = "strokes.json", "canvas.png"


def restore(name: str = PAPER, kind: str = kept_work.DRAWING) -> dict[str, bytes]:
    """Put the drawing from before a reload on a canvas, with the strokes that Redo brings back.

    Args:
        name: name of the paper.
        kind: kind of work that its drawing is kept as.

    Returns:
        The files that were kept, by name, once after a reload; or else none.
    """
    files, canvas = dict(kept_work.take(kind)), get_canvas_state(name)
    if _STROKES in files:
        kept = json.loads(files[_STROKES])
        if not canvas.strokes:  # The picture also holds what has been drawn in the meantime.
            canvas.picture = files.get(_PICTURE)
        canvas.set_strokes([*kept["strokes"], *canvas.strokes], kept["undone"])
    return files


def keep(name: str = PAPER, kind: str = kept_work.DRAWING, others: Sequence[File] = ()) -> None:
    """Keep the drawing for after a reload, with `others`, files of the same kind of work."""
    canvas = get_canvas_state(name)
    if not canvas.strokes and not canvas.undone:
        kept_work.put(kind, others)
        return
    strokes = json.dumps({"strokes": canvas.strokes, "undone": canvas.undone}).encode()
    picture = [(_PICTURE, canvas.picture)] if canvas.picture else []
    kept_work.put(kind, [*picture, *others, (_STROKES, strokes)])
