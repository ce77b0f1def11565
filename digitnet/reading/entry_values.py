"""Tell what the numbers in entries of pictures and forms are worth."""

from __future__ import annotations

from typing import Any

from digitnet.reading.number_values import parse_value


def add_values(entry: dict[str, Any], decimal: str | None) -> dict[str, Any]:
    """Return an entry whose numbers, or fields, have a "value": a number, or None if it is not certain.

    Args:
        entry: an entry of `export.reading_to_dict` or `form_export.form_to_dict`, returned as it is if it has no rows.
        decimal: one of `number_values.DECIMALS`, None to add nothing.
    """
    if decimal is None or "rows" not in entry:
        return entry
    if "form" in entry:
        rows = [{name: _add_value(field, decimal) for name, field in row.items()} for row in entry["rows"]]
    else:
        rows = [row | {"numbers": [_add_value(number, decimal) for number in row["numbers"]]} for row in entry["rows"]]
    return entry | {"rows": rows}


def has_signs(entry: dict[str, Any]) -> bool:
    """Return whether any number of an entry is more than its digits, so that its worth is a question."""
    rows = entry.get("rows", [])
    numbers = (number for row in rows for number in (row.values() if "form" in entry else row["numbers"]))
    return any(number["text"] and not number["text"].isdigit() for number in numbers)


def _add_value(number: dict[str, Any], decimal: str) -> dict[str, Any]:
    value = parse_value(number["text"], decimal)
    return number | {"value": value if value is None else int(value) if value == int(value) else float(value)}
