"""Show the candidates of a group of ink, with their costs, as a table of small pictures."""

from __future__ import annotations

import csv
import html
import io

import streamlit as st

from digitnet.explain.segment_drawing import draw_context_view
from digitnet.explain.trace_records import TracedCandidate, TracedGroup, TracedStep
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB, Probabilities
from pages.inspection.pictures import to_rgb
from pages.shared import feedback, formatting, remembered

BY_COST, BY_POSITION = "By cost", "By position"
STYLE = """
.candidates { overflow-x: auto; }
.candidates table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.candidates th, .candidates td { padding: 0.25rem 0.75rem; text-align: right; border-bottom: 1px solid #8884; }
.candidates th { vertical-align: bottom; font-weight: 600; }
.candidates td:nth-child(-n+3), .candidates th:nth-child(-n+3) { text-align: left; }
.candidates td:nth-child(-n+2) { text-align: center; }
.candidates td:nth-child(3) { white-space: nowrap; }
.candidates img { display: block; height: 48px; image-rendering: pixelated; border-radius: 0.375rem; }
.candidates .chosen td { background: #2b83cb2e; font-weight: 600; }
"""
_HEADS = (
    "Isolated",
    "In its line",
    "Read as",
    "Confidence",
    "Cost",
    "Network",
    "Size",
    "Cuts",
    "Joined",
    "Not a digit",
)
_CSV_HEADS = (
    "x0",
    "y0",
    "x1",
    "y1",
    "reads",
    "probability",
    "alone",
    "in_place",
    "no_digit",
    "network",
    "size",
    "cuts",
    "joined",
    "cost",
    "cost_as_no_digit",
    "chosen",
)
_EXPLANATION = (
    "Half an 8 looks like a 3, as long as the other half is hidden. So the string recognizer, which sees the whole "
    "line, judges each candidate, too. One that it is sure is not a digit is left out at once. The confidence combines "
    "both networks, and a candidate costs its negative logarithm: nothing at 100%, 0.7 at 50%, 4.6 at 1%. "
    "More is added for an odd size (wider than tall, or much shorter than its row), for each side that was cut out of "
    "ink too narrow for two digits, and for each join of separate groups. A second digit of at least 2% counts too, at "
    "its own cost. Reading a whole group as not a digit costs likewise, by the probability of that, and more the "
    "wider it is. Many paths through the ink give the same text; the cheapest path to the chosen text is marked."
)


def show_table(group: TracedGroup) -> None:
    """Show the candidates of a group, with those on its path marked."""
    st.markdown(_EXPLANATION)
    orders = [BY_COST, BY_POSITION]
    order = remembered.show(
        st.segmented_control, "Order", orders, name="candidate_order", default=BY_COST, required=True
    )
    steps = {id(step.candidate): step for step in group.path}
    candidates = list(group.candidates)
    if order == BY_COST:
        candidates.sort(key=lambda candidate: candidate.cost)
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    body = "".join(_format_row(candidate, steps.get(id(candidate))) for candidate in candidates)
    st.html(
        '<div class="candidates" tabindex="0" role="region" aria-label="Candidates and their costs">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if more := group.candidate_count - len(candidates):
        st.caption(f"Not shown: {formatting.format_count(more, 'candidate')} with a higher cost.")
    content = to_csv(candidates, steps)
    feedback.show_download("Download candidates (CSV)", content, "digitnet-candidates.csv", "text/csv", "table")


def _format_row(candidate: TracedCandidate, step: TracedStep | None) -> str:
    """Return a table row in HTML; `step` is None for a candidate that was not chosen."""
    label, context, shape = candidate.label, candidate.context, candidate.shape_cost
    alt = f"Candidate, read as {label}"
    pictures = [_format_picture(to_rgb(candidate.picture), alt, _get_isolated(candidate), label)]
    if context is None:
        pictures.append("as it was found")
    else:
        alt = "The same candidate with the ink around it"
        pictures.append(_format_picture(draw_context_view(context.picture), alt, context.in_line, label))
    mark = "" if step is None else f"<br>✓ {_describe_choice(step)}"
    costs = (candidate.cost, candidate.network_cost, shape.size, shape.left_cut + shape.right_cut, shape.joining)
    shares = (candidate.probability, candidate.not_a_digit)
    confidence, refusal = (html.escape(formatting.format_percent(share)) for share in shares)
    if candidate.refusal_cost is not None:
        refusal += f", cost {candidate.refusal_cost:.2f}"
    cells = [*pictures, f"<b>{label}</b>{mark}", confidence, *(f"{abs(cost):.2f}" for cost in costs), refusal]
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr{' class=chosen' if step is not None else ''}>{row}</tr>"


def _get_isolated(candidate: TracedCandidate) -> Probabilities:
    return candidate.probabilities if candidate.context is None else candidate.context.isolated


def _describe_choice(step: TracedStep | None) -> str:
    return "" if step is None else "chosen" if step.is_digit else "not a digit"


def _format_picture(picture: RGB, alt: str, probabilities: Probabilities, label: int) -> str:
    """Return a picture in HTML over the probability of `label` by the network that sees it."""
    url = formatting.to_data_url(to_png(picture))
    percent = html.escape(formatting.format_percent(float(probabilities[label])))
    return f'<img src="{url}" alt="{alt}">{percent}'


def to_csv(candidates: list[TracedCandidate], steps: dict[int, TracedStep]) -> str:
    """Return candidates as CSV, costs in nats; `steps` has the chosen ones by `id`."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(_CSV_HEADS)
    for candidate in candidates:
        label, shape, context = candidate.label, candidate.shape_cost, candidate.context
        numbers = (
            candidate.probability,
            _get_isolated(candidate)[label],
            None if context is None else context.in_line[label],
            candidate.not_a_digit,
            candidate.network_cost,
            shape.size,
            shape.left_cut + shape.right_cut,
            shape.joining,
            candidate.cost,
            candidate.refusal_cost,
        )
        cells = ["" if number is None else f"{number:.4f}" for number in numbers]
        choice = _describe_choice(steps.get(id(candidate)))
        writer.writerow([*candidate.box.tolist(), label, *cells, choice])
    return output.getvalue()
