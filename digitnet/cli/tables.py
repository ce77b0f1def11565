"""Print tables of texts in columns."""

from __future__ import annotations

from collections.abc import Sequence


def format_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return heads and rows as lines whose columns stand below each other."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
