"""Say in sentences what is to be known of a picture as a whole, by its entry."""

from __future__ import annotations

from typing import Any

from digitnet.reading.misfits import say_misfits
from digitnet.reading.view_notes import describe_turn


def list_notes(entry: dict[str, Any]) -> list[str]:
    """Return sentences on a picture: what else is in its file, how it was turned, and what is not as expected.

    Numbers that a user has corrected or confirmed, which have no confidence, are no misfits.

    Args:
        entry: an entry of `export.reading_to_dict` or `export.error_to_dict`, which has none.
    """
    numbers = [number for row in entry.get("rows", []) for number in row["numbers"]]
    misfits = [each["text"] for each in numbers if not each.get("fits", True) and each["confidence"] is not None]
    turned = describe_turn(entry.get("turn", 0), entry.get("slope", 0.0), entry.get("mirrored", False))
    return list(filter(None, [entry.get("note"), turned, say_misfits(entry.get("expect", ""), misfits)]))


def note(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its "notes", or without if there are none."""
    notes = {"notes": notes} if (notes := list_notes(entry)) else {}
    return {name: value for name, value in entry.items() if name != "notes"} | notes
