"""Make the styles of a workbook: number formats that show numbers as they were written, and colors of doubts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_DOUBT_COLOR = "#ffe08a"
_HEAD_COLOR = "#dbe9f4"


class Styles:
    """The styles of one workbook, each made once.

    Args:
        book: a `xlsxwriter.Workbook`.
    """

    def __init__(self, book: Any) -> None:
        self._book = book
        self._styles: dict[tuple[str, bool], Any] = {}
        self.head = book.add_format({"bold": True, "bg_color": _HEAD_COLOR, "bottom": 1})

    def get(self, number_format: str, is_doubtful: bool = False) -> Any:
        """Return the style of a cell with a number format, colored if the cell is doubtful."""
        key = number_format, is_doubtful
        if key not in self._styles:
            color = {"bg_color": _DOUBT_COLOR} if is_doubtful else {}
            self._styles[key] = self._book.add_format({"num_format": number_format, **color})
        return self._styles[key]


def find_number_format(text: str, value: Decimal) -> str:
    """Return the number format that shows a value as its text was written.

    Leading zeros, decimals, a percent sign and a currency are kept, groups of thousands too: "007" is shown by 000,
    "$1,234.50" by "$"#,##0.00.

    Args:
        text: a text that `number_values.parse_value` gives a value.
        value: that value.
    """
    text = re.sub(r"[.,](?:--?|=)(?=[$€£%]?$)", "", text.strip("()"))  # The rest says how its digits are written.
    decimals = max(0, -int(value.normalize().as_tuple().exponent)) - 2 * text.endswith("%")
    last = re.search(r"[.,]([0-9]+)[$€£%]?$", text)
    if last and not _is_group(text, last[1], value):
        decimals = len(last[1])
    whole = len(re.sub(r"[^0-9]", "", text)) - max(0, decimals)
    has_groups = whole > 3 and len(re.findall(r"[.,']", text)) > (decimals > 0)
    digits = "#,##0" if has_groups else "0" * _count_zeros(text, whole)
    places = "." + "0" * decimals if decimals > 0 else ""
    before, after = re.match(r"[-+]?([$€£]?)[-+]?", text)[1], re.search(r"([$€£%]?)$", text)[1]  # type: ignore[index]
    quoted = f'"{before}"' if before else ""
    ending = after if after == "%" else f'"{after}"' if after else ""
    return f"{quoted}{digits}{places}{ending}"


def _is_group(text: str, last: str, value: Decimal) -> bool:
    """Return whether the digits behind the last point or comma of a text are a group of thousands."""
    return len(last) == 3 and value == value.to_integral_value() and abs(value) >= 1000 and not text.endswith("%")


def _count_zeros(text: str, whole: int) -> int:
    """Return how many digits the whole part has at least: all of them if the first is a zero."""
    first = re.search(r"[0-9]", text)
    return whole if first and first[0] == "0" and whole > 1 else 1
