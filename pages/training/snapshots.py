"""Look inside a network while it learns: the probe digits and the first layer's weights."""

from __future__ import annotations

from html import escape
from pathlib import Path

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import NO_PREDICTION, Snapshots, load
from digitnet.explain.colormaps import apply_diverging_colors
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB
from pages.shared import formatting, remembered

STYLE = """
.inside { display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 0; }
.inside.probe { max-width: calc(600px + 5.4rem); }  /* Ten digits in a row. */
.inside figure { margin: 0; width: 60px; }
.inside img { width: 60px; height: 60px; image-rendering: pixelated; border-radius: 0.4rem; display: block; }
.inside figcaption { font-size: 0.875rem; line-height: 1.25; padding-top: 0.2rem; white-space: nowrap; }
.inside .wrong img { outline: 3px solid #dc7610; } .inside .changed figcaption { font-weight: 600; }
"""
PROBE_CAPTION = (
    "Two of MNIST's test digits for each label, never trained on: a typical one, nearest to the mean picture of its "
    "label, and a hard one, which lies nearer to another's. Beside each answer stands its confidence: the largest of "
    "the softmax probabilities, which sum to 1. Wrong answers are outlined; an answer that differs from that of the "
    "epoch before is bold, with the earlier one below."
)
FILTERS_CAPTION = (
    "The network first multiplies the picture by these weights: orange weights count for a filter or unit, blue ones "
    "against it, white ones do nothing. They start at random; strokes and edges appear as the network learns."
)


def show_toggle() -> bool:
    """Show the toggle that opens the look inside, and return its value."""
    hint = "The first layer's weights and the answers to twenty digits, updated after every epoch"
    return bool(remembered.show(st.toggle, "Look inside while it learns", name="look-inside", default=False, help=hint))


def show_run_snapshots(run: Run) -> None:
    """Show the snapshots of a run's network, or say when there will be some."""
    snapshots = load_snapshots(run.snapshots)
    if snapshots is None:
        st.caption("You can look inside after the first epoch.")
        return
    st.session_state.seen_inside = run.name, snapshots
    show_snapshots(snapshots)


def show_last_snapshots(name: str) -> None:
    """Show the last snapshots of a finished run, if this session watched it."""
    seen, snapshots = st.session_state.get("seen_inside", ("", None))
    if seen != name or not remembered.get("look-inside"):
        return
    with st.expander("Last look inside", expanded=True, icon=":material/visibility:"):
        show_snapshots(snapshots)


def show_snapshots(snapshots: Snapshots) -> None:
    """Show the answers to the probe digits and the weights of the first layer."""
    show_probe_digits(snapshots)
    show_filters(snapshots)


def load_snapshots(path: Path) -> Snapshots | None:
    """Load the snapshots of a run, once for each version of the file, or return None."""
    try:
        return _load_version(str(path), path.stat().st_mtime_ns)
    except OSError:
        return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_version(path: str, version: int) -> Snapshots | None:
    return load(Path(path))


def show_probe_digits(snapshots: Snapshots) -> None:
    """Show the probe digits with the answers after the last epoch."""
    epoch = int(snapshots.epochs[-1])
    right, changed = int(snapshots.right[-1].sum()), int(snapshots.changed[-1].sum())
    when = f"After epoch {epoch}" if epoch else "Before the first epoch"
    summary = f"**{when}: {right} of {len(snapshots.labels)} digits right**"
    changes = f", {formatting.format_count(changed, 'answer')} changed." if len(snapshots.epochs) > 1 else "."
    st.markdown(summary + changes)
    st.html(render_gallery([render_digit(snapshots, place) for place in range(len(snapshots.labels))], "probe"))
    st.caption(PROBE_CAPTION)


def render_digit(snapshots: Snapshots, place: int) -> str:
    """Return a probe digit with its answer, as HTML."""
    answer, true = format_answer(int(snapshots.predictions[-1, place])), int(snapshots.labels[place])
    is_right, has_changed = bool(snapshots.right[-1, place]), bool(snapshots.changed[-1, place])
    confidence = formatting.format_percent(float(snapshots.confidence[-1, place]))
    before = f"was {format_answer(int(snapshots.predictions[-2, place]))}" if has_changed else ""
    outcome = "right" if is_right else "wrong"
    alt = f"A {true}, read as {answer}, {confidence} sure, {outcome}{', ' + before if before else ''}"
    mark = "✓" if is_right else "✗"
    caption = f"{mark} {answer}<br><small>{escape(confidence)}<br>{before or '&nbsp;'}</small>"
    rgb = np.asarray(cv2.cvtColor(snapshots.images[place], cv2.COLOR_GRAY2RGB), np.uint8)
    return render_figure(rgb, alt, caption, outcome + " changed" * has_changed)


def format_answer(answer: int) -> str:
    """Return an answer as text: a digit, "none" for a refusal, "nothing" if there was no answer."""
    return {NO_PREDICTION: "nothing", NOT_A_DIGIT: "none"}.get(answer, str(answer))


def show_filters(snapshots: Snapshots) -> None:
    """Show the weights of the first layer."""
    count, height, width = snapshots.filters.shape
    if not count:
        st.caption("The first layer of this network cannot be shown as pictures: its input is not a picture.")
        return
    units = int(snapshots.units)
    which = f"the first {count} of {units:,}" if units > count else f"all {count}"
    st.markdown(f"**First layer**: weights of {height} × {width} pixels, {which}.")
    weights = np.nan_to_num(snapshots.filters.astype(np.float32), posinf=0, neginf=0)
    pictures = enumerate(apply_diverging_colors(weights, float(np.abs(weights).max())), start=1)
    figures = [render_figure(picture, f"Weights number {number} of the first layer") for number, picture in pictures]
    st.html(render_gallery(figures))
    st.caption(FILTERS_CAPTION)


def render_gallery(figures: list[str], css_class: str = "") -> str:
    """Return figures side by side, as HTML."""
    return f'<div class="inside {css_class}" role="list">{"".join(figures)}</div>'


def render_figure(picture: RGB | NDArray[np.uint8], alt: str, caption: str = "", css_classes: str = "") -> str:
    """Return a picture with its alternative text and caption, as HTML.

    Args:
        picture: uint8 (h, w, 3).
        caption: HTML; may be empty.
    """
    url = formatting.to_data_url(to_png(np.ascontiguousarray(picture)))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    image = f'<img src="{url}" alt="{escape(alt)}">'
    return f'<figure role="listitem" class="{css_classes}">{image}{below}</figure>'
