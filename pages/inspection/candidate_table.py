"""The candidates of a group of ink, with what each costs, as a table of small pictures."""

from __future__ import annotations

import csv
import html
import io

import streamlit as st

from digitnet.explain.reading_trace import Group, Taken, Weighed
from digitnet.explain.segment_drawing import draw_sides
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB, Probabilities
from pages.shared import feedback, formatting

BY_COST, BY_PLACE = "By cost", "By place"
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
_HEADS = ("Alone", "In its place", "Reads", "Confidence", "Cost", "Network", "Size", "Cuts", "Joined", "No digit")
_EXPLAINED = (
    "Half an 8 is a 3, as long as one does not see the other half. So a second, smaller network looks at each "
    "candidate together with the ink around it; where it is sure of no digit, the candidate is left out at once. The "
    "confidence is what both networks agree on, and a candidate costs its negative logarithm: nothing at 100%, 0.7 at "
    "50%, 4.6 at 1%. Added are an odd size (wider than high, or much lower than its row), each side on which it was "
    "cut out of ink too narrow for two digits, and each join of separate groups. A second digit of at least 2% counts, "
    "too, at its own cost. Taking a whole group for no digit "
    "costs likewise, by the probability of no digit, and more the wider it is. Many ways through the ink give the "
    "same text; of the ways to the text that is settled on, the one that costs least is marked."
)


def show(group: Group) -> None:
    """Show the candidates of a group; those that were chosen are marked."""
    st.markdown(_EXPLAINED)
    order = st.segmented_control("Order", [BY_COST, BY_PLACE], default=BY_COST, required=True, key="candidate_order")
    chosen = {id(taken.weighed): taken for taken in group.path}
    rows = sorted(group.candidates, key=lambda one: one.cost) if order == BY_COST else list(group.candidates)
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    body = "".join(_row(one, chosen.get(id(one))) for one in rows)
    name = "Candidates, with what each costs"
    st.html(
        f'<div class="candidates" tabindex="0" role="region" aria-label="{name}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if more := group.count - len(rows):
        st.caption(f"{formatting.format_count(more, 'candidate')} more cost more than these.")
    feedback.show_download("Candidates", to_csv(rows, chosen), "digitnet-candidates.csv", "text/csv", "table")


def _row(one: Weighed, taken: Taken | None) -> str:
    alone = one.answer if one.place is None else one.place.alone
    pictures = [_picture(one.picture[..., None].repeat(3, axis=2), f"Candidate, read as {one.label}", alone, one.label)]
    if one.place is None:
        pictures.append("as it was found")
    else:
        alt = "The same candidate with the ink around it"
        pictures.append(_picture(draw_sides(one.place.picture), alt, one.place.answer, one.label))
    mark = "" if taken is None else f"<br>✓ {_as(taken)}"
    costs = (one.cost, one.network, one.shape.size, one.shape.left_cut + one.shape.right_cut, one.shape.joining)
    refused = f", cost {one.refusal:.2f}" if one.refusal is not None else ""
    sure, none = (html.escape(formatting.format_percent(share)) for share in (one.probability, one.none))
    cells = [*pictures, f"<b>{one.label}</b>{mark}", sure, *(f"{abs(cost):.2f}" for cost in costs), none + refused]
    said = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr{' class=chosen' if taken is not None else ''}>{said}</tr>"


def _as(taken: Taken | None) -> str:
    """Return whether a candidate was chosen."""
    return "" if taken is None else "chosen" if taken.is_digit else "no digit"


def _picture(picture: RGB, alt: str, answer: Probabilities, label: int) -> str:
    """Return a picture over how sure the network that sees it is that it is the digit `label`."""
    url = formatting.to_data_url(to_png(picture))
    return f'<img src="{url}" alt="{alt}">{html.escape(formatting.format_percent(float(answer[label])))}'


def to_csv(rows: list[Weighed], chosen: dict[int, Taken]) -> str:
    """Return candidates as CSV, costs in nats; `chosen` says by `id` which were taken."""
    output = io.StringIO()
    writer = csv.writer(output)
    names = (
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
    )
    writer.writerow([*names, "cost_as_no_digit", "chosen"])
    for one in rows:
        shape = one.shape
        costs = (one.network, shape.size, shape.left_cut + shape.right_cut, shape.joining, one.cost)
        refusal = "" if one.refusal is None else f"{one.refusal:.4f}"
        alone = one.answer if one.place is None else one.place.alone
        seen = "" if one.place is None else f"{one.place.answer[one.label]:.4f}"
        sure = (f"{one.probability:.4f}", f"{alone[one.label]:.4f}", seen)
        shares = (*sure, *(f"{share:.4f}" for share in (one.none, *costs)))
        writer.writerow([*one.box.tolist(), one.label, *shares, refusal, _as(chosen.get(id(one)))])
    return output.getvalue()
