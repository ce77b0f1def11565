"""Learn my hand: write digits, fine-tune the model in use with them, and choose the better model."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from digitnet.experiments import hands, notices
from digitnet.experiments.trainers import can_train
from digitnet.extras import explain_missing_extra
from pages.components.tab_key import recognize_tab
from pages.drawing import desk
from pages.drawing.hand import comparing, learning, progress, writing
from pages.drawing.hand.state import COMPARE, LEARN, TIMES, USUAL_TIMES, WRITE, Hand, get_hand
from pages.shared import before_after, feedback, formatting, kept_work, layout, remembered, run_progress, writer_choice

_STYLE = "".join(
    [
        desk.STYLE,
        progress.STYLE,
        before_after.STYLE,
        run_progress.STYLE,
        (Path(__file__).parent / "drawing" / "hand" / "style.css").read_text(encoding="utf-8"),
    ]
)
_STEP, _TIMES = "hand-step", "hand-times"  # Names of choices.
_MAX_SHOWN = 12  # Characters of a name on the button.
_STEPS = {WRITE: "1 Write", LEARN: "2 Learn", COMPARE: "3 Compare"}


def main() -> None:
    """Show the page."""
    layout.start_page("hand.py", _STYLE)
    feedback.show_feedback()
    recognize_tab()
    hand = get_hand()
    if writing.restore(hand):
        restore_choices(*hand.asked)
    with st.container(key="hand"):
        with st.container(horizontal=True, vertical_alignment="center", key="top"):
            st.title("Learn my hand", width="content")
            writer, times = choose_writer_and_times()
        step = choose_step(hand, writer)
        if not can_train():
            st.warning(explain_missing_extra("train", "Learning a hand"), icon=":material/download:")
        if step == WRITE:
            writing.show_writing(hand, writer, times)
            st.caption(kept_work.describe_promise("what is on the paper"))
        elif step == LEARN:
            learning.show_learning(hand, writer)
        else:
            comparing.show_comparing(hand, writer)


def restore_choices(writer: str, times: int) -> None:
    """Choose the writer and the number of digits from before a reload, unless others are chosen already."""
    if writer and not writer_choice.get_writer():
        writer_choice.put_writer(writer)
    if times in TIMES and remembered.get(_TIMES) is None:
        remembered.put(_TIMES, times)


def choose_writer_and_times() -> tuple[str, int]:
    """Show the choices of the writer and of how often each digit is written, and return both."""
    named = writer_choice.get_writer()
    name = formatting.escape_markdown(named[:_MAX_SHOWN] + "…" * (len(named) > _MAX_SHOWN)) or "Who writes?"
    with st.popover(name, icon=":material/person:"):
        writer_choice.choose_writer("Who writes? (optional)")
        times = remembered.show(
            st.selectbox,
            "How many of each digit",
            TIMES,
            name=_TIMES,
            default=USUAL_TIMES,
        )
    return writer_choice.get_writer(), int(times)


def choose_step(hand: Hand, writer: str) -> str:
    """Show the steps, and return the one to show: the chosen one, or else the next to do."""
    model = hands.find_model(writer)
    if hand.step:
        remembered.put(_STEP, hand.step)
        hand.step = ""
    elif model and model.name in notices.list_ended():
        remembered.put(_STEP, COMPARE)
    return str(
        remembered.show(
            st.segmented_control,
            "Step",
            list(_STEPS),
            name=_STEP,
            default=LEARN if hands.find_run(writer) else WRITE,
            format_func=_STEPS.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
    )


main()
