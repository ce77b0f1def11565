"""Say where a number of a batch stands."""

from __future__ import annotations

from digitnet.batches.records import Number


def describe_place(number: Number) -> str:
    """Return where a number stands: "total, row 2 · scan.pdf, page 3"."""
    if number.name:
        place = number.name + (f", row {number.row + 1}" if number.row else "")
    else:
        place = f"Row {number.row + 1}, number {number.column + 1}"
    if not number.page:
        return place
    page = f", page {number.page.page}" if number.page.pages > 1 else ""
    return f"{place} · {number.page.file}{page}"
