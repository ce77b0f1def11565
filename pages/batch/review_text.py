"""Say of a number where it stands, and what is doubtful in it, for the review."""

from __future__ import annotations

from digitnet.batches.records import Number
from digitnet.batches.review import ReviewView
from digitnet.batches.review_actions import NumberId
from pages.components.review_pad import PadItem, PadProgress
from pages.shared.formatting import format_count
from pages.shared.number_place import describe_place

_WHOLE = (0.0, 0.0, 1.0, 1.0)
_PNG_SIZE = slice(16, 24)  # Width and height in the header of a PNG file.


def describe_item(number: Number) -> PadItem:
    """Return a number as the review shows it."""
    return PadItem(
        NumberId.of(number),
        describe_place(number),
        number.text,
        number.alternatives,
        number.reason or ("" if number.doubtful else "It is sure; is it right?"),
        f"Expected: {number.expect}." if number.expect and number.expect not in number.reason else "",
        number.crop,
        _find_shares(number),
        number.decision,
    )


def _find_shares(number: Number) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a number as shares of its picture."""
    header = number.crop[_PNG_SIZE]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:])
    if not number.crop_box or not width or not height:
        return _WHOLE
    left, top, right, bottom = number.crop_box
    return left / width, top / height, (right - left) / width, (bottom - top) / height


def describe_progress(view: ReviewView, note: str, problem: str, *, is_sample: bool) -> PadProgress:
    """Return how far a review is.

    Args:
        view: what it shows.
        note: sentence about the last decision, "" for none.
        problem: why digits of the last numbers were not kept to learn from, "" if they were.
        is_sample: whether the numbers are sure ones that were drawn by chance.
    """
    saved = f"All saved; {format_count(view.learned, 'number')} kept to learn from" if view.learned else ""
    if problem:
        saved = f"All saved, but not kept to learn from: {problem}"
    return PadProgress(view.total, view.open, view.pace, saved, note, _describe_end(view, is_sample=is_sample))


def _describe_end(view: ReviewView, *, is_sample: bool) -> str:
    if is_sample:
        wrong = f"{view.changed} {'was' if view.changed == 1 else 'were'} wrong"
        return f"Of {format_count(view.total, 'sure number')} {wrong}."
    if view.total > 1:
        return f"All {view.total} doubtful numbers are checked."
    return "The doubtful number is checked." if view.total else "No number is doubtful."
