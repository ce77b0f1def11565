"""The look inside a network while it learns: its answers to twenty digits, and the weights of its first layer."""

from __future__ import annotations

from html import escape
from pathlib import Path

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import NO_ANSWER, Snapshots, load
from digitnet.explain.colormaps import apply_diverging_colors
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB
from pages.shared import formatting

STYLE = """
.inside { display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 0; }
.inside.tray { max-width: calc(600px + 5.4rem); }  /* ten in a row */
.inside figure { margin: 0; width: 60px; }
.inside img { width: 60px; height: 60px; image-rendering: pixelated; border-radius: 0.4rem; display: block; }
.inside figcaption { font-size: 0.875rem; line-height: 1.25; padding-top: 0.2rem; white-space: nowrap; }
.inside .wrong img { outline: 3px solid #dc7610; } .inside .changed figcaption { font-weight: 600; }
"""
TRAY = (
    "Two of MNIST's test digits for each label, never trained on: an ordinary one, nearest to the mean picture of its "
    "label, and a hard one, which lies nearer to another's. Beside the answer stands its confidence: the largest of "
    "the probabilities that softmax makes, which sum to 1. Wrong answers are ringed; an answer that differs from that "
    "of the epoch before is bold, with what it was."
)
FILTERS = (
    "What the network multiplies the picture by first: orange weights speak for a filter or unit, blue ones against "
    "it, white ones do nothing. They begin at random; as it learns, strokes and edges show."
)


def choose() -> bool:
    """Show the toggle that opens the look inside; return how it stands, on other pages in between too."""
    state = st.session_state
    state.setdefault("look-inside", state.get("looks_inside", False))
    line = "The first layer's weights and the answers to twenty digits, anew after every epoch"
    state.looks_inside = st.toggle("Look inside while it learns", key="look-inside", help=line)
    return bool(state.looks_inside)


def show(run: Run) -> None:
    """Show what the run has kept of its network."""
    snapshots = kept(run.snapshots)
    if snapshots is None:
        st.caption("There is no look inside this run: it has not begun to learn, or what it kept cannot be read.")
        return
    st.session_state.seen_inside = run.name, snapshots
    show_snapshots(snapshots)


def show_last(name: str) -> None:
    """Show, of a run that is over by now, what it was seen to keep last, if it was watched here."""
    seen, snapshots = st.session_state.get("seen_inside", ("", None))
    if seen != name or not st.session_state.get("looks_inside"):
        return
    with st.expander("Inside it, as it was seen last", expanded=True, icon=":material/visibility:"):
        show_snapshots(snapshots)


def show_snapshots(snapshots: Snapshots) -> None:
    """Show the answers to the digits and the weights of the first layer."""
    show_tray(snapshots)
    show_filters(snapshots)


def kept(path: Path) -> Snapshots | None:
    """Return the snapshots of a run, read once for each epoch."""
    try:
        return _kept(str(path), path.stat().st_mtime_ns)
    except OSError:
        return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(path: str, version: int) -> Snapshots | None:
    return load(Path(path))


def show_tray(snapshots: Snapshots) -> None:
    """Show the digits with the answers after the last epoch."""
    epoch = int(snapshots.epochs[-1])
    right, changed = int(snapshots.right[-1].sum()), int(snapshots.changed[-1].sum())
    when = f"After epoch {epoch}" if epoch else "Before the first epoch"
    line = f"**{when}: {right} of {len(snapshots.labels)} digits right**"
    st.markdown(
        f"{line}, {formatting.format_count(changed, 'answer')} changed." if len(snapshots.epochs) > 1 else f"{line}."
    )
    st.html(gallery([digit(snapshots, place) for place in range(len(snapshots.labels))], "tray"))
    st.caption(TRAY)


def digit(snapshots: Snapshots, place: int) -> str:
    """Return a digit of the tray with its answer, as HTML."""
    answer, true = named(int(snapshots.read[-1, place])), int(snapshots.labels[place])
    right, changed = bool(snapshots.right[-1, place]), bool(snapshots.changed[-1, place])
    sure = formatting.format_percent(float(snapshots.confidence[-1, place]))
    before = f"was {named(int(snapshots.read[-2, place]))}" if changed else ""
    said = f"A {true}, read as {answer}, {sure} sure, {'right' if right else 'wrong'}{', ' + before if before else ''}"
    caption = f"{'✓' if right else '✗'} {answer}<br><small>{escape(sure)}<br>{before or '&nbsp;'}</small>"
    kinds = f"{'right' if right else 'wrong'}{' changed' if changed else ''}"
    rgb = np.asarray(cv2.cvtColor(snapshots.images[place], cv2.COLOR_GRAY2RGB), np.uint8)
    return figure(rgb, said, caption, kinds)


def named(answer: int) -> str:
    """Return an answer in words."""
    return {NO_ANSWER: "nothing", NOT_A_DIGIT: "none"}.get(answer, str(answer))


def show_filters(snapshots: Snapshots) -> None:
    """Show the weights of the first layer."""
    count, height, width = snapshots.filters.shape
    if not count:
        st.caption("The first layer of this network cannot be shown as pictures: what it is given is none.")
        return
    units = int(snapshots.units)
    which = f"the first {count} of {units:,}" if units > count else f"all {count}"
    st.markdown(f"**First layer**: weights of {height} × {width} pixels, {which}.")
    weights = np.nan_to_num(snapshots.filters.astype(np.float32), posinf=0, neginf=0)
    pictures = enumerate(apply_diverging_colors(weights, float(np.abs(weights).max())), start=1)
    st.html(gallery([figure(picture, f"Weights number {number} of the first layer") for number, picture in pictures]))
    st.caption(FILTERS)


def gallery(figures: list[str], kind: str = "") -> str:
    """Return figures beside each other, as HTML."""
    return f'<div class="inside {kind}" role="list">{"".join(figures)}</div>'


def figure(picture: RGB | NDArray[np.uint8], said: str, caption: str = "", kinds: str = "") -> str:
    """Return a picture with its text for who cannot see it and its caption, as HTML."""
    url = formatting.to_data_url(to_png(np.ascontiguousarray(picture)))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    image = f'<img src="{url}" alt="{escape(said)}">'
    return f'<figure role="listitem" class="{kinds}">{image}{below}</figure>'
