"""Show how a group of ink was decoded: its segments, path, candidates and hypotheses."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitnet.explain.segment_drawing import LEFT_OUT_COLOR, draw_segments, get_segment_color
from digitnet.explain.trace_records import TracedGroup
from digitnet.labels import NOT_A_DIGIT
from pages.inspection import candidate_table
from pages.inspection.pictures import show_picture
from pages.shared import formatting, model_choice
from pages.shared.last_reading import InspectedReading

_MARGIN = 4  # Pixels around the ink of a group.


def show_group(inspected: InspectedReading, group: TracedGroup) -> None:
    """Show the segments and the path of a group of ink, its hypotheses and, folded, its candidates."""
    st.header("Ways to read the ink around the digit", anchor=False)
    is_changed = _is_changed_as_expected(inspected)
    st.markdown(f"{_describe_decoding(group, is_changed=is_changed)}{_describe_own_label(inspected, group)}")
    if group.candidate_count > 1:
        _show_path(group)
    if len(group.hypotheses) > 1:
        _show_hypotheses(group)
    if group.is_decoded:
        with st.expander("How is this computed?", icon=":material/calculate:"):
            st.markdown(_explain_candidates(group))
            candidate_table.show_table(group)


def _is_changed_as_expected(inspected: InspectedReading) -> bool:
    """Return whether the number of the digit has another text because of what was expected of it."""
    reading = inspected.reading
    return bool(reading.plain) and int(reading.number[inspected.index]) in reading.plain


def _describe_own_label(inspected: InspectedReading, group: TracedGroup) -> str:
    """Say why a digit is another one than all networks together read; empty if it is not."""
    labels = {step.digit for step in group.path}
    if _is_changed_as_expected(inspected) and inspected.label not in labels:
        expected = formatting.escape_markdown(str(inspected.reading.expect))
        return f" It is read as a {inspected.label}, because the number then is as expected: {expected}."
    if model_choice.load_classifier(inspected.model).refuses or inspected.label in labels:
        return ""
    name = formatting.escape_markdown(inspected.model)
    return f" All networks together took it for another digit. The answer of {name} alone counts, and is marked."


def _describe_decoding(group: TracedGroup, *, is_changed: bool) -> str:
    """Describe in one or two sentences whether ink was cut; `is_changed` if its number was, to be as expected."""
    if group.is_read_in_line and is_changed:
        return (
            "Cutting the ink gave no number that is as expected, so the likeliest text that is was taken. The place of "
            "this digit follows from where the network that reads whole lines sees it."
        )
    if group.is_read_in_line:
        return (
            "Cutting the ink gave no number that fits, but the network that reads whole lines clearly saw this digit "
            "here. Its place follows from where that network saw it."
        )
    if not group.is_decoded:
        probability = formatting.format_percent(group.candidates[0].probability)
        return (
            f"The network was sure of it at once ({probability}), so nothing was split. Draw two digits in one stroke "
            "to see ink split."
        )
    if group.candidate_count == 1:
        return "The network was not sure of it, but there was nothing to split."
    return (
        "The network was not sure that this ink is one digit, so the ink was split into "
        f"{formatting.format_count(len(group.segments), 'segment')}, and {group.candidate_count} ways to put some of "
        "them together were tried as a digit."
    )


def _explain_candidates(group: TracedGroup) -> str:
    origin = (
        "The segments are the strokes that you drew"
        if group.is_drawn
        else "Cuts lie where ink is thinnest and where strokes fork"
    )
    return (
        f"{origin}. {formatting.format_count(group.cut_count, 'cut')} divide the segments into left and right. The ink "
        "between two cuts is a *candidate* if it has a digit's size and may be a digit beside the ink around it."
        f"{_explain_hypotheses(group)}"
    )


def _show_path(group: TracedGroup) -> None:
    with st.container(key="pictures-group", horizontal=True):
        picture = draw_segments(group.segments, group.box, margin=_MARGIN)
        count = formatting.format_count(len(group.segments), "segment")
        show_picture(picture, f"{count}.", "The segments of the ink")
        steps = enumerate(group.path)
        colors = [get_segment_color(index) if step.is_digit else LEFT_OUT_COLOR for index, step in steps]
        picture = draw_segments([step.segment for step in group.path], group.box, colors, margin=_MARGIN)
        show_picture(picture, _describe_path(group), "The ink with each chosen digit in its own color")


def _describe_path(group: TracedGroup) -> str:
    """Return "Chosen path: 4, 7. Its cost: 0.02 + 0.31 = 0.33."."""
    names = ["not a digit" if step.digit is None else str(step.digit) for step in group.path]
    costs = [f"{abs(step.cost):.2f}" for step in group.path]
    total = f"{' + '.join(costs)} = {abs(group.path_cost):.2f}" if len(costs) > 1 else costs[0]
    return f"Chosen path: {', '.join(names)}. Its cost: {total}."


def _show_hypotheses(group: TracedGroup) -> None:
    """Show the texts that the ink may hold, with their costs."""
    whole = group.hypotheses[0].line_cost is not None
    st.markdown(
        "The likeliest texts. Each has two costs: that of its paths through the segments, and that of a third network "
        "that reads the whole line."
        if whole
        else "The likeliest texts, by the cost of their paths through the segments."
    )
    rows = [
        f"| **{_format_text(hypothesis.text)}** | {abs(hypothesis.path_cost):.2f} "
        f"| {_format_cost(hypothesis.line_cost)} | {formatting.format_percent(hypothesis.share)} |"
        for hypothesis in group.hypotheses
    ]
    heads = "| Text | Cost of its paths | Cost in the line | Probability |\n| :--- | ---: | ---: | ---: |"
    st.markdown("\n".join([heads, *rows]))


def _explain_hypotheses(group: TracedGroup) -> str:
    if len(group.hypotheses) < 2:
        return ""
    explanation = (
        "So a third network reads the whole line, column by column, without splitting it. Both costs of a text count: "
        "that of all its paths together, and that in the line. Ink is read as digits rather than rejected only if the "
        "line is clear about each of them."
        if group.hypotheses[0].line_cost is not None
        else "This ink is seen by no network that reads whole lines, so only the paths count."
    )
    return f" Several candidates for the same place are often about as likely, one by one. {explanation}"


def _format_cost(cost: float | None) -> str:
    return "-" if cost is None else f"{abs(cost):.2f}"


def _format_text(text: Sequence[int]) -> str:
    """Return labels as "47" or "4 (not a digit) 7"."""
    return "".join(" (not a digit) " if label == NOT_A_DIGIT else str(label) for label in text).strip()
