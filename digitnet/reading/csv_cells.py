"""Make cells of a CSV line of a row: its marks, values and misfits, and which row ink lies nearest to."""

from __future__ import annotations

from typing import Any

from digitnet.formulas import guard_text

NO_VALUE = "none"  # In the column of values, a number that has none.
DOUBT_MARK, CORRECTION_MARK = "?", "*"  # They follow a symbol in the columns "doubtful" and "corrected".


def mark_symbols(row: dict[str, Any], kind: str, mark: str) -> str:
    """Return the text of a row with a mark after each digit and sign of a kind, or "" if it has none."""
    if not any(symbol[kind] for symbol in [*row["digits"], *row["signs"]]):
        return ""
    digits, signs = iter(row["digits"]), iter(row["signs"])
    return guard_text(
        "".join(text + mark * (text != " " and next(digits if text.isdigit() else signs)[kind]) for text in row["text"])
    )


def join_values(row: dict[str, Any]) -> str:
    """Return what the numbers of a row are worth."""
    return " ".join(NO_VALUE if each["value"] is None else str(each["value"]) for each in row["numbers"])


def join_misfits(row: dict[str, Any]) -> str:
    """Return the numbers of a row that are not as expected."""
    return guard_text(" ".join(number["text"] for number in row["numbers"] if not number.get("fits", True)))


def find_nearest_row(rows: list[dict[str, Any]], box: list[int]) -> int:
    """Return the index of the row that is vertically nearest to the middle of a box, or -1 if there are no rows."""
    middle = (box[1] + box[3]) / 2
    distances = [max(row["box"][1] - middle, middle - row["box"][3], 0) for row in rows]
    return distances.index(min(distances)) if distances else -1
