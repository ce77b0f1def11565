"""A button that copies a table to the clipboard, to paste it into a spreadsheet or a document."""

from __future__ import annotations

from collections.abc import Sequence

from digitnet.reading.number_values import is_kept_by_spreadsheets
from pages.components import loader

_component = loader.load_component("copy_button", look="plain_button")


def show(label: str, rows: Sequence[Sequence[str]], key: str) -> None:
    """Show the button, which copies rows of cells.

    Tabs and line ends in a cell become spaces: they would part cells. Numbers are pasted as numbers, unless a
    spreadsheet would change them.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    texts = [[not is_kept_by_spreadsheets(cell) for cell in row] for row in cells]
    _component(key=key, data={"label": label, "rows": cells, "texts": texts})
